#include "duck/detail/value_json.h"

#include <cstdint>
#include <limits>

#include "duck/detail/row_stream_impl.h"
#include "types/json_value.h"

namespace kalam::duck {

namespace {

// The two ends of the range are the infinities of the engine.
bool is_infinite(int64_t value, int64_t end) { return value == end || value == -end; }
bool is_infinite(const Value& value) {
  switch (value.kind()) {
    case ScalarKind::date32: return is_infinite(value.as_int64(), std::numeric_limits<int32_t>::max());
    case ScalarKind::timestamp_ms:
    case ScalarKind::timestamp_us:
    case ScalarKind::timestamp_ns: return is_infinite(value.as_int64(), std::numeric_limits<int64_t>::max());
    default: return false;
  }
}

}  // namespace

Error no_json_of_infinity() { return refused("infinite dates and times have no JSON form"); }

Status append_json(JsonText& json, const Value& value) {
  if (!value.is_null() && is_infinite(value)) return no_json_of_infinity();
  return write_json(json, value);
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
