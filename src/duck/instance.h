// Instance: the one DuckDB of the process. It holds no data: tables are RowSources that queries bring along.
//
// Always true: SQL cannot leave it. No file system, no network, no extension beyond the linked-in four, and a locked
// configuration; yet the walk of ParsedQuery is what guards it, this is the second wall.
//
// Safe from any thread; every query has a connection of its own. Calls block: for workers, not for I/O threads.

#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "duck/parsed_query.h"
#include "duck/prepared.h"
#include "duck/row_stream.h"
#include "types/generated_ids.h"
#include "types/role.h"
#include "types/row_source.h"
#include "types/snowflake.h"
#include "types/value.h"

namespace kalam::duck {

struct InstanceOptions {
  size_t memory_limit_bytes = 64u << 20;  // of the engine's buffers; a query that needs more fails
  size_t threads = 2;
  ParseOptions parse;
  // Of SNOWFLAKE_ID(), UUID_V7() and ULID(); they outlive the instance. None: it has its own.
  Snowflakes* snowflakes = nullptr;
  TimeOrderedIds* ids = nullptr;
};

// Which way a prepared query takes. `engine` is for tests, which hold the two against each other.
enum class Path : uint8_t { automatic, engine };

struct RunInputs {
  std::vector<const RowSource*> sources;  // one for each of tables(), in that order
  std::vector<Value> parameters;          // $1, $2, …
  Viewer viewer;                          // handed to the sources when the scan starts
  Path path = Path::automatic;
  std::stop_token stop = {};   // a request ends the run with `cancelled`, at the latest with the next chunk
  size_t rows_max = SIZE_MAX;  // where the result is cut
};

class Instance {
 public:
  static Result<std::unique_ptr<Instance>> open(const InstanceOptions& options);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  Result<ParsedQuery> parse(std::string_view text, const ViewLookup& views = {}) const {
    return ParsedQuery::parse(text, options_.parse, views);
  }
  Result<RowStream> run(ParsedQuery query, RunInputs inputs);

  // For queries that are run again. Costs a plan, 50-400 µs, and what is wrong with names and types is told here.
  // `sources`: one for each of tables(); `parameters`: the kinds that the values of $1, $2, … will have.
  Result<std::shared_ptr<const Prepared>> prepare(ParsedQuery query, std::vector<SourceShape> sources,
                                                  std::vector<ScalarKind> parameters);
  Result<RowStream> run(std::shared_ptr<const Prepared> prepared, RunInputs inputs);

  const InstanceOptions& options() const { return options_; }

  struct Impl;
  Impl& impl() const { return *impl_; }  // for this module

 private:
  Instance(InstanceOptions options, std::unique_ptr<Impl> impl);
  const InstanceOptions options_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::duck
