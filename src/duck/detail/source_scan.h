// kalam_scan: the table function through which DuckDB reads a RowSource.
//
//   kalam_scan(2) -> bind: source 2 of the running query -> init: viewer, columns, equalities -> cursor -> chunks
//
// Sources and viewer come from the connection's registered state. Always true: the viewer is read when a scan *starts*,
// never when it is bound, so that a plan which is kept cannot carry one user's rows to another.

#pragma once
#include <duckdb.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "types/role.h"
#include "types/row_source.h"

namespace kalam::duck {

// What the queries of one connection read, and for whom.
class Running final : public duckdb::ClientContextState {
 public:
  static constexpr const char* kKey = "kalam.running";

  Running(std::vector<const RowSource*> sources, Viewer viewer)
      : sources(std::move(sources)), viewer(std::move(viewer)) {}

  static Running& of(duckdb::ClientContext& context);  // throws when the connection has none

  const std::vector<const RowSource*> sources;
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

}  // namespace kalam::duck
