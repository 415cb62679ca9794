#include "node/settings.h"

#include <algorithm>

#include "auth/password.h"
#include "auth/token.h"
#include "base/log.h"
#include "server/client_address.h"
#include "types/ascii.h"
#include "types/json_text.h"

namespace kalam::node {

namespace {

constexpr uint64_t kMemoryBudgetMin = 64u << 20;

constexpr int64_t kExpiryHoursMax = int64_t{10} * 366 * 24;

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
      return invalid(std::string("Invalid log level '").append(level).append("' for target '").append(target) +
                     kLevels);
    }
  }
  return {};
}

Status check_limits(const Settings& settings) {
  const auto& limits = settings.limits;
  if (limits.max_message_size == 0) return invalid("max_message_size cannot be 0");
  if (limits.max_query_limit > 0 && limits.default_query_limit > limits.max_query_limit) {
    return invalid("default_query_limit (" + std::to_string(limits.default_query_limit) +
                   ") cannot exceed max_query_limit (" + std::to_string(limits.max_query_limit) + ")");
  }
  if (settings.memory.budget_bytes > 0 && settings.memory.budget_bytes < kMemoryBudgetMin) {
    return invalid("memory.budget_bytes must be at least " + std::to_string(kMemoryBudgetMin));
  }
  if (settings.retention.default_deleted_retention_hours < 0) {
    return invalid("retention.default_deleted_retention_hours cannot be negative");
  }
  if (settings.websocket.heartbeat_interval_secs == 0) return invalid("websocket.heartbeat_interval_secs cannot be 0");
  if (settings.query.batch_size == 0) return invalid("query.batch_size cannot be 0");
  return {};
}

