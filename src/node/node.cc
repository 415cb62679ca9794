#include "node/node.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>

#include "auth/attempt_rate.h"
#include "auth/authenticate.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/workers.h"
#include "catalog/catalog.h"
#include "node/database.h"
#include "node/file_cleanup.h"
#include "node/node_views.h"
#include "node/stats_recorder.h"
#include "node/topic_retention.h"
#include "node/version.h"
#include "server/auth_endpoint.h"
#include "server/export_endpoint.h"
#include "server/file_endpoint.h"
#include "server/file_uploads.h"
#include "server/health.h"
#include "server/http_server.h"
#include "server/metrics.h"
#include "server/openapi.h"
#include "server/schema_endpoint.h"
#include "server/sql_endpoint.h"
#include "server/topic_endpoint.h"
#include "server/ws_handler.h"
#include "store/lock_file.h"
#include "store/store.h"

namespace kalam::node {

namespace {

constexpr size_t kEngineMemoryMin = 64u << 20;
constexpr size_t kCommitsWaitedFor = 64;             // at once, by statements: so many can share one sync of the disk
constexpr uint64_t kFormBeyondFileBytes = 1u << 20;  // of a form with one file of the greatest size

size_t cpus() { return std::max(1U, std::thread::hardware_concurrency()); }
size_t threads_of(uint64_t setting) { return setting > 0 ? setting : std::min<size_t>(cpus(), 4); }

std::string ms_text(Micros time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2fms", static_cast<double>(time.count()) / 1000);
  return text;
}

size_t engine_memory(const Settings& settings) { return std::max(settings.query.memory_limit, kEngineMemoryMin); }
size_t engine_threads(const Settings& settings) {
  const auto wanted = settings.query.query_parallelism > 0 ? settings.query.query_parallelism : cpus();
  return std::max<size_t>(1, std::min(wanted, settings.query.max_partitions));
}

duck::InstanceOptions engine_options(const Settings& settings) {
  duck::InstanceOptions options;
  options.memory_limit_bytes = engine_memory(settings);
  options.threads = engine_threads(settings);
  if (options.memory_limit_bytes != settings.query.memory_limit) {
    log::warn("node", "query.memory_limit raised to the least that works",
              {{"configured", settings.query.memory_limit}, {"bytes", kEngineMemoryMin}});
  }
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

server::HttpServerOptions http_options(const Settings& settings, const server::TrustedProxies& proxies) {
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
  options.body_bytes_max =
      std::min(settings.security.max_request_body_size, settings.rate_limit.request_body_limit_bytes);
  options.cors = {.allowed_origins = settings.security.cors_allowed_origins,
                  .allowed_methods = settings.security.cors_allowed_methods,
                  .allowed_headers = settings.security.cors_allowed_headers,
                  .expose_headers = settings.security.cors_expose_headers,
                  .allow_credentials = settings.security.cors_allow_credentials,
                  .max_age_s = settings.security.cors_max_age};
  options.proxies = proxies;
  options.compression = settings.server.compression;
  options.behind_https = settings.server.public_origin.starts_with("https://");
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
  server::TrustedProxies proxies;
  std::optional<auth::Authenticator> authenticator;
  std::optional<auth::AttemptRate> attempts;
  std::optional<server::AuthEndpoint> auth;
  std::optional<auth::AttemptRate> query_rate;
  std::optional<server::SlowLog> slow_log;
  std::unique_ptr<files::FileStore> files;
  std::optional<server::FileUploads> uploads;
  std::optional<server::FileEndpoint> downloads;
  std::optional<FileCleanup> file_cleanup;
  std::optional<server::SqlEndpoint> sql;
  std::optional<server::TopicEndpoint> topics;
  std::optional<server::SchemaEndpoint> schemas;
  std::optional<server::ExportEndpoint> exports;
  std::unique_ptr<Workers> login_workers;  // of their own: bcrypt takes no time from statements
  std::unique_ptr<Workers> workers;
  std::unique_ptr<server::HttpServer> http;
  std::optional<StatsRecorder> stats_recorder;
  std::optional<TopicRetention> topic_retention;

  catalog::CatalogOptions catalog_options(const Settings& settings);
  Status open_database(const Settings& settings);
  Status open_doors(const Settings& settings);
  Status open_files(const Settings& settings);
  void add_auth_routes(std::vector<server::Route>& routes);
  server::Route web_socket_route(const Settings& settings);
  void add_schema_routes(std::vector<server::Route>& routes);
  server::Routes routes(const Settings& settings);
  void show_settings(const Settings& settings);
  void show_node(const Settings& settings);
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
  options.runner.plans_max = settings.execution.sql_plan_cache_max_entries;
  options.runner.statement_time_max = std::chrono::seconds(settings.execution.handler_timeout_seconds);
  options.runner.row_limits = {.without_limit = settings.limits.default_query_limit,
                               .max = settings.limits.max_query_limit};
  options.runner.transactions.idle_max = std::chrono::seconds(settings.transaction_timeout_secs);
  options.runner.transactions.buffer_bytes_max = settings.max_transaction_buffer_bytes;
  options.services.audit_reads = settings.logging.audit_reads;
  options.services.public_origin = settings.server.public_origin;
  options.consumers.claimed_for = std::chrono::seconds(settings.topics.visibility_timeout_secs);
  options.live.subscriptions_per_user = settings.rate_limit.max_subscriptions_per_user;
  options.services.password_lengths = {
      .min = settings.auth.min_password_length,
      .max = std::min<size_t>(settings.auth.max_password_length, auth::kPasswordBytesMax)};
  options.services.enforce_password_complexity = settings.auth.enforce_password_complexity;
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

// Who may come in, and how.
Status Node::Parts::open_doors(const Settings& settings) {
  proxies = TRY(server::TrustedProxies::parse(settings.security.trusted_proxy_ranges));
  authenticator.emplace(
      database->catalog(), clock, auth::TokenKey(settings.auth.jwt_secret),
      auth::AuthenticatorOptions{.accept_tokens_without_epoch = settings.auth.accept_tokens_without_epoch});
  attempts.emplace(clock, settings.rate_limit.max_auth_requests_per_ip_per_sec);
  server::AuthEndpointOptions options;
  options.access_hours = settings.auth.jwt_expiry_hours;
  options.cookie_secure = settings.auth.cookie_secure;
  options.public_by_https = settings.server.public_origin.starts_with("https://");
  options.allow_remote_setup = settings.auth.allow_remote_setup;
  options.on_lock = settings.auth.revoke_on_lockout ? auth::OnLock::void_tokens : auth::OnLock::keep_tokens;
  auth.emplace(database->services(), *authenticator, *attempts, proxies, options);
  const auto hashes =
      settings.auth.max_parallel_hashes > 0 ? settings.auth.max_parallel_hashes : std::max<size_t>(1, cpus() / 2);
  login_workers =
      std::make_unique<Workers>(WorkersOptions{.name = "login", .threads = hashes, .queue_max = 10 * hashes});
  query_rate.emplace(clock, settings.rate_limit.max_queries_per_sec);
  slow_log.emplace(
      server::SlowLogOptions{.directory = settings.logging.logs_path,
                             .threshold = std::chrono::milliseconds(settings.logging.slow_query_threshold_ms)});
  sql.emplace(database->runner(), *authenticator, clock, database->ids(),
              server::SqlEndpointOptions{.rate = &*query_rate, .slow_log = &*slow_log, .uploads = &*uploads});
  return {};
}

// The bytes behind FILE cells. What a crash left over is gone afterwards.
Status Node::Parts::open_files(const Settings& settings) {
  files::FileStoreOptions options;
  options.staging_path =
      settings.files.staging_path.empty() ? settings.storage.data_path + "/tmp" : settings.files.staging_path;
  options.files_per_folder = static_cast<uint32_t>(settings.files.max_files_per_folder);
  files = TRY(files::FileStore::open(std::move(options), clock));
  uploads.emplace(database->services(), database->runner(), *files,
                  server::FileLimits{.files_max = settings.files.max_files_per_request,
                                     .file_bytes_max = settings.files.max_size_bytes,
                                     .media_types_allowed = settings.files.allowed_mime_types});
  TRY(uploads->settle_leftovers());
  file_cleanup.emplace(database->catalog(), database->feed(), *files, clock);
  return {};
}

void Node::Parts::add_auth_routes(std::vector<server::Route>& routes) {
  using server::AuthEndpoint;
  using server::HttpRequest;
  const auto add = [&](const char* method, const char* path, auto answer) -> server::Route& {
    routes.push_back({.method = method,
                      .path = std::string("/v1/api/auth/") + path,
                      .runs = server::Route::Runs::on_worker,
                      .answer = std::move(answer)});
    return routes.back();
  };
  const auto hashing = [this](server::Route& route) {
    route.workers = login_workers.get();
    route.overloaded = AuthEndpoint::too_many;
  };
  hashing(add("POST", "login", [this](const HttpRequest& request) { return auth->log_in(request); }));
  hashing(add("POST", "setup", [this](const HttpRequest& request) { return auth->set_up(request); }));
  add("POST", "refresh", [this](const HttpRequest& request) { return auth->refresh(request); });
  add("GET", "me", [this](const HttpRequest& request) { return auth->me(request); });
  add("GET", "status", [this](const HttpRequest& request) { return auth->status(request); });
  add("POST", "logout", AuthEndpoint::log_out).runs = server::Route::Runs::inline_;
}

void Node::Parts::add_schema_routes(std::vector<server::Route>& routes) {
  using server::HttpRequest;
  schemas.emplace(database->runner(), database->services(), *authenticator, database->ids());
  const auto add = [&](const char* method, const char* path, auto answer) {
    routes.push_back({.method = method,
                      .path = std::string("/v1/api/") + path,
                      .runs = server::Route::Runs::on_worker,
                      .answer = std::move(answer)});
  };
  add("GET", "tables/{table}/schema", [this](const HttpRequest& request) { return schemas->schema(request); });
  add("PUT", "tables/{table}/schema", [this](const HttpRequest& request) { return schemas->alter(request); });
  add("POST", "tables", [this](const HttpRequest& request) { return schemas->create(request); });
  add("DELETE", "tables/{table}", [this](const HttpRequest& request) { return schemas->drop(request); });
  add("GET", "information_schema/columns", [this](const HttpRequest& request) { return schemas->columns(request); });
}

server::Route Node::Parts::web_socket_route(const Settings& settings) {
  using std::chrono::seconds;
  server::WsOptions options;
  options.message_bytes_max = settings.security.max_ws_message_size;
  options.messages_per_second = settings.rate_limit.max_messages_per_sec;
  options.queue_bytes_max = settings.websocket.max_queue_bytes;
  options.queues_bytes_max = settings.websocket.max_total_queue_bytes;
  options.auth_timeout = seconds(settings.websocket.auth_timeout_secs);
  options.client_timeout = seconds(settings.websocket.client_timeout_secs);
  options.heartbeat_interval = seconds(settings.websocket.heartbeat_interval_secs);
  options.write_timeout = seconds(settings.websocket.write_timeout_secs);
  options.allowed_origins = settings.security.cors_allowed_origins;
  options.strict_origin_check = settings.security.strict_ws_origin_check;
  const server::WsServices services{database->live(), *authenticator, *attempts, *workers, clock, random};
  const auto no_upgrade = [](const server::HttpRequest&) {
    return server::HttpResponse{.status = 400, .content_type = {}, .body = {}};
  };
  return {.method = "GET",
          .path = "/v1/ws",
          .answer = no_upgrade,
          .upgrade = server::make_ws_handler(services, std::move(options))};
}

server::Routes Node::Parts::routes(const Settings& settings) {
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
                    .form_bytes_max = std::max(settings.rate_limit.request_body_limit_bytes,
                                               settings.files.max_size_bytes + kFormBeyondFileBytes),
                    .too_large = server::SqlEndpoint::too_large,
                    .overloaded = server::SqlEndpoint::overloaded});
  topics.emplace(database->services(), *authenticator);
  routes.push_back({.method = "POST",
                    .path = "/v1/api/topics/consume",
                    .runs = server::Route::Runs::on_worker,
                    .answer = [this](const server::HttpRequest& request) { return topics->consume(request); }});
  routes.push_back({.method = "POST",
                    .path = "/v1/api/topics/ack",
                    .runs = server::Route::Runs::on_worker,
                    .answer = [this](const server::HttpRequest& request) { return topics->acknowledge(request); }});
  downloads.emplace(database->services(), *authenticator, *files);
  routes.push_back({.method = "GET",
                    .path = server::FileEndpoint::kPath,
                    .runs = server::Route::Runs::on_worker,
                    .answer = [this](const server::HttpRequest& request) { return downloads->answer(request); }});
  const server::StandaloneNode node{.api_addr = settings.server.host + ":" + std::to_string(settings.server.port),
                                    .last_applied = [this] { return database->services().last_commit().value(); }};
  routes.push_back(
      {.method = "GET", .path = "/v1/api/cluster/health", .answer = [build, node](const server::HttpRequest& request) {
         return server::answer_cluster_health(request, build, node);
       }});
  const auto is_admin_of = [this](const server::HttpRequest& request) {
    const auto who = authenticator->by_header(request.header("Authorization"));
    const auto* const identity = std::get_if<auth::Identity>(&who);
    return identity && is_admin(identity->viewer.role);
  };
  const server::MetricsOptions metrics{.enabled = settings.metrics.enabled,
                                       .token = settings.metrics.token,
                                       .version = version(),
                                       .is_admin = is_admin_of};
  // On a worker: an administrator is looked up in the store.
  routes.push_back(
      {.method = "GET",
       .path = "/metrics",
       .runs = server::Route::Runs::on_worker,
       .answer = [metrics](const server::HttpRequest& request) { return server::answer_metrics(request, metrics); }});
  add_auth_routes(routes);
  add_schema_routes(routes);
  exports.emplace(settings.storage.data_path + "/exports", *authenticator);
  routes.push_back({.method = "GET",
                    .path = server::ExportEndpoint::kPath,
                    .runs = server::Route::Runs::on_worker,
                    .answer = [this](const server::HttpRequest& request) { return exports->answer(request); }});
  routes.push_back(web_socket_route(settings));
  auto document = server::openapi_route(routes, version());
  routes.push_back(std::move(document));
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

// What the node knows of itself; and the recording of it.
void Node::Parts::show_node(const Settings& settings) {
  provide_node_views(*database, {.version = version(),
                                 .build_date = build_date(),
                                 .api_addr = settings.server.host + ":" + std::to_string(http->port()),
                                 .logs_path = settings.logging.logs_path,
                                 .io_threads_configured = settings.server.workers,
                                 .io_threads = threads_of(settings.server.workers),
                                 .worker_threads = threads_of(settings.performance.worker_threads),
                                 .connections_max = settings.performance.max_connections,
                                 .backlog = settings.performance.backlog,
                                 .query_threads = engine_threads(settings),
                                 .query_partitions = settings.query.max_partitions,
                                 .query_memory_bytes = engine_memory(settings)});
  stats_recorder.emplace(*database, clock,
                         StatsRecorderOptions{.periodic = settings.retention.enable_dba_stats,
                                              .keep_days = settings.retention.dba_stats_retention_days});
}

Node::Node(std::string host, std::unique_ptr<Parts> parts) : host_(std::move(host)), parts_(std::move(parts)) {}
Node::~Node() { stop(); }

std::string Node::address() const { return host_ + ":" + std::to_string(parts_->http->port()); }

Result<std::unique_ptr<Node>> Node::start(const Settings& settings) {
  const auto& data_path = settings.storage.data_path;
  auto parts = std::make_unique<Parts>(TRY(lock_directory(data_path)));
  const auto started = parts->clock.monotonic();

  TRY(parts->open_database(settings));
  TRY(parts->open_files(settings));
  TRY(parts->open_doors(settings));
  parts->workers = std::make_unique<Workers>(WorkersOptions{.name = "query",
                                                            .threads = threads_of(settings.performance.worker_threads),
                                                            .stand_ins = kCommitsWaitedFor,
                                                            .queue_max = settings.limits.max_queued_statements});
  parts->http =
      TRY(server::HttpServer::open(http_options(settings, parts->proxies), parts->routes(settings), *parts->workers));
  parts->show_settings(settings);
  parts->show_node(settings);
  parts->topic_retention.emplace(*parts->database, parts->clock);
  parts->http->serve();

  std::unique_ptr<Node> node(new Node(settings.server.host, std::move(parts)));
  const auto took = ms_text(node->parts_->clock.monotonic() - started);
  if (settings.logging.otlp_enabled) log::warn("node", "logging.otlp is not built in: no traces are exported");
  if (settings.server.enable_http2) log::info("node", "HTTP/2 is not built in; serving HTTP/1.1");
  log::info("node", "🚀 Server started in " + took + " (HTTP/1.1 on " + node->address() + " | UI: disabled)");
  return node;
}

void Node::stop() {
  if (parts_->http) parts_->http->stop();
  if (parts_->stats_recorder) parts_->stats_recorder->stop();
  if (parts_->topic_retention) parts_->topic_retention->stop();
  if (parts_->login_workers) parts_->login_workers->stop();
  if (parts_->workers) parts_->workers->stop();
  if (parts_->file_cleanup) parts_->file_cleanup->stop();
}

}  // namespace kalam::node
