#include "node/settings.h"

#include <algorithm>
#include <array>

#include "auth/password.h"
#include "base/log.h"
#include "types/ascii.h"

namespace kalam::node {

namespace {

constexpr std::array kKeys = {
    SettingKey{"server.host", "SERVER_HOST", "Address that the HTTP server listens on",
               [](Settings& s) -> Slot { return &s.server.host; }},
    SettingKey{"server.port", "SERVER_PORT", "Port that the HTTP server listens on",
               [](Settings& s) -> Slot { return &s.server.port; }},
    SettingKey{"server.public_origin", "SERVER_PUBLIC_ORIGIN", "Origin that clients reach the server by",
               [](Settings& s) -> Slot { return &s.server.public_origin; }},
    SettingKey{"server.workers", "SERVER_WORKERS", "I/O threads; 0: as many as CPUs, at most 4",
               [](Settings& s) -> Slot { return &s.server.workers; }},
    SettingKey{"server.api_version", "", "Version in the paths of the API",
               [](Settings& s) -> Slot { return &s.server.api_version; }},
    SettingKey{"server.enable_http2", "", "Offer HTTP/2 as soon as it is built in",
               [](Settings& s) -> Slot { return &s.server.enable_http2; }},
    SettingKey{"storage.data_path", "DATA_DIR", "Base directory of all data",
               [](Settings& s) -> Slot { return &s.storage.data_path; }},
    SettingKey{"storage.shared_tables_template", "", "Path template of shared tables, for a new storage",
               [](Settings& s) -> Slot { return &s.storage.shared_tables_template; }},
    SettingKey{"storage.user_tables_template", "", "Path template of user tables, for a new storage",
               [](Settings& s) -> Slot { return &s.storage.user_tables_template; }},
    SettingKey{"storage.rocksdb.block_cache_size", "", "Bytes of the block cache",
               [](Settings& s) -> Slot { return &s.storage.block_cache_size; }},
    SettingKey{"storage.rocksdb.max_background_jobs", "", "Flush and compaction threads",
               [](Settings& s) -> Slot { return &s.storage.max_background_jobs; }},
    SettingKey{"storage.rocksdb.max_open_files", "", "Open files of the store; -1: unlimited",
               [](Settings& s) -> Slot { return &s.storage.max_open_files; }},
    SettingKey{"storage.rocksdb.sync_writes", "", "Acknowledge a write when it is on disk",
               [](Settings& s) -> Slot { return &s.storage.sync_writes; }},
    SettingKey{"storage.rocksdb.compact_on_startup", "", "Compact the store before serving",
               [](Settings& s) -> Slot { return &s.storage.compact_on_startup; }},
    SettingKey{"query.memory_limit", "", "Bytes of memory of the query engine",
               [](Settings& s) -> Slot { return &s.query.memory_limit; }},
    SettingKey{"query.query_parallelism", "", "Threads of the query engine; 0: as many as CPUs",
               [](Settings& s) -> Slot { return &s.query.query_parallelism; }},
    SettingKey{"query.max_partitions", "", "Upper limit of query_parallelism",
               [](Settings& s) -> Slot { return &s.query.max_partitions; }},
    SettingKey{"limits.max_message_size", "", "Longest SQL text in bytes",
               [](Settings& s) -> Slot { return &s.limits.max_message_size; }},
    SettingKey{"limits.max_queued_statements", "", "Statements that may wait before new ones are refused",
               [](Settings& s) -> Slot { return &s.limits.max_queued_statements; }},
    SettingKey{"execution.max_parameters", "", "Most parameters of a statement",
               [](Settings& s) -> Slot { return &s.execution.max_parameters; }},
    SettingKey{"execution.max_parameter_size_bytes", "", "Largest parameter in bytes",
               [](Settings& s) -> Slot { return &s.execution.max_parameter_size_bytes; }},
    SettingKey{"logging.level", "LOG_LEVEL", "Base level of the log",
               [](Settings& s) -> Slot { return &s.logging.level; }},
    SettingKey{"logging.logs_path", "LOGS_DIR", "Directory of the log files",
               [](Settings& s) -> Slot { return &s.logging.logs_path; }},
    SettingKey{"logging.log_to_console", "LOG_TO_CONSOLE", "Log to the console, too",
               [](Settings& s) -> Slot { return &s.logging.log_to_console; }},
    SettingKey{"logging.format", "", "Format of the log file", [](Settings& s) -> Slot { return &s.logging.format; }},
    SettingKey{"performance.keepalive_timeout", "", "Seconds until an idle connection is closed",
               [](Settings& s) -> Slot { return &s.performance.keepalive_timeout; }},
    SettingKey{"performance.max_connections", "", "Most open connections",
               [](Settings& s) -> Slot { return &s.performance.max_connections; }},
    SettingKey{"performance.backlog", "", "Length of the listen queue",
               [](Settings& s) -> Slot { return &s.performance.backlog; }},
    // The name is the original's; it is the size of the worker pool.
    SettingKey{"performance.tokio_worker_threads", "TOKIO_WORKER_THREADS",
               "Threads of the worker pool; 0: as many as CPUs, at most 4",
               [](Settings& s) -> Slot { return &s.performance.worker_threads; }},
    SettingKey{"performance.client_request_timeout", "", "Seconds that a client may take to send a request head",
               [](Settings& s) -> Slot { return &s.performance.client_request_timeout; }},
    SettingKey{"performance.max_header_size", "", "Largest request head in bytes",
               [](Settings& s) -> Slot { return &s.performance.max_header_size; }},
    SettingKey{"auth.root_password", "", "Password of root at the first start",
               [](Settings& s) -> Slot { return &s.auth.root_password; }, true},
    SettingKey{"auth.bcrypt_cost", "", "Cost of password hashes",
               [](Settings& s) -> Slot { return &s.auth.bcrypt_cost; }},
    SettingKey{"security.cors.allowed_origins", "SECURITY_CORS_ALLOWED_ORIGINS", "Origins that browsers may call from",
               [](Settings& s) -> Slot { return &s.security.cors_allowed_origins; }},
};

Error invalid(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }

Status check_logging(const Settings& settings) {
  constexpr auto kLevels = "'. Must be one of: error, warn, info, debug, trace";
  if (!log::parse_level(settings.logging.level)) {
    return invalid("Invalid log level '" + settings.logging.level + kLevels);
  }
  const auto& format = settings.logging.format;
  if (format != "compact" && format != "pretty" && format != "json") {
    return invalid("Invalid log format '" + format + "'. Must be one of: compact, pretty, json");
  }
  for (const auto& [target, level] : settings.logging.targets) {
    if (!log::parse_level(level)) {
      return invalid("Invalid log level '" + level + "' for target '" + target +
                     "'. Must be one of: error, warn, info, debug, trace");
    }
  }
  return {};
}

// host of scheme://host:port/path
std::string_view host_of(std::string_view origin) {
  if (const auto scheme = origin.find("://"); scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  origin = origin.substr(0, origin.find('/'));
  if (origin.starts_with('[')) return origin.substr(0, origin.find(']') + 1);
  return origin.substr(0, origin.find(':'));
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string text_of(const Slot& slot) {
  struct Print {
    std::string operator()(const std::string* text) const { return "\"" + *text + "\""; }
    std::string operator()(const uint64_t* number) const { return std::to_string(*number); }
    std::string operator()(const int64_t* number) const { return std::to_string(*number); }
    std::string operator()(const bool* flag) const { return *flag ? "true" : "false"; }
    std::string operator()(const std::vector<std::string>* list) const {
      std::string text = "[";
      for (const auto& item : *list) text += (text.size() > 1 ? ", \"" : "\"") + item + "\"";
      return text + "]";
    }
  };
  return std::visit(Print(), slot);
}

}  // namespace

std::span<const SettingKey> setting_keys() { return kKeys; }

bool is_local(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return equal_ignoring_case(host, "localhost") || host == "::1" || host.starts_with("127.");
}

Status check(const Settings& settings) {
  if (settings.server.port == 0 && !settings.any_port) return invalid("Server port cannot be 0");
  if (settings.server.port > 65535) return invalid("server.port must be between 1 and 65535");
  if (settings.server.api_version != "v1") return invalid("server.api_version must be \"v1\"");
  const auto& origin = settings.server.public_origin;
  if (!origin.empty() && !origin.starts_with("http://") && !origin.starts_with("https://")) {
    return invalid("server.public_origin must start with http:// or https://");
  }
  TRY(check_logging(settings));
  if (settings.limits.max_message_size == 0) return invalid("max_message_size cannot be 0");
  if (settings.storage.data_path.empty()) return invalid("storage.data_path cannot be empty");
  if (settings.storage.max_background_jobs < 1)
    return invalid("storage.rocksdb.max_background_jobs must be at least 1");
  if (settings.query.max_partitions == 0) return invalid("query.max_partitions cannot be 0");
  if (settings.auth.bcrypt_cost < auth::kBcryptCostMin || settings.auth.bcrypt_cost > auth::kBcryptCostMax) {
    return invalid("auth.bcrypt_cost must be between 4 and 31");
  }
  const bool exposed = !is_local(settings.server.host) || (!origin.empty() && !is_local(host_of(origin)));
  if (exposed && settings.security.cors_allowed_origins.empty()) {
    return invalid(
        "Non-localhost HTTP exposure requires security.cors.allowed_origins to be configured (empty is not allowed)");
  }
  return {};
}

std::string print(const Settings& settings) {
  auto copy = settings;
  std::string text;
  for (const auto& key : kKeys) {
    const auto slot = key.slot(copy);
    const auto* const secret = key.secret ? std::get_if<std::string*>(&slot) : nullptr;
    text += std::string(key.name) + " = " + (secret && !(*secret)->empty() ? "\"***\"" : text_of(slot)) + "\n";
  }
  for (const auto& [target, level] : settings.logging.targets) {
    text += "logging.targets." + target + " = \"" + level + "\"\n";
  }
  return text;
}

std::optional<std::string> value_text(const SettingKey& key, const Settings& settings) {
  if (key.secret) return std::nullopt;
  auto copy = settings;
  const auto slot = key.slot(copy);
  if (const auto* const text = std::get_if<std::string*>(&slot)) return **text;
  return text_of(slot);
}

std::optional<std::string> nearest_key(std::string_view name) {
  size_t best = 4;  // further away is another word
  std::optional<std::string> nearest;
  for (const auto& key : kKeys) {
    const auto distance = edit_distance(name, key.name);
    if (distance >= best) continue;
    best = distance;
    nearest = std::string(key.name);
  }
  return nearest;
}

}  // namespace kalam::node
