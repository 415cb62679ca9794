// EnginePlan: a statement planned by DuckDB on a connection of its own, run any number of times, one after the other.
//
// The steps are those of Connection::Prepare, which would throw the plan of any statement with parameters away.

#pragma once
#include <duckdb.hpp>
#include <duckdb/main/prepared_statement_data.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "duck/detail/source_scan.h"
#include "duck/row_stream.h"

namespace kalam::duck {

class EnginePlan {
 public:
  // `statement`: its parameters are slots. `values` of the slots: a plan for these alone. Throws exceptions of DuckDB.
  EnginePlan(duckdb::DuckDB& database, duckdb::unique_ptr<duckdb::SQLStatement> statement, Shapes shapes,
             const std::vector<Value>* values = nullptr);

  // False when a type stayed open, or DuckDB insists on planning anew: use it once, with values.
  bool kept() const { return kept_; }

  std::string explained() const;

  // Nothing: these values need a plan of their own. Throws exceptions of DuckDB.
  Result<std::optional<std::vector<Value>>> fitted_slots(std::span<const Value> slots) const;

  // Starts a run. The columns of the result have the name and type of the plan.
  duckdb::unique_ptr<duckdb::QueryResult> execute(duckdb::shared_ptr<Running> running);
  void interrupt() { connection_->Interrupt(); }  // from any thread
  std::vector<ResultColumn> columns(const duckdb::QueryResult& result) const;

 private:
  using Parameters = duckdb::case_insensitive_map_t<duckdb::BoundParameterData>;

  void plan(duckdb::SQLStatement& statement, duckdb::PreparedStatementData& data);

  const Shapes shapes_;
  duckdb::unique_ptr<duckdb::Connection> connection_;
  duckdb::unique_ptr<duckdb::PreparedStatement> prepared_;
  Parameters constants_;                      // of a plan for values
  std::vector<duckdb::LogicalType> slots_;    // by slot; of a plan that is kept
  std::vector<const SourceColumn*> origins_;  // of the result columns that are columns of a source
  bool kept_ = false;
};

}  // namespace kalam::duck
