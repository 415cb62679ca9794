// Settings: what an operator may choose. Made of defaults, then the file, then the environment, then the command line;
// each beats the one before it. One table (setting_keys) says which there are.

#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace kalam::node {

struct Settings {
  struct {
    std::string host = "127.0.0.1";
    uint64_t port = 8080;
    std::string public_origin;
    uint64_t workers = 0;  // I/O threads; 0: min(CPUs, 4)
    std::string api_version = "v1";
    bool enable_http2 = true;
    std::string ui_path = "";
    bool compression = true;
    std::string tls_cert = "";
    std::string tls_key = "";
  } server;
  struct {
    std::string data_path = "./data";
    std::string shared_tables_template = "{namespace}/{tableName}";
    std::string user_tables_template = "{namespace}/{tableName}/{userId}";
    uint64_t block_cache_size = 8u << 20;
    int64_t max_background_jobs = 4;
    int64_t max_open_files = 512;
    bool sync_writes = true;
    bool compact_on_startup = false;
    uint64_t remote_request_timeout_secs = 60;
    uint64_t remote_connect_timeout_secs = 10;
    bool disable_wal = false;
    bool allow_private_endpoints = false;
  } storage;
  struct {
    uint64_t memory_limit = 256u << 20;
    uint64_t query_parallelism = 2;  // 0: CPUs
    uint64_t max_partitions = 4;
    uint64_t batch_size = 1024;
  } query;
  struct {
    uint64_t max_message_size = 1'048'576;
    uint64_t max_queued_statements = 10'000;
    uint64_t max_query_limit = 0;
    uint64_t default_query_limit = 0;
  } limits;
  struct {
    uint64_t max_parameters = 50;
    uint64_t max_parameter_size_bytes = 524'288;
    uint64_t handler_timeout_seconds = 30;
    uint64_t sql_plan_cache_max_entries = 200;
    uint64_t sql_plan_cache_ttl_seconds = 900;
  } execution;
  struct {
    std::string level = "info";
    std::string logs_path = "./logs";
    bool log_to_console = true;
    std::string format = "compact";
    std::map<std::string, std::string, std::less<>> targets;
    uint64_t slow_query_threshold_ms = 1200;
    bool audit_reads = true;
    bool otlp_enabled = false;
    std::string otlp_endpoint = "http://127.0.0.1:4317";
    std::string otlp_protocol = "grpc";
    std::string otlp_service_name = "kalamdb-server";
    uint64_t otlp_timeout_ms = 3000;
  } logging;
  struct {
    uint64_t keepalive_timeout = 75;
    uint64_t max_connections = 25'000;
    uint64_t backlog = 4096;
    uint64_t worker_threads = 0;  // 0: min(CPUs, 4)
    uint64_t client_request_timeout = 5;
    uint64_t max_header_size = 16'384;
    uint64_t request_timeout = 30;
    uint64_t worker_max_blocking_threads = 32;
    uint64_t client_disconnect_timeout = 2;
  } performance;
  struct {
    std::string root_password;
    std::string jwt_secret = "CHANGE_ME_IN_PRODUCTION";
    int64_t jwt_expiry_hours = 24;
    bool cookie_secure = true;
    bool allow_remote_setup = false;
    int64_t bcrypt_cost = 12;
    uint64_t max_parallel_hashes = 0;  // 0: half of the CPUs
    bool enforce_password_complexity = false;
    uint64_t min_password_length = 8;
    uint64_t max_password_length = 1024;  // bcrypt's 72 stay the limit
    bool accept_tokens_without_epoch = false;
    bool revoke_on_lockout = false;
  } auth;
  struct {
    std::vector<std::string> cors_allowed_origins;
    uint64_t max_request_body_size = 10'485'760;
    uint64_t max_ws_message_size = 1'048'576;
    bool strict_ws_origin_check = false;
    std::vector<std::string> trusted_proxy_ranges;
    std::vector<std::string> cors_allowed_methods = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    std::vector<std::string> cors_allowed_headers = {"Authorization",    "Content-Type",    "Accept",      "Origin",
                                                     "X-Requested-With", "Idempotency-Key", "X-Request-ID"};
    std::vector<std::string> cors_expose_headers = {"Idempotency-Replayed", "Retry-After"};
    bool cors_allow_credentials = false;
    uint64_t cors_max_age = 3600;
    bool cors_allow_private_network = false;
  } security;
  uint64_t transaction_timeout_secs = 300;
  uint64_t max_transaction_buffer_bytes = 104'857'600;
  struct {
    uint64_t default_row_limit = 10'000;
    uint64_t default_time_interval = 300;
    uint64_t flush_batch_size = 10'000;
    uint64_t check_interval_seconds = 60;
  } flush;
  struct {
    int64_t default_deleted_retention_hours = 168;
    bool enable_dba_stats = true;
    uint64_t dba_stats_retention_days = 7;
    uint64_t audit_days = 0;
    uint64_t job_days = 30;
    uint64_t export_days = 7;
  } retention;
  struct {
    uint64_t default_ttl_seconds = 10;
    uint64_t default_max_buffer = 10'000;
    uint64_t eviction_interval_seconds = 60;
  } stream;
  struct {
    uint64_t visibility_timeout_secs = 60;
  } topics;
  struct {
    int64_t eviction_interval_seconds = 300;
    uint64_t max_entries = 500;
    uint64_t eviction_ttl_days = 7;
    uint64_t user_table_weight_factor = 10;
  } manifest_cache;
  struct {
    uint64_t max_concurrent = 10;
    uint64_t max_retries = 3;
    uint64_t retry_backoff_ms = 100;
    uint64_t wal_cleanup_interval_seconds = 300;
  } jobs;
  struct {
    uint64_t flush_timeout = 300;
  } shutdown;
  struct {
    int64_t deletion_grace_period_days = 30;
    std::string cleanup_job_schedule = "0 2 * * *";
  } user_management;
  struct {
    uint64_t max_queries_per_sec = 100;
    uint64_t max_messages_per_sec = 50;
    uint64_t max_subscriptions_per_user = 10;
    uint64_t max_auth_requests_per_ip_per_sec = 20;
    uint64_t max_connections_per_ip = 100;
    uint64_t max_requests_per_ip_per_sec = 200;
    uint64_t request_body_limit_bytes = 10'485'760;
    uint64_t ban_duration_seconds = 300;
    bool enable_connection_protection = true;
    uint64_t cache_max_entries = 1000;
    uint64_t cache_ttl_seconds = 600;
  } rate_limit;
  struct {
    uint64_t client_timeout_secs = 10;
    uint64_t auth_timeout_secs = 3;
    uint64_t heartbeat_interval_secs = 5;
    uint64_t max_queue_bytes = 4'194'304;
    uint64_t max_total_queue_bytes = 268'435'456;
    uint64_t write_timeout_secs = 30;
    uint64_t query_live_max_rows = 10'000;
    uint64_t query_live_min_interval_ms = 0;
  } websocket;
  struct {
    uint64_t max_size_bytes = 26'214'400;
    uint64_t max_files_per_request = 20;
    uint64_t max_files_per_folder = 5000;
    std::string staging_path = "";
    std::vector<std::string> allowed_mime_types;
  } files;
  struct {
    uint64_t budget_bytes = 0;
  } memory;
  struct {
    bool enabled = true;
    std::string token = "";
    bool per_table = false;
  } metrics;
  struct {
    uint64_t retention_hours = 24;
    uint64_t max_keys_per_user = 100'000;
  } idempotency;
  struct {
    std::string listen = "";
  } rpc;

