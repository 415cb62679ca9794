// Tagged JSON of stored scalars (spec types §8), both ways.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "types/data_type.h"
#include "types/json_reader.h"
#include "types/json_value.h"
#include "types/numeric.h"

namespace kalam {
namespace {

void write_bytes(JsonText& json, std::string_view bytes) {
  json.begin_array();
  for (const char byte : bytes) json.number(static_cast<uint8_t>(byte));
  json.end_array();
}

// Floats keep NaN and infinities as their names.
void write_any_float(JsonText& json, double value) {
  if (std::isfinite(value)) return void(json.number(value));
  std::string name;
  append_double(name, value);
  json.string(name);
}

void write_tagged_embedding(JsonText& json, const Value& value) {
  const auto elements = value.as_embedding();
  json.begin_array();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (value.element_valid(i)) write_any_float(json, static_cast<double>(elements[i]));
    else json.null();
  }
  json.end_array();
}

bool is_null(JsonReader& json) {
  const auto kind = json.peek();
  return kind.ok() && *kind == JsonReader::Kind::null;
}

template <std::integral Integer>
Result<Integer> read_integer(JsonReader& json) {
  if constexpr (std::is_signed_v<Integer>) return narrow<Integer>(TRY(json.integer()));
  else return narrow<Integer>(TRY(json.unsigned_integer()));
}

// A 64-bit integer in its quotes: one spelling only, so that equal values are equal texts.
template <std::integral Integer>
Result<Integer> read_quoted_integer(JsonReader& json) {
  const auto text = TRY(json.string());
  JsonReader inner(text);
  Integer value{};
  if constexpr (std::is_signed_v<Integer>) value = TRY(inner.integer());
  else value = TRY(inner.unsigned_integer());
  if (text != std::to_string(value)) return json.error("expected a decimal integer, got '" + text + "'");
  return value;
}

Result<double> read_float(JsonReader& json) {
  if (TRY(json.peek()) != JsonReader::Kind::string) {
    const auto number = TRY(json.number());
    return parse_f64(number);
  }
  const auto name = TRY(json.string());
  if (name == "NaN") return std::nan("");
  if (name == "inf") return HUGE_VAL;
  if (name == "-inf") return -HUGE_VAL;
  return json.error("expected a number, got '" + name + "'");
}

Result<float> read_float32(JsonReader& json) {
  const double wide = TRY(read_float(json));
  return narrow_to_float(wide);
}

Result<std::string> read_bytes(JsonReader& json) {
  std::string bytes;
  TRY(json.begin_array());
  while (TRY(json.element())) bytes.push_back(static_cast<char>(TRY(read_integer<uint8_t>(json))));
  return bytes;
}

// Reads an object of exactly these keys, each once, in any order; `read` reads the value of the one it is told.
template <size_t N, typename Read>
Status read_object(JsonReader& json, const std::array<std::string_view, N>& keys, Read read) {
  std::array<bool, N> seen{};
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    const auto found = static_cast<size_t>(std::find(keys.begin(), keys.end(), *key) - keys.begin());
    if (found == N) return json.error("unknown key '" + *key + "'");
    if (std::exchange(seen[found], true)) return json.error("key '" + *key + "' twice");
    TRY(read(*key));
  }
  const auto missing = static_cast<size_t>(std::find(seen.begin(), seen.end(), false) - seen.begin());
  if (missing < N) return json.error("no key '" + std::string(keys[missing]) + "'");
  return {};
}

Result<Value> read_fixed_binary(JsonReader& json) {
  int32_t size = 0;
  std::optional<std::string> bytes;
  const auto read = [&](std::string_view key) -> Status {
    if (key == "size") size = TRY(read_integer<int32_t>(json));
    else if (is_null(json)) TRY(json.null());
    else bytes = TRY(read_bytes(json));
    return {};
  };
  TRY(read_object(json, std::array<std::string_view, 2>{"size", "value"}, read));
  if (size < 0) return json.error("FixedSizeBinary of a negative size");
  if (!bytes) return Value::null_fixed_binary(size);
  if (static_cast<int64_t>(bytes->size()) != size) return json.error("FixedSizeBinary value is not of its size");
  return Value::fixed_binary(std::move(*bytes));
}

