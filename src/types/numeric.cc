#include "types/numeric.h"

#include <array>
#include <charconv>
#include <cmath>

#include "types/ascii.h"
#include "types/json_text.h"

namespace kalam {
namespace {

using UInt128 = unsigned __int128;

constexpr auto kPowersOfTen = [] {
  std::array<Int128, kDecimalDigitsMax + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

UInt128 magnitude(Int128 value) { return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value); }

Error no_number(std::string_view text, std::string_view type) {
  return Error{ErrorCode::invalid_input,
               "Cannot cast string '" + std::string(text) + "' to value of " + std::string(type) + " type"};
}

Error decimal_overflow(std::string_view number, int precision, int scale) {
  return Error{ErrorCode::invalid_input, std::string(number) + " is too large to store in a Decimal128(" +
                                             std::to_string(precision) + ", " + std::to_string(scale) + ")"};
}

template <typename Number>
Result<Number> parse_number(std::string_view text, std::string_view type) {
  const auto digits = text.starts_with('+') && !text.starts_with("+-") ? text.substr(1) : text;
  Number value{};
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) return no_number(text, type);
  return value;
}

template <std::floating_point Float>
Result<Float> parse_float(std::string_view text, std::string_view type) {
  if (text.ends_with(')')) return no_number(text, type);  // the nan(…) of C
  auto value = parse_number<Float>(text, type);
  // from_chars refuses what is too small as it refuses what is too large. The one rounds to zero, the other to nothing.
  if (!value.ok() && parse_decimal(text, kDecimalDigitsMax, 0).ok())
    return text.starts_with('-') ? Float{-0.0} : Float{0};
  return value;
}

}  // namespace

Int128 power_of_ten(int exponent) { return kPowersOfTen[static_cast<size_t>(exponent)]; }

std::optional<double> to_f64(const Value& value) {
  if (value.is_null()) return std::nullopt;
  switch (value.kind()) {
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::int64: return static_cast<double>(value.as_int64());
    case ScalarKind::uint8:
    case ScalarKind::uint16:
    case ScalarKind::uint32:
    case ScalarKind::uint64: return static_cast<double>(value.as_uint64());
    case ScalarKind::float32: return static_cast<double>(value.as_float());
    case ScalarKind::float64: return value.as_double();
    default: return std::nullopt;
  }
}

Result<int64_t> to_i64(const Value& value) {
  if (!value.is_null()) {
    switch (value.kind()) {
      case ScalarKind::int8:
      case ScalarKind::int16:
      case ScalarKind::int32:
      case ScalarKind::int64: return value.as_int64();
      case ScalarKind::uint8:
      case ScalarKind::uint16:
      case ScalarKind::uint32:
      case ScalarKind::uint64: return narrow<int64_t>(value.as_uint64());
      default: break;
    }
  }
  return Error{ErrorCode::invalid_input, std::string(name_of(value.kind())) + " is not an integer"};
}

Result<int64_t> truncate_to_i64(double value) {
  // 2^63 is a double, the largest int64 is not: hence one bound with "<" and one with ">=".
  const double cut = std::trunc(value);
  if (cut >= -0x1p63 && cut < 0x1p63) return static_cast<int64_t>(cut);
  std::string text;
  append_double(text, value);
  return Error{ErrorCode::invalid_input, "Can't cast value " + text + " to type Int64"};
}

Result<int64_t> parse_i64(std::string_view text) { return parse_number<int64_t>(text, "Int64"); }
Result<double> parse_f64(std::string_view text) { return parse_float<double>(text, "Float64"); }
Result<float> parse_f32(std::string_view text) { return parse_float<float>(text, "Float32"); }

Result<float> narrow_to_float(double value) {
  const auto narrow = static_cast<float>(value);
  if (!std::isinf(narrow) || std::isinf(value)) return narrow;
  std::string text;
  append_double(text, value);
  return Error{ErrorCode::invalid_input, "Can't cast value " + text + " to type Float32"};
}

bool fits_decimal(Int128 unscaled, int precision) { return magnitude(unscaled) < magnitude(power_of_ten(precision)); }

