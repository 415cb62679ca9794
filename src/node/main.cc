// kalamdb-server: settings -> node -> wait for a signal -> stop.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "base/stop.h"
#include "node/command_line.h"
#include "node/node.h"
#include "node/settings.h"
#include "node/settings_source.h"
#include "node/signals.h"
#include "node/version.h"
#include "server/http_server.h"

namespace {

using namespace kalam;        // NOLINT: the program is nothing but KalamDB
using namespace kalam::node;  // NOLINT

namespace fs = std::filesystem;

struct Loaded {
  Settings settings;
  std::vector<std::string> unknown;  // keys of the file
};

void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

// server.toml here, else beside the program; none of them: the defaults are fine.
std::string find_config(const CommandLine& line, const Environment& environment) {
  if (!line.config_path.empty()) return line.config_path;
  if (auto named = environment("KALAMDB_CONFIG"); named && !named->empty()) return *named;
  std::error_code error;
  if (fs::exists("server.toml", error)) return "server.toml";
  const auto beside = fs::read_symlink("/proc/self/exe", error).parent_path() / "server.toml";
  return fs::exists(beside, error) ? beside.string() : std::string();
}

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return Error{ErrorCode::not_found, "Config file not found: " + path};
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file || fs::is_directory(path, error)) {
    return Error{ErrorCode::io, "Failed to load " + path + ": Failed to read config file: it cannot be read"};
  }
  return text;
}

std::string absolute(const std::string& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal().string();
}

Result<Loaded> load(const CommandLine& line, const Environment& environment) {
  Loaded loaded;
  auto& settings = loaded.settings;
  const auto path = find_config(line, environment);
  if (!path.empty()) {
    const auto text = TRY(read_file(path));
    auto unknown = apply_toml(text, settings);
    if (!unknown.ok()) {
      return std::move(unknown).error().within("Failed to load " + path + ": Failed to parse config file: ");
    }
    loaded.unknown = std::move(*unknown);
  }
  const auto of_file = settings;
  auto overridden = apply_environment(environment, settings);
  if (!overridden.ok()) return std::move(overridden).error().within("Failed to apply environment overrides: ");
  if (line.data_path) settings.storage.data_path = *line.data_path;
  if (line.host) settings.server.host = *line.host;
  if (line.port) settings.server.port = *line.port;
  settings.any_port = line.port && *line.port == 0;
  settings.storage.data_path = absolute(settings.storage.data_path);
  settings.logging.logs_path = absolute(settings.logging.logs_path);
  normalise(settings);
  auto checked = check(settings);
  if (!checked.ok()) {
    const bool file_is_at_fault = !path.empty() && !check(of_file).ok();
    return std::move(checked).error().within(file_is_at_fault ? "Failed to load " + path + ": "
                                                              : "Invalid configuration after overrides: ");
  }
  if (!path.empty()) say("✅ Loaded config from: " + fs::canonical(path).string());
  return loaded;
}

std::string unknown_text(const std::string& key) {
  auto text = "Unknown configuration key '" + key + "' ignored";
  if (const auto nearest = nearest_key(key)) text += "; did you mean '" + *nearest + "'?";
  return text;
}

int refuse(const std::string& reason, const std::string& consequence) {
  say("❌ FATAL: " + reason);
  say("❌ " + consequence);
  return 1;
}

void raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto before = limit.rlim_cur;
  auto wanted = limit;
  wanted.rlim_max = std::max<rlim_t>(limit.rlim_max, 65'536);
  wanted.rlim_cur = wanted.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &wanted) != 0) {
    wanted.rlim_max = wanted.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &wanted) != 0) return;
  }
  if (wanted.rlim_cur != before) {
    say("📂 Raised open-file limit: " + std::to_string(before) + " → " + std::to_string(wanted.rlim_cur));
  }
}

Status configure_log(const Settings& settings) {
  log::Options options;
  options.level = *log::parse_level(settings.logging.level);
  for (const auto& [target, level] : settings.logging.targets) options.targets[target] = *log::parse_level(level);
  options.console = settings.logging.log_to_console;
  options.directory = settings.logging.logs_path;
  options.format = settings.logging.format == "json" ? log::Format::json : log::Format::compact;
  return log::configure(options);
}

