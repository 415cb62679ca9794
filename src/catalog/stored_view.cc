#include "catalog/stored_view.h"

namespace kalam::catalog {

bool append_to_key(codec::KeyWriter& key, const ColumnSpec& spec, const Value& value) {
  if (value.is_null()) return false;
  if (spec.kind == ScalarKind::utf8) {
    if (value.kind() != ScalarKind::utf8 && value.kind() != ScalarKind::large_utf8) return false;
    key.text(value.as_text());
    return true;
  }
  switch (value.kind()) {
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::int64: break;
    default: return false;
  }
  const auto number = value.as_int64();
  if (spec.kind == ScalarKind::int64) {  // ids of nodes
    if (number < 0) return false;
    key.u64(static_cast<uint64_t>(number));
    return true;
  }
  if (number < INT32_MIN || number > INT32_MAX) return false;
  key.i32(static_cast<int32_t>(number));
  return true;
}

}  // namespace kalam::catalog