  bool any_port = false;  // --port 0
};

// Where the value of a key lies.
using Slot = std::variant<std::string*, uint64_t*, int64_t*, bool*, std::vector<std::string>*>;

struct SettingKey {
  std::string_view name;         // "server.host", as in the file
  std::string_view environment;  // without KALAMDB_; empty: none
  std::string_view description;  // for system.settings
  Slot (*slot)(Settings& settings);
  bool secret = false;
  std::string_view older_environment = {};  // counts when the other one is not set
};
std::span<const SettingKey> setting_keys();

// Why the secret that signs tokens is none, if so; and whether a server that others can reach must not start with it.
struct WeakSecret {
  std::string why;
  bool fatal = false;
};
std::optional<WeakSecret> weak_secret(const Settings& settings);

// Origins without blanks around them and without a `/` at their end.
void normalise(Settings& settings);

// The first thing that is wrong, as spec config §5.1 words it.
Status check(const Settings& settings);

// All keys with their values, `name = value`, one a line; secrets as ***.
std::string print(const Settings& settings);

// A file for people to start from: every key with its default and what it does, commented out.
std::string example_file();

// A value as text, without quotes: what system.settings shows. Nothing for secrets.
std::optional<std::string> value_text(const SettingKey& key, const Settings& settings);

// The known key that is most like `name`, if one is near.
std::optional<std::string> nearest_key(std::string_view name);

// Can other machines reach the server, by its own address or by that of a proxy?
bool is_exposed(const Settings& settings);

// A host that only this machine can reach: localhost, 127.0.0.0/8, ::1.
bool is_local(std::string_view host);

}  // namespace kalam::node
