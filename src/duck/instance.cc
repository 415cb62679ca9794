#include "duck/instance.h"

#include <algorithm>
#include <duckdb.hpp>
#include <duckdb/execution/physical_plan_generator.hpp>
#include <duckdb/main/extension_helper.hpp>
#include <duckdb/main/prepared_statement_data.hpp>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/planner/planner.hpp>

#include "duck/detail/cell_json.h"
#include "duck/detail/column_origin.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/no_files.h"
#include "duck/detail/parsed_query_impl.h"
#include "duck/detail/prepared_query.h"
#include "duck/detail/source_scan.h"
#include "duck/detail/value_bridge.h"
#include "types/ascii.h"

namespace kalam::duck {

namespace {

using Parameters = duckdb::case_insensitive_map_t<duckdb::BoundParameterData>;

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
  config.SetOptionByName("lock_configuration", true);
}

// Without `autocomplete`, which is linked in as well: it brings CALL enable_peg_parser(), and that exchanges the parser
// of the whole instance although the configuration is locked.
void load_linked_in(duckdb::DuckDB& database) {
  for (const auto* name : {"core_functions", "parquet", "json", "icu"}) {
    duckdb::ExtensionHelper::LoadExtension(database, name);
  }
}

struct Plan {
  duckdb::shared_ptr<duckdb::PreparedStatementData> data;
  std::vector<const SourceColumn*> origins;  // empty when the types of parameters were still open
};

// The steps of Connection::Prepare, with the bound plan in hand before it is optimised: column_origin.h reads it.
Plan plan_of(duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::SQLStatement> statement,
             const Parameters& parameters) {
  Plan result;
  result.data = duckdb::make_shared_ptr<duckdb::PreparedStatementData>(statement->type);
  auto& data = *result.data;
  data.unbound_statement = statement->Copy();
  context.RunFunctionInTransaction(
      [&] {
        duckdb::Planner planner(context);
        planner.parameter_data = parameters;
        planner.CreatePlan(std::move(statement));
        data.properties = planner.properties;
        data.names = planner.names;
        data.types = planner.types;
        data.value_map = std::move(planner.value_map);
        if (!data.properties.bound_all_parameters) return;
        auto plan = std::move(planner.plan);
        result.origins = column_origins(*plan);
        if (plan->RequireOptimizer()) plan = duckdb::Optimizer(*planner.binder, context).Optimize(std::move(plan));
        data.physical_plan = duckdb::PhysicalPlanGenerator(context).Plan(std::move(plan));
      },
      false);
  return result;
}

// Names whose values only administrators may see.
bool is_secret(std::string_view name) {
  return equal_ignoring_case(name, "credentials") || equal_ignoring_case(name, "password_hash");
}

}  // namespace

struct Instance::Impl {
  std::unique_ptr<duckdb::DuckDB> database;
};

struct RowStream::Impl {
  // In the order they are given back, last first: the result, the plan, the connection.
  duckdb::shared_ptr<Running> running;
  std::unique_ptr<duckdb::Connection> connection;
  duckdb::unique_ptr<duckdb::PreparedStatement> prepared;
  duckdb::unique_ptr<duckdb::QueryResult> result;
  std::vector<ResultColumn> columns;
  std::vector<bool> masked;
  bool first = true;

  // An error of a source keeps its code on the way through DuckDB.
  Error failed(const duckdb::ErrorData& error) const {
    if (auto failure = running->failure()) return *std::move(failure);
    return to_error(error);
  }
  void describe(const std::vector<const SourceColumn*>& origins);
};

void RowStream::Impl::describe(const std::vector<const SourceColumn*>& origins) {
  for (size_t i = 0; i < result->types.size(); ++i) {
    ResultColumn column{result->names[i], inferred_type(result->types[i])};
    if (const auto* origin = i < origins.size() ? origins[i] : nullptr) {
      column.type = origin->type;
      column.primary_key = origin->primary_key;
      column.not_null = !origin->nullable;
    }
    masked.push_back(!is_admin(running->viewer.role) && is_secret(column.name));
    columns.push_back(std::move(column));
  }
}

