#include "duck/detail/statement_walk.h"

#include <algorithm>
#include <duckdb/parser/expression/list.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/list.hpp>
#include <duckdb/parser/statement/list.hpp>
#include <duckdb/parser/tableref/list.hpp>

#include "duck/detail/allowed_functions.h"
#include "types/ascii.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's tree

namespace {

[[noreturn]] void refuse(const std::string& what) { throw NotImplementedException(what); }

}  // namespace

void StatementWalk::statement(SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::SELECT_STATEMENT: return query(*statement.Cast<SelectStatement>().node);
    case StatementType::EXPLAIN_STATEMENT: {
      auto& explain = statement.Cast<ExplainStatement>();
      if (explain.explain_type != ExplainType::EXPLAIN_STANDARD) refuse("EXPLAIN ANALYZE is not allowed");
      return this->statement(*explain.stmt);
    }
    default: refuse(StatementTypeToString(statement.type) + " is not allowed");
  }
}

void StatementWalk::function(const string& catalog, const string& schema, const string& name) {
  const auto lower = ascii_lower(name);
  // The parser itself writes main.list_value for [1, 2]; nothing else may name a schema.
  const bool schema_fine = schema.empty() || schema == "main";
  if (!catalog.empty() || !schema_fine || !is_allowed_function(lower)) {
    refuse("function " + lower + " does not exist or is not allowed");
  }
}

void StatementWalk::type(const LogicalType& type) {
  if (type.IsUnbound()) type_name(*UnboundType::GetTypeExpression(type));
}

// The parser resolves no type: the binder would look each name up, and for some load an extension.
void StatementWalk::type_name(const ParsedExpression& part) {
  if (part.GetExpressionClass() == ExpressionClass::CONSTANT) return;  // DECIMAL(9, 2), FLOAT[3]
  if (part.GetExpressionClass() != ExpressionClass::TYPE) refuse("this kind of type is not allowed");
  const auto& type = part.Cast<TypeExpression>();
  const bool known = TransformStringToLogicalTypeId(type.GetTypeName()) != LogicalTypeId::UNBOUND ||
                     equal_ignoring_case(type.GetTypeName(), "json");
  if (!known || !type.GetCatalog().empty() || !type.GetSchema().empty()) {
    refuse("type " + type.ToString() + " does not exist or is not allowed");
  }
  for (const auto& child : type.GetChildren()) type_name(*child);
}

// A definition sees the ones before it, and itself only when recursive: in WITH t AS (SELECT * FROM t) the inner t is a
// table of ours, and access to it must be checked.
void StatementWalk::common_table(const string& name, QueryNode& definition) {
  const bool recursive = definition.type == QueryNodeType::RECURSIVE_CTE_NODE;
  if (recursive) common_tables_in_scope_.push_back(ascii_lower(name));
  query(definition);
  if (!recursive) common_tables_in_scope_.push_back(ascii_lower(name));
}

void StatementWalk::common_tables(CommonTableExpressionMap& map) {
  for (auto& [name, info] : map.map) {
    common_table(name, *info->query->node);
    each(info->key_targets);
  }
}

void StatementWalk::query(QueryNode& node) {
  const auto in_scope = common_tables_in_scope_.size();
  common_tables(node.cte_map);
  switch (node.type) {
    case QueryNodeType::SELECT_NODE: {
      auto& select = node.Cast<SelectNode>();
      if (select.from_table) table(select.from_table);
      each(select.select_list);
      optional(select.where_clause);
      each(select.groups.group_expressions);
      if (select.groups.grouping_sets.size() > options_.grouping_sets_max) refuse("too many grouping sets");
      optional(select.having);
      optional(select.qualify);
      break;
    }
    case QueryNodeType::SET_OPERATION_NODE: {
      auto& set = node.Cast<SetOperationNode>();
      if (set.children.size() > options_.set_operands_max) refuse("too many UNIONs");
      for (auto& child : set.children) query(*child);
      break;
    }
    case QueryNodeType::RECURSIVE_CTE_NODE: {
      auto& recursive = node.Cast<RecursiveCTENode>();
      query(*recursive.left);
      query(*recursive.right);
      each(recursive.key_targets);
      break;
    }
    default: refuse("this kind of query is not allowed");
  }
  // LIMIT, OFFSET, ORDER BY, DISTINCT ON.
  ParsedExpressionIterator::EnumerateQueryNodeModifiers(node, [&](ExpressionPointer& child) { expression(*child); });
  common_tables_in_scope_.resize(in_scope);
}

