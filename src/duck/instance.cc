#include "duck/instance.h"

#include <duckdb.hpp>
#include <duckdb/main/extension_helper.hpp>

#include "duck/detail/engine_error.h"
#include "duck/detail/functions.h"
#include "duck/detail/instance_impl.h"
#include "duck/detail/no_files.h"
#include "duck/detail/parsed_query_impl.h"
#include "duck/detail/prepared_query.h"
#include "duck/detail/source_scan.h"

namespace kalam::duck {

namespace {

// A DBConfig holds a mutex: it can be neither copied nor moved, so the caller brings it.
void lock_down(duckdb::DBConfig& config, const InstanceOptions& options) {
  config.file_system = no_files();
  config.options.maximum_memory = options.memory_limit_bytes;
  config.options.maximum_threads = options.threads;
  config.options.use_temporary_directory = false;  // no spilling: a query that needs more fails
  config.options.load_extensions = false;          // not all that is linked in: load_linked_in() picks
  config.SetOptionByName("max_expression_depth", duckdb::Value::UBIGINT(options.parse.expression_depth_max));
  config.SetOptionByName("autoload_known_extensions", false);
  config.SetOptionByName("autoinstall_known_extensions", false);
  config.SetOptionByName("allow_community_extensions", false);
  config.SetOptionByName("allow_persistent_secrets", false);  // else it asks for ~/.duckdb/stored_secrets
  config.SetOptionByName("enable_external_access", false);
  // After a fatal error DuckDB trusts its data no more and answers nothing. There are none in it: others go on.
  config.SetOptionByName("disable_database_invalidation", true);
  config.SetOptionByName("default_null_order", "nulls_last_on_asc_first_on_desc");
  // It knows sums of DuckDB's own only.
  config.SetOptionByName("disabled_optimizers", "sum_rewriter");
}

// What only loaded extensions know, and then no more.
void lock_configuration(duckdb::DuckDB& database) {
  duckdb::Connection connection(database);
  for (const auto* statement : {"SET GLOBAL TimeZone = 'UTC'", "SET GLOBAL lock_configuration = true"}) {
    auto done = connection.Query(statement);
    if (done->HasError()) throw duckdb::InternalException("%s: %s", statement, done->GetError());
  }
}

// Without `autocomplete`, which is linked in as well: it brings CALL enable_peg_parser(), and that exchanges the parser
// of the whole instance although the configuration is locked.
void load_linked_in(duckdb::DuckDB& database) {
  for (const auto* name : {"core_functions", "parquet", "json", "icu"}) {
    duckdb::ExtensionHelper::LoadExtension(database, name);
  }
}

}  // namespace

Instance::Instance(InstanceOptions options, std::unique_ptr<Impl> impl) : options_(options), impl_(std::move(impl)) {}
Instance::~Instance() = default;

Result<std::unique_ptr<Instance>> Instance::open(const InstanceOptions& options) {
  return guarded([&]() -> Result<std::unique_ptr<Instance>> {
    duckdb::DBConfig config;
    lock_down(config, options);
    auto impl = std::make_unique<Impl>();
    impl->database = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    load_linked_in(*impl->database);
    // FROM 'x.csv' is a replacement scan of DuckDB's own readers.
    duckdb::DBConfig::GetConfig(*impl->database->instance).replacement_scans.clear();
    register_source_scan(*impl->database);
    register_functions(*impl->database, options.snowflakes ? *options.snowflakes : impl->snowflakes,
                       options.ids ? *options.ids : impl->ids);
    lock_configuration(*impl->database);
    return std::unique_ptr<Instance>(new Instance(options, std::move(impl)));
  });
}

Result<RowStream> Instance::run(ParsedQuery query, RunInputs inputs) {
  std::vector<SourceShape> shapes;
  for (const auto* source : inputs.sources) shapes.push_back(shape_of(*source));
  std::vector<ScalarKind> kinds;
  for (const auto& parameter : inputs.parameters) kinds.push_back(parameter.kind());
  return run(TRY(prepare(std::move(query), std::move(shapes), std::move(kinds))), std::move(inputs));
}

Result<std::shared_ptr<const Prepared>> Instance::prepare(ParsedQuery query, std::vector<SourceShape> sources,
                                                          std::vector<ScalarKind> parameters) {
  if (sources.size() != query.tables().size()) {
    return Error{ErrorCode::internal, "a query was prepared without its tables"};
  }
  return guarded([&]() -> Result<std::shared_ptr<const Prepared>> {
    auto& parsed = *query.impl_;
    auto shapes = std::make_shared<const std::vector<SourceShape>>(std::move(sources));
    return std::shared_ptr<const Prepared>(PreparedQuery::make(
        *this, std::move(parsed.statement), std::move(parsed.tables), std::move(shapes), std::move(parameters)));
  });
}

Result<RowStream> Instance::run(std::shared_ptr<const Prepared> prepared, RunInputs inputs) {
  return guarded([&]() -> Result<RowStream> {
    return RowStream(TRY(static_cast<const PreparedQuery&>(*prepared).run(std::move(inputs))));
  });
}

}  // namespace kalam::duck
