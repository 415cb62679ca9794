#include "node/node.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>

#include "auth/password.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/workers.h"
#include "catalog/catalog.h"
#include "node/database.h"
#include "node/version.h"
#include "server/health.h"
#include "server/http_server.h"
#include "server/sql_endpoint.h"
#include "store/lock_file.h"
#include "store/store.h"

namespace kalam::node {

namespace {

constexpr size_t kEngineMemoryMin = 64u << 20;

size_t cpus() { return std::max(1U, std::thread::hardware_concurrency()); }
size_t threads_of(uint64_t setting) { return setting > 0 ? setting : std::min<size_t>(cpus(), 4); }

std::string ms_text(Micros time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2fms", static_cast<double>(time.count()) / 1000);
  return text;
}

duck::InstanceOptions engine_options(const Settings& settings) {
  duck::InstanceOptions options;
  options.memory_limit_bytes = settings.query.memory_limit;
  if (options.memory_limit_bytes < kEngineMemoryMin) {
    log::warn("node", "query.memory_limit raised to the least that works",
              {{"configured", settings.query.memory_limit}, {"bytes", kEngineMemoryMin}});
    options.memory_limit_bytes = kEngineMemoryMin;
  }
  const auto wanted = settings.query.query_parallelism > 0 ? settings.query.query_parallelism : cpus();
  options.threads = std::max<size_t>(1, std::min(wanted, settings.query.max_partitions));
  log::info("node", "Query memory limit: " + std::to_string(options.memory_limit_bytes >> 20) + "MB");
  return options;
}

store::StoreOptions store_options(const Settings& settings) {
  store::StoreOptions options;
  options.path = settings.storage.data_path + "/rocksdb";
  options.sync_writes = settings.storage.sync_writes;
  options.block_cache_bytes = settings.storage.block_cache_size;
  options.background_jobs = static_cast<int>(settings.storage.max_background_jobs);
  options.open_files_max = static_cast<int>(settings.storage.max_open_files);
  options.compact_on_open = settings.storage.compact_on_startup;
  if (!options.sync_writes) {
    log::warn("node", "storage.rocksdb.sync_writes is off: a power failure may lose what was acknowledged");
  }
  return options;
}

server::HttpServerOptions http_options(const Settings& settings) {
  using std::chrono::seconds;
  server::HttpServerOptions options;
  options.host = settings.server.host;
  options.port = static_cast<uint16_t>(settings.server.port);
  options.threads = threads_of(settings.server.workers);
  options.backlog = static_cast<int>(settings.performance.backlog);
  options.connections_max = settings.performance.max_connections;
  options.head_bytes_max = settings.performance.max_header_size;
  options.keepalive_timeout = seconds(settings.performance.keepalive_timeout);
  options.head_timeout = seconds(settings.performance.client_request_timeout);
  return options;
}

Result<store::LockFile> lock_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{ErrorCode::io, "Data directory '" + path + "' cannot be created: " + error.message()};
  return store::LockFile::acquire(path + "/LOCK", path);
}

}  // namespace

// Members are in the order of the start; they go in the reverse one.
struct Node::Parts {
  explicit Parts(store::LockFile lock) : lock(std::move(lock)) {}

  store::LockFile lock;  // of the data directory
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<Database> database;
  std::optional<server::SqlEndpoint> sql;
  std::unique_ptr<Workers> workers;
  std::unique_ptr<server::HttpServer> http;

  catalog::CatalogOptions catalog_options(const Settings& settings);
  Status open_database(const Settings& settings);
  server::Routes routes(const Settings& settings) const;
  void show_settings(const Settings& settings);
};

catalog::CatalogOptions Node::Parts::catalog_options(const Settings& settings) {
  catalog::CatalogOptions options;
  options.first_start.data_path = settings.storage.data_path;
  options.first_start.shared_tables_template = settings.storage.shared_tables_template;
  options.first_start.user_tables_template = settings.storage.user_tables_template;
  if (!settings.server.public_origin.empty()) {
    options.first_start.public_origin = settings.server.public_origin;
  } else if (settings.server.port != 0) {
    options.first_start.public_origin = "http://localhost:" + std::to_string(settings.server.port);
  }
  options.first_start.root_password_hash = [this, &settings]() -> Result<std::string> {
    if (settings.auth.root_password.empty()) return std::string();
    return auth::hash_password(settings.auth.root_password, static_cast<int>(settings.auth.bcrypt_cost), random);
  };
  return options;
}

