#include "types/cast.h"

#include <cmath>
#include <vector>

#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"
#include "types/numeric.h"
#include "types/temporal.h"
#include "types/uuid.h"

namespace kalam {
namespace {

bool is_text(const Value& value) { return value.kind() == ScalarKind::utf8 || value.kind() == ScalarKind::large_utf8; }
bool is_bytes(const Value& value) {
  return value.kind() >= ScalarKind::binary && value.kind() <= ScalarKind::fixed_binary;
}
bool is_integer(const Value& value) { return value.kind() >= ScalarKind::int8 && value.kind() <= ScalarKind::uint64; }
bool is_float(const Value& value) { return value.kind() == ScalarKind::float32 || value.kind() == ScalarKind::float64; }
bool is_timestamp(const Value& value) {
  return value.kind() >= ScalarKind::timestamp_ms && value.kind() <= ScalarKind::timestamp_ns;
}

Error failure(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }

Error no_cast(const Value& value, const DataType& type) {
  return failure("Casting from " + arrow_debug_name_of(value) + " to " + type.arrow_debug_name() + " not supported");
}

// A timestamp of any unit, in microseconds.
Result<int64_t> micros_of(const Value& value) {
  const auto raw = value.as_int64();
  int64_t micros = raw;
  if (value.kind() == ScalarKind::timestamp_ms && __builtin_mul_overflow(raw, int64_t{1000}, &micros)) {
    return failure("timestamp " + std::to_string(raw) + " ms is out of range");
  }
  if (value.kind() == ScalarKind::timestamp_ns) micros = raw / 1000 - (raw % 1000 < 0 ? 1 : 0);
  return micros;
}

// Days and the rest of the day, also before 1970.
std::pair<int64_t, int64_t> split_days(int64_t micros) {
  auto days = micros / kMicrosPerDay;
  auto rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  return {days, rest};
}

Result<int64_t> cast_to_integer(const Value& value, const DataType& type) {
  if (value.kind() == ScalarKind::boolean) return value.as_bool() ? 1 : 0;
  if (is_integer(value)) return to_i64(value);
  if (is_float(value)) return truncate_to_i64(*to_f64(value));
  if (value.kind() == ScalarKind::decimal128) {
    const Int128 whole = value.as_decimal() / power_of_ten(value.scale());
    if (whole < INT64_MIN || whole > INT64_MAX) {
      return failure("Can't cast value " + print_int128(whole) + " to type Int64");
    }
    return static_cast<int64_t>(whole);
  }
  if (is_text(value)) {
    if (auto number = parse_i64(value.as_text()); number.ok()) return number;
    return failure("Cannot cast string '" + std::string(value.as_text()) + "' to value of " + type.arrow_debug_name() +
                   " type");
  }
  if (value.kind() == ScalarKind::date32 || value.kind() == ScalarKind::time64_us || is_timestamp(value)) {
    return value.as_int64();
  }
  return no_cast(value, type);
}

Result<double> cast_to_double(const Value& value, const DataType& type) {
  if (value.kind() == ScalarKind::boolean) return value.as_bool() ? 1.0 : 0.0;
  if (const auto number = to_f64(value)) return *number;
  if (value.kind() == ScalarKind::decimal128) return decimal_to_f64(value.as_decimal(), value.scale());
  if (is_text(value)) return parse_f64(value.as_text());
  return no_cast(value, type);
}

Result<Value> cast_to_float(const Value& value, const DataType& type) {
  // Text goes straight to 32 bits: over a double it would be rounded twice.
  if (is_text(value)) return Value::float32(TRY(parse_f32(value.as_text())));
  const auto wide = TRY(cast_to_double(value, type));
  return Value::float32(TRY(narrow_to_float(wide)));
}

Result<Value> cast_to_boolean(const Value& value, const DataType& type) {
  if (is_integer(value) || is_float(value)) return Value::boolean(*to_f64(value) != 0);
  if (!is_text(value)) return no_cast(value, type);
  const auto word = ascii_lower(value.as_text());
  for (const std::string_view yes : {"true", "t", "1", "yes", "on"}) {
    if (word == yes) return Value::boolean(true);
  }
  for (const std::string_view no : {"false", "f", "0", "no", "off"}) {
    if (word == no) return Value::boolean(false);
  }
  return failure("Cannot cast string '" + std::string(value.as_text()) + "' to value of Boolean type");
}

Result<Value> cast_to_decimal(const Value& value, const DataType& type) {
  const int precision = type.precision();
  const int scale = type.scale();
  Int128 unscaled = 0;
  if (value.kind() == ScalarKind::decimal128) {
    unscaled = TRY(rescale_decimal(value.as_decimal(), value.scale(), precision, scale));
  } else if (value.kind() >= ScalarKind::uint8 && value.kind() <= ScalarKind::uint64) {
    unscaled = TRY(rescale_decimal(static_cast<Int128>(value.as_uint64()), 0, precision, scale));
  } else if (is_integer(value)) {
    unscaled = TRY(rescale_decimal(value.as_int64(), 0, precision, scale));
  } else if (value.kind() == ScalarKind::float32) {
    std::string text;
    append_float(text, value.as_float());
    unscaled = TRY(parse_decimal(text, precision, scale));
  } else if (value.kind() == ScalarKind::float64) {
    unscaled = TRY(decimal_from_double(value.as_double(), precision, scale));
  } else if (is_text(value)) {
    unscaled = TRY(parse_decimal(value.as_text(), precision, scale));
  } else {
    return no_cast(value, type);
  }
  return Value::decimal(unscaled, type.precision(), static_cast<int8_t>(scale));
}

Result<Value> cast_to_date(const Value& value, const DataType& type) {
  if (is_integer(value)) {
    const auto days = TRY(to_i64(value));
    return Value::date(TRY(narrow<int32_t>(days)));
  }
  if (is_text(value)) return Value::date(TRY(parse_date(value.as_text())));
  if (is_timestamp(value)) return Value::date(static_cast<int32_t>(split_days(TRY(micros_of(value))).first));
  return no_cast(value, type);
}

Result<Value> cast_to_time(const Value& value, const DataType& type) {
  if (is_text(value)) return Value::time(TRY(parse_time(value.as_text())));
  if (is_timestamp(value)) return Value::time(split_days(TRY(micros_of(value))).second);
  if (!is_integer(value)) return no_cast(value, type);
  const auto micros = TRY(to_i64(value));
  if (micros < 0 || micros >= kMicrosPerDay) return failure("time " + std::to_string(micros) + " is not within a day");
  return Value::time(micros);
}

Result<Value> cast_to_timestamp(const Value& value, const DataType& type) {
  int64_t micros = 0;
  if (is_integer(value)) micros = TRY(to_i64(value));
  else if (is_text(value)) micros = TRY(parse_timestamp(value.as_text()));
  else if (is_timestamp(value)) micros = TRY(micros_of(value));
  // 2^31 days of microseconds are more than an int64.
  else if (value.kind() != ScalarKind::date32) return no_cast(value, type);
  else if (__builtin_mul_overflow(value.as_int64(), kMicrosPerDay, &micros)) {
    return failure("date " + text_of(value) + " is out of range of a timestamp");
  }
  return Value::timestamp_us(micros, type.tag() == TypeTag::datetime ? "UTC" : "");
}

Result<Value> cast_to_bytes(const Value& value, const DataType& type) {
  if (is_text(value)) return Value::binary(std::string(value.as_text()));
  if (is_bytes(value)) return Value::binary(std::string(value.as_bytes()));
  return no_cast(value, type);
}

Result<Value> coerce_to_uuid(const Value& value, std::string_view column) {
  const auto to_value = [](std::string_view bytes) { return Value::fixed_binary(std::string(bytes)); };
  const auto place = "for column '" + std::string(column) + "'";
  if (is_text(value)) {
    auto uuid = parse_uuid(value.as_text());
    if (uuid.ok()) return Value::uuid(*uuid);
    return failure("Invalid UUID literal '" + std::string(value.as_text()) + "' " + place + ": " +
                   uuid.error().message);
  }
  if (value.kind() == ScalarKind::fixed_binary) {
    if (value.size() == 16) return to_value(value.as_bytes());
    const auto size = std::to_string(value.size());
    return failure("UUID fixed binary literal must be 16 bytes " + place + ", got size " + size + " and len " + size);
  }
  if (is_bytes(value)) {
    if (value.as_bytes().size() == 16) return to_value(value.as_bytes());
    return failure("UUID binary literal must be 16 bytes " + place + ", got " +
                   std::to_string(value.as_bytes().size()));
  }
  return failure("Unable to coerce value " + text_of(value) + " to UUID " + place);
}

Result<std::vector<float>> read_floats(std::string_view text) {
  std::vector<float> elements;
  JsonReader json(text);
  TRY(json.begin_array());
  while (TRY(json.element())) {
    const auto number = TRY(json.number());
    elements.push_back(TRY(parse_f32(number)));
  }
  TRY(json.end());
  return elements;
}

Result<Value> coerce_to_embedding(const Value& value, const DataType& type, std::string_view column) {
  const auto mismatch = [&](size_t got) {
    return failure("Embedding dimension mismatch for column '" + std::string(column) + "': expected " +
                   std::to_string(type.dimension()) + ", got " + std::to_string(got));
  };
  if (value.kind() == ScalarKind::embedding) return mismatch(static_cast<size_t>(value.size()));
  if (!is_text(value)) {
    return failure("Unable to cast value " + arrow_debug_name_of(value) + " to " + type.arrow_debug_name() +
                   " for column '" + std::string(column) + "': " + no_cast(value, type).message);
  }
  auto text = value.as_text();
  const auto trim = [&] {
    while (!text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')))
      text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r'))) text.remove_suffix(1);
  };
  trim();
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  auto elements = read_floats(text);
  if (!elements.ok()) {
    return failure("Invalid embedding JSON for column '" + std::string(column) + "': " + elements.error().message);
  }
  if (elements->size() != type.dimension()) return mismatch(elements->size());
  return Value::embedding(*elements);
}

Result<Value> cast(const Value& value, const DataType& type) {
  switch (type.tag()) {
    case TypeTag::boolean: return cast_to_boolean(value, type);
    case TypeTag::smallint: {
      const auto number = TRY(cast_to_integer(value, type));
      return Value::int16(TRY(narrow<int16_t>(number)));
    }
    case TypeTag::integer: {
      const auto number = TRY(cast_to_integer(value, type));
      return Value::int32(TRY(narrow<int32_t>(number)));
    }
    case TypeTag::bigint: return Value::int64(TRY(cast_to_integer(value, type)));
    case TypeTag::double_: return Value::float64(TRY(cast_to_double(value, type)));
    case TypeTag::float_: return cast_to_float(value, type);
    case TypeTag::text:
    case TypeTag::json:
    case TypeTag::file: return Value::text(text_of(value));
    case TypeTag::timestamp:
    case TypeTag::datetime: return cast_to_timestamp(value, type);
    case TypeTag::date: return cast_to_date(value, type);
    case TypeTag::time: return cast_to_time(value, type);
    case TypeTag::bytes: return cast_to_bytes(value, type);
    case TypeTag::decimal: return cast_to_decimal(value, type);
    case TypeTag::embedding:
    case TypeTag::uuid: break;  // have rules of their own, see coerce()
  }
  return no_cast(value, type);
}

std::string join_embedding(const Value& value) {
  std::string text = "[";
  const auto elements = value.as_embedding();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i) text.push_back(',');
    if (value.element_valid(i)) append_float(text, elements[i]);
    else text += "null";
  }
  return text + "]";
}

}  // namespace

