// StatementWalk: goes through a parsed statement, refuses all that is not on the allow-list, and replaces each named
// table by a scan of ours, so that DuckDB's own catalog is never asked for a name that a client wrote.

#pragma once
#include <duckdb.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>
#include <string>
#include <vector>

#include "duck/parsed_query.h"

namespace kalam::duck {

// The table function that stands for table number `index` of a query: kalam_scan(index).
inline constexpr const char* kScanFunction = "kalam_scan";

// Throws duckdb::NotImplementedException for what it refuses.
class StatementWalk {
 public:
  explicit StatementWalk(const ParseOptions& options) : options_(options) {}

  void statement(duckdb::SQLStatement& statement);
  std::vector<QueryTable> take_tables() { return std::move(tables_); }

 private:
  using TablePointer = duckdb::unique_ptr<duckdb::TableRef>;
  using ExpressionPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

  void query(duckdb::QueryNode& node);
  void table(TablePointer& ref);
  TablePointer scan_of(const duckdb::BaseTableRef& base);
  void common_tables(duckdb::CommonTableExpressionMap& map);
  void common_table(const std::string& name, duckdb::QueryNode& definition);
  void expression(duckdb::ParsedExpression& expression);
  void function(const std::string& catalog, const std::string& schema, const std::string& name);
  void type(const duckdb::LogicalType& type);
  void type_name(const duckdb::ParsedExpression& part);
  void optional(ExpressionPointer& pointer) {
    if (pointer) expression(*pointer);
  }
  void each(duckdb::vector<ExpressionPointer>& list) {
    for (auto& item : list) expression(*item);
  }

  const ParseOptions& options_;
  std::vector<QueryTable> tables_;
  std::vector<std::string> common_tables_in_scope_;  // lower case
};

}  // namespace kalam::duck
