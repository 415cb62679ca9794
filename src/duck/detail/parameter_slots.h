// ParameterSlots: what a plan is given by each run, numbered.
//
//   $1, $2, …                                  -> the parameters of the run
//   CURRENT_USER(), CURRENT_ROLE(), KDB_… too  -> the viewer of the run
//
// Parameters and functions of the session become $1, $2, … of a numbering of ours, so that a plan can be kept: it knows
// no session, and no slot is asked to have two types (DuckDB gives a parameter one). Where the place decides the type,
// an operand of a comparison, the slot takes that of the column; everywhere else it has the type of its values.

#pragma once
#include <duckdb.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/role.h"
#include "types/value.h"

namespace kalam::duck {

class ParameterSlots {
 public:
  // `kinds`: of $1, $2, …; null stands for NULL. Nothing known: places decide alone.
  explicit ParameterSlots(std::optional<std::span<const ScalarKind>> kinds) : kinds_(kinds) {}

  void number(duckdb::SQLStatement& statement);
  void number(duckdb::unique_ptr<duckdb::ParsedExpression>& expression);

  size_t size() const { return slots_.size(); }
  size_t parameters() const;  // the highest $n
  // The values of a run, one for each slot. `invalid_input` when there are not enough parameters.
  Result<std::vector<Value>> values(std::span<const Value> parameters, const Viewer& viewer) const;

 private:
  struct Slot {
    enum class From : uint8_t { parameter, user, role } from;
    size_t parameter;
  };
  using ExpressionPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

  void query(duckdb::QueryNode& node);
  void select(duckdb::SelectNode& node);
  void table(duckdb::TableRef& ref);
  void each(duckdb::vector<ExpressionPointer>& list) {
    for (auto& item : list) number(item);
  }
  void operands(duckdb::ParsedExpression& comparison);
  ExpressionPointer place(const duckdb::ParsedExpression& parameter, const std::string& context);
  ExpressionPointer slot(Slot slot, std::string key);

  std::optional<std::span<const ScalarKind>> kinds_;
  std::vector<Slot> slots_;
  std::map<std::string, size_t> known_;  // by parameter and place
};

}  // namespace kalam::duck