// What cannot be had together, or not at all.
Status check_choices(const Settings& settings) {
  if (settings.storage.disable_wal && settings.storage.sync_writes) {
    return invalid("storage.rocksdb.disable_wal and storage.rocksdb.sync_writes cannot both be true");
  }
  // A server that was asked for https must not speak http instead.
  if (!settings.server.tls_cert.empty() || !settings.server.tls_key.empty()) {
    return invalid("server.tls_cert and server.tls_key: TLS is not built in; end it in a proxy");
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

// As a string of TOML, whose basic strings escape as those of JSON do.
std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string text_of(const Slot& slot) {
  struct Print {
    std::string operator()(const std::string* text) const { return quoted(*text); }
    std::string operator()(const uint64_t* number) const { return std::to_string(*number); }
    std::string operator()(const int64_t* number) const { return std::to_string(*number); }
    std::string operator()(const bool* flag) const { return *flag ? "true" : "false"; }
    std::string operator()(const std::vector<std::string>* list) const {
      std::string text = "[";
      for (const auto& item : *list) text += (text.size() > 1 ? ", " : "") + quoted(item);
      return text + "]";
    }
  };
  return std::visit(Print(), slot);
}

}  // namespace

bool is_local(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return equal_ignoring_case(host, "localhost") || host == "::1" || host.starts_with("127.");
}

void normalise(Settings& settings) {
  auto origin = trimmed(settings.server.public_origin);
  if (origin.ends_with('/')) origin.remove_suffix(1);
  settings.server.public_origin = std::string(origin);
}

bool is_exposed(const Settings& settings) {
  const auto origin = trimmed(settings.server.public_origin);
  return !is_local(settings.server.host) || (!origin.empty() && !is_local(host_of(origin)));
}

std::optional<WeakSecret> weak_secret(const Settings& settings) {
  auto why = auth::weakness_of_secret(settings.auth.jwt_secret);
  if (!why) return std::nullopt;
  const auto& host = settings.server.host;
  const bool local = host == "127.0.0.1" || host == "localhost" || host == "::1";
  return WeakSecret{.why = std::move(*why), .fatal = !local || is_exposed(settings)};
}

Status check(const Settings& settings) {
  if (settings.server.port == 0 && !settings.any_port) return invalid("Server port cannot be 0");
  if (settings.server.port > 65535) return invalid("server.port must be between 1 and 65535");
  if (settings.server.api_version != "v1") return invalid("server.api_version must be \"v1\"");
  const auto origin = trimmed(settings.server.public_origin);
  if (!origin.empty() && !origin.starts_with("http://") && !origin.starts_with("https://")) {
    return invalid("server.public_origin must start with http:// or https://");
  }
  TRY(check_logging(settings));
  TRY(check_limits(settings));
  if (settings.user_management.deletion_grace_period_days < 0) {
    return invalid("deletion_grace_period_days cannot be negative");
  }
  if (trimmed(settings.user_management.cleanup_job_schedule).empty()) {
    return invalid("cleanup_job_schedule cannot be empty");
  }
  if (auto proxies = server::TrustedProxies::parse(settings.security.trusted_proxy_ranges); !proxies.ok()) {
    return std::move(proxies).error().within("Invalid security.trusted_proxy_ranges configuration: ");
  }
  TRY(check_choices(settings));
  if (settings.storage.data_path.empty()) return invalid("storage.data_path cannot be empty");
  if (settings.storage.max_background_jobs < 1)
    return invalid("storage.rocksdb.max_background_jobs must be at least 1");
  if (settings.query.max_partitions == 0) return invalid("query.max_partitions cannot be 0");
  if (settings.auth.bcrypt_cost < auth::kBcryptCostMin || settings.auth.bcrypt_cost > auth::kBcryptCostMax) {
    return invalid("auth.bcrypt_cost must be between 4 and 31");
  }
  if (settings.auth.min_password_length > auth::kPasswordBytesMax ||
      settings.auth.max_password_length < settings.auth.min_password_length) {
    return invalid("auth.min_password_length must be at most 72, and at most auth.max_password_length");
  }
  if (settings.auth.jwt_expiry_hours < 1 || settings.auth.jwt_expiry_hours > kExpiryHoursMax) {
    return invalid("auth.jwt_expiry_hours must be between 1 and " + std::to_string(kExpiryHoursMax));
  }
  if (is_exposed(settings) && settings.security.cors_allowed_origins.empty()) {
    return invalid(
        "Non-localhost HTTP exposure requires security.cors.allowed_origins to be configured (empty is not allowed)");
  }
  return {};
}

std::string print(const Settings& settings) {
  auto copy = settings;
  std::string text;
  for (const auto& key : setting_keys()) {
    const auto slot = key.slot(copy);
    const auto* const secret = key.secret ? std::get_if<std::string*>(&slot) : nullptr;
    text += std::string(key.name) + " = " + (secret && !(*secret)->empty() ? "\"***\"" : text_of(slot)) + "\n";
  }
  for (const auto& [target, level] : settings.logging.targets) {
    text.append("logging.targets.").append(target).append(" = \"").append(level).append("\"\n");
  }
  return text;
}

std::string example_file() {
  Settings defaults;
  std::string text =
      "# Configuration of kalamdb-server: every key with its default. Made by `kalamdb-server --print-example`.\n"
      "# The command line beats the environment (the names in brackets), which beats this file.\n";
  std::string_view section;
  for (const auto& key : setting_keys()) {
    const auto dot = key.name.rfind('.');
    const auto its = dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
    if (its != section) text += "\n[" + std::string(its) + "]";
    section = its;
    text += "\n# " + std::string(key.description);
    if (!key.environment.empty()) text += " [KALAMDB_" + std::string(key.environment) + "]";
    text += "\n# " + std::string(key.name.substr(dot + 1)) + " = " + text_of(key.slot(defaults)) + "\n";
  }
  return text +
         "\n# Levels of single parts of the server, by their names in the log.\n[logging.targets]\n# store = "
         "\"debug\"\n";
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
  for (const auto& key : setting_keys()) {
    const auto distance = edit_distance(name, key.name);
    if (distance >= best) continue;
    best = distance;
    nearest = std::string(key.name);
  }
  return nearest;
}

}  // namespace kalam::node
