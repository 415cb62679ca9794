#include "duck/detail/column_origin.h"

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/list.hpp>

#include "duck/detail/source_scan.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's plan

namespace {

const SourceColumn* origin(LogicalOperator& node, const ColumnBinding& binding);

const SourceColumn* origin_below(LogicalOperator& node, const ColumnBinding& binding) {
  for (const auto& child : node.children) {
    if (const auto* column = origin(*child, binding)) return column;
  }
  return nullptr;
}

const SourceColumn* origin_in_join(LogicalJoin& join, const ColumnBinding& binding) {
  switch (join.join_type) {
    case JoinType::INNER: return origin_below(join, binding);
    case JoinType::LEFT:
    case JoinType::SEMI:
    case JoinType::ANTI:
    case JoinType::MARK:
    case JoinType::SINGLE: return origin(*join.children[0], binding);
    case JoinType::RIGHT: return origin(*join.children[1], binding);
    default: return nullptr;
  }
}

const SourceColumn* origin(LogicalOperator& node, const ColumnBinding& binding) {
  switch (node.type) {
    case LogicalOperatorType::LOGICAL_PROJECTION: {
      auto& projection = node.Cast<LogicalProjection>();
      if (projection.table_index != binding.table_index) return nullptr;
      const auto& expression = *projection.expressions[binding.column_index];
      if (expression.GetExpressionType() != ExpressionType::BOUND_COLUMN_REF) return nullptr;
      return origin_below(node, expression.Cast<BoundColumnRefExpression>().binding);
    }
    case LogicalOperatorType::LOGICAL_GET: {
      const auto& get = node.Cast<LogicalGet>();
      const auto& ids = get.GetColumnIds();
      if (get.table_index != binding.table_index || binding.column_index >= ids.size()) return nullptr;
      return scanned_column(get.bind_data.get(), ids[binding.column_index].GetPrimaryIndex());
    }
    case LogicalOperatorType::LOGICAL_FILTER:
    case LogicalOperatorType::LOGICAL_LIMIT:
    case LogicalOperatorType::LOGICAL_ORDER_BY:
    case LogicalOperatorType::LOGICAL_TOP_N:
    case LogicalOperatorType::LOGICAL_DISTINCT:
    case LogicalOperatorType::LOGICAL_CROSS_PRODUCT: return origin_below(node, binding);
    case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
    case LogicalOperatorType::LOGICAL_ANY_JOIN: return origin_in_join(node.Cast<LogicalJoin>(), binding);
    default: return nullptr;
  }
}

}  // namespace

std::vector<const SourceColumn*> column_origins(LogicalOperator& plan) {
  std::vector<const SourceColumn*> origins;
  for (const auto& binding : plan.GetColumnBindings()) origins.push_back(origin(plan, binding));
  return origins;
}

}  // namespace kalam::duck
