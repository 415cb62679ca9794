#include "duck/detail/native_plan.h"

#include <algorithm>
#include <duckdb/planner/expression/list.hpp>
#include <duckdb/planner/operator/list.hpp>

#include "duck/detail/column_origin.h"
#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

namespace {

// The operators of a query over one source, each above the next. Null: the query has none.
struct Chain {
  duckdb::LogicalProjection* pruning = nullptr;  // drops what only ORDER BY needed
  duckdb::LogicalLimit* limit = nullptr;
  duckdb::LogicalOrder* order = nullptr;
  duckdb::LogicalProjection* select = nullptr;
  duckdb::LogicalFilter* having = nullptr;
  duckdb::LogicalAggregate* grouping = nullptr;
  duckdb::LogicalFilter* where = nullptr;
  duckdb::LogicalGet* get = nullptr;
};

template <typename Operator>
Operator* take(std::vector<LogicalOperator*>& bottom_up, LogicalOperatorType type) {
  if (bottom_up.empty() || bottom_up.back()->type != type) return nullptr;
  auto* const taken = &bottom_up.back()->Cast<Operator>();
  bottom_up.pop_back();
  return taken;
}

// Nothing when there is more in the plan, or something else.
std::optional<Chain> chain_of(LogicalOperator& plan) {
  std::vector<LogicalOperator*> operators;
  for (auto* node = &plan;; node = node->children[0].get()) {
    operators.push_back(node);
    if (node->children.empty()) break;
    if (node->children.size() > 1) return std::nullopt;
  }
  Chain chain;
  chain.get = take<duckdb::LogicalGet>(operators, LogicalOperatorType::LOGICAL_GET);
  if (!chain.get || !scanned_source(chain.get->bind_data.get())) return std::nullopt;
  chain.where = take<duckdb::LogicalFilter>(operators, LogicalOperatorType::LOGICAL_FILTER);
  chain.grouping = take<duckdb::LogicalAggregate>(operators, LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY);
  if (chain.grouping) chain.having = take<duckdb::LogicalFilter>(operators, LogicalOperatorType::LOGICAL_FILTER);
  chain.select = take<duckdb::LogicalProjection>(operators, LogicalOperatorType::LOGICAL_PROJECTION);
  chain.order = take<duckdb::LogicalOrder>(operators, LogicalOperatorType::LOGICAL_ORDER_BY);
  chain.limit = take<duckdb::LogicalLimit>(operators, LogicalOperatorType::LOGICAL_LIMIT);
  chain.pruning = take<duckdb::LogicalProjection>(operators, LogicalOperatorType::LOGICAL_PROJECTION);
  if (!chain.select || !operators.empty()) return std::nullopt;
  return chain;
}

const duckdb::ColumnBinding* binding_of(const Expression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return nullptr;
  return &expression.Cast<duckdb::BoundColumnRefExpression>().binding;
}

// Types whose values order and hash as ours do.
bool is_plain(const duckdb::LogicalType& type) {
  return has_scalar(type) && type.id() != duckdb::LogicalTypeId::ARRAY && type.id() != duckdb::LogicalTypeId::SQLNULL;
}

class Reader {
 public:
  Reader(Chain chain, const SourceShape& shape) : chain_(chain), shape_(shape) {}

  // False: for the engine.
  bool read() {
    // First what is shown: rows that need nothing else are shown as they come.
    if (chain_.grouping) {
      if (!read_grouping() || !read_having()) return false;
    }
    if (!read_select_list()) return false;
    return read_where() && read_pruning() && read_order() && read_limit() && !foreign_;
  }
  std::unique_ptr<NativePlan> take() { return std::move(plan_); }

 private:
  // The place of a source's column in our rows.
  size_t place(size_t column) {
    auto& columns = plan_->columns;
    const auto known = std::find(columns.begin(), columns.end(), column);
    if (known != columns.end()) return static_cast<size_t>(known - columns.begin());
    columns.push_back(column);
    return columns.size() - 1;
  }

  size_t place_in_row(const Expression& reference) {
    const auto column = source_column(reference, *chain_.get);
    foreign_ = foreign_ || !column;
    return column ? place(*column) : 0;
  }
  size_t place_in_group(const Expression& reference) const {
    const auto& binding = *binding_of(reference);
    if (binding.table_index == chain_.grouping->group_index) return binding.column_index;
    return chain_.grouping->groups.size() + binding.column_index;
  }

