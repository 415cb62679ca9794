#include "types/json_value.h"

#include <cmath>

#include "types/json_reader.h"
#include "types/numeric.h"
#include "types/uuid.h"

namespace kalam {
namespace {

void write_bytes(JsonText& json, std::string_view bytes) {
  json.begin_array();
  for (const char byte : bytes) json.number(static_cast<uint8_t>(byte));
  json.end_array();
}

Error invalid_float() { return Error{ErrorCode::invalid_operation, "Invalid float value"}; }

Status write_embedding(JsonText& json, const Value& value) {
  const auto elements = value.as_embedding();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (value.element_valid(i) && !std::isfinite(elements[i])) return invalid_float();
  }
  json.begin_array();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (value.element_valid(i)) json.number(static_cast<double>(elements[i]));
    else json.null();
  }
  json.end_array();
  return {};
}

}  // namespace

Status write_json(JsonText& json, const Value& value) {
  if (value.is_null()) {
    json.null();
    return {};
  }
  switch (value.kind()) {
    case ScalarKind::null: json.null(); break;
    case ScalarKind::boolean: json.boolean(value.as_bool()); break;
    case ScalarKind::float32:
    case ScalarKind::float64: {
      const double number = *to_f64(value);
      if (!std::isfinite(number)) return invalid_float();
      json.number(number);
      break;
    }
    case ScalarKind::int64: json.quoted_number(value.as_int64()); break;
    case ScalarKind::uint64: json.quoted_number(value.as_uint64()); break;
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::date32:
    case ScalarKind::time64_us:
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us: json.number(value.as_int64()); break;
    // Clients are told microseconds whatever the engine computed with.
    case ScalarKind::timestamp_ns: {
      const auto ns = value.as_int64();
      json.number(ns / 1000 - (ns % 1000 < 0 ? 1 : 0));
      break;
    }
    case ScalarKind::uint8:
    case ScalarKind::uint16:
    case ScalarKind::uint32: json.number(value.as_uint64()); break;
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: json.string(value.as_text()); break;
    case ScalarKind::fixed_binary:
      if (value.size() == 16) json.string(print_uuid(value.as_bytes()));
      else write_bytes(json, value.as_bytes());
      break;
    case ScalarKind::binary:
    case ScalarKind::large_binary: write_bytes(json, value.as_bytes()); break;
    case ScalarKind::decimal128: json.string(print_decimal(value.as_decimal(), value.scale())); break;
    case ScalarKind::embedding: return write_embedding(json, value);
  }
  return {};
}

Result<Value> value_from_json_parameter(std::string_view text) {
  JsonReader json(text);
  Value value;
  switch (TRY(json.peek())) {
    case JsonReader::Kind::null:
      TRY(json.null());
      value = Value::null(ScalarKind::utf8);
      break;
    case JsonReader::Kind::boolean: value = Value::boolean(TRY(json.boolean())); break;
    case JsonReader::Kind::string: value = Value::text(TRY(json.string())); break;
    case JsonReader::Kind::number: {
      const auto number = TRY(json.number());
      if (const auto integer = parse_i64(number); integer.ok()) value = Value::int64(*integer);
      else value = Value::float64(TRY(parse_f64(number)));
      break;
    }
    case JsonReader::Kind::array: return Error{ErrorCode::invalid_input, "Array parameters not yet supported"};
    case JsonReader::Kind::object: return Error{ErrorCode::invalid_input, "Object parameters not yet supported"};
  }
  TRY(json.end());
  return value;
}

}  // namespace kalam