Result<Value> read_timestamp(JsonReader& json, ScalarKind kind) {
  std::optional<int64_t> value;
  std::string zone;
  const auto read = [&](std::string_view key) -> Status {
    if (is_null(json)) TRY(json.null());
    else if (key == "value") value = TRY(json.integer());
    else zone = TRY(json.string());
    return {};
  };
  TRY(read_object(json, std::array<std::string_view, 2>{"value", "timezone"}, read));
  if (!value) return Value::null_timestamp(kind, std::move(zone));
  return Value::timestamp(kind, *value, std::move(zone));
}

Result<Int128> read_unscaled(JsonReader& json) {
  if (TRY(json.peek()) == JsonReader::Kind::number) {
    const auto number = TRY(json.number());
    return parse_int128(number);
  }
  const auto text = TRY(json.string());
  return parse_int128(text);
}

Result<Value> read_decimal(JsonReader& json) {
  std::optional<Int128> unscaled;
  uint8_t precision = 0;
  uint8_t scale = 0;
  const auto read = [&](std::string_view key) -> Status {
    if (key == "precision") precision = TRY(read_integer<uint8_t>(json));
    else if (key == "scale") scale = TRY(read_integer<uint8_t>(json));
    else if (is_null(json)) TRY(json.null());
    else unscaled = TRY(read_unscaled(json));
    return {};
  };
  TRY(read_object(json, std::array<std::string_view, 3>{"value", "precision", "scale"}, read));
  TRY(DataType::decimal(precision, scale));
  if (!unscaled) return Value::null_decimal(precision, static_cast<int8_t>(scale));
  if (!fits_decimal(*unscaled, precision)) return json.error("Decimal128 value has too many digits");
  return Value::decimal(*unscaled, precision, static_cast<int8_t>(scale));
}

struct Elements {
  std::vector<float> values;
  std::string valid;  // one byte an element
  bool all_valid = true;
};

Result<Elements> read_elements(JsonReader& json) {
  Elements elements;
  TRY(json.begin_array());
  while (TRY(json.element())) {
    const bool null = is_null(json);
    if (null) TRY(json.null());
    elements.values.push_back(null ? 0.0f : TRY(read_float32(json)));
    elements.valid.push_back(null ? 0 : 1);
    elements.all_valid = elements.all_valid && !null;
  }
  return elements;
}

Result<Value> read_embedding(JsonReader& json) {
  int32_t size = 0;
  std::optional<Elements> elements;
  const auto read = [&](std::string_view key) -> Status {
    if (key == "size") size = TRY(read_integer<int32_t>(json));
    else if (is_null(json)) TRY(json.null());
    else elements = TRY(read_elements(json));
    return {};
  };
  TRY(read_object(json, std::array<std::string_view, 2>{"size", "values"}, read));
  if (size < 1 || size > static_cast<int32_t>(kEmbeddingDimensionMax)) {
    return json.error("Embedding without a size between 1 and 8192");
  }
  if (!elements) return Value::null_embedding(size);
  if (static_cast<int64_t>(elements->values.size()) != size) return json.error("Embedding values are not of its size");
  if (elements->all_valid) return Value::embedding(elements->values);
  return Value::embedding(elements->values,
                          std::span(reinterpret_cast<const bool*>(elements->valid.data()), elements->valid.size()));
}