  bool add(duckdb::unique_ptr<Expression>& expression, BoundList& list, bool of_groups = false) {
    if (!is_deterministic(*expression) || expression->HasSubquery()) return false;
    list.layout.refer(expression, [&](const Expression& reference) {
      return of_groups ? place_in_group(reference) : place_in_row(reference);
    });
    list.expressions.push_back(std::move(expression));
    return true;
  }

  bool read_where() {
    if (!chain_.where) return true;
    plan_->path.with_deleted = wants_deleted(chain_.get->bind_data.get());
    std::vector<duckdb::unique_ptr<Expression>> rest;
    for (auto& filter : chain_.where->expressions) {
      if (filter->HasSubquery()) return false;
      add_filter(*filter, *chain_.get, plan_->path);
      split(filter, rest);
    }
    return add_conjunction(rest, plan_->filter, false);
  }

  // Conjuncts that are conditions on columns are checked on values, the others are left to expressions.
  void split(duckdb::unique_ptr<Expression>& filter, std::vector<duckdb::unique_ptr<Expression>>& rest) {
    if (filter->GetExpressionType() == duckdb::ExpressionType::CONJUNCTION_AND) {
      for (auto& child : filter->Cast<duckdb::BoundConjunctionExpression>().children) split(child, rest);
      return;
    }
    auto conditions = conditions_of(*filter, *chain_.get);
    const auto exact = [&](const ColumnCondition& condition) {
      return is_plain(logical_type(shape_.columns[condition.column]));
    };
    if (conditions.empty() || !std::all_of(conditions.begin(), conditions.end(), exact)) {
      rest.push_back(std::move(filter));
      return;
    }
    for (auto& condition : conditions) {
      condition.column = place(condition.column);
      plan_->exact.push_back(std::move(condition));
    }
  }

  bool add_conjunction(std::vector<duckdb::unique_ptr<Expression>>& conjuncts, BoundList& list, bool of_groups) {
    if (conjuncts.empty()) return true;
    auto expression = std::move(conjuncts.front());
    for (size_t i = 1; i < conjuncts.size(); ++i) {
      expression = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
          duckdb::ExpressionType::CONJUNCTION_AND, std::move(expression), std::move(conjuncts[i]));
    }
    return add(expression, list, of_groups);
  }

  bool read_grouping() {
    auto& from = *chain_.grouping;
    if (from.grouping_sets.size() > 1 || !from.grouping_functions.empty()) return false;
    if (!from.grouping_sets.empty() && from.grouping_sets.front().size() != from.groups.size()) return false;
    auto& grouping = plan_->grouping.emplace();
    grouping.keys = from.groups.size();
    for (auto& key : from.groups) {
      if (!is_plain(key->return_type) || !add(key, grouping.inputs)) return false;
    }
    for (auto& expression : from.expressions) {
      if (expression->GetExpressionClass() != ExpressionClass::BOUND_AGGREGATE) return false;
      auto& aggregate = expression->Cast<duckdb::BoundAggregateExpression>();
      if (aggregate.IsDistinct() || aggregate.filter || aggregate.order_bys) return false;
      if (!aggregate.function.HasStateUpdateCallback() || !has_scalar(aggregate.return_type)) return false;
      const auto first = grouping.inputs.expressions.size();
      for (auto& child : aggregate.children) {
        if (!add(child, grouping.inputs)) return false;
      }
      grouping.aggregates.push_back(
          {aggregate.function, std::move(aggregate.bind_info), first, aggregate.children.size()});
    }
    return true;
  }

  bool read_having() {
    if (!chain_.having) return true;
    std::vector<duckdb::unique_ptr<Expression>> conjuncts;
    for (auto& filter : chain_.having->expressions) conjuncts.push_back(std::move(filter));
    return add_conjunction(conjuncts, plan_->having, true);
  }

  bool read_select_list() {
    for (auto& expression : chain_.select->expressions) {
      if (!has_scalar(expression->return_type)) return false;
      if (binding_of(*expression)) {
        const auto index = chain_.grouping ? place_in_group(*expression) : place_in_row(*expression);
        plan_->outputs.push_back({false, index});
        types_.push_back(expression->return_type);
        continue;
      }
      types_.push_back(expression->return_type);
      plan_->outputs.push_back({true, plan_->computed.expressions.size()});
      if (!add(expression, plan_->computed, chain_.grouping != nullptr)) return false;
    }
    return true;
  }

