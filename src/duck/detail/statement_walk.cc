#include "duck/detail/statement_walk.h"

#include <algorithm>
#include <duckdb/parser/expression/list.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/list.hpp>
#include <duckdb/parser/statement/list.hpp>
#include <duckdb/parser/tableref/list.hpp>

#include "duck/detail/allowed_functions.h"
#include "duck/detail/dialect_parser.h"
#include "duck/detail/engine_error.h"
#include "types/ascii.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's tree

namespace {

[[noreturn]] void refuse(const std::string& what, ErrorCode code = ErrorCode::not_supported) {
  throw Refusal(Error{code, what});
}

[[noreturn]] void refuse_twice(const string& name, size_t first, size_t second) {
  refuse("Execution error: Error during planning: Projections require unique expression names but the expression \"" +
             name + "\" at position " + std::to_string(first) + " and \"" + name + "\" at position " +
             std::to_string(second) + " have the same name. Consider aliasing (\"AS\") one of them.",
         ErrorCode::invalid_input);
}

// Is the column one of those that the star stands for?
bool covers(const StarExpression& star, const ParsedExpression& other) {
  if (!star.exclude_list.empty() || !star.replace_list.empty() || !star.rename_list.empty()) return false;
  if (other.GetExpressionClass() == ExpressionClass::STAR) return other.Equals(star);
  if (other.GetExpressionClass() != ExpressionClass::COLUMN_REF || !other.GetAlias().empty()) return false;
  const auto& column = other.Cast<ColumnRefExpression>();
  return star.relation_name.empty() || (column.IsQualified() && column.GetTableName() == star.relation_name);
}

// Two columns of one name could not be told apart.
void check_unique(const vector<ExpressionPointer>& list) {
  std::unordered_map<string, size_t> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i]->GetExpressionClass() == ExpressionClass::STAR) {
      for (size_t j = 0; j < list.size(); ++j) {
        if (j != i && covers(list[i]->Cast<StarExpression>(), *list[j])) {
          refuse_twice(list[j]->ToString(), std::min(i, j), std::max(i, j));
        }
      }
      continue;
    }
    const bool named = !list[i]->GetAlias().empty();
    const auto name = named ? list[i]->GetAlias() : list[i]->ToString();
    const auto [first, fresh] = seen.emplace(name, i);
    if (fresh) continue;
    refuse_twice(name, first->second, i);
  }
}

// A NULL that is shown is a text; DuckDB makes it an INTEGER.
void type_nulls(vector<ExpressionPointer>& list) {
  for (auto& item : list) {
    if (item->GetExpressionClass() != ExpressionClass::CONSTANT) continue;
    if (!item->Cast<ConstantExpression>().value.IsNull()) continue;
    auto alias = item->GetAlias();
    item = make_uniq<CastExpression>(LogicalType::VARCHAR, std::move(item));
    item->SetAlias(std::move(alias));
  }
}

}  // namespace

