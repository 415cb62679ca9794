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
  } storage;
  struct {
    uint64_t memory_limit = 256u << 20;
    uint64_t query_parallelism = 2;  // 0: CPUs
    uint64_t max_partitions = 4;
  } query;
  struct {
    uint64_t max_message_size = 1'048'576;
    uint64_t max_queued_statements = 10'000;
  } limits;
  struct {
    uint64_t max_parameters = 50;
    uint64_t max_parameter_size_bytes = 524'288;
  } execution;
  struct {
    std::string level = "info";
    std::string logs_path = "./logs";
    bool log_to_console = true;
    std::string format = "compact";
    std::map<std::string, std::string, std::less<>> targets;
  } logging;
  struct {
    uint64_t keepalive_timeout = 75;
    uint64_t max_connections = 25'000;
    uint64_t backlog = 4096;
    uint64_t worker_threads = 0;  // 0: min(CPUs, 4)
    uint64_t client_request_timeout = 5;
    uint64_t max_header_size = 16'384;
  } performance;
  struct {
    std::string root_password;
    int64_t bcrypt_cost = 12;
  } auth;
  struct {
    std::vector<std::string> cors_allowed_origins;
  } security;

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
};
std::span<const SettingKey> setting_keys();

// The first thing that is wrong, as spec config §5.1 words it.
Status check(const Settings& settings);

// All keys with their values, `name = value`, one a line; secrets as ***.
std::string print(const Settings& settings);

// A value as text, without quotes: what system.settings shows. Nothing for secrets.
std::optional<std::string> value_text(const SettingKey& key, const Settings& settings);

// The known key that is most like `name`, if one is near.
std::optional<std::string> nearest_key(std::string_view name);

// A host that only this machine can reach: localhost, 127.0.0.0/8, ::1.
bool is_local(std::string_view host);

}  // namespace kalam::node
