// Where a column of a result comes from: it keeps its table's type name and flags as long as nothing was done to it.

#pragma once
#include <duckdb.hpp>
#include <duckdb/planner/logical_operator.hpp>
#include <vector>

#include "types/row_source.h"

namespace kalam::duck {

// One entry for each column of a bound, not yet optimised plan; null for computed columns and for those of the side of
// an outer join that may be missing.
std::vector<const SourceColumn*> column_origins(duckdb::LogicalOperator& plan);

}  // namespace kalam::duck
