#include "duck/detail/access_path.h"

#include <duckdb/planner/expression/list.hpp>
#include <duckdb/planner/expression_iterator.hpp>

#include "duck/detail/source_scan.h"
#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalGet;

namespace {

constexpr std::string_view kDeletedColumn = "_deleted";

// A constant or a slot of exactly this type. A NULL is none: no row is wanted then, and the filter sees to that.
std::optional<Known> known(const Expression& expression, const duckdb::LogicalType& type) {
  if (expression.return_type != type) return std::nullopt;
  if (expression.GetExpressionClass() == ExpressionClass::BOUND_PARAMETER) return Known(slot_of(expression));
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return std::nullopt;
  const auto& constant = expression.Cast<duckdb::BoundConstantExpression>().value;
  if (constant.IsNull()) return std::nullopt;
  auto value = from_engine(constant);
  if (!value.ok() || value->kind() == ScalarKind::null) return std::nullopt;
  return Known(*std::move(value));
}

std::optional<ColumnCondition> comparison(ExpressionType type, size_t column, Known value) {
  using Kind = ColumnCondition::Kind;
  switch (type) {
    case ExpressionType::COMPARE_EQUAL: return ColumnCondition{Kind::equal, column, true, {std::move(value)}};
    case ExpressionType::COMPARE_GREATERTHAN: return ColumnCondition{Kind::from, column, false, {std::move(value)}};
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return ColumnCondition{Kind::from, column, true, {std::move(value)}};
    case ExpressionType::COMPARE_LESSTHAN: return ColumnCondition{Kind::up_to, column, false, {std::move(value)}};
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return ColumnCondition{Kind::up_to, column, true, {std::move(value)}};
    default: return std::nullopt;
  }
}

std::vector<ColumnCondition> of_comparison(const duckdb::BoundComparisonExpression& expression, const LogicalGet& get) {
  const auto one = [&](const Expression& column, const Expression& value, ExpressionType type) {
    std::vector<ColumnCondition> conditions;
    const auto index = source_column(column, get);
    auto constant = index ? known(value, column.return_type) : std::nullopt;
    if (!constant) return conditions;
    if (auto made = comparison(type, *index, *std::move(constant))) conditions.push_back(*std::move(made));
    return conditions;
  };
  const auto type = expression.GetExpressionType();
  if (auto conditions = one(*expression.left, *expression.right, type); !conditions.empty()) return conditions;
  return one(*expression.right, *expression.left, duckdb::FlipComparisonExpression(type));
}

std::vector<ColumnCondition> of_between(const duckdb::BoundBetweenExpression& expression, const LogicalGet& get) {
  using Kind = ColumnCondition::Kind;
  const auto column = source_column(*expression.input, get);
  if (!column) return {};
  auto lower = known(*expression.lower, expression.input->return_type);
  auto upper = known(*expression.upper, expression.input->return_type);
  if (!lower || !upper) return {};
  return {{Kind::from, *column, expression.lower_inclusive, {*std::move(lower)}},
          {Kind::up_to, *column, expression.upper_inclusive, {*std::move(upper)}}};
}

std::vector<ColumnCondition> of_in(const duckdb::BoundOperatorExpression& expression, const LogicalGet& get) {
  if (expression.GetExpressionType() != ExpressionType::COMPARE_IN) return {};
  const auto& input = *expression.children[0];
  const auto column = source_column(input, get);
  if (!column) return {};
  ColumnCondition condition{ColumnCondition::Kind::one_of, *column};
  for (size_t i = 1; i < expression.children.size(); ++i) {
    auto value = known(*expression.children[i], input.return_type);
    if (!value) return {};
    condition.values.push_back(*std::move(value));
  }
  return {std::move(condition)};
}

// a = 1 OR a = $1 OR a IN (2, 3): what the optimizer makes of short IN lists, and what people write.
std::vector<ColumnCondition> of_or(const duckdb::BoundConjunctionExpression& expression, const LogicalGet& get) {
  using Kind = ColumnCondition::Kind;
  ColumnCondition all{Kind::one_of};
  for (const auto& child : expression.children) {
    auto conditions = conditions_of(*child, get);
    if (conditions.size() != 1 || (conditions[0].kind != Kind::equal && conditions[0].kind != Kind::one_of)) return {};
    if (all.values.empty()) all.column = conditions[0].column;
    if (all.column != conditions[0].column) return {};
    for (auto& value : conditions[0].values) all.values.push_back(std::move(value));
  }
  return {std::move(all)};
}

bool mentions_deleted(const Expression& expression, const LogicalGet& get) {
  if (const auto column = source_column(expression, get)) {
    return scanned_column(get.bind_data.get(), *column)->name == kDeletedColumn;
  }
  bool found = false;
  duckdb::ExpressionIterator::EnumerateChildren(
      expression, [&](const Expression& child) { found = found || mentions_deleted(child, get); });
  return found;
}

ScanRequest::Range& free_range(ScanRequest& request, size_t column,
                               std::optional<ScanRequest::Bound> ScanRequest::Range::* side) {
  for (auto& range : request.ranges) {
    if (range.column == column && !(range.*side)) return range;
  }
  return request.ranges.emplace_back(ScanRequest::Range{column});
}

}  // namespace