StatementWalk::TablePointer StatementWalk::scan_of(const BaseTableRef& base) {
  const QueryTable named{ascii_lower(base.catalog_name), ascii_lower(base.schema_name), ascii_lower(base.table_name)};
  const auto known = std::find(tables_.begin(), tables_.end(), named);
  const auto index = static_cast<int32_t>(known - tables_.begin());
  if (known == tables_.end()) tables_.push_back(named);

  vector<ExpressionPointer> arguments;
  arguments.push_back(make_uniq<ConstantExpression>(duckdb::Value::INTEGER(index)));
  auto scan = make_uniq<TableFunctionRef>();
  scan->function = make_uniq<FunctionExpression>(kScanFunction, std::move(arguments));
  base.CopyProperties(*scan);
  if (scan->alias.empty()) scan->alias = base.table_name;
  return scan;
}

void StatementWalk::table(TablePointer& ref) {
  switch (ref->type) {
    case TableReferenceType::BASE_TABLE: {
      const auto& base = ref->Cast<BaseTableRef>();
      if (base.at_clause) refuse("AT is not allowed");
      const auto& common = common_tables_in_scope_;
      const bool own = base.schema_name.empty() && base.catalog_name.empty() &&
                       std::find(common.begin(), common.end(), ascii_lower(base.table_name)) != common.end();
      if (!own) ref = scan_of(base);
      return;
    }
    case TableReferenceType::SUBQUERY: return query(*ref->Cast<SubqueryRef>().subquery->node);
    case TableReferenceType::JOIN: {
      auto& join = ref->Cast<JoinRef>();
      table(join.left);
      table(join.right);
      return optional(join.condition);
    }
    case TableReferenceType::TABLE_FUNCTION: return expression(*ref->Cast<TableFunctionRef>().function);
    case TableReferenceType::EXPRESSION_LIST:
      for (auto& row : ref->Cast<ExpressionListRef>().values) each(row);
      return;
    case TableReferenceType::EMPTY_FROM: return;
    default: refuse("this kind of table is not allowed");  // SHOW, DESCRIBE, SUMMARIZE, PIVOT, …
  }
}

void StatementWalk::expression(ParsedExpression& expression) {
  switch (expression.GetExpressionClass()) {
    case ExpressionClass::FUNCTION: {
      const auto& call = expression.Cast<FunctionExpression>();
      function(call.catalog, call.schema, call.function_name);
      break;
    }
    case ExpressionClass::WINDOW: {
      const auto& call = expression.Cast<WindowExpression>();
      function(call.catalog, call.schema, call.function_name);
      break;
    }
    case ExpressionClass::SUBQUERY: query(*expression.Cast<SubqueryExpression>().subquery->node); break;
    case ExpressionClass::CAST: type(expression.Cast<CastExpression>().cast_type); break;
    case ExpressionClass::COLUMN_REF: {
      // system.schemas.table_name: the scan is known by its alias alone.
      auto& names = expression.Cast<ColumnRefExpression>().column_names;
      if (names.size() >= 3) {
        const auto qualifies = [&](const QueryTable& table) {
          return table.schema == ascii_lower(names[0]) && table.table == ascii_lower(names[1]);
        };
        if (std::any_of(tables_.begin(), tables_.end(), qualifies)) names.erase(names.begin());
      }
      break;
    }
    case ExpressionClass::STAR:
    case ExpressionClass::CASE:
    case ExpressionClass::COMPARISON:
    case ExpressionClass::CONJUNCTION:
    case ExpressionClass::CONSTANT:
    case ExpressionClass::DEFAULT:
    case ExpressionClass::OPERATOR:  // NOT, IN, IS NULL, COALESCE, a[1], …: a closed set without side effects
    case ExpressionClass::PARAMETER:
    case ExpressionClass::COLLATE:
    case ExpressionClass::LAMBDA:
    case ExpressionClass::LAMBDA_REF:
    case ExpressionClass::POSITIONAL_REFERENCE:
    case ExpressionClass::BETWEEN: break;
    default: refuse("this kind of expression is not allowed");
  }
  ParsedExpressionIterator::EnumerateChildren(expression, [&](ExpressionPointer& child) { this->expression(*child); });
}

}  // namespace kalam::duck
