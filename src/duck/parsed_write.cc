#include "duck/parsed_write.h"

#include <algorithm>
#include <duckdb.hpp>
#include <duckdb/parser/expression/list.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/delete_statement.hpp>
#include <duckdb/parser/statement/insert_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/statement/update_statement.hpp>
#include <duckdb/parser/tableref/emptytableref.hpp>
#include <duckdb/parser/tableref/list.hpp>

#include "duck/detail/allowed_functions.h"
#include "duck/detail/dialect_parser.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/parsed_query_impl.h"
#include "duck/detail/statement_walk.h"
#include "duck/detail/value_bridge.h"
#include "types/ascii.h"

namespace kalam::duck {

struct ParsedWrite::Impl {
  Kind kind = Kind::insert;
  QueryTable target;
  std::string alias;  // of the target; else its name
  std::vector<QueryTable> reads;
  size_t parameters = 0;
  std::vector<std::string> columns;      // INSERT
  std::vector<std::string> assigned;     // UPDATE
  std::vector<std::vector<bool>> words;  // INSERT … VALUES: which elements are the word DEFAULT
  size_t row_width = 0;                  // of rows side by side

  // Walked and in DuckDB's words: of an INSERT what it inserts, else the select that finds the rows.
  duckdb::unique_ptr<duckdb::SelectStatement> query;
  std::vector<QueryTable> query_tables;
  std::vector<UsedView> views;

  // As they were written.
  duckdb::unique_ptr<duckdb::ParsedExpression> condition;
  duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> values;
};

namespace {

using namespace duckdb;  // NOLINT: from here on it is about DuckDB's tree

[[noreturn]] void refuse(std::string_view what) {
  throw Refusal(Error{ErrorCode::invalid_input, "Execution error: Error during planning: " + std::string(what)});
}

QueryTable folded(const string& catalog, const string& schema, const string& table) {
  return {ascii_lower(catalog), ascii_lower(schema), ascii_lower(table)};
}

std::vector<std::string> folded(const vector<string>& names) {
  std::vector<std::string> result;
  for (const auto& name : names) result.push_back(ascii_lower(name));
  return result;
}

void set_parameters(SelectStatement& query, size_t parameters) {
  for (size_t i = 1; i <= parameters; ++i) query.named_param_map[std::to_string(i)] = i;
}

// What a WITH in front of the statement defines is seen by its query, under what the query defines itself.
void add_definitions(CommonTableExpressionMap& outer, CommonTableExpressionMap& inner) {
  CommonTableExpressionMap all;
  for (auto& [name, info] : outer.map) {
    if (!inner.map.contains(name)) all.map[name] = std::move(info);
  }
  for (auto& [name, info] : inner.map) all.map[name] = std::move(info);
  inner = std::move(all);
}

const BaseTableRef& target_of(const TableRef& ref) {
  if (ref.type != TableReferenceType::BASE_TABLE) refuse("only tables can be written");
  return ref.Cast<BaseTableRef>();
}

// The words DEFAULT of VALUES, which become NULLs.
std::vector<bool> take_defaults(vector<ExpressionPointer>& row) {
  std::vector<bool> words;
  for (auto& value : row) {
    words.push_back(value->GetExpressionClass() == ExpressionClass::DEFAULT);
    if (words.back()) value = make_uniq<ConstantExpression>(duckdb::Value());
  }
  return words;
}

// Are all cells of a column constants of one type? NULL is of any.
bool alike(const vector<vector<ExpressionPointer>>& rows, size_t column) {
  auto type = LogicalType(LogicalTypeId::SQLNULL);
  for (const auto& row : rows) {
    if (row[column]->GetExpressionClass() != ExpressionClass::CONSTANT) return false;
    const auto& value = row[column]->Cast<ConstantExpression>().value;
    if (value.IsNull() || value.type() == type) continue;
    if (type.id() != LogicalTypeId::SQLNULL) return false;
    type = value.type();
  }
  return true;
}

// VALUES whose columns are not of one kind each become one row. Its width; 0: they are, or there is one row only.
size_t put_side_by_side(SelectNode& node) {
  auto& rows = node.from_table->Cast<ExpressionListRef>().values;
  const auto width = rows.front().size();
  // The binder tells what is wrong with rows of several widths.
  const auto other_width = [&](const auto& row) { return row.size() != width; };
  if (rows.size() == 1 || std::any_of(rows.begin(), rows.end(), other_width)) return 0;
  bool all_alike = true;
  for (size_t column = 0; column < width && all_alike; ++column) all_alike = alike(rows, column);
  if (all_alike) return 0;
  vector<ExpressionPointer> cells;
  for (auto& row : rows) {
    for (auto& cell : row) cells.push_back(std::move(cell));
  }
  node.select_list = std::move(cells);
  node.from_table = make_uniq<EmptyTableRef>();
  return width;
}

bool equals_itself(const std::string& column, const ParsedExpression& value) {
  if (value.GetExpressionClass() != ExpressionClass::COLUMN_REF) return false;
  return value.Cast<ColumnRefExpression>().GetColumnName() == column;
}

void check_once(const std::vector<std::string>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i]) !=
        columns.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse("Column '" + columns[i] + "' is named twice");
    }
  }
}

