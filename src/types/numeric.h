// Numbers from one width to another: the one place of all numeric conversion. Nothing wraps, nothing is cut silently:
// what does not fit is an error, and rounding is half away from zero, as SQL does it.

#pragma once
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "types/value.h"

namespace kalam {

inline constexpr int kDecimalDigitsMax = 38;

// 10 to the power of `exponent`, 0…38.
Int128 power_of_ten(int exponent);

// All integers and floats as a double, possibly rounded; nothing for NULL and other kinds.
std::optional<double> to_f64(const Value& value);

// All integers. UInt64 beyond the range, NULL and other kinds are errors.
Result<int64_t> to_i64(const Value& value);

// An integer of another width, if the number fits.
template <std::integral To, std::integral From>
Result<To> narrow(From value) {
  if (std::in_range<To>(value)) return static_cast<To>(value);
  return Error{ErrorCode::invalid_input, "Can't cast value " + std::to_string(value) + " to type " +
                                             (std::is_signed_v<To> ? "Int" : "UInt") +
                                             std::to_string(std::numeric_limits<To>::digits + std::is_signed_v<To>)};
}

// The fraction is cut, then the range is checked; NaN is refused.
Result<int64_t> truncate_to_i64(double value);

// The nearest float; a number beyond the greatest one is an error, infinities and NaN stay.
Result<float> narrow_to_float(double value);

// Strict texts: all of it is the number, no white space. A leading '+' is fine.
Result<int64_t> parse_i64(std::string_view text);
Result<double> parse_f64(std::string_view text);  // NaN, inf, infinity, any case; what is too small is 0
Result<float> parse_f32(std::string_view text);

// Decimals: an unscaled integer of at most `precision` digits, `scale` of them behind the point.
bool fits_decimal(Int128 unscaled, int precision);
std::string print_decimal(Int128 unscaled, int scale);  // exactly `scale` digits behind the point
Result<Int128> parse_decimal(std::string_view text, int precision, int scale);  // "-1.50", "2e3"; rounds
Result<Int128> rescale_decimal(Int128 unscaled, int from_scale, int precision, int scale);
Result<Int128> decimal_from_double(double value, int precision, int scale);  // of its shortest text: 0.285 is 0.285
double decimal_to_f64(Int128 unscaled, int scale);                           // the nearest double

std::string print_int128(Int128 value);
Result<Int128> parse_int128(std::string_view text);

}  // namespace kalam
