#include "types/order.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/testing/temp_directory.h"
#include "types/value_samples.h"

namespace kalam {
namespace {

// Ascending; values of one line are equal.
std::vector<std::vector<Value>> ladder() {
  const Int128 max38 = power_of_ten(38) - 1;
  return {
      {Value::boolean(false)},
      {Value::boolean(true)},
      {Value::float64(-HUGE_VAL), Value::float32(-HUGE_VALF)},
      {Value::float64(-0x1p127)},
      {Value::decimal(-max38, 38, 0)},
      {Value::int64(INT64_MIN), Value::float64(-0x1p63)},
      {Value::float64(-1.5), Value::decimal(-15, 5, 1), Value::float32(-1.5f)},
      {Value::int8(-1), Value::float64(-1), Value::decimal(-100, 5, 2)},
      {Value::decimal(-1, 38, 38)},
      {Value::float64(-1e-300)},
      {Value::float64(-5e-324)},
      {Value::int64(0), Value::uint8(0), Value::float64(0.0), Value::float64(-0.0), Value::float32(-0.0f),
       Value::decimal(0, 5, 2)},
      {Value::float64(5e-324)},
      {Value::decimal(1, 38, 38)},
      {Value::decimal(1, 5, 1)},  // 0.1 exactly, less than the double next to it
      {Value::float64(0.1)},
      {Value::float32(0.1f)},
      {Value::float64(0.5), Value::decimal(5, 1, 1), Value::decimal(5000, 10, 4)},
      {Value::int64(1), Value::uint64(1), Value::float64(1.0), Value::decimal(100, 10, 2), Value::decimal(1, 1, 0)},
      {Value::decimal(1001, 10, 3)},
      {Value::float64(0x1p53), Value::int64(int64_t{1} << 53)},
      {Value::int64((int64_t{1} << 53) + 1)},
      {Value::float64(0x1p53 + 2)},
      {Value::int64(INT64_MAX)},
      {Value::uint64(uint64_t{1} << 63), Value::float64(0x1p63)},
      {Value::uint64(UINT64_MAX)},
      {Value::float64(0x1p64), Value::decimal(static_cast<Int128>(1) << 64, 20, 0)},
      {Value::decimal(max38, 38, 0)},
      {Value::float64(0x1p127)},
      {Value::float64(HUGE_VAL), Value::float32(HUGE_VALF)},
      {Value::float64(std::nan("")), Value::float64(-std::nan("1")), Value::float32(std::nanf(""))},
      {Value::date(-1)},
      {Value::date(1)},
      {Value::time(5)},
      {Value::timestamp_ms(-1)},
      {Value::timestamp_ms(1), Value::timestamp_us(1000, "UTC"), Value::timestamp_ns(1000000)},
      {Value::timestamp_ns(1000001)},
      {Value::timestamp_ms(INT64_MAX)},
      {Value::text(""), Value::large_text("")},
      {Value::text("A")},
      {Value::text("a")},
      {Value::text("\xC3\xA9")},
      {Value::binary("a"), Value::fixed_binary("a"), Value::large_binary("a")},
      {Value::binary("\xFF")},
      {Value::embedding(std::array{1.0f})},
      {Value::embedding(std::array{1.0f, 0.0f}), Value::embedding(std::array{1.0f, -0.0f})},
      {Value::embedding(std::array{1.0f, std::nanf("")})},
      {Value::embedding(std::array{1.0f, 0.0f}, std::array{true, false})},
      {Value(), Value::null(ScalarKind::utf8), Value::null_decimal(10, 2)},
  };
}

TEST(Order, TheLadderHolds) {
  const auto steps = ladder();
  for (size_t i = 0; i < steps.size(); ++i) {
    for (size_t j = 0; j < steps.size(); ++j) {
      for (const auto& a : steps[i]) {
        for (const auto& b : steps[j]) {
          EXPECT_TRUE(compare(a, b) == (i <=> j)) << a << " and " << b;
          if (i == j) {
            EXPECT_EQ(stable_hash(a), stable_hash(b)) << a << " and " << b;
          }
        }
      }
    }
  }
}

TEST(Order, IsTotalOverNumbers) {
  EXPECT_TRUE(rc::check("antisymmetric and transitive, and the hash agrees", [] {
    const auto a = *samples::any_number();
    const auto b = *samples::any_number();
    const auto c = *samples::any_number();
    RC_ASSERT(std::is_eq(compare(a, a)));
    RC_ASSERT(std::is_eq(compare(a, b)) == std::is_eq(compare(b, a)));
    RC_ASSERT(std::is_lt(compare(a, b)) == std::is_gt(compare(b, a)));
    if (compare(a, b) <= 0 && compare(b, c) <= 0) RC_ASSERT(std::is_lteq(compare(a, c)));
    if (compare(a, b) == 0 && compare(b, c) == 0) RC_ASSERT(std::is_eq(compare(a, c)));
    if (compare(a, b) == 0) RC_ASSERT(stable_hash(a) == stable_hash(b));
  }));
}

TEST(Order, IsTotalOverAllValues) {
  EXPECT_TRUE(rc::check("antisymmetric and transitive, and the hash agrees",
                        [](const Value& a, const Value& b, const Value& c) {
                          RC_ASSERT(std::is_eq(compare(a, b)) == std::is_eq(compare(b, a)));
                          RC_ASSERT(std::is_lt(compare(a, b)) == std::is_gt(compare(b, a)));
                          if (compare(a, b) <= 0 && compare(b, c) <= 0) RC_ASSERT(std::is_lteq(compare(a, c)));
                          if (compare(a, b) == 0) RC_ASSERT(stable_hash(a) == stable_hash(b));
                          if (a == b) RC_ASSERT(std::is_eq(compare(a, b)));  // equality of stored rows is the finer one
                        }));
}

TEST(Order, DecimalsMeetTheDoublesTheyEqual) {
  EXPECT_TRUE(rc::check("halves, quarters, …: the decimal of a double equals it and hashes alike", [] {
    const auto numerator = *rc::gen::inRange<int64_t>(-1'000'000'000, 1'000'000'000);
    const auto digits = *rc::gen::inRange(0, 25);
    const auto real = std::ldexp(static_cast<double>(numerator), -digits);
    Int128 unscaled = numerator;
    for (int i = 0; i < digits; ++i) unscaled *= 5;
    const auto exact = Value::decimal(unscaled, 38, static_cast<int8_t>(digits));
    RC_ASSERT(std::is_eq(compare(exact, Value::float64(real))));
    RC_ASSERT(stable_hash(exact) == stable_hash(Value::float64(real)));
  }));
}

TEST(Hash, IsXxh64) {
  EXPECT_EQ(stable_hash(std::string_view("")), 0xEF46DB3751D8E999u);
  EXPECT_EQ(stable_hash(std::string_view("a")), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(stable_hash(std::string_view("abc")), 0x44BC2CF5AD770999u);
  EXPECT_EQ(stable_hash(std::string_view("Nobody inspects the spammish repetition")), 0xFBCEA83C8A378BF1u);
}

// What another process must find again, value by value.
std::string hashes_of_the_ladder() {
  std::string text;
  for (const auto& step : ladder()) {
    for (const auto& value : step) text += std::to_string(stable_hash(value)) + "\n";
  }
  return text;
}

// Written down once: a change of any of them would lose what is stored by hash.
TEST(TypesSpec, Case29_HashesAreConstants) {
  EXPECT_EQ(stable_hash(Value::int64(1)), 13783842742099207094u);
  EXPECT_EQ(stable_hash(Value::text("kalam")), 14222074307140122791u);
  EXPECT_EQ(stable_hash(Value::float64(0.1)), 10600887517998311690u);
  EXPECT_EQ(stable_hash(Value()), 12231061268324235159u);
}

// This program as its own second process: with the name of a file it writes the hashes there and ends before any test.
const bool kSecondProcess = [] {
  const char* path = std::getenv("KALAM_TEST_HASH_FILE");
  if (!path) return false;
  std::ofstream(path) << hashes_of_the_ladder();
  std::_Exit(0);
}();

TEST(TypesSpec, Case29_HashesAreTheSameInAnotherProcess) {
  const TempDirectory directory;
  ASSERT_FALSE(kSecondProcess);
  const auto path = directory / "hashes";
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto command = "KALAM_TEST_HASH_FILE='" + path + "' '" + self + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream file(path);
  const std::string found{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(found, hashes_of_the_ladder());
}

TEST(PrimaryKey, TextIsCanonical) {
  struct Case {
    Value value;
    std::string_view text;
  };
  const Case cases[] = {
      {Value::int64(-5), "-5"},
      {Value::text("It's"), "It's"},
      {Value::boolean(true), "true"},
      {Value::float64(1.5), "1.5"},
      {Value::float64(-0.0), "0.0"},
      {Value::float32(0.1f), "0.1"},
      {Value::float64(-std::nan("")), "NaN"},
      {Value::uuid({0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}),
       "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
      {Value::date(11356), "2001-02-03"},
      {Value::timestamp_us(981158400000000), "981158400000000"},
      {Value::time(5), "5"},
      {Value::decimal(150, 8, 2), "1.50"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(pk_text(value).value(), text);
  for (const auto& value :
       {Value(), Value::null(ScalarKind::int64), Value::binary("a"), Value::embedding(std::array{1.0f})}) {
    EXPECT_FALSE(pk_text(value).ok()) << value;
  }
}

TEST(PrimaryKey, SomeTypesCannotBeOne) {
  for (const auto tag : {TypeTag::json, TypeTag::bytes, TypeTag::file}) EXPECT_FALSE(can_be_primary_key(tag));
  EXPECT_FALSE(can_be_primary_key(DataType::embedding(3).value()));
  for (const auto tag : {TypeTag::uuid, TypeTag::bigint, TypeTag::text, TypeTag::double_, TypeTag::date}) {
    EXPECT_TRUE(can_be_primary_key(tag));
  }
}

}  // namespace
}  // namespace kalam