void StatementWalk::statement(SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::SELECT_STATEMENT: {
      auto& node = *statement.Cast<SelectStatement>().node;
      query(node);
      if (node.type == QueryNodeType::SELECT_NODE) type_nulls(node.Cast<SelectNode>().select_list);
      return;
    }
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
    refuse("Execution error: Error during planning: Invalid function '" + lower + "'.", ErrorCode::invalid_input);
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
  bool known = TransformStringToLogicalTypeId(type.GetTypeName()) != LogicalTypeId::UNBOUND ||
               equal_ignoring_case(type.GetTypeName(), "json");
  // Types that a client would make up, with names of its own in them.
  const auto lower = ascii_lower(type.GetTypeName());
  if (lower == "enum" || lower == "union" || lower == "variant" || lower == "geometry") known = false;
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

void StatementWalk::select_list(vector<ExpressionPointer>& list) {
  check_unique(list);
  for (auto& item : list) {
    auto name = item->GetAlias().empty() ? output_name(*item) : string();
    expression(item);
    const auto kind = item->GetExpressionClass();
    if (name.empty() || kind == ExpressionClass::STAR || kind == ExpressionClass::COLUMN_REF) continue;
    item->SetAlias(std::move(name));
  }
}

void StatementWalk::select(SelectNode& node) {
  if (node.from_table) table(node.from_table);
  select_list(node.select_list);
  optional(node.where_clause);
  each(node.groups.group_expressions);
  if (node.groups.grouping_sets.size() > options_.grouping_sets_max) {
    refuse("too many grouping sets", ErrorCode::limit_exceeded);
  }
  optional(node.having);
  optional(node.qualify);
  if (node.sample) refuse("TABLESAMPLE is not supported");
}

void StatementWalk::source(QueryNode& node) {
  if (node.type == QueryNodeType::SELECT_NODE) stored_rows_ = node.Cast<SelectNode>().from_table.get();
  query(node);
}

void StatementWalk::write(SelectNode& node) {
  // Outside of its own definitions, so that none of them can take the place of the target.
  node.from_table = scan_of(node.from_table->Cast<BaseTableRef>());
  common_tables(node.cte_map);
  for (auto& value : node.select_list) stored(value);
  optional(node.where_clause);
}

void StatementWalk::query(QueryNode& node) {
  const auto in_scope = common_tables_in_scope_.size();
  common_tables(node.cte_map);
  switch (node.type) {
    case QueryNodeType::SELECT_NODE: select(node.Cast<SelectNode>()); break;
    case QueryNodeType::SET_OPERATION_NODE: {
      auto& set = node.Cast<SetOperationNode>();
      if (set.children.size() > options_.set_operands_max) refuse("too many UNIONs", ErrorCode::limit_exceeded);
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
  ParsedExpressionIterator::EnumerateQueryNodeModifiers(node, [&](ExpressionPointer& child) { expression(child); });
  common_tables_in_scope_.resize(in_scope);
}

QueryTable StatementWalk::full_name(const BaseTableRef& base) const {
  return {ascii_lower(base.catalog_name), base.schema_name.empty() ? schema_ : ascii_lower(base.schema_name),
          ascii_lower(base.table_name)};
}

StatementWalk::TablePointer StatementWalk::query_of(const BaseTableRef& base, const View& view) {
  if (views_open_ == options_.view_depth_max) refuse("views over views are too deep", ErrorCode::limit_exceeded);
  if (views_seen_ == options_.views_max) refuse("too many views in one statement", ErrorCode::limit_exceeded);
  ++views_seen_;
  auto parsed = parse_statement(view.query, options_);
  if (parsed->type != StatementType::SELECT_STATEMENT) refuse("a view is a query");
  if (!parsed->named_param_map.empty()) refuse("a view has no parameters", ErrorCode::invalid_input);

  // Nothing of the statement around it is seen inside.
  auto outer_tables = std::exchange(common_tables_in_scope_, {});
  auto outer_schema = std::exchange(schema_, view.schema);
  const auto* outer_rows = std::exchange(stored_rows_, nullptr);
  ++views_open_;
  statement(*parsed);
  --views_open_;
  stored_rows_ = outer_rows;
  schema_ = std::move(outer_schema);
  common_tables_in_scope_ = std::move(outer_tables);

  auto query = make_uniq<SubqueryRef>(unique_ptr_cast<SQLStatement, SelectStatement>(std::move(parsed)));
  base.CopyProperties(*query);
  query->column_name_alias = base.column_name_alias;
  if (query->alias.empty()) query->alias = base.table_name;
  for (size_t i = query->column_name_alias.size(); i < view.columns.size(); ++i) {
    query->column_name_alias.push_back(view.columns[i]);
  }
  return query;
}

void StatementWalk::named_table(TablePointer& ref) {
  const auto& base = ref->Cast<BaseTableRef>();
  const auto name = full_name(base);
  auto view = views_ ? views_(name) : std::nullopt;
  if (!view) {
    ref = scan_of(base);
    return;
  }
  used_views_.push_back({name, *view});
  ref = query_of(base, *view);
}

StatementWalk::TablePointer StatementWalk::scan_of(const BaseTableRef& base) {
  const auto named = full_name(base);
  const auto known = std::find(tables_.begin(), tables_.end(), named);
  const auto index = static_cast<int32_t>(known - tables_.begin());
  if (known == tables_.end()) {
    tables_.push_back(named);
    mentions_.push_back(0);
  }
  ++mentions_[static_cast<size_t>(index)];

  vector<ExpressionPointer> arguments;
  arguments.push_back(make_uniq<ConstantExpression>(duckdb::Value::INTEGER(index)));
  auto scan = make_uniq<TableFunctionRef>();
  scan->function = make_uniq<FunctionExpression>(kScanFunction, std::move(arguments));
  base.CopyProperties(*scan);
  scan->column_name_alias = base.column_name_alias;
  if (scan->alias.empty()) scan->alias = base.table_name;
  return scan;
}

void StatementWalk::join(JoinRef& join) {
  const auto kind = join.ref_type;
  if (kind != JoinRefType::REGULAR && kind != JoinRefType::NATURAL && kind != JoinRefType::CROSS) {
    refuse("this kind of join is not supported");
  }
  table(join.left);
  table(join.right);
  optional(join.condition);
}

// Those that make rows; their column is called `value`.
void StatementWalk::table_function(TableFunctionRef& ref) {
  auto& call = ref.function->Cast<FunctionExpression>();
  const auto name = ascii_lower(call.function_name);
  if (!is_allowed_table_function(name) || !call.catalog.empty() || !call.schema.empty() || ref.subquery) {
    refuse("Table not found: Error during planning: table function '" + name + "' not found", ErrorCode::not_found);
  }
  each(call.children);
  if (name != "unnest" && ref.column_name_alias.empty()) ref.column_name_alias.push_back("value");
}

void StatementWalk::table(TablePointer& ref) {
  if (ref->sample) refuse("TABLESAMPLE is not supported");
  switch (ref->type) {
    case TableReferenceType::BASE_TABLE: {
      const auto& base = ref->Cast<BaseTableRef>();
      if (base.at_clause) refuse("AT is not allowed");
      const auto& common = common_tables_in_scope_;
      const bool own = base.schema_name.empty() && base.catalog_name.empty() &&
                       std::find(common.begin(), common.end(), ascii_lower(base.table_name)) != common.end();
      if (!own) named_table(ref);
      return;
    }
    case TableReferenceType::SUBQUERY: return query(*ref->Cast<SubqueryRef>().subquery->node);
    case TableReferenceType::JOIN: return join(ref->Cast<JoinRef>());
    case TableReferenceType::TABLE_FUNCTION: return table_function(ref->Cast<TableFunctionRef>());
    case TableReferenceType::EXPRESSION_LIST:
      for (auto& row : ref->Cast<ExpressionListRef>().values) {
        for (auto& value : row) ref.get() == stored_rows_ ? stored(value) : expression(value);
      }
      return;
    case TableReferenceType::EMPTY_FROM: return;
    default: refuse("this kind of table is not allowed");  // SHOW, DESCRIBE, SUMMARIZE, PIVOT, …
  }
}

// app.notes.id: the scan is known by its alias alone.
void StatementWalk::qualified(ColumnRefExpression& column) {
  auto& names = column.column_names;
  if (names.size() >= 4 && names[0] == "kalam") names.erase(names.begin());
  if (names.size() < 3) return;
  const auto qualifies = [&](const QueryTable& table) {
    return table.schema == ascii_lower(names[0]) && table.table == ascii_lower(names[1]);
  };
  const auto qualifies_view = [&](const UsedView& used) { return qualifies(used.name); };
  if (std::any_of(tables_.begin(), tables_.end(), qualifies) ||
      std::any_of(used_views_.begin(), used_views_.end(), qualifies_view)) {
    names.erase(names.begin());
  }
}

void StatementWalk::expression(ExpressionPointer& pointer) {
  auto& expression = *pointer;
  switch (expression.GetExpressionClass()) {
    case ExpressionClass::FUNCTION: {
      const auto& call = expression.Cast<FunctionExpression>();
      if (call.export_state) refuse("this kind of expression is not allowed");
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
    case ExpressionClass::COLUMN_REF: qualified(expression.Cast<ColumnRefExpression>()); break;
    case ExpressionClass::STAR: {
      const auto& star = expression.Cast<StarExpression>();
      if (star.columns || star.expr) refuse("this kind of expression is not allowed");  // COLUMNS('regex')
      break;
    }
    case ExpressionClass::CASE:
    case ExpressionClass::COMPARISON:
    case ExpressionClass::CONJUNCTION:
    case ExpressionClass::CONSTANT:
    case ExpressionClass::OPERATOR:  // NOT, IN, IS NULL, COALESCE, a[1], …: a closed set without side effects
    case ExpressionClass::PARAMETER:
    case ExpressionClass::LAMBDA:  // an arrow into JSON; the binder sees no lambda
    case ExpressionClass::BETWEEN: break;
    default: refuse("this kind of expression is not allowed");
  }
  const bool exact = compares(expression);
  ParsedExpressionIterator::EnumerateChildren(expression, [&](ExpressionPointer& child) {
    if (!exact || !is_decimal_literal(*child)) this->expression(child);
  });
  rewrite(pointer);
}

void StatementWalk::stored(ExpressionPointer& expression) {
  if (!is_decimal_literal(*expression)) this->expression(expression);
}

}  // namespace kalam::duck
