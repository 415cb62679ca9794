// NativePlan: a query over one source, as DuckDB bound it, in the form that our own executor runs.
//
//   source -> conditions -> WHERE -> [GROUP BY, aggregates -> HAVING] -> select list -> ORDER BY -> LIMIT
//
// It is read off DuckDB's bound plan, so names, types and meanings are those of the other way. Constant, shared by
// threads.

#pragma once
#include <duckdb.hpp>
#include <duckdb/function/aggregate_function.hpp>
#include <duckdb/planner/logical_operator.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "duck/detail/access_path.h"
#include "duck/detail/expression_batch.h"
#include "duck/detail/source_scan.h"
#include "duck/row_stream.h"

namespace kalam::duck {

// GROUP BY and aggregates: rows go in, one row for each group comes out: its keys, then its aggregates.
struct Grouping {
  struct Aggregate {
    duckdb::AggregateFunction function;
    duckdb::unique_ptr<duckdb::FunctionData> bind_info;
    size_t first_input;  // of `inputs`
    size_t inputs;
  };
  size_t keys = 0;   // the first of `inputs`; none: all rows are one group, also when there are none
  BoundList inputs;  // may be empty: COUNT(*) reads nothing
  std::vector<Aggregate> aggregates;
};

struct OutputColumn {
  bool computed;  // by NativePlan::computed, else taken from the row
  size_t index;
};

struct SortKey {
  size_t column;  // of the outputs
  bool descending;
  bool nulls_first;
};

struct NativePlan {
  std::vector<size_t> columns;         // of the source: what a row is
  AccessPath path;                     // for the source
  bool reverse = false;                // the source is asked to come backwards
  std::vector<ColumnCondition> exact;  // of WHERE, over places in a row
  BoundList filter;                    // the rest of WHERE, one expression
  std::optional<Grouping> grouping;
  BoundList having;  // over groups, one expression
  std::vector<OutputColumn> outputs;
  BoundList computed;
  std::vector<SortKey> order;  // empty: rows come as they are wanted
  std::optional<Known> limit;
  std::optional<Known> offset;
  std::vector<duckdb::LogicalType> slots;
  std::vector<ResultColumn> result;  // the first of the outputs; the others are for ORDER BY

  // Are the outputs the first columns of a row, in order?
  bool shows_rows_as_they_are() const;
};

// Nothing: this statement is for the engine. `plan` is bound and its expressions are simplified; it is used up. Inside
// a transaction of the context that bound it.
std::unique_ptr<NativePlan> native_plan(duckdb::LogicalOperator& plan, const Shapes& shapes);

// Result columns of a bound plan: names and types, and the flags of columns that are columns of a source.
std::vector<ResultColumn> result_columns(const duckdb::vector<std::string>& names,
                                         const duckdb::vector<duckdb::LogicalType>& types,
                                         const std::vector<const SourceColumn*>& origins);

}  // namespace kalam::duck