std::string print_int128(Int128 value) {
  char buffer[40];
  char* at = buffer + sizeof buffer;
  UInt128 rest = magnitude(value);
  do {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (value < 0) *--at = '-';
  return std::string(at, buffer + sizeof buffer);
}

Result<Int128> parse_int128(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto digits = negative ? text.substr(1) : text;
  if (digits.empty()) return no_number(text, "Int128");
  const UInt128 limit = (UInt128{1} << 127) - (negative ? 0 : 1);
  UInt128 value = 0;
  for (const char c : digits) {
    if (!is_ascii_digit(c)) return no_number(text, "Int128");
    const auto digit = static_cast<unsigned>(c - '0');
    if (value > (limit - digit) / 10) return no_number(text, "Int128");
    value = value * 10 + digit;
  }
  return static_cast<Int128>(negative ? -value : value);
}

std::string print_decimal(Int128 unscaled, int scale) {
  auto digits = print_int128(unscaled);
  if (scale <= 0) return digits;
  const size_t sign = unscaled < 0 ? 1 : 0;
  const auto behind = static_cast<size_t>(scale);
  if (digits.size() - sign <= behind) digits.insert(sign, behind + 1 - (digits.size() - sign), '0');
  digits.insert(digits.size() - behind, 1, '.');
  return digits;
}

Result<Int128> parse_decimal(std::string_view text, int precision, int scale) {
  const auto fail = [&] {
    return no_number(text, "Decimal128(" + std::to_string(precision) + ", " + std::to_string(scale) + ")");
  };
  auto rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);

  // The digits without leading zeros, and where the point stands among them.
  const auto mark = rest.find_first_of("eE");
  const auto mantissa = rest.substr(0, mark);
  std::string digits;
  int64_t point = 0;
  bool seen_point = false;
  bool seen_digit = false;
  for (const char c : mantissa) {
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (!is_ascii_digit(c)) return fail();
    seen_digit = true;
    if (c != '0' || !digits.empty()) digits.push_back(c);
    else if (seen_point) --point;
    if (!seen_point && !digits.empty()) ++point;
  }
  if (!seen_digit) return fail();
  if (mark != std::string_view::npos) {
    auto exponent = parse_number<int32_t>(rest.substr(mark + 1), "exponent");
    if (!exponent.ok()) return fail();
    point += *exponent;
  }
  if (digits.empty()) return Int128{0};

  // Keep what stands before digit `scale` behind the point; the next digit decides about rounding.
  const int64_t keep = point + scale;
  if (keep > precision) return decimal_overflow(text, precision, scale);
  if (keep < 0) return Int128{0};
  Int128 value = 0;
  for (int64_t i = 0; i < keep; ++i) {
    value = value * 10 + (i < static_cast<int64_t>(digits.size()) ? digits[static_cast<size_t>(i)] - '0' : 0);
  }
  if (keep < static_cast<int64_t>(digits.size()) && digits[static_cast<size_t>(keep)] >= '5') ++value;
  if (!fits_decimal(value, precision)) return decimal_overflow(text, precision, scale);
  return negative ? -value : value;
}

Result<Int128> rescale_decimal(Int128 unscaled, int from_scale, int precision, int scale) {
  Int128 value = unscaled;
  if (scale > from_scale) {
    // Compared before multiplying: 38 digits times ten does not fit into 128 bits.
    const auto factor = power_of_ten(scale - from_scale);
    if (magnitude(value) > magnitude(power_of_ten(kDecimalDigitsMax) / factor)) {
      return decimal_overflow(print_decimal(unscaled, from_scale), precision, scale);
    }
    value *= factor;
  } else if (scale < from_scale) {
    const auto factor = power_of_ten(from_scale - scale);
    const Int128 rest = value % factor;
    value /= factor;
    if (magnitude(rest) >= magnitude(factor / 2)) value += unscaled < 0 ? -1 : 1;
  }
  if (!fits_decimal(value, precision)) return decimal_overflow(print_decimal(unscaled, from_scale), precision, scale);
  return value;
}

Result<Int128> decimal_from_double(double value, int precision, int scale) {
  std::string text;
  append_double(text, value);
  return parse_decimal(text, precision, scale);
}

double decimal_to_f64(Int128 unscaled, int scale) {
  // By its text, which from_chars rounds once; dividing would round twice.
  const auto text = print_decimal(unscaled, scale);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace kalam
