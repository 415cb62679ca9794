// kalam_scan: the table function through which DuckDB reads a RowSource.
//
//   kalam_scan(2) -> bind: the shape of source 2 -> init: source 2 of the run, its viewer, its slots -> cursor ->
//   chunks
//
// All of these come from the connection's registered state. Always true: source, viewer and slots are read when a scan
// *starts*, never when it is bound, so that a plan which is kept cannot carry one user's rows to another.
//
// The scan takes no filters of DuckDB's: with them, values of parameters would move into the plan. What a source may
// leave out it learns from the AccessPath that the planner writes into the bound scan.

#pragma once
#include <duckdb.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "duck/detail/access_path.h"
#include "duck/prepared.h"
#include "types/role.h"
#include "types/row_source.h"

namespace kalam::duck {

using Shapes = std::shared_ptr<const std::vector<SourceShape>>;

// What a connection plans (no sources yet) or runs, and for whom.
class Running final : public duckdb::ClientContextState {
 public:
  static constexpr const char* kKey = "kalam.running";

  explicit Running(Shapes shapes) : shapes(std::move(shapes)) {}
  Running(Shapes shapes, std::vector<const RowSource*> sources, std::vector<Value> slots, Viewer viewer)
      : shapes(std::move(shapes)), sources(std::move(sources)), slots(std::move(slots)), viewer(std::move(viewer)) {}

  static Running& of(duckdb::ClientContext& context);  // throws when the connection has none
  static void set(duckdb::ClientContext& context, duckdb::shared_ptr<Running> running);

  const Shapes shapes;
  const std::vector<const RowSource*> sources;
  const std::vector<Value> slots;  // see ParameterSlots; of the types that the plan gave them
  const Viewer viewer;

  // The first error of a source, with its code; DuckDB carries the words alone.
  [[noreturn]] void fail(Error error);
  std::optional<Error> failure() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // guarded by mutex_
};

void register_source_scan(duckdb::DuckDB& database);

// The column of a source that a bound scan column is: null for other table functions.
const SourceColumn* scanned_column(const duckdb::FunctionData* bind_data, size_t column);

// Which source a scan reads; nothing for other table functions.
std::optional<size_t> scanned_source(const duckdb::FunctionData* bind_data);

// Does the statement speak of deleted rows, as far as the last write_access_paths() saw it?
bool wants_deleted(const duckdb::FunctionData* bind_data);

// Tells the scans of a plan what is wanted of them; before and after it is optimised, each finds what the other cannot.
void write_access_paths(duckdb::LogicalOperator& plan);

}  // namespace kalam::duck
