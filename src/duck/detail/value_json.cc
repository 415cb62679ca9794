#include "duck/detail/value_json.h"

#include <cmath>
#include <cstdint>

#include "duck/detail/row_stream_impl.h"
#include "types/numeric.h"
#include "types/uuid.h"

namespace kalam::duck {

namespace {

Status append_real(JsonText& json, double value) {
  if (!std::isfinite(value)) return Error{ErrorCode::invalid_input, "Invalid float value"};
  json.number(value);
  return {};
}

// The two ends of the range are the infinities of the engine.
template <typename Integer>
Status append_temporal(JsonText& json, Integer value, Integer shown) {
  constexpr auto kInfinity = std::numeric_limits<Integer>::max();
  if (value == kInfinity || value == -kInfinity) {
    return Error{ErrorCode::invalid_input, "infinite dates and times have no JSON form"};
  }
  json.number(shown);
  return {};
}

void append_bytes(JsonText& json, std::string_view bytes) {
  json.begin_array();
  for (const auto byte : bytes) json.number(static_cast<uint8_t>(byte));
  json.end_array();
}

Status append_elements(JsonText& json, const Value& value) {
  json.begin_array();
  const auto elements = value.as_embedding();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (value.element_valid(i)) TRY(append_real(json, elements[i]));
    else json.null();
  }
  json.end_array();
  return {};
}

}  // namespace

Status append_json(JsonText& json, const Value& value) {
  if (value.is_null()) return json.null(), Status();
  switch (value.kind()) {
    case ScalarKind::null: json.null(); return {};
    case ScalarKind::boolean: json.boolean(value.as_bool()); return {};
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::time64_us: json.number(value.as_int64()); return {};
    case ScalarKind::uint8:
    case ScalarKind::uint16:
    case ScalarKind::uint32: json.number(value.as_uint64()); return {};
    case ScalarKind::int64: json.quoted_number(value.as_int64()); return {};
    case ScalarKind::uint64: json.quoted_number(value.as_uint64()); return {};
    case ScalarKind::float32: return append_real(json, value.as_float());
    case ScalarKind::float64: return append_real(json, value.as_double());
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: json.string(value.as_text()); return {};
    case ScalarKind::binary:
    case ScalarKind::large_binary: append_bytes(json, value.as_bytes()); return {};
    case ScalarKind::fixed_binary:
      if (value.size() == 16) json.string(print_uuid(value.as_bytes()));
      else append_bytes(json, value.as_bytes());
      return {};
    case ScalarKind::date32: {
      const auto days = static_cast<int32_t>(value.as_int64());
      return append_temporal(json, days, days);
    }
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us: return append_temporal(json, value.as_int64(), value.as_int64());
    case ScalarKind::timestamp_ns: {
      const auto nanos = value.as_int64();  // shown in microseconds, as all computed times
      return append_temporal(json, nanos, nanos / 1000 - (nanos % 1000 < 0 ? 1 : 0));
    }
    case ScalarKind::decimal128: json.string(print_decimal(value.as_decimal(), value.scale())); return {};
    case ScalarKind::embedding: return append_elements(json, value);
  }
  return {};
}

Status append_json_row(std::span<const Value> row, const std::vector<bool>& masked, std::string& out) {
  JsonText json(out);
  json.begin_array();
  for (size_t i = 0; i < row.size(); ++i) {
    if (i < masked.size() && masked[i] && !row[i].is_null()) json.string(kMasked);
    else TRY(append_json(json, row[i]));
  }
  json.end_array();
  return {};
}

}  // namespace kalam::duck