ScalarKind kind_of(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::boolean: return ScalarKind::boolean;
    case TypeTag::smallint: return ScalarKind::int16;
    case TypeTag::integer: return ScalarKind::int32;
    case TypeTag::bigint: return ScalarKind::int64;
    case TypeTag::double_: return ScalarKind::float64;
    case TypeTag::float_: return ScalarKind::float32;
    case TypeTag::text:
    case TypeTag::json:
    case TypeTag::file: return ScalarKind::utf8;
    case TypeTag::timestamp:
    case TypeTag::datetime: return ScalarKind::timestamp_us;
    case TypeTag::date: return ScalarKind::date32;
    case TypeTag::time: return ScalarKind::time64_us;
    case TypeTag::bytes: return ScalarKind::binary;
    case TypeTag::embedding: return ScalarKind::embedding;
    case TypeTag::uuid: return ScalarKind::fixed_binary;
    case TypeTag::decimal: return ScalarKind::decimal128;
  }
  return ScalarKind::null;
}

Value null_of(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::embedding: return Value();
    case TypeTag::uuid: return Value::null_fixed_binary(16);
    case TypeTag::decimal: return Value::null_decimal(type.precision(), static_cast<int8_t>(type.scale()));
    case TypeTag::datetime: return Value::null_timestamp(ScalarKind::timestamp_us, "UTC");
    default: return Value::null(kind_of(type));
  }
}