size_t slot_of(const Expression& parameter) {
  return std::stoul(parameter.Cast<duckdb::BoundParameterExpression>().identifier) - 1;
}

std::optional<size_t> source_column(const Expression& expression, const LogicalGet& get) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return std::nullopt;
  const auto& binding = expression.Cast<duckdb::BoundColumnRefExpression>().binding;
  const auto& ids = get.GetColumnIds();
  if (binding.table_index != get.table_index || binding.column_index >= ids.size()) return std::nullopt;
  const auto column = ids[binding.column_index].GetPrimaryIndex();
  if (!scanned_column(get.bind_data.get(), column)) return std::nullopt;
  return column;
}

std::vector<ColumnCondition> conditions_of(const Expression& conjunct, const LogicalGet& get) {
  switch (conjunct.GetExpressionClass()) {
    case ExpressionClass::BOUND_COMPARISON:
      return of_comparison(conjunct.Cast<duckdb::BoundComparisonExpression>(), get);
    case ExpressionClass::BOUND_BETWEEN: return of_between(conjunct.Cast<duckdb::BoundBetweenExpression>(), get);
    case ExpressionClass::BOUND_OPERATOR: return of_in(conjunct.Cast<duckdb::BoundOperatorExpression>(), get);
    case ExpressionClass::BOUND_CONJUNCTION:
      if (conjunct.GetExpressionType() != ExpressionType::CONJUNCTION_OR) return {};
      return of_or(conjunct.Cast<duckdb::BoundConjunctionExpression>(), get);
    default: return {};
  }
}

void add_filter(const Expression& filter, const LogicalGet& get, AccessPath& path) {
  if (filter.GetExpressionType() == ExpressionType::CONJUNCTION_AND) {
    for (const auto& child : filter.Cast<duckdb::BoundConjunctionExpression>().children) add_filter(*child, get, path);
    return;
  }
  for (auto& condition : conditions_of(filter, get)) path.conditions.push_back(std::move(condition));
  path.with_deleted = path.with_deleted || mentions_deleted(filter, get);
}

void AccessPath::narrow(std::span<const Value> slots, ScanRequest& request) const {
  using Kind = ColumnCondition::Kind;
  for (const auto& condition : conditions) {
    const auto& first = value_of(condition.values.front(), slots);
    if (condition.kind != Kind::one_of && first.is_null()) continue;
    switch (condition.kind) {
      case Kind::equal: request.equal.push_back({condition.column, first}); break;
      case Kind::from:
        free_range(request, condition.column, &ScanRequest::Range::lower).lower = {first, condition.inclusive};
        break;
      case Kind::up_to:
        free_range(request, condition.column, &ScanRequest::Range::upper).upper = {first, condition.inclusive};
        break;
      case Kind::one_of: {
        ScanRequest::OneOf one_of{condition.column, {}};
        for (const auto& value : condition.values) {
          if (!value_of(value, slots).is_null()) one_of.values.push_back(value_of(value, slots));
        }
        request.one_of.push_back(std::move(one_of));
      }
    }
  }
  request.with_deleted = with_deleted;
  request.limit = limit;
}

}  // namespace kalam::duck
