#include "duck/detail/parameter_slots.h"

#include "duck/detail/value_bridge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <duckdb/parser/expression/list.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/list.hpp>
#include <duckdb/parser/statement/list.hpp>
#include <duckdb/parser/tableref/list.hpp>

#include "types/ascii.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's tree

namespace {

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto known) { return equal_ignoring_case(name, known); });
}

bool is_parameter(const ParsedExpression& expression) {
  return expression.GetExpressionClass() == ExpressionClass::PARAMETER;
}

// Says nothing about the type that its neighbour should have.
bool is_typeless(const ParsedExpression& expression) {
  return is_parameter(expression) || expression.GetExpressionClass() == ExpressionClass::CONSTANT;
}

// DuckDB numbers parameters from 1, and so do clients.
size_t index_of(const ParameterExpression& parameter) {
  size_t number = 0;
  const auto& text = parameter.identifier;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) {
    throw BinderException("Parameter binding error: $%s is no parameter", text);
  }
  return number - 1;
}

}  // namespace

ParameterSlots::ExpressionPointer ParameterSlots::slot(Slot slot, std::string key) {
  const auto [known, added] = known_.emplace(std::move(key), slots_.size());
  if (added) slots_.push_back(slot);
  auto parameter = make_uniq<ParameterExpression>();
  parameter->identifier = std::to_string(known->second + 1);
  return parameter;
}

// What stands for `parameter`. `context`: what it is compared with, when that decides its type.
ParameterSlots::ExpressionPointer ParameterSlots::place(const ParsedExpression& parameter, const std::string& context) {
  const auto index = index_of(parameter.Cast<ParameterExpression>());
  const auto name = "$" + std::to_string(index + 1);
  const Slot from{Slot::From::parameter, index};
  if (!kinds_) return slot(from, name + " " + context);
  if (index >= kinds_->size()) {
    throw BinderException("Parameter binding error: there is no value for placeholder %s", name);
  }
  if ((*kinds_)[index] == ScalarKind::null) return make_uniq<ConstantExpression>(duckdb::Value());
  const auto type = logical_type((*kinds_)[index]);
  if (!context.empty() || !type) return slot(from, name + " " + context);
  return make_uniq<CastExpression>(*type, slot(from, name + " as it is"));
}

// Parameters that are compared take the type of what they are compared with, if that has one.
void ParameterSlots::operands(ParsedExpression& comparison) {
  std::vector<std::reference_wrapper<ExpressionPointer>> operands;
  ParsedExpressionIterator::EnumerateChildren(comparison, [&](ExpressionPointer& child) { operands.push_back(child); });
  const bool typed =
      std::any_of(operands.begin(), operands.end(), [](const auto& operand) { return !is_typeless(*operand.get()); });
  const auto context = typed ? comparison.ToString() : std::string();
  for (auto& operand : operands) {
    if (is_parameter(*operand.get())) operand.get() = place(*operand.get(), context);
    else number(operand.get());
  }
}

void ParameterSlots::number(duckdb::unique_ptr<ParsedExpression>& expression) {
  static constexpr std::array<std::string_view, 3> kUser = {"current_user", "current_user_id", "kdb_current_user"};
  static constexpr std::array<std::string_view, 2> kRole = {"current_role", "kdb_current_role"};
  switch (expression->GetExpressionClass()) {
    case ExpressionClass::PARAMETER: {
      auto alias = expression->GetAlias();
      expression = place(*expression, "");
      expression->SetAlias(std::move(alias));
      return;
    }
    case ExpressionClass::COMPARISON:
    case ExpressionClass::BETWEEN: return operands(*expression);
    case ExpressionClass::OPERATOR: {
      const auto type = expression->GetExpressionType();
      if (type == ExpressionType::COMPARE_IN || type == ExpressionType::COMPARE_NOT_IN) return operands(*expression);
      break;
    }
    case ExpressionClass::CAST: {
      auto& cast = expression->Cast<CastExpression>();
      if (is_parameter(*cast.child)) {
        cast.child = place(*cast.child, cast.ToString());
        return;
      }
      break;
    }
    case ExpressionClass::FUNCTION: {
      const auto& call = expression->Cast<FunctionExpression>();
      if (!call.children.empty()) break;
      const bool user = is_one_of(call.function_name, kUser);
      if (!user && !is_one_of(call.function_name, kRole)) break;
      auto alias = expression->GetAlias();
      expression = make_uniq<CastExpression>(
          LogicalType::VARCHAR, slot({user ? Slot::From::user : Slot::From::role, 0}, user ? "user" : "role"));
      expression->SetAlias(std::move(alias));
      return;
    }
    case ExpressionClass::SUBQUERY: query(*expression->Cast<SubqueryExpression>().subquery->node); break;
    default: break;
  }
  ParsedExpressionIterator::EnumerateChildren(*expression, [&](ExpressionPointer& child) { number(child); });
}

