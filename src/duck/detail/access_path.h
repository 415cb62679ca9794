// AccessPath: which rows of a source a plan wants, as far as conditions on single columns can say it.
//
//   WHERE id = $1 AND at BETWEEN '2024-01-01' AND $2 AND lower(name) = 'x'
//     -> id equal slot 0; at from a constant; at up to slot 1                (the third says nothing about a column)
//
// A hint for the source: the filter itself is applied to what comes. Always true: rows that pass the filter satisfy all
// of it.

#pragma once
#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <span>
#include <variant>
#include <vector>

#include "types/row_source.h"
#include "types/value.h"

namespace kalam::duck {

// Known when the plan is made, or when a run brings its slots (see ParameterSlots).
using Known = std::variant<Value, size_t>;

inline const Value& value_of(const Known& known, std::span<const Value> slots) {
  const auto* constant = std::get_if<Value>(&known);
  return constant ? *constant : slots[std::get<size_t>(known)];
}

struct ColumnCondition {
  enum class Kind : uint8_t { equal, one_of, from, up_to };
  Kind kind = Kind::equal;
  size_t column = 0;  // of the source
  bool inclusive = true;
  std::vector<Known> values = {};  // one; of one_of all. Of the type of the column
};

struct AccessPath {
  std::vector<ColumnCondition> conditions;
  bool with_deleted = false;
  size_t limit = SIZE_MAX;

  // `slots` have the types that the plan gave them.
  void narrow(std::span<const Value> slots, ScanRequest& request) const;
};

// A column of the source that `get` scans, when the expression is just that.
std::optional<size_t> source_column(const duckdb::Expression& expression, const duckdb::LogicalGet& get);

// The slot of a parameter.
size_t slot_of(const duckdb::Expression& parameter);

// What a conjunct of a filter above `get` means, when conditions on single columns say all of it; else empty.
std::vector<ColumnCondition> conditions_of(const duckdb::Expression& conjunct, const duckdb::LogicalGet& get);

// Adds what a filter above `get` says: conjuncts that are conditions, and whether it speaks of deleted rows.
void add_filter(const duckdb::Expression& filter, const duckdb::LogicalGet& get, AccessPath& path);

}  // namespace kalam::duck
