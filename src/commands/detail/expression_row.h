// A stored row as bound expressions want it: the columns of TableReader, system columns too, those that nobody reads
// NULL.

#pragma once
#include <vector>

#include "tables/table.h"
#include "types/row.h"
#include "types/value.h"

namespace kalam::commands::detail {

// A row may be shorter than its table: what is missing is NULL.
const Value& value_at(const Row& row, size_t place);

// `seq` 0: the row has none yet.
std::vector<Value> expression_row(const tables::Table& table, const std::vector<bool>& reads, const Row& row,
                                  RowSeq seq, bool deleted);

// Is this, of a condition, a yes? NULL is none.
bool holds(const Value& condition);

}  // namespace kalam::commands::detail