int fail(const Error& error) {
  log::flush();
  say("Error: " + error.message);
  return 1;
}

void warn_of_wildcard_origins(const Settings& settings) {
  const auto& origins = settings.security.cors_allowed_origins;
  if (!is_exposed(settings) || std::find(origins.begin(), origins.end(), "*") == origins.end()) return;
  say("⚠️  SECURITY WARNING: Non-localhost HTTP exposure is using security.cors.allowed_origins = [\"*\"]");
  say("⚠️  Name the origins of your applications instead: pages of any other site can call this server");
}

// Tokens that anybody can forge: a warning on this machine, no start where others can reach it.
bool refuse_secret(const Settings& settings) {
  const auto weak = weak_secret(settings);
  if (!weak) return false;
  const std::string rule(74, '=');
  say(rule + "\nSECURITY WARNING: JWT SECRET is not safe: " + weak->why);
  say("Set auth.jwt_secret or KALAMDB_JWT_SECRET to random text, e.g. of: openssl rand -base64 32");
  if (weak->fatal)
    say("FATAL: Refusing to start with insecure JWT secret on non-local address " + settings.server.host);
  say(rule);
  return weak->fatal;
}

int serve(const Loaded& loaded) {
  const auto& settings = loaded.settings;
  if (refuse_secret(settings)) return 1;
  warn_of_wildcard_origins(settings);
  if (settings.server.port != 0) {
    const auto free = server::check_port(settings.server.host, static_cast<uint16_t>(settings.server.port));
    if (!free.ok()) {
      return refuse("Port preflight check failed: " + free.error().message,
                    "Server cannot start until both HTTP and Raft RPC ports are available");
    }
  }
  StopSignal stop;
  SignalWatch signals(stop);
  const auto logging = configure_log(settings);
  if (!logging.ok()) return fail(logging.error());
  auto padded = version();
  padded.resize(std::max<size_t>(padded.size(), 10), ' ');
  log::info("node", "KalamDB Server v" + padded + " | Build: " + build_date());
  for (const auto& key : loaded.unknown) log::warn("node", unknown_text(key));

  auto node = Node::start(settings);
  if (!node.ok()) {
    const auto& error = node.error();
    if (error.detail.empty()) log::error("node", "start failed: " + error.message);
    else log::error("node", "start failed: " + error.message, {{"detail", error.detail}});
    return fail(node.error());
  }
  std::printf("listening on http://%s\n", (*node)->address().c_str());
  std::fflush(stdout);

  stop.wait();
  log::info("node", signals.first() == SIGINT ? "Received Ctrl+C, initiating graceful shutdown..."
                                              : "Received SIGTERM, initiating graceful shutdown...");
  (*node)->stop();
  node->reset();
  log::info("node", "Server shutdown complete");
  log::flush();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto read = read_command_line(argc, argv);
  if (const auto* const ends = std::get_if<EndsNow>(&read)) {
    std::fputs(ends->text.c_str(), ends->status == 0 ? stdout : stderr);
    return ends->status;
  }
  const auto& line = std::get<CommandLine>(read);
  if (line.action == CommandLine::Action::print_example) {
    std::fputs(example_file().c_str(), stdout);
    return 0;
  }
  if (line.action == CommandLine::Action::serve) raise_open_files();
  const auto loaded = load(line, process_environment());
  if (!loaded.ok()) return refuse(loaded.error().message, "Server cannot start without valid configuration");
  if (line.action == CommandLine::Action::print_config) {
    std::fputs(print(loaded->settings).c_str(), stdout);
    return 0;
  }
  if (line.action == CommandLine::Action::check_config) {
    for (const auto& key : loaded->unknown) say(unknown_text(key));
    return refuse_secret(loaded->settings) || !loaded->unknown.empty() ? 1 : 0;
  }
  return serve(*loaded);
}