// Is it about one row alone, with the same value on every machine? Column names lose the name of their table on the
// way.
bool is_of_one_row(ParsedExpression& expression, const ParsedWrite::Impl& write) {
  switch (expression.GetExpressionClass()) {
    case ExpressionClass::SUBQUERY:
    case ExpressionClass::WINDOW:
    case ExpressionClass::STAR:
    case ExpressionClass::DEFAULT: return false;
    case ExpressionClass::FUNCTION:
      if (is_volatile_function(ascii_lower(expression.Cast<FunctionExpression>().function_name))) return false;
      break;
    case ExpressionClass::COLUMN_REF: {
      auto& names = expression.Cast<ColumnRefExpression>().column_names;
      if (names.size() == 1) {
        if (is_volatile_function(ascii_lower(names[0]))) return false;
      } else if (names.size() == 2 && ascii_lower(names[0]) == write.alias) {
        names.erase(names.begin());
      } else if (names.size() == 3 && write.alias == write.target.table && ascii_lower(names[1]) == write.alias &&
                 ascii_lower(names[0]) == write.target.schema) {
        names.erase(names.begin(), names.begin() + 2);
      } else {
        return false;
      }
      break;
    }
    default: break;
  }
  bool fine = true;
  ParsedExpressionIterator::EnumerateChildren(
      expression, [&](ParsedExpression& child) { fine = fine && is_of_one_row(child, write); });
  return fine;
}

// Is this the column? (Its table's name is gone already.)
bool is_column(const ParsedExpression& expression, std::string_view column) {
  if (expression.GetExpressionClass() != ExpressionClass::COLUMN_REF) return false;
  const auto& names = expression.Cast<ColumnRefExpression>().column_names;
  return names.size() == 1 && equal_ignoring_case(names[0], column);
}

std::optional<std::variant<kalam::Value, size_t>> key_of(const ParsedExpression& expression) {
  if (expression.GetExpressionClass() == ExpressionClass::PARAMETER) {
    return std::stoul(expression.Cast<ParameterExpression>().identifier) - 1;
  }
  if (expression.GetExpressionClass() != ExpressionClass::CONSTANT) return std::nullopt;
  auto constant = expression.Copy();
  if (!is_decimal_literal(*constant)) rewrite(constant);
  auto value = from_engine(constant->Cast<ConstantExpression>().value);
  if (!value.ok() || value->is_null()) return std::nullopt;
  return *std::move(value);
}

// Takes `column = constant` out of the conditions that all hold.
std::optional<std::variant<kalam::Value, size_t>> take_key(vector<ExpressionPointer>& conditions,
                                                           std::string_view column) {
  for (auto& condition : conditions) {
    if (condition->GetExpressionType() != ExpressionType::COMPARE_EQUAL) continue;
    const auto& equal = condition->Cast<ComparisonExpression>();
    const bool left = is_column(*equal.left, column);
    if (!left && !is_column(*equal.right, column)) continue;
    auto key = key_of(left ? *equal.right : *equal.left);
    if (!key) continue;
    conditions.erase_at(static_cast<idx_t>(&condition - conditions.data()));
    return key;
  }
  return std::nullopt;
}

std::string both(vector<ExpressionPointer> conditions) {
  if (conditions.size() == 1) return conditions[0]->ToString();
  ConjunctionExpression all(ExpressionType::CONJUNCTION_AND, std::move(conditions));
  return all.ToString();
}

