#include "base/interner.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace kalam {
namespace {

InternedText must_intern(Interner& interner, std::string_view text) {
  const auto interned = interner.intern(text);
  EXPECT_TRUE(interned.ok()) << interned.error();
  return interned.ok() ? *interned : InternedText();
}

TEST(Interner, EqualTextsAreOneText) {
  Interner interner;
  const auto before = interner.unique_texts();
  const auto alice = must_intern(interner, "alice");
  const auto again = must_intern(interner, std::string("ali") + "ce");
  const auto bob = must_intern(interner, "bob");
  EXPECT_EQ(alice, again);
  EXPECT_EQ(interner.view(alice).data(), interner.view(again).data());
  EXPECT_NE(alice, bob);
  EXPECT_EQ(std::hash<InternedText>()(alice), std::hash<InternedText>()(again));
  EXPECT_EQ(interner.unique_texts(), before + 2);
}

TEST(Interner, AnyBytesAreATextAndNoneIsEmpty) {
  Interner interner;
  for (const auto text : {std::string_view(), std::string_view("a\0b", 3), std::string_view("\xFF\xFE")}) {
    EXPECT_EQ(interner.view(must_intern(interner, text)), text);
  }
  EXPECT_EQ(interner.view(InternedText()), "");
  EXPECT_EQ(must_intern(interner, ""), InternedText());
}

TEST(Interner, KnowsSystemColumnsFromTheStart) {
  Interner interner;
  const auto before = interner.unique_texts();
  for (const auto* name : {"_seq", "_deleted", "_commit_seq", "user_id"}) must_intern(interner, name);
  EXPECT_EQ(interner.unique_texts(), before);
}

TEST(Interner, BytesGrowWithUniqueTextsOnly) {
  Interner interner;
  const std::string text(1000, 'x');
  must_intern(interner, text);
  const auto once = interner.bytes();
  EXPECT_GE(once, text.size());
  for (int i = 0; i < 1000; ++i) must_intern(interner, text);
  EXPECT_EQ(interner.bytes(), once);
}

// Ids that clients choose: however many there are, and from however many threads, memory stays within the limit.
TEST(Interner, RefusesNewTextsAtItsLimit) {
  constexpr size_t kBytesMax = 64u << 10;
  constexpr int kThreads = 4;
  Interner interner(kBytesMax);
  const auto known = must_intern(interner, "alice");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5000; ++i) {
        const auto refused = interner.intern("hostile-user-" + std::to_string(t) + "-" + std::to_string(i));
        EXPECT_TRUE(refused.ok() || refused.error().code == ErrorCode::limit_exceeded) << refused.error();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LT(interner.unique_texts(), kBytesMax / 60);  // a node is more than 60 bytes
  EXPECT_GT(interner.unique_texts(), kBytesMax / 120);
  EXPECT_FALSE(interner.intern(std::string(kBytesMax, 'x')).ok());
  EXPECT_LT(interner.bytes(), 2 * kBytesMax);
  EXPECT_EQ(must_intern(interner, "alice"), known);  // what it knows, it knows
  EXPECT_EQ(must_intern(interner, "_seq"), must_intern(interner, "_seq"));
  EXPECT_EQ(interner.view(known), "alice");
}

TEST(Interner, KnowsSystemColumnsWhateverItsLimit) {
  Interner interner(0);
  EXPECT_EQ(interner.view(must_intern(interner, "user_id")), "user_id");
  EXPECT_FALSE(interner.intern("alice").ok());
}

using AccountId = StrongId<struct AccountTag, std::string>;
using TeamId = StrongId<struct TeamTag, std::string>;
static_assert(sizeof(InternedId<AccountId>) == 4);
static_assert(!std::is_convertible_v<InternedId<AccountId>, InternedId<TeamId>>);

TEST(Interner, IdsKeepTheirKind) {
  Interner interner;
  const auto account = interner.intern_id<AccountId>("a name of more than fifteen bytes");
  const auto team = interner.intern_id<TeamId>("a name of more than fifteen bytes");
  ASSERT_TRUE(account.ok() && team.ok());
  EXPECT_EQ(account->value(), team->value());  // one text
  EXPECT_EQ(*account, *interner.intern_id<AccountId>("a name of more than fifteen bytes"));
  EXPECT_EQ(interner.view(*account), "a name of more than fifteen bytes");
  EXPECT_EQ(std::hash<InternedId<AccountId>>()(*account), std::hash<InternedText>()(account->value()));
}

// More texts than the first blocks of slots hold: all of them stay where they were.
TEST(Interner, TextsStayWhereTheyAre) {
  constexpr int kTexts = 10'000;
  Interner interner;
  std::vector<InternedText> texts;
  std::vector<const char*> places;
  for (int i = 0; i < kTexts; ++i) {
    texts.push_back(must_intern(interner, "text " + std::to_string(i)));
    places.push_back(interner.view(texts.back()).data());
  }
  for (int i = 0; i < kTexts; ++i) {
    ASSERT_EQ(interner.view(texts[i]), "text " + std::to_string(i));
    ASSERT_EQ(interner.view(texts[i]).data(), places[i]);
  }
}

// Threads intern the same texts in different orders; each text must end up with one address for all.
TEST(Interner, ThreadsAgree) {
  constexpr int kTexts = 2000;
  constexpr int kThreads = 4;
  Interner interner;
  std::vector<std::vector<InternedText>> seen(kThreads, std::vector<InternedText>(kTexts));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTexts; ++i) {
        const int which = (i * (2 * t + 1) + t) % kTexts;  // odd steps do not divide: every text once
        seen[t][which] = must_intern(interner, "user-" + std::to_string(which));
        interner.view(seen[t][which]);
        interner.unique_texts();
      }
      for (int i = 0; i < kTexts; ++i) seen[t][i] = must_intern(interner, "user-" + std::to_string(i));
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < kTexts; ++i) {
    EXPECT_EQ(interner.view(seen[0][i]), "user-" + std::to_string(i));
    for (int t = 1; t < kThreads; ++t) ASSERT_EQ(seen[t][i], seen[0][i]) << i;
  }
}

}  // namespace
}  // namespace kalam
