// BoundRow: expressions over one row, bound by DuckDB for parameters of certain kinds.

#pragma once
#include <duckdb.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "duck/detail/chunk_layout.h"
#include "duck/detail/parameter_slots.h"
#include "duck/parsed_query.h"
#include "types/row_source.h"

namespace kalam::duck {

// What is bound; lives longer than what is bound of it.
struct RowTexts {
  std::vector<SourceColumn> columns;
  std::vector<std::string> texts;
  std::vector<DataType> results;
  std::vector<std::string> names;  // the columns that results are stored in; none for others, and for a condition

  bool stored(size_t index) const { return index < names.size() && !names[index].empty(); }
  bool condition(size_t index) const { return index < names.size() && names[index].empty(); }
  ParseOptions options;
};

class BoundRow {
 public:
  // `kinds`: of the parameters; nothing known: their places decide. Throws exceptions of DuckDB and Refusal.
  BoundRow(duckdb::ClientContext& context, const RowTexts& texts, std::optional<std::vector<ScalarKind>> kinds,
           const std::vector<Value>* constants = nullptr);

  const std::vector<ScalarKind>& kinds() const { return kinds_; }
  const ParameterSlots& slots() const { return slots_; }
  const std::vector<bool>& reads() const { return reads_; }  // of the columns, by what is written
  // False when a type stayed open: only values can settle it.
  bool settled() const { return settled_; }

  // Nothing: a value does not fit the place it has here. Safe from any thread. Throws exceptions of DuckDB.
  Result<bool> evaluate(std::span<const Value> row, std::span<const Value> slots, std::vector<Value>& out) const;

 private:
  // Of one thread at a time.
  struct Evaluator {
    duckdb::DataChunk input;
    duckdb::DataChunk output;
    std::unique_ptr<duckdb::ExpressionExecutor> executor;
  };

  void bind(std::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> parsed, const std::vector<Value>* constants);
  std::unique_ptr<Evaluator> take() const;
  Result<bool> fill(Evaluator& evaluator, std::span<const Value> row, std::span<const Value> slots) const;
  Result<Value> result(Evaluator& evaluator, size_t index) const;

  duckdb::ClientContext& context_;
  const RowTexts& texts_;
  const std::vector<ScalarKind> kinds_;
  ParameterSlots slots_;
  std::vector<bool> reads_;
  ChunkLayout layout_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions_;
  duckdb::vector<duckdb::LogicalType> result_types_;
  bool settled_ = true;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Evaluator>> idle_;  // guarded by mutex_
};

}  // namespace kalam::duck
