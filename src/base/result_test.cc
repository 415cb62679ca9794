#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "base/strong_id.h"

namespace kalam {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::invalid_input, std::to_string(number) + " is odd"};
  return number / 2;
}

Result<int> quarter(int number) { return half(TRY(half(number))); }

Status must_be_even(int number) {
  TRY(half(number));
  return {};
}

Result<std::string> text_of(int number) {
  TRY(must_be_even(number));
  return "even";
}

TEST(Result, TryGivesTheValueOrReturnsTheError) {
  struct Case {
    int number;
    Result<int> expected;
  };
  const Case cases[] = {
      {8, 2},
      {7, Error{ErrorCode::invalid_input, "7 is odd"}},
      {6, Error{ErrorCode::invalid_input, "3 is odd"}},
  };
  for (const auto& [number, expected] : cases) {
    const auto result = quarter(number);
    ASSERT_EQ(result.ok(), expected.ok()) << number;
    if (expected.ok()) EXPECT_EQ(*result, *expected) << number;
    else EXPECT_EQ(result.error(), expected.error()) << number;
  }
}

TEST(Result, TryWorksForStatusAndAcrossTypes) {
  EXPECT_EQ(*text_of(2), "even");
  EXPECT_EQ(text_of(3).error().message, "3 is odd");
  EXPECT_TRUE(must_be_even(4).ok());
}

TEST(Result, HoldsWhatOnlyMoves) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
  const auto owner = std::move(made).value();
  EXPECT_EQ(*owner, 5);
}

TEST(Result, AbsenceIsAValue) {
  const auto find = [](bool there) -> Result<std::optional<int>> {
    if (!there) return std::nullopt;
    return 3;
  };
  EXPECT_TRUE(find(false).ok());
  EXPECT_FALSE(find(false)->has_value());
  EXPECT_EQ(**find(true), 3);
}

TEST(Result, ValueOr) {
  EXPECT_EQ(half(4).value_or(-1), 2);
  EXPECT_EQ(half(5).value_or(-1), -1);
}

TEST(Error, ContextGoesInFront) {
  const auto error = Error{ErrorCode::io, "cannot read", "fd 3"}.within("segment 7: ");
  EXPECT_EQ(error, (Error{ErrorCode::io, "segment 7: cannot read", "fd 3"}));
  std::ostringstream out;
  out << error;
  EXPECT_EQ(out.str(), "io: segment 7: cannot read (fd 3)");
}

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  int code = 0;
  for (; name_of(static_cast<ErrorCode>(code)) != "unknown"; ++code) {
    const auto name = name_of(static_cast<ErrorCode>(code));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name;
  }
  EXPECT_EQ(static_cast<ErrorCode>(code - 1), ErrorCode::unknown_command_kind) << "a code without a name";
}

struct CatTag {};
struct DogTag {};
using CatId = StrongId<CatTag, uint64_t>;
using DogId = StrongId<DogTag, uint64_t>;

TEST(StrongId, ComparesAndHashesButDoesNotMix) {
  EXPECT_EQ(CatId(3), CatId(3));
  EXPECT_LT(CatId(3), CatId(4));
  EXPECT_EQ(std::hash<CatId>()(CatId(3)), std::hash<CatId>()(CatId(3)));
  static_assert(!std::is_convertible_v<CatId, DogId> && !std::is_constructible_v<DogId, CatId>);
  static_assert(!std::is_convertible_v<uint64_t, CatId>);
}

}  // namespace
}  // namespace kalam
