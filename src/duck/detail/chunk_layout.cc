#include "duck/detail/chunk_layout.h"

#include <algorithm>
#include <duckdb/planner/expression/bound_parameter_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/logical_operator_visitor.hpp>

#include "duck/detail/access_path.h"

namespace kalam::duck {

size_t ChunkLayout::place(bool slot, size_t index, const duckdb::LogicalType& type) {
  const auto known = std::find_if(inputs_.begin(), inputs_.end(),
                                  [&](const Input& input) { return input.slot == slot && input.index == index; });
  if (known != inputs_.end()) return static_cast<size_t>(known - inputs_.begin());
  inputs_.push_back({slot, index, type});
  return inputs_.size() - 1;
}

void ChunkLayout::refer(duckdb::unique_ptr<duckdb::Expression>& expression, const ColumnOf& column_of) {
  const auto kind = expression->GetExpressionClass();
  const bool slot = kind == duckdb::ExpressionClass::BOUND_PARAMETER;
  if (slot || kind == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto type = expression->return_type;
    const auto index = slot ? slot_of(*expression) : column_of(*expression);
    expression = duckdb::make_uniq<duckdb::BoundReferenceExpression>(type, place(slot, index, type));
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expression, [&](duckdb::unique_ptr<duckdb::Expression>& child) { refer(child, column_of); });
}

duckdb::vector<duckdb::LogicalType> ChunkLayout::types() const {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& input : inputs_) types.push_back(input.type);
  return types;
}

bool is_settled(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::BOUND_PARAMETER) {
    const auto& parameter = expression.Cast<duckdb::BoundParameterExpression>();
    return parameter.return_type.id() != duckdb::LogicalTypeId::UNKNOWN &&
           parameter.return_type == parameter.parameter_data->return_type;
  }
  bool settled = true;
  duckdb::ExpressionIterator::EnumerateChildren(
      expression, [&](const duckdb::Expression& child) { settled = settled && is_settled(child); });
  return settled;
}

// DuckDB gives up on any second place of a parameter; here most have one type.
bool all_settled(duckdb::LogicalOperator& plan) {
  bool settled = true;
  duckdb::LogicalOperatorVisitor::EnumerateExpressions(
      plan, [&](duckdb::unique_ptr<duckdb::Expression>* expression) { settled = settled && is_settled(**expression); });
  for (const auto& child : plan.children) settled = settled && all_settled(*child);
  return settled;
}

}  // namespace kalam::duck
