// ChunkLayout: what bound expressions read, columns of a row and slots, and where in a chunk it lies for them. Chunks
// hold nothing else.

#pragma once
#include <duckdb.hpp>
#include <duckdb/planner/expression.hpp>
#include <duckdb/planner/logical_operator.hpp>
#include <functional>
#include <vector>

namespace kalam::duck {

class ChunkLayout {
 public:
  struct Input {
    bool slot;     // else a column
    size_t index;  // of the column in its row, or of the slot
    duckdb::LogicalType type;
  };
  // The place in a row of what a BoundColumnRefExpression names.
  using ColumnOf = std::function<size_t(const duckdb::Expression&)>;

  // Makes `expression` read a chunk of this layout, which grows by what it did not hold yet.
  void refer(duckdb::unique_ptr<duckdb::Expression>& expression, const ColumnOf& column_of);

  const std::vector<Input>& inputs() const { return inputs_; }
  duckdb::vector<duckdb::LogicalType> types() const;

 private:
  size_t place(bool slot, size_t index, const duckdb::LogicalType& type);

  std::vector<Input> inputs_;
};

// Does every place of a slot have the type of the slot? Otherwise values are needed to plan.
bool is_settled(const duckdb::Expression& expression);
bool all_settled(duckdb::LogicalOperator& plan);

// May its value change while its columns and slots do not?
inline bool is_deterministic(const duckdb::Expression& expression) {
  return !expression.IsVolatile() && expression.IsConsistent();
}

}  // namespace kalam::duck
