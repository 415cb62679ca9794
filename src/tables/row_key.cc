#include "tables/row_key.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "types/cast.h"

namespace kalam::tables {
namespace {

bool is_signed_integer(ScalarKind kind) { return kind >= ScalarKind::int8 && kind <= ScalarKind::int64; }
bool is_unsigned_integer(ScalarKind kind) { return kind >= ScalarKind::uint8 && kind <= ScalarKind::uint64; }

std::optional<int64_t> integer_of(const Value& value) {
  if (is_signed_integer(value.kind())) return value.as_int64();
  if (is_unsigned_integer(value.kind()) && value.as_uint64() <= uint64_t{std::numeric_limits<int64_t>::max()}) {
    return static_cast<int64_t>(value.as_uint64());
  }
  return std::nullopt;
}

std::optional<double> double_of(const Value& value) {
  if (value.kind() == ScalarKind::float32) return static_cast<double>(value.as_float());
  if (value.kind() == ScalarKind::float64) return value.as_double();
  constexpr int64_t kExactMax = int64_t{1} << 53;
  const auto integer = integer_of(value);
  if (!integer || *integer > kExactMax || *integer < -kExactMax) return std::nullopt;
  return static_cast<double>(*integer);
}

// Unsigned, in the order of numbers: −∞ … −0 = 0 … ∞, NaN.
uint64_t ordered_bits(double number) {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  if (std::isnan(number)) return UINT64_MAX;
  if (number == 0) number = 0;  // −0
  const auto bits = std::bit_cast<uint64_t>(number);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

std::optional<int64_t> micros_of(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::timestamp_us: return value.as_int64();
    case ScalarKind::timestamp_ms: {
      int64_t micros = 0;
      if (__builtin_mul_overflow(value.as_int64(), int64_t{1000}, &micros)) return std::nullopt;
      return micros;
    }
    case ScalarKind::timestamp_ns:
      if (value.as_int64() % 1000 != 0) return std::nullopt;
      return value.as_int64() / 1000;
    default: return std::nullopt;
  }
}

uint64_t big_endian_word(std::string_view bytes) {
  uint64_t word = 0;
  for (const char byte : bytes.substr(0, 8)) word = word << 8 | static_cast<unsigned char>(byte);
  return word;
}

}  // namespace

bool can_be_row_key(const DataType& type) { return type.tag() != TypeTag::embedding && type.tag() != TypeTag::file; }

bool append_comparable(const DataType& type, const Value& value, codec::KeyWriter& key) {
  if (value.is_null()) return false;
  const auto kind = value.kind();
  switch (type.tag()) {
    case TypeTag::smallint:
    case TypeTag::integer:
    case TypeTag::bigint: {
      const auto integer = integer_of(value);
      return integer && (key.i64(*integer), true);
    }
    case TypeTag::float_:
    case TypeTag::double_: {
      const auto number = double_of(value);
      return number && (key.u64(ordered_bits(*number)), true);
    }
    case TypeTag::boolean: return kind == ScalarKind::boolean && (key.u8(value.as_bool() ? 1 : 0), true);
    case TypeTag::text:
    case TypeTag::json:
      return (kind == ScalarKind::utf8 || kind == ScalarKind::large_utf8) && (key.text(value.as_text()), true);
    case TypeTag::bytes:
      return (kind == ScalarKind::binary || kind == ScalarKind::large_binary || kind == ScalarKind::fixed_binary) &&
             (key.text(value.as_bytes()), true);
    case TypeTag::uuid: {
      if (kind != ScalarKind::fixed_binary || value.size() != 16) return false;
      const auto bytes = value.as_bytes();
      key.u64(big_endian_word(bytes)).u64(big_endian_word(bytes.substr(8)));
      return true;
    }
    case TypeTag::decimal:
      return kind == ScalarKind::decimal128 && value.scale() == static_cast<int8_t>(type.scale()) &&
             (key.i128(value.as_decimal()), true);
    case TypeTag::date: return kind == ScalarKind::date32 && (key.i32(static_cast<int32_t>(value.as_int64())), true);
    case TypeTag::time: return kind == ScalarKind::time64_us && (key.i64(value.as_int64()), true);
    case TypeTag::timestamp:
    case TypeTag::datetime: {
      const auto micros = micros_of(value);
      return micros && (key.i64(*micros), true);
    }
    case TypeTag::embedding:
    case TypeTag::file: return false;
  }
  return false;
}

Status append_key(const ColumnDefinition& column, const Value& value, codec::KeyWriter& key) {
  if (!value.is_null() && is_kept_as(value, column.type) && append_comparable(column.type, value, key)) return {};
  Error refused{ErrorCode::invalid_input, "Primary key column '" + column.name + "' has unsupported or NULL value"};
  if (!value.is_null()) refused.detail = arrow_debug_name_of(value) + " in a column of type " + column.type.sql_name();
  return refused;
}

}  // namespace kalam::tables