void parse_insert(InsertStatement& statement, ParsedWrite::Impl& write) {
  if (statement.on_conflict_info) refuse("Insert-on clause not supported");
  if (!statement.returning_list.empty()) refuse("Insert-returning clause not supported");
  if (statement.default_values || !statement.select_statement) refuse("Inserts without a source not supported");
  if (statement.column_order == InsertColumnOrder::INSERT_BY_NAME) refuse("Insert by name not supported");
  write.target = folded(statement.catalog, statement.schema, statement.table);
  write.columns = folded(statement.columns);
  check_once(write.columns);
  if (statement.GetValuesList()) {
    auto& rows = *statement.select_statement->node->Cast<SelectNode>().from_table;
    for (auto& row : rows.Cast<ExpressionListRef>().values) write.words.push_back(take_defaults(row));
  }
  write.query = std::move(statement.select_statement);
  add_definitions(statement.cte_map, write.query->node->cte_map);
}

void find_rows(unique_ptr<TableRef> table, ParsedWrite::Impl& write, CommonTableExpressionMap& definitions) {
  const auto& base = target_of(*table);
  write.target = folded(base.catalog_name, base.schema_name, base.table_name);
  write.alias = ascii_lower(base.alias.empty() ? base.table_name : base.alias);
  auto node = make_uniq<SelectNode>();
  node->from_table = std::move(table);
  for (const auto& value : write.values) node->select_list.push_back(value->Copy());
  if (write.condition) node->where_clause = write.condition->Copy();
  node->cte_map = std::move(definitions);
  write.query = make_uniq<SelectStatement>();
  write.query->node = std::move(node);
}

void parse_update(UpdateStatement& statement, ParsedWrite::Impl& write) {
  if (statement.from_table) refuse("UPDATE ... FROM is not supported");
  if (!statement.returning_list.empty()) refuse("Update-returning clause not yet supported");
  auto& set = *statement.set_info;
  if (!set.condition) refuse("UPDATE requires a WHERE clause");
  write.assigned = folded(set.columns);
  check_once(write.assigned);
  write.values = std::move(set.expressions);
  write.condition = std::move(set.condition);
  bool changes = false;
  for (size_t i = 0; i < write.assigned.size(); ++i) {
    if (write.values[i]->GetExpressionClass() == ExpressionClass::DEFAULT) refuse("DEFAULT is not supported in UPDATE");
    changes = changes || !equals_itself(write.assigned[i], *write.values[i]);
  }
  if (!changes) refuse("UPDATE requires at least one assignment");
  find_rows(std::move(statement.table), write, statement.cte_map);
}

void parse_delete(DeleteStatement& statement, ParsedWrite::Impl& write) {
  if (!statement.using_clauses.empty()) refuse("Using clause not supported");
  if (!statement.returning_list.empty()) refuse("Delete-returning clause not yet supported");
  if (!statement.condition) refuse("DELETE requires a WHERE clause");
  write.condition = std::move(statement.condition);
  find_rows(std::move(statement.table), write, statement.cte_map);
}

// Puts the query into DuckDB's words, with the target as its first table, and finds out what else is read.
void walk(ParsedWrite::Impl& write, const ParseOptions& options, const ViewLookup& views) {
  StatementWalk walk(options, views);
  if (write.kind == ParsedWrite::Kind::insert) {
    walk.source(*write.query->node);
    if (!write.words.empty()) write.row_width = put_side_by_side(write.query->node->Cast<SelectNode>());
    write.query_tables = walk.take_tables();
    write.reads = write.query_tables;
    write.views = walk.take_views();
    return;
  }
  auto& node = write.query->node->Cast<SelectNode>();
  walk.write(node);
  write.views = walk.take_views();
  const bool target_read = walk.mentions(0) > 1;
  write.query_tables = walk.take_tables();
  write.reads.assign(write.query_tables.begin() + (target_read ? 0 : 1), write.query_tables.end());
}

// DuckDB's grammar knows neither of these clauses; they deserve better than "syntax error".
void refuse_unknown_clauses(std::string_view text, const Error& error) {
  const auto near = [&](std::string_view word) {
    return ascii_lower(error.message).find("at or near \"" + std::string(word) + "\"") != std::string::npos;
  };
  const auto first = ascii_lower(trimmed(text).substr(0, 6));
  if (near("limit") && first == "update") refuse("Update-limit clause not supported");
  if (near("limit") && first == "delete") refuse("Delete-limit clause not supported");
  if (near("order") && first == "update") refuse("Update-order-by clause not supported");
  if (near("order") && first == "delete") refuse("Delete-order-by clause not yet supported");
  if (near("overwrite") && first == "insert") refuse("Insert Overwrite is not supported");
  if (near("ignore") && first == "insert") refuse("Insert-ignore clause not supported");
}

}  // namespace

