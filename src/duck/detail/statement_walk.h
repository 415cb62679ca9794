// StatementWalk: goes through a parsed statement, refuses all that is not on the allow-list, puts what is written in
// our dialect into DuckDB's words, and replaces each named table by a scan of ours, so that DuckDB's own catalog is
// never asked for a name that a client wrote.

#pragma once
#include <duckdb.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/tableref/list.hpp>
#include <string>
#include <vector>

#include "duck/detail/dialect.h"
#include "duck/parsed_query.h"

namespace kalam::duck {

// The table function that stands for table number `index` of a query: kalam_scan(index).
inline constexpr const char* kScanFunction = "kalam_scan";

// Throws Refusal for what it refuses. A tree may be walked once: what is in DuckDB's words means something else in
// ours.
class StatementWalk {
 public:
  using TablePointer = duckdb::unique_ptr<duckdb::TableRef>;

  explicit StatementWalk(const ParseOptions& options, const ViewLookup& views = {})
      : options_(options), views_(views) {}

  void statement(duckdb::SQLStatement& statement);
  void query(duckdb::QueryNode& node);
  // What an INSERT inserts: a list of VALUES are values to store.
  void source(duckdb::QueryNode& node);
  // The select that finds the rows of an UPDATE or DELETE: its list are values to store, its table is number 0.
  void write(duckdb::SelectNode& node);
  void table(TablePointer& ref);
  void expression(ExpressionPointer& expression);
  // One that is stored as it is: a decimal literal keeps all its digits.
  void stored(ExpressionPointer& expression);

  std::vector<QueryTable> take_tables() { return std::move(tables_); }
  std::vector<UsedView> take_views() { return std::move(used_views_); }
  // How often table number `index` was named.
  size_t mentions(size_t index) const { return mentions_[index]; }

 private:
  void select(duckdb::SelectNode& node);
  void select_list(duckdb::vector<ExpressionPointer>& list);
  void join(duckdb::JoinRef& join);
  void table_function(duckdb::TableFunctionRef& ref);
  void named_table(TablePointer& ref);
  TablePointer query_of(const duckdb::BaseTableRef& base, const View& view);
  QueryTable full_name(const duckdb::BaseTableRef& base) const;
  TablePointer scan_of(const duckdb::BaseTableRef& base);
  void common_tables(duckdb::CommonTableExpressionMap& map);
  void common_table(const std::string& name, duckdb::QueryNode& definition);
  void qualified(duckdb::ColumnRefExpression& column);
  void function(const std::string& catalog, const std::string& schema, const std::string& name);
  void type(const duckdb::LogicalType& type);
  void type_name(const duckdb::ParsedExpression& part);
  void optional(ExpressionPointer& pointer) {
    if (pointer) expression(pointer);
  }
  void each(duckdb::vector<ExpressionPointer>& list) {
    for (auto& item : list) expression(item);
  }

  const ParseOptions& options_;
  const ViewLookup views_;
  const duckdb::TableRef* stored_rows_ = nullptr;
  std::vector<QueryTable> tables_;
  std::vector<size_t> mentions_;                     // of each of tables_
  std::vector<std::string> common_tables_in_scope_;  // lower case
  std::vector<UsedView> used_views_;
  std::string schema_;     // of the view whose query is walked; empty: the client's own text
  size_t views_open_ = 0;  // views in views, here
  size_t views_seen_ = 0;
};

}  // namespace kalam::duck