RowStream::RowStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowStream::RowStream(RowStream&&) noexcept = default;
RowStream& RowStream::operator=(RowStream&&) noexcept = default;
RowStream::~RowStream() = default;

const std::vector<ResultColumn>& RowStream::columns() const { return impl_->columns; }

Result<size_t> RowStream::append_json_rows(std::string& out) {
  return guarded([&]() -> Result<size_t> {
    while (true) {
      duckdb::unique_ptr<duckdb::DataChunk> chunk;
      duckdb::ErrorData error;
      if (!impl_->result->TryFetch(chunk, error)) return impl_->failed(error);
      if (!chunk) return size_t{0};
      if (chunk->size() == 0) continue;
      TRY(duck::append_json_rows(*chunk, impl_->masked, impl_->first, out));
      impl_->first = false;
      return static_cast<size_t>(chunk->size());
    }
  });
}

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
    return std::unique_ptr<Instance>(new Instance(options, std::move(impl)));
  });
}

Result<RowStream> Instance::run(ParsedQuery query, RunInputs inputs) {
  if (inputs.sources.size() != query.tables().size()) {
    return Error{ErrorCode::internal, "a query was run without its tables"};
  }
  Parameters parameters;
  for (size_t i = 0; i < inputs.parameters.size(); ++i) {
    parameters.emplace(std::to_string(i + 1), duckdb::BoundParameterData(TRY(to_engine(inputs.parameters[i]))));
  }
  auto stream = std::make_unique<RowStream::Impl>();
  stream->running = duckdb::make_shared_ptr<Running>(std::move(inputs.sources), std::move(inputs.viewer));
  auto ran = guarded([&]() -> Status {
    stream->connection = std::make_unique<duckdb::Connection>(*impl_->database);
    auto& context = stream->connection->context;
    context->registered_state->Insert(Running::kKey, stream->running);
    auto& statement = query.impl_->statement;
    const auto text = statement->query;
    const auto named = statement->named_param_map;
    auto plan = plan_of(*context, std::move(statement), parameters);
    stream->prepared = duckdb::make_uniq<duckdb::PreparedStatement>(context, std::move(plan.data), text, named);
    stream->result = stream->prepared->Execute(parameters, true);
    if (stream->result->HasError()) return stream->failed(stream->result->GetErrorObject());
    stream->describe(plan.origins);
    return {};
  });
  if (!ran.ok()) {
    if (auto failure = stream->running->failure()) return *std::move(failure);
    return std::move(ran).error();
  }
  return RowStream(std::move(stream));
}

Result<std::shared_ptr<const Prepared>> Instance::prepare(ParsedQuery query, std::vector<SourceShape> sources,
                                                          std::vector<ScalarKind> parameters) {
  if (sources.size() != query.tables().size()) {
    return Error{ErrorCode::internal, "a query was prepared without its tables"};
  }
  auto& parsed = *query.impl_;
  return std::shared_ptr<const Prepared>(std::make_shared<PreparedQuery>(
      std::move(parsed.statement), std::move(parsed.tables), std::move(sources), std::move(parameters)));
}

Result<RowStream> Instance::run(std::shared_ptr<const Prepared> prepared, RunInputs inputs) {
  const auto& query = static_cast<const PreparedQuery&>(*prepared);
  auto parsed = std::make_unique<ParsedQuery::Impl>();
  auto copied = guarded([&]() -> Status {
    parsed->statement = query.copy();
    parsed->tables = query.tables();
    return {};
  });
  if (!copied.ok()) return std::move(copied).error();
  return run(ParsedQuery(std::move(parsed)), std::move(inputs));
}

}  // namespace kalam::duck
