// Expressions over many rows at once: rows of Values go in, vectors of the engine come out.

#pragma once
#include <duckdb.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression.hpp>
#include <span>
#include <vector>

#include "base/result.h"
#include "duck/detail/chunk_layout.h"
#include "types/value.h"

namespace kalam::duck {

// Bound, simplified and referring to chunks of the layout: constant, shared by threads.
struct BoundList {
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions = {};
  ChunkLayout layout = {};

  bool empty() const { return expressions.empty(); }
  duckdb::vector<duckdb::LogicalType> types() const;
};

// Of one thread. Throws exceptions of DuckDB.
class ExpressionBatch {
 public:
  // `context` and `list` outlive it.
  ExpressionBatch(duckdb::ClientContext& context, const BoundList& list);

  // A run starts: its slots. They stay until the next.
  void begin(std::vector<duckdb::Value> slots);

  void clear();
  Status append(std::span<const Value> row);
  size_t size() const { return size_; }
  static constexpr size_t rows_max() { return STANDARD_VECTOR_SIZE; }

  // The first expression as a condition: the numbers of the rows for which it is true, ascending.
  std::span<const duckdb::sel_t> select();

  // All expressions; the results stay until the next clear().
  void execute();
  duckdb::Vector& result(size_t index) { return output_.data[index]; }
  duckdb::DataChunk& results() { return output_; }

 private:
  // Where cells of an input are written.
  struct Target {
    duckdb::LogicalTypeId type;
    duckdb::data_ptr_t cells;
    size_t column;  // of the row
    size_t input;
  };
  static bool write_plainly(const Target& target, size_t row, const Value& value);

  const BoundList& list_;
  std::vector<duckdb::Value> slots_;
  std::vector<Target> targets_;
  duckdb::DataChunk input_;
  duckdb::DataChunk output_;
  duckdb::ExpressionExecutor executor_;
  duckdb::SelectionVector selected_;
  size_t size_ = 0;
};

}  // namespace kalam::duck