ParsedWrite::ParsedWrite(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ParsedWrite::ParsedWrite(ParsedWrite&&) noexcept = default;
ParsedWrite& ParsedWrite::operator=(ParsedWrite&&) noexcept = default;
ParsedWrite::~ParsedWrite() = default;

ParsedWrite::Kind ParsedWrite::kind() const { return impl_->kind; }
const QueryTable& ParsedWrite::target() const { return impl_->target; }
const std::vector<QueryTable>& ParsedWrite::tables() const { return impl_->reads; }
const std::vector<UsedView>& ParsedWrite::views() const { return impl_->views; }
size_t ParsedWrite::parameters() const { return impl_->parameters; }
const std::vector<std::string>& ParsedWrite::columns() const { return impl_->columns; }
size_t ParsedWrite::row_width() const { return impl_->row_width; }
const std::vector<std::string>& ParsedWrite::assigned() const { return impl_->assigned; }

bool ParsedWrite::is_default(size_t row, size_t column) const {
  return row < impl_->words.size() && column < impl_->words[row].size() && impl_->words[row][column];
}

Result<ParsedWrite> ParsedWrite::parse(std::string_view text, const ParseOptions& options, const ViewLookup& views) {
  return guarded([&]() -> Result<ParsedWrite> {
    duckdb::unique_ptr<duckdb::SQLStatement> statement;
    try {
      statement = parse_statement(text, options);
    } catch (const std::exception& exception) {
      refuse_unknown_clauses(text, to_error(exception));
      throw;
    }
    auto impl = std::make_unique<Impl>();
    for (const auto& [name, index] : statement->named_param_map) {
      impl->parameters = std::max<size_t>(impl->parameters, index);
    }
    switch (statement->type) {
      case StatementType::INSERT_STATEMENT:
        impl->kind = Kind::insert;
        parse_insert(statement->Cast<InsertStatement>(), *impl);
        break;
      case StatementType::UPDATE_STATEMENT:
        impl->kind = Kind::update;
        parse_update(statement->Cast<UpdateStatement>(), *impl);
        break;
      case StatementType::DELETE_STATEMENT:
        impl->kind = Kind::remove;
        parse_delete(statement->Cast<DeleteStatement>(), *impl);
        break;
      default: return Error{ErrorCode::not_supported, "INSERT, UPDATE or DELETE is expected"};
    }
    walk(*impl, options, views);
    set_parameters(*impl->query, impl->parameters);
    return ParsedWrite(std::move(impl));
  });
}

ParsedQuery ParsedWrite::source() const {
  auto query = std::make_unique<ParsedQuery::Impl>();
  query->statement = impl_->query->Copy();
  query->tables = impl_->query_tables;
  query->views = impl_->views;
  return ParsedQuery(std::move(query));
}

ParsedQuery ParsedWrite::touched(std::span<const std::string> leading) const {
  auto query = std::make_unique<ParsedQuery::Impl>();
  query->statement = impl_->query->Copy();
  query->tables = impl_->query_tables;
  query->views = impl_->views;
  auto& list = query->statement->Cast<SelectStatement>().node->Cast<SelectNode>().select_list;
  vector<ExpressionPointer> all;
  for (const auto& column : leading) all.push_back(make_uniq<ColumnRefExpression>(column, impl_->alias));
  for (auto& value : list) all.push_back(std::move(value));
  list = std::move(all);
  return ParsedQuery(std::move(query));
}

std::optional<ParsedWrite::Keyed> ParsedWrite::keyed(std::string_view key_column) const {
  if (impl_->kind == Kind::insert) return std::nullopt;
  // A WITH may define what the names mean.
  if (impl_->query_tables.size() != 1 || !impl_->query->node->cte_map.map.empty()) return std::nullopt;
  auto condition = impl_->condition->Copy();
  if (!is_of_one_row(*condition, *impl_)) return std::nullopt;
  vector<ExpressionPointer> conditions;
  if (condition->GetExpressionType() == ExpressionType::CONJUNCTION_AND) {
    conditions = std::move(condition->Cast<ConjunctionExpression>().children);
  } else {
    conditions.push_back(std::move(condition));
  }
  auto key = take_key(conditions, key_column);
  if (!key) return std::nullopt;
  Keyed keyed{.key = *std::move(key), .condition = {}, .values = {}};
  if (!conditions.empty()) keyed.condition = both(std::move(conditions));
  for (const auto& value : impl_->values) {
    auto copy = value->Copy();
    if (!is_of_one_row(*copy, *impl_)) return std::nullopt;
    keyed.values.push_back(copy->ToString());
  }
  return keyed;
}

}  // namespace kalam::duck
