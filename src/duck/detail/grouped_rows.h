// GroupedRows: GROUP BY and aggregates in one pass, by DuckDB's own aggregate functions over our own table of groups.
//
//   row -> keys and arguments, a batch at a time -> group of each row -> states updated -> finalized, a row a group
//
// Groups come out in the order in which they were first seen.

#pragma once
#include <duckdb.hpp>
#include <duckdb/storage/arena_allocator.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "duck/detail/expression_batch.h"
#include "duck/detail/memory_budget.h"
#include "duck/detail/native_plan.h"

namespace kalam::duck {

// Of one run. Throws exceptions of DuckDB.
class GroupedRows {
 public:
  // `batch` evaluates grouping.inputs; null when there are none.
  GroupedRows(const Grouping& grouping, ExpressionBatch* batch, MemoryBudget& budget);
  ~GroupedRows();
  GroupedRows(const GroupedRows&) = delete;
  GroupedRows& operator=(const GroupedRows&) = delete;

  Status add(std::span<const Value> row);
  Status finish();                     // after the last row
  bool next(std::vector<Value>& row);  // then the groups

 private:
  Status add_batch();
  Status find_groups(size_t rows);
  Status new_group(size_t row);
  void update(size_t rows);
  Status finalize();

  const Grouping& grouping_;
  ExpressionBatch* const batch_;
  MemoryBudget& budget_;
  size_t pending_ = 0;  // rows of a grouping that reads nothing

  std::vector<size_t> offsets_;  // of each aggregate in the states of a group
  size_t state_bytes_ = 0;
  duckdb::ArenaAllocator arena_;
  std::vector<duckdb::data_ptr_t> states_;          // of each group
  std::vector<std::vector<Value>> rows_;            // of each group: keys, then aggregates once finished
  std::unordered_map<std::string, size_t> groups_;  // by key bytes
  std::vector<duckdb::UnifiedVectorFormat> keys_;   // of the batch
  std::string key_;                                 // of one row
  duckdb::Vector addresses_;                        // of the states of each row of a batch
  size_t next_ = 0;
};

}  // namespace kalam::duck