bool is_kept_as(const Value& value, const DataType& type) {
  if (value.is_null()) return value == null_of(type);
  if (value.kind() != kind_of(type)) return false;
  switch (type.tag()) {
    case TypeTag::embedding: return value.size() == static_cast<int64_t>(type.dimension());
    case TypeTag::uuid: return value.size() == 16;
    case TypeTag::decimal: return value.precision() == type.precision() && value.scale() == int{type.scale()};
    case TypeTag::timestamp: return value.zone().empty();
    case TypeTag::datetime: return value.zone() == "UTC";
    default: return true;
  }
}

Result<Value> coerce(Value value, const DataType& type, std::string_view column) {
  if (value.is_null()) return null_of(type);
  if (!is_kept_as(value, type)) {
    if (type.tag() == TypeTag::uuid) return coerce_to_uuid(value, column);
    if (type.tag() == TypeTag::embedding) return coerce_to_embedding(value, type, column);
    auto made = cast(value, type);
    if (!made.ok()) {
      return failure("Unable to cast value " + arrow_debug_name_of(value) + " to " + type.arrow_debug_name() +
                     " for column '" + std::string(column) + "': " + made.error().message);
    }
    value = std::move(*made);
  }
  if (type.tag() == TypeTag::json) {
    if (auto fine = check_json(value.as_text()); !fine.ok()) {
      return Error{ErrorCode::invalid_operation,
                   "Invalid JSON for column '" + std::string(column) + "': " + fine.error().message};
    }
  }
  return value;
}

