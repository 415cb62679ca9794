#include "duck/detail/column_origin.h"

#include <functional>
#include <unordered_map>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/list.hpp>

#include "duck/detail/source_scan.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's plan

namespace {

// Follows the columns of one plan down to its sources.
class Origins {
 public:
  const SourceColumn* of(LogicalOperator& node, const ColumnBinding& binding);

 private:
  const SourceColumn* below(LogicalOperator& node, const ColumnBinding& binding);
  const SourceColumn* in_join(LogicalJoin& join, const ColumnBinding& binding);
  const SourceColumn* of_expression(LogicalOperator& node, const Expression& expression);

  std::unordered_map<idx_t, std::reference_wrapper<LogicalOperator>> named_;  // queries of WITH, by their index
};

const SourceColumn* Origins::below(LogicalOperator& node, const ColumnBinding& binding) {
  for (const auto& child : node.children) {
    if (const auto* column = of(*child, binding)) return column;
  }
  return nullptr;
}

const SourceColumn* Origins::of_expression(LogicalOperator& node, const Expression& expression) {
  if (expression.GetExpressionType() != ExpressionType::BOUND_COLUMN_REF) return nullptr;
  return below(node, expression.Cast<BoundColumnRefExpression>().binding);
}

const SourceColumn* Origins::in_join(LogicalJoin& join, const ColumnBinding& binding) {
  switch (join.join_type) {
    case JoinType::INNER: return below(join, binding);
    case JoinType::LEFT:
    case JoinType::SEMI:
    case JoinType::ANTI:
    case JoinType::MARK:
    case JoinType::SINGLE: return of(*join.children[0], binding);
    case JoinType::RIGHT: return of(*join.children[1], binding);
    default: return nullptr;
  }
}

const SourceColumn* Origins::of(LogicalOperator& node, const ColumnBinding& binding) {
  switch (node.type) {
    case LogicalOperatorType::LOGICAL_PROJECTION: {
      auto& projection = node.Cast<LogicalProjection>();
      if (projection.table_index != binding.table_index) return nullptr;
      return of_expression(node, *projection.expressions[binding.column_index]);
    }
    case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY: {
      const auto& aggregate = node.Cast<LogicalAggregate>();
      if (aggregate.group_index != binding.table_index || aggregate.grouping_sets.size() > 1) return nullptr;
      return of_expression(node, *aggregate.groups[binding.column_index]);
    }
    case LogicalOperatorType::LOGICAL_MATERIALIZED_CTE: {
      named_.insert_or_assign(node.Cast<LogicalMaterializedCTE>().table_index, std::ref(*node.children[0]));
      return of(*node.children[1], binding);
    }
    case LogicalOperatorType::LOGICAL_CTE_REF: {
      const auto& reference = node.Cast<LogicalCTERef>();
      if (reference.table_index != binding.table_index) return nullptr;
      const auto query = named_.find(reference.cte_index);
      if (query == named_.end()) return nullptr;
      const auto columns = query->second.get().GetColumnBindings();
      if (binding.column_index >= columns.size()) return nullptr;
      return of(query->second, columns[binding.column_index]);
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
    case LogicalOperatorType::LOGICAL_WINDOW:
    case LogicalOperatorType::LOGICAL_CROSS_PRODUCT: return below(node, binding);
    case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
    case LogicalOperatorType::LOGICAL_DELIM_JOIN:
    case LogicalOperatorType::LOGICAL_DEPENDENT_JOIN:
    case LogicalOperatorType::LOGICAL_ANY_JOIN: return in_join(node.Cast<LogicalJoin>(), binding);
    default: return nullptr;
  }
}

}  // namespace

std::vector<const SourceColumn*> column_origins(LogicalOperator& plan) {
  std::vector<const SourceColumn*> origins;
  Origins found;
  for (const auto& binding : plan.GetColumnBindings()) origins.push_back(found.of(plan, binding));
  return origins;
}

}  // namespace kalam::duck
