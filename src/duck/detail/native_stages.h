// The stages of a native plan: each asks the one below it for rows, one at a time, and gives rows itself.

#pragma once
#include <duckdb.hpp>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "duck/detail/exact_filter.h"
#include "duck/detail/expression_batch.h"
#include "duck/detail/memory_budget.h"
#include "duck/detail/native_plan.h"
#include "types/row_source.h"

namespace kalam::duck {

using Stage = std::unique_ptr<RowCursor>;

// Until somebody asks to stop.
Stage stoppable_rows(Stage below, std::stop_token stop);

// Rows that satisfy conditions on single columns.
Stage checked_rows(Stage below, ExactFilter filter);

// Rows for which the condition of `batch` is true.
Stage filtered_rows(Stage below, ExpressionBatch& batch);

// `outputs`, some of them computed by `batch` (null when none is).
Stage projected_rows(Stage below, const std::vector<OutputColumn>& outputs, ExpressionBatch* batch);

// The groups of all rows below; `batch` evaluates grouping.inputs (null when there are none).
Stage grouped_rows(Stage below, const Grouping& grouping, ExpressionBatch* batch, MemoryBudget& budget);

// In the order of `keys`, equal rows as they came; no more than `wanted`.
Stage sorted_rows(Stage below, const std::vector<SortKey>& keys, size_t wanted, MemoryBudget& budget);

Stage limited_rows(Stage below, size_t offset, size_t limit);

}  // namespace kalam::duck
