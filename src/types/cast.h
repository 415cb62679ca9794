// Coercion: a value becomes what its column holds, or the statement fails with a sentence that names the column.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"
#include "types/value.h"

namespace kalam {

// The scalar kind in which a column of this type keeps its values.
ScalarKind kind_of(const DataType& type);

// NULL of a column. Of an EMBEDDING it is the untyped one.
Value null_of(const DataType& type);

// Is this value (or NULL) just as a column of this type keeps it?
bool is_kept_as(const Value& value, const DataType& type);

// `value` as a column of this type keeps it (spec types §4.3). A value that is so already comes back as it was. JSON
// text must be JSON; it stays as it was written.
Result<Value> coerce(Value value, const DataType& type, std::string_view column);

// The canonical text of a value; empty for NULL. Never fails: it is also what logs and TEXT columns show.
std::string text_of(const Value& value);

// The Arrow type of a value as messages name it: "Timestamp(Millisecond, None)".
std::string arrow_debug_name_of(const Value& value);

}  // namespace kalam
