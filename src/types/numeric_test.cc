#include "types/numeric.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>

#include "types/value_samples.h"

namespace kalam {
namespace {

using testing::HasSubstr;

template <typename T>
std::string message_of(const Result<T>& result) {
  return result.ok() ? "no error" : result.error().message;
}

std::string decimal_text(const Result<Int128>& unscaled, int scale) {
  return unscaled.ok() ? print_decimal(*unscaled, scale) : "error";
}

const Int128 kMax38 = power_of_ten(38) - 1;

TEST(Numeric, IntegersNeverWrap) {
  EXPECT_EQ(to_i64(Value::uint64(INT64_MAX)).value(), INT64_MAX);
  EXPECT_FALSE(to_i64(Value::uint64(uint64_t{1} << 63)).ok());
  EXPECT_FALSE(to_i64(Value::float64(1)).ok());
  EXPECT_FALSE(to_i64(Value::null(ScalarKind::int64)).ok());
  EXPECT_EQ(narrow<int16_t>(int64_t{32767}).value(), 32767);
  EXPECT_EQ(message_of(narrow<int16_t>(int64_t{32768})), "Can't cast value 32768 to type Int16");
  EXPECT_EQ(message_of(narrow<uint8_t>(int64_t{-1})), "Can't cast value -1 to type UInt8");
}

TEST(Numeric, ToF64TakesNumbersOnly) {
  EXPECT_EQ(to_f64(Value::int8(-3)), -3.0);
  EXPECT_EQ(to_f64(Value::uint64(UINT64_MAX)), 0x1p64);
  EXPECT_EQ(to_f64(Value::float32(0.5f)), 0.5);
  EXPECT_EQ(to_f64(Value::text("1")), std::nullopt);
  EXPECT_EQ(to_f64(Value::boolean(true)), std::nullopt);
  EXPECT_EQ(to_f64(Value::null(ScalarKind::int64)), std::nullopt);
}

TEST(Numeric, FloatsAreCutThenChecked) {
  EXPECT_EQ(truncate_to_i64(1.7).value(), 1);
  EXPECT_EQ(truncate_to_i64(-1.7).value(), -1);
  EXPECT_EQ(truncate_to_i64(-0x1p63).value(), INT64_MIN);
  EXPECT_FALSE(truncate_to_i64(0x1p63).ok());
  EXPECT_EQ(message_of(truncate_to_i64(std::nan(""))), "Can't cast value NaN to type Int64");
  EXPECT_FALSE(truncate_to_i64(-HUGE_VAL).ok());
}

TEST(Numeric, TextIsReadStrictly) {
  EXPECT_EQ(parse_i64("-9223372036854775808").value(), INT64_MIN);
  EXPECT_EQ(parse_i64("+7").value(), 7);
  for (const auto* text : {"", " 1", "1 ", "2.9", "1e3", "+-1", "++1", "9223372036854775808", "0x10", "abc"}) {
    EXPECT_FALSE(parse_i64(text).ok()) << text;
  }
  EXPECT_EQ(parse_f64("1e3").value(), 1000.0);
  EXPECT_TRUE(std::isnan(parse_f64("NaN").value()));
  for (const auto* text : {"", "1.5x", " 1", "1e400"}) EXPECT_FALSE(parse_f64(text).ok()) << text;
  EXPECT_FALSE(parse_f32("1e39").ok());
}

TEST(Numeric, FloatsTooSmallForTheirWidthAreZero) {
  EXPECT_EQ(parse_f64("1e-320").value(), 1e-320);
  EXPECT_EQ(parse_f64("1e-400").value(), 0.0);
  EXPECT_TRUE(std::signbit(parse_f64("-1e-400").value()));
  EXPECT_EQ(parse_f32("1e-50").value(), 0.0f);
  EXPECT_EQ(parse_f32("0.00000000000000000000000000000000000000000000000001").value(), 0.0f);
  for (const auto* text : {"-1e400", "1e-", "e-400", "nan(1)", "1e99999999999"})
    EXPECT_FALSE(parse_f64(text).ok()) << text;
}

TEST(Numeric, FloatsDoNotBecomeInfinite) {
  EXPECT_EQ(narrow_to_float(0.1).value(), 0.1f);
  EXPECT_EQ(narrow_to_float(HUGE_VAL).value(), HUGE_VALF);
  EXPECT_TRUE(std::isnan(narrow_to_float(std::nan("")).value()));
  EXPECT_EQ(message_of(narrow_to_float(1e39)), "Can't cast value 1e39 to type Float32");
  EXPECT_FALSE(narrow_to_float(-1e300).ok());
}

TEST(Numeric, DecimalsAreReadExactly) {
  struct Case {
    std::string_view text;
    int precision, scale;
    std::string_view expected;
  };
  const Case cases[] = {
      {"100.50", 10, 2, "100.50"},
      {"-0.5", 10, 2, "-0.50"},
      {"+.5", 10, 2, "0.50"},
      {"5.", 10, 2, "5.00"},
      {"0.005", 10, 2, "0.01"},  // half away from zero
      {"-0.005", 10, 2, "-0.01"},
      {"0.00499999", 10, 2, "0.00"},
      {"0.0005", 10, 2, "0.00"},
      {"999.995", 5, 2, "error"},  // rounds up to a sixth digit
      {"999.994", 5, 2, "999.99"},
      {"1000", 5, 2, "error"},
      {"1e2", 5, 2, "100.00"},
      {"12345e-3", 5, 2, "12.35"},
      {"1E+2", 5, 2, "100.00"},
      {"0e999999", 5, 2, "0.00"},
      {"1e-999999", 5, 2, "0.00"},
      {"1e999999", 5, 2, "error"},
      {"000000000000000000000000000000000000000000001", 5, 2, "1.00"},
      {"12345678901234567890123456789012345678", 38, 0, "12345678901234567890123456789012345678"},
      {"99999999999999999999999999999999999999.5", 38, 0, "error"},
      {"0.00000000000000000000000000000000000001", 38, 38, "0.00000000000000000000000000000000000001"},
      {"", 5, 2, "error"},
      {".", 5, 2, "error"},
      {"-", 5, 2, "error"},
      {"1.2.3", 5, 2, "error"},
      {"1e", 5, 2, "error"},
      {"1e99999999999", 5, 2, "error"},
      {" 1", 5, 2, "error"},
      {"abc", 5, 2, "error"},
      {"NaN", 5, 2, "error"},
  };
  for (const auto& [text, precision, scale, expected] : cases) {
    EXPECT_EQ(decimal_text(parse_decimal(text, precision, scale), scale), expected) << text;
  }
}

TEST(Numeric, DecimalsAreRescaled) {
  EXPECT_EQ(rescale_decimal(12345, 3, 10, 2).value(), 1235);
  EXPECT_EQ(rescale_decimal(-12345, 3, 10, 2).value(), -1235);
  EXPECT_EQ(rescale_decimal(12344, 3, 10, 2).value(), 1234);
  EXPECT_EQ(rescale_decimal(5, 0, 10, 2).value(), 500);
  EXPECT_FALSE(rescale_decimal(kMax38, 0, 38, 1).ok());
  EXPECT_FALSE(rescale_decimal(-kMax38, 0, 38, 38).ok());
  EXPECT_FALSE(rescale_decimal(999, 0, 4, 2).ok());
  EXPECT_EQ(rescale_decimal(kMax38, 38, 38, 0).value(), 1);
  EXPECT_EQ(decimal_from_double(0.285, 10, 2).value(), 29);
  EXPECT_EQ(decimal_from_double(100.5, 10, 2).value(), 10050);
  EXPECT_FALSE(decimal_from_double(HUGE_VAL, 10, 2).ok());
  EXPECT_FALSE(decimal_from_double(std::nan(""), 10, 2).ok());
}

TEST(Numeric, DecimalsPrintAllTheirDigits) {
  EXPECT_EQ(print_decimal(20075, 2), "200.75");
  EXPECT_EQ(print_decimal(-5, 2), "-0.05");
  EXPECT_EQ(print_decimal(0, 2), "0.00");
  EXPECT_EQ(print_decimal(-7, 0), "-7");
  EXPECT_EQ(print_decimal(kMax38, 38), "0." + std::string(38, '9'));
  EXPECT_EQ(print_int128(-kMax38), "-" + std::string(38, '9'));
}

TEST(Numeric, Int128TextHasTheWholeRange) {
  const auto max = static_cast<Int128>(~static_cast<unsigned __int128>(0) >> 1);
  EXPECT_EQ(parse_int128(print_int128(max)).value(), max);
  EXPECT_EQ(parse_int128(print_int128(-max - 1)).value(), -max - 1);
  EXPECT_FALSE(parse_int128("170141183460469231731687303715884105728").ok());
  EXPECT_FALSE(parse_int128("-170141183460469231731687303715884105729").ok());
  for (const auto* text : {"", "-", "1.0", "+1", " 1"}) EXPECT_FALSE(parse_int128(text).ok()) << text;
}

TEST(Numeric, DecimalTextReadsBack) {
  EXPECT_TRUE(rc::check("print, then parse: the same decimal", [] {
    const auto value = *samples::any_decimal();
    const auto text = print_decimal(value.as_decimal(), value.scale());
    RC_ASSERT(parse_decimal(text, value.precision(), value.scale()).value() == value.as_decimal());
  }));
}

}  // namespace
}  // namespace kalam