  // Only the end of the select list can be dropped: that is where ORDER BY put it.
  bool read_pruning() {
    if (!chain_.pruning) return true;
    const auto& kept = chain_.pruning->expressions;
    for (size_t i = 0; i < kept.size(); ++i) {
      const auto* binding = binding_of(*kept[i]);
      if (!binding || binding->table_index != chain_.select->table_index || binding->column_index != i) return false;
    }
    return true;
  }

  bool read_order() {
    if (!chain_.order) return true;
    for (const auto& by : chain_.order->orders) {
      const auto* binding = binding_of(*by.expression);
      if (!binding || binding->table_index != chain_.select->table_index) return false;
      if (!is_plain(types_[binding->column_index])) return false;
      plan_->order.push_back({binding->column_index, by.type == duckdb::OrderType::DESCENDING,
                              by.null_order == duckdb::OrderByNullType::NULLS_FIRST});
    }
    drop_order_of_source();
    return true;
  }

  // Nothing is left to sort when the source does it.
  void drop_order_of_source() {
    const auto& first = plan_->order.front();
    const auto& output = plan_->outputs[first.column];
    if (chain_.grouping || output.computed || plan_->columns[output.index] != shape_.order_column) return;
    if (first.descending != first.nulls_first) return;  // NULLs come last, or first when it runs backwards
    if (plan_->order.size() > 1 && !shape_.columns[*shape_.order_column].primary_key) return;
    plan_->reverse = first.descending;
    plan_->order.clear();
  }

  bool read_limit() {
    if (!chain_.limit) return true;
    return read_count(chain_.limit->limit_val, plan_->limit) && read_count(chain_.limit->offset_val, plan_->offset);
  }

  static bool read_count(duckdb::BoundLimitNode& node, std::optional<Known>& count) {
    switch (node.Type()) {
      case duckdb::LimitNodeType::UNSET: return true;
      case duckdb::LimitNodeType::CONSTANT_VALUE:
        count = Known(Value::int64(static_cast<int64_t>(node.GetConstantValue())));
        return true;
      case duckdb::LimitNodeType::EXPRESSION_VALUE: {
        const auto& expression = node.GetValueExpression();
        if (expression.GetExpressionClass() != ExpressionClass::BOUND_PARAMETER) return false;
        if (expression.return_type != duckdb::LogicalType::BIGINT) return false;
        count = Known(slot_of(expression));
        return true;
      }
      default: return false;
    }
  }

  const Chain chain_;
  const SourceShape& shape_;
  std::unique_ptr<NativePlan> plan_ = std::make_unique<NativePlan>();
  std::vector<duckdb::LogicalType> types_;  // of the outputs
  bool foreign_ = false;                    // something was named that is no column of the source
};

}  // namespace

bool NativePlan::shows_rows_as_they_are() const {
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].computed || outputs[i].index != i) return false;
  }
  return true;
}

std::unique_ptr<NativePlan> native_plan(LogicalOperator& plan, const Shapes& shapes) {
  const auto chain = chain_of(plan);
  if (!chain) return nullptr;
  const auto& shape = (*shapes)[*scanned_source(chain->get->bind_data.get())];
  Reader reader(*chain, shape);
  if (!reader.read()) return nullptr;
  auto made = reader.take();
  // A source gives at least one column: how many rows there are is told by rows.
  if (made->columns.empty()) made->columns.push_back(shape.order_column.value_or(0));
  return made;
}

std::vector<ResultColumn> result_columns(const duckdb::vector<std::string>& names,
                                         const duckdb::vector<duckdb::LogicalType>& types,
                                         const std::vector<const SourceColumn*>& origins) {
  std::vector<ResultColumn> columns;
  for (size_t i = 0; i < types.size(); ++i) {
    ResultColumn column{names[i], inferred_type(types[i])};
    if (const auto* origin = i < origins.size() ? origins[i] : nullptr) {
      column.type = origin->type;
      column.primary_key = origin->primary_key;
      column.not_null = !origin->nullable;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace kalam::duck