Result<Value> read_payload(JsonReader& json, ScalarKind kind) {
  switch (kind) {
    case ScalarKind::fixed_binary: return read_fixed_binary(json);
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return read_timestamp(json, kind);
    case ScalarKind::decimal128: return read_decimal(json);
    case ScalarKind::embedding: return read_embedding(json);
    default: break;
  }
  if (is_null(json)) {
    TRY(json.null());
    return Value::null(kind);
  }
  switch (kind) {
    case ScalarKind::boolean: return Value::boolean(TRY(json.boolean()));
    case ScalarKind::float32: return Value::float32(TRY(read_float32(json)));
    case ScalarKind::float64: return Value::float64(TRY(read_float(json)));
    case ScalarKind::int8: return Value::int8(TRY(read_integer<int8_t>(json)));
    case ScalarKind::int16: return Value::int16(TRY(read_integer<int16_t>(json)));
    case ScalarKind::int32: return Value::int32(TRY(read_integer<int32_t>(json)));
    case ScalarKind::int64: return Value::int64(TRY(read_quoted_integer<int64_t>(json)));
    case ScalarKind::uint8: return Value::uint8(TRY(read_integer<uint8_t>(json)));
    case ScalarKind::uint16: return Value::uint16(TRY(read_integer<uint16_t>(json)));
    case ScalarKind::uint32: return Value::uint32(TRY(read_integer<uint32_t>(json)));
    case ScalarKind::uint64: return Value::uint64(TRY(read_quoted_integer<uint64_t>(json)));
    case ScalarKind::utf8: return Value::text(TRY(json.string()));
    case ScalarKind::large_utf8: return Value::large_text(TRY(json.string()));
    case ScalarKind::binary: return Value::binary(TRY(read_bytes(json)));
    case ScalarKind::large_binary: return Value::large_binary(TRY(read_bytes(json)));
    case ScalarKind::date32: return Value::date(TRY(read_integer<int32_t>(json)));
    case ScalarKind::time64_us: return Value::time(TRY(json.integer()));
    default: return json.error("scalar kind without JSON");
  }
}

}  // namespace

void write_tagged_json(JsonText& json, const Value& value) {
  const auto kind = value.kind();
  if (kind == ScalarKind::null) return void(json.string("Null"));
  json.begin_object().key(name_of(kind));
  const bool null = value.is_null();
  switch (kind) {
    case ScalarKind::fixed_binary:
      json.begin_object().key("size").number(value.size()).key("value");
      if (null) json.null();
      else write_bytes(json, value.as_bytes());
      json.end_object();
      break;
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns:
      json.begin_object().key("value");
      if (null) json.null();
      else json.number(value.as_int64());
      json.key("timezone");
      if (value.zone().empty()) json.null();
      else json.string(value.zone());
      json.end_object();
      break;
    case ScalarKind::decimal128:
      json.begin_object().key("value");
      if (null) json.null();
      else json.string(print_int128(value.as_decimal()));
      json.key("precision").number(value.precision()).key("scale").number(value.scale()).end_object();
      break;
    case ScalarKind::embedding:
      json.begin_object().key("size").number(value.size()).key("values");
      if (null) json.null();
      else write_tagged_embedding(json, value);
      json.end_object();
      break;
    case ScalarKind::float32:
    case ScalarKind::float64:
      if (null) json.null();
      else write_any_float(json, *to_f64(value));
      break;
    default: {
      // The rest looks as it does to clients, and none of it is a float.
      [[maybe_unused]] const auto written = write_json(json, value);
    }
  }
  json.end_object();
}

std::string tagged_json(const Value& value) {
  std::string out;
  JsonText json(out);
  write_tagged_json(json, value);
  return out;
}

Result<Value> value_from_tagged_json(std::string_view text) {
  JsonReader json(text);
  if (TRY(json.peek()) == JsonReader::Kind::string) {
    if (TRY(json.string()) != "Null") return json.error("unknown scalar");
    TRY(json.end());
    return Value();
  }
  TRY(json.begin_object());
  const auto tag = TRY(json.key());
  Value value;
  if (tag == "Fallback") {  // a value another writer had no tag for, as text
    value = Value::text(TRY(json.string()));
  } else {
    const auto kind = tag ? parse_scalar_kind(*tag) : std::nullopt;
    if (!kind || *kind == ScalarKind::null) return json.error("unknown scalar tag '" + tag.value_or("") + "'");
    value = TRY(read_payload(json, *kind));
  }
  if (TRY(json.key())) return json.error("expected one key");
  TRY(json.end());
  return value;
}

}  // namespace kalam