void ParameterSlots::table(TableRef& ref) {
  switch (ref.type) {
    case TableReferenceType::EXPRESSION_LIST:
      for (auto& row : ref.Cast<ExpressionListRef>().values) each(row);
      return;
    case TableReferenceType::JOIN: {
      auto& join = ref.Cast<JoinRef>();
      table(*join.left);
      table(*join.right);
      if (join.condition) number(join.condition);
      return;
    }
    case TableReferenceType::SUBQUERY: return query(*ref.Cast<SubqueryRef>().subquery->node);
    case TableReferenceType::TABLE_FUNCTION: return number(ref.Cast<TableFunctionRef>().function);
    default: return;  // tables have none, and the walk allows no others
  }
}

void ParameterSlots::select(SelectNode& node) {
  for (auto& column : node.select_list) {
    // The name of a column without AS is its text, and that is not to change.
    const auto name = column->GetName();
    number(column);
    if (column->GetName() != name) column->SetAlias(name);
  }
  table(*node.from_table);
  if (node.where_clause) number(node.where_clause);
  each(node.groups.group_expressions);
  if (node.having) number(node.having);
  if (node.qualify) number(node.qualify);
}

// Each place once: a number that was given must not be taken for one of the client's.
void ParameterSlots::query(QueryNode& node) {
  for (auto& [name, common] : node.cte_map.map) query(*common->query->node);
  switch (node.type) {
    case QueryNodeType::SELECT_NODE: select(node.Cast<SelectNode>()); break;
    case QueryNodeType::SET_OPERATION_NODE:
      for (auto& child : node.Cast<SetOperationNode>().children) query(*child);
      break;
    case QueryNodeType::RECURSIVE_CTE_NODE:
      query(*node.Cast<RecursiveCTENode>().left);
      query(*node.Cast<RecursiveCTENode>().right);
      break;
    default: break;
  }
  // A count that is a parameter knows its type; what else is here is an expression like any other.
  ParsedExpressionIterator::EnumerateQueryNodeModifiers(node, [&](ExpressionPointer& child) {
    if (is_parameter(*child)) child = place(*child, "LIMIT");
    else number(child);
  });
}

void ParameterSlots::number(SQLStatement& statement) {
  auto* select = &statement;
  if (statement.type == StatementType::EXPLAIN_STATEMENT) select = statement.Cast<ExplainStatement>().stmt.get();
  query(*select->Cast<SelectStatement>().node);
  for (auto* numbered : {&statement, select}) {
    numbered->named_param_map.clear();
    for (size_t i = 1; i <= slots_.size(); ++i) numbered->named_param_map[std::to_string(i)] = i;
  }
}

size_t ParameterSlots::parameters() const {
  size_t highest = 0;
  for (const auto& [from, index] : slots_) {
    if (from == Slot::From::parameter) highest = std::max(highest, index + 1);
  }
  return highest;
}

Result<std::vector<kalam::Value>> ParameterSlots::values(std::span<const kalam::Value> parameters,
                                                         const Viewer& viewer) const {
  std::vector<kalam::Value> values;
  values.reserve(slots_.size());
  for (const auto& [from, index] : slots_) {
    switch (from) {
      case Slot::From::user: values.push_back(kalam::Value::text(std::string(viewer.user.value()))); break;
      case Slot::From::role: values.push_back(kalam::Value::text(std::string(name_of(viewer.role)))); break;
      case Slot::From::parameter:
        if (index >= parameters.size()) {
          return Error{ErrorCode::invalid_input,
                       "Parameter binding error: there is no value for placeholder $" + std::to_string(index + 1)};
        }
        values.push_back(parameters[index]);
    }
  }
  return values;
}

}  // namespace kalam::duck
