#include "base/interner.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace kalam {
namespace {

TEST(Interner, EqualTextsAreOneText) {
  Interner interner;
  const auto before = interner.unique_texts();
  const auto alice = interner.intern("alice");
  const auto again = interner.intern(std::string("ali") + "ce");
  const auto bob = interner.intern("bob");
  EXPECT_EQ(alice, again);
  EXPECT_EQ(interner.view(alice).data(), interner.view(again).data());
  EXPECT_NE(alice, bob);
  EXPECT_EQ(std::hash<InternedText>()(alice), std::hash<InternedText>()(again));
  EXPECT_EQ(interner.unique_texts(), before + 2);
}

TEST(Interner, AnyBytesAreATextAndNoneIsEmpty) {
  Interner interner;
  for (const auto text : {std::string_view(), std::string_view("a\0b", 3), std::string_view("\xFF\xFE")}) {
    EXPECT_EQ(interner.view(interner.intern(text)), text);
  }
  EXPECT_EQ(interner.view(InternedText()), "");
  EXPECT_EQ(interner.intern(""), InternedText());
}

TEST(Interner, KnowsSystemColumnsFromTheStart) {
  Interner interner;
  const auto before = interner.unique_texts();
  for (const auto* name : {"_seq", "_deleted", "_commit_seq", "user_id"}) interner.intern(name);
  EXPECT_EQ(interner.unique_texts(), before);
}

TEST(Interner, BytesGrowWithUniqueTextsOnly) {
  Interner interner;
  const std::string text(1000, 'x');
  interner.intern(text);
  const auto once = interner.bytes();
  EXPECT_GE(once, text.size());
  for (int i = 0; i < 1000; ++i) interner.intern(text);
  EXPECT_EQ(interner.bytes(), once);
}

// More texts than the first blocks of slots hold: all of them stay where they were.
TEST(Interner, TextsStayWhereTheyAre) {
  constexpr int kTexts = 10'000;
  Interner interner;
  std::vector<InternedText> texts;
  std::vector<const char*> places;
  for (int i = 0; i < kTexts; ++i) {
    texts.push_back(interner.intern("text " + std::to_string(i)));
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
        seen[t][which] = interner.intern("user-" + std::to_string(which));
        interner.view(seen[t][which]);
        interner.unique_texts();
      }
      for (int i = 0; i < kTexts; ++i) seen[t][i] = interner.intern("user-" + std::to_string(i));
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