std::string text_of(const Value& value) {
  if (value.is_null()) return {};
  switch (value.kind()) {
    case ScalarKind::null: return {};
    case ScalarKind::boolean: return value.as_bool() ? "true" : "false";
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::int64: return std::to_string(value.as_int64());
    case ScalarKind::uint8:
    case ScalarKind::uint16:
    case ScalarKind::uint32:
    case ScalarKind::uint64: return std::to_string(value.as_uint64());
    case ScalarKind::float32: {
      std::string text;
      append_float(text, value.as_float());
      return text;
    }
    case ScalarKind::float64: {
      std::string text;
      append_double(text, value.as_double());
      return text;
    }
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return std::string(value.as_text());
    case ScalarKind::fixed_binary:
      if (value.size() == 16) return print_uuid(value.as_bytes());
      return to_hex(value.as_bytes());
    case ScalarKind::binary:
    case ScalarKind::large_binary: return to_hex(value.as_bytes());
    case ScalarKind::date32: return print_date(static_cast<int32_t>(value.as_int64()));
    case ScalarKind::time64_us: return print_time(value.as_int64());
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: {
      auto micros = micros_of(value);
      if (!micros.ok()) return std::to_string(value.as_int64());
      return print_timestamp(*micros) + (value.zone() == "UTC" ? "Z" : "");
    }
    case ScalarKind::decimal128: return print_decimal(value.as_decimal(), value.scale());
    case ScalarKind::embedding: return join_embedding(value);
  }
  return {};
}

std::string arrow_debug_name_of(const Value& value) {
  const auto timestamp = [&](std::string_view unit) {
    const auto zone = value.zone().empty() ? "None" : "Some(\"" + std::string(value.zone()) + "\")";
    return "Timestamp(" + std::string(unit) + ", " + zone + ")";
  };
  switch (value.kind()) {
    case ScalarKind::fixed_binary: return "FixedSizeBinary(" + std::to_string(value.size()) + ")";
    case ScalarKind::time64_us: return "Time64(Microsecond)";
    case ScalarKind::timestamp_ms: return timestamp("Millisecond");
    case ScalarKind::timestamp_us: return timestamp("Microsecond");
    case ScalarKind::timestamp_ns: return timestamp("Nanosecond");
    case ScalarKind::decimal128:
      return "Decimal128(" + std::to_string(value.precision()) + ", " + std::to_string(value.scale()) + ")";
    case ScalarKind::embedding: return "FixedSizeList(" + std::to_string(value.size()) + " x non-null Float32)";
    default: return std::string(name_of(value.kind()));
  }
}

}  // namespace kalam
