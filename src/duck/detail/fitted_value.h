// What a value becomes in a place of a plan that has a type.

#pragma once
#include <duckdb.hpp>
#include <optional>

#include "base/result.h"
#include "types/value.h"

namespace kalam::duck {

// `value` as one of `type`, in the kind that read_value gives for that type. Nothing when it does not fit without a
// loss: the plan was made for others, and a new one must be. A text that does not read as `type` is an error, as it is
// when the text stands in the query. Throws exceptions of DuckDB.
Result<std::optional<Value>> fitted(const Value& value, const duckdb::LogicalType& type,
                                    duckdb::ClientContext& context);

}  // namespace kalam::duck
