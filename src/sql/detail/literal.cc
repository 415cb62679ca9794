#include "sql/detail/literal.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "types/ascii.h"
#include "types/numeric.h"

namespace kalam::sql {

namespace {

std::optional<Value> value_of_integer(std::string_view digits, bool negative) {
  uint64_t magnitude = 0;
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  if (code != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  return Value::int64(static_cast<int64_t>(negative ? 0 - magnitude : magnitude));
}

std::optional<Value> value_of_decimal(std::string_view number, size_t point, bool negative) {
  const auto digits = number.size() - 1;
  if (digits > static_cast<size_t>(kDecimalDigitsMax)) return std::nullopt;
  Int128 unscaled = 0;
  for (const char c : number) {
    if (c != '.') unscaled = unscaled * 10 + (c - '0');
  }
  const auto scale = number.size() - point - 1;
  return Value::decimal(negative ? -unscaled : unscaled, static_cast<uint8_t>(digits), static_cast<int8_t>(scale));
}

std::optional<Value> value_of_double(std::string_view number, bool negative) {
  double magnitude = 0;
  const auto [stop, code] = std::from_chars(number.data(), number.data() + number.size(), magnitude);
  if (code != std::errc() || stop != number.data() + number.size() || !std::isfinite(magnitude)) return std::nullopt;
  return Value::float64(negative ? -magnitude : magnitude);
}

}  // namespace

std::optional<Value> value_of_number(std::string_view number, bool negative) {
  auto point = std::string_view::npos;
  bool exponent = false;
  for (size_t i = 0; i < number.size(); ++i) {
    const char c = number[i];
    if (is_ascii_digit(c)) continue;
    if (c == '.') point = i;
    else if (c == 'e' || c == 'E') exponent = true;
    else if (!exponent || (c != '-' && c != '+')) return std::nullopt;
  }
  if (exponent) return value_of_double(number, negative);
  if (point == std::string_view::npos) return value_of_integer(number, negative);
  return value_of_decimal(number, point, negative);
}

std::string value_of_plain_text(std::string_view literal) {
  const auto inside = literal.substr(1, literal.size() - 2);
  std::string text(inside.substr(0, inside.find('\'')));
  for (size_t i = text.size(); i < inside.size(); ++i) {
    if (inside[i] == '\'') ++i;
    text += inside[i];
  }
  return text;
}

}  // namespace kalam::sql