Status Node::Parts::open_database(const Settings& settings) {
  const auto started = clock.monotonic();
  DatabaseOptions options;
  options.store = store_options(settings);
  options.catalog = catalog_options(settings);
  options.engine = engine_options(settings);
  options.runner.parse.text_bytes = settings.limits.max_message_size;
  options.runner.parameters_max = settings.execution.max_parameters;
  options.runner.parameter_bytes_max = settings.execution.max_parameter_size_bytes;
  options.services.bcrypt_cost = static_cast<int>(settings.auth.bcrypt_cost);
  options.services.data_path = settings.storage.data_path;
  const auto path = options.store.path;
  database = TRY(Database::open(std::move(options), clock, random));
  const auto took = ms_text(clock.monotonic() - started);
  log::info("node", "Storage backend initialized at " + path + " with " +
                        std::to_string(database->store().list_partitions().size()) + " partitions (" + took + ")");
  if (settings.storage.compact_on_startup) log::info("node", "Startup compaction completed in " + took);
  return {};
}

server::Routes Node::Parts::routes(const Settings& settings) const {
  const server::BuildInfo build{version(), build_date()};
  const auto health = [build](const server::HttpRequest& request) { return server::answer_health(request, build); };
  const auto answer_sql = [this](const server::HttpRequest& request) { return sql->answer(request); };
  std::vector<server::Route> routes;
  for (const auto* path : {"/health", "/v1/api/healthcheck"}) {
    routes.push_back({.method = "GET", .path = path, .answer = health});
  }
  routes.push_back({.method = "POST",
                    .path = "/v1/api/sql",
                    .runs = server::Route::Runs::on_worker,
                    .answer = answer_sql,
                    .body_bytes_max = 2 * settings.limits.max_message_size,
                    .too_large = server::SqlEndpoint::too_large,
                    .overloaded = server::SqlEndpoint::overloaded});
  return server::Routes(std::move(routes));
}

// system.settings; with the port that was really opened.
void Node::Parts::show_settings(const Settings& settings) {
  auto effective = settings;
  effective.server.port = http->port();
  std::vector<catalog::SettingRow> rows;
  for (const auto& key : setting_keys()) {
    auto value = value_text(key, effective);
    if (!value) continue;
    rows.push_back({.name = std::string(key.name),
                    .value = std::move(*value),
                    .description = std::string(key.description),
                    .category = std::string(key.name.substr(0, key.name.find('.')))});
  }
  database->catalog().provided().settings.set([rows](const ScanRequest&) { return catalog::all_of(rows); });
}

Node::Node(std::string host, std::unique_ptr<Parts> parts) : host_(std::move(host)), parts_(std::move(parts)) {}
Node::~Node() { stop(); }

std::string Node::address() const { return host_ + ":" + std::to_string(parts_->http->port()); }

Result<std::unique_ptr<Node>> Node::start(const Settings& settings) {
  const auto& data_path = settings.storage.data_path;
  auto parts = std::make_unique<Parts>(TRY(lock_directory(data_path)));
  const auto started = parts->clock.monotonic();

  TRY(parts->open_database(settings));
  parts->sql.emplace(parts->database->runner(), parts->clock, parts->database->ids());
  parts->workers = std::make_unique<Workers>(WorkersOptions{.name = "query",
                                                            .threads = threads_of(settings.performance.worker_threads),
                                                            .queue_max = settings.limits.max_queued_statements});
  parts->http = TRY(server::HttpServer::open(http_options(settings), parts->routes(settings), *parts->workers));
  parts->show_settings(settings);
  parts->http->serve();

  std::unique_ptr<Node> node(new Node(settings.server.host, std::move(parts)));
  const auto took = ms_text(node->parts_->clock.monotonic() - started);
  if (settings.server.enable_http2) log::info("node", "HTTP/2 is not built in; serving HTTP/1.1");
  log::info("node", "🚀 Server started in " + took + " (HTTP/1.1 on " + node->address() + " | UI: disabled)");
  return node;
}

void Node::stop() {
  if (parts_->http) parts_->http->stop();
  if (parts_->workers) parts_->workers->stop();
}

}  // namespace kalam::node
