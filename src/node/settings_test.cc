#include "node/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "node/command_line.h"
#include "node/settings_source.h"
#include "node/version.h"

namespace kalam::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Settings, EveryKeyHasOneNameAndOnePlace) {
  Settings settings;
  std::set<std::string_view> names;
  std::set<const void*> places;
  for (const auto& key : setting_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.description.empty()) << key.name;
    const auto place = std::visit([](auto* slot) -> const void* { return slot; }, key.slot(settings));
    EXPECT_TRUE(places.insert(place).second) << key.name;
  }
  EXPECT_TRUE(check(settings).ok()) << "the defaults are valid";
}

TEST(Settings, TheFileSetsEveryType) {
  Settings settings;
  const auto unknown = apply_toml(R"(
[server]
host = "127.0.0.2"
port = 9000
enable_http2 = false
[storage]
data_path = "/var/lib/kalam"
[storage.rocksdb]
max_open_files = -1
[logging]
level = "debug"
[logging.targets]
store = "trace"
[security.cors]
allowed_origins = ["http://a", "http://b"]
[authentication]
bcrypt_cost = 5
[datafusion]
memory_limit = 1
max_partitions = 3
[query]
memory_limit = 2
)",
                                  settings);
  ASSERT_TRUE(unknown.ok()) << unknown.error();
  EXPECT_TRUE(unknown->empty());
  EXPECT_EQ(settings.server.host, "127.0.0.2");
  EXPECT_EQ(settings.server.port, 9000u);
  EXPECT_FALSE(settings.server.enable_http2);
  EXPECT_EQ(settings.storage.max_open_files, -1);
  EXPECT_EQ(settings.logging.targets.at("store"), "trace");
  EXPECT_THAT(settings.security.cors_allowed_origins, ElementsAre("http://a", "http://b"));
  EXPECT_EQ(settings.auth.bcrypt_cost, 5);
  EXPECT_EQ(settings.query.memory_limit, 2u) << "[query] beats [datafusion]";
  EXPECT_EQ(settings.query.max_partitions, 3u);
}

TEST(Settings, ErrorsOfTheFileNameLineAndColumn) {
  struct Case {
    std::string_view text;
    std::string_view message;
  };
  const Case cases[] = {
      {"[server]\nport = ", "TOML parse error at line 2, column "},
      {"[server]\nport = \"80\"", "TOML parse error at line 2, column 8: 'server.port' must be a number"},
      {"[server]\nport = -1", "'server.port' must be a number that is not negative"},
      {"[server]\nhost = 5", "'server.host' must be a string"},
      {"[storage.rocksdb]\nsync_writes = 1", "'storage.rocksdb.sync_writes' must be true or false"},
      {"[security.cors]\nallowed_origins = \"*\"", "must be an array of strings"},
      {"[auth]\n[authentication]\n", "duplicate field"},
  };
  for (const auto& [text, message] : cases) {
    Settings settings;
    const auto result = apply_toml(text, settings);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_THAT(result.error().message, HasSubstr(std::string(message))) << text;
    EXPECT_THAT(result.error().message, StartsWith("TOML parse error at line ")) << text;
  }
}

TEST(Settings, UnknownKeysAreReportedWithTheNearest) {
  Settings settings;
  const auto unknown = apply_toml("[server]\nprot = 1\n[future]\nx = 1\n[server.deep]\ny = [1]\n", settings);
  ASSERT_TRUE(unknown.ok());
  EXPECT_THAT(*unknown, testing::UnorderedElementsAre("server.prot", "future.x", "server.deep.y"));
  EXPECT_EQ(nearest_key("server.prot"), "server.port");
  EXPECT_EQ(nearest_key("storage.data_pth"), "storage.data_path");
  EXPECT_EQ(nearest_key("future.x"), std::nullopt);
}

TEST(Settings, TheEnvironmentBeatsTheFile) {
  Settings settings;
  settings.server.host = "10.0.0.1";
  settings.server.public_origin = "http://x";
  const auto status = apply_environment(environment_of({{"KALAMDB_SERVER_HOST", ""},
                                                        {"KALAMDB_SERVER_PUBLIC_ORIGIN", ""},
                                                        {"KALAMDB_SERVER_PORT", "81"},
                                                        {"KALAMDB_LOG_TO_CONSOLE", "No"},
                                                        {"KALAMDB_TOKIO_WORKER_THREADS", "many"},
                                                        {"KALAMDB_ROOT_PASSWORD", "secret"},
                                                        {"KALAMDB_SECURITY_CORS_ALLOWED_ORIGINS", " a , ,b,"}}),
                                        settings);
  ASSERT_TRUE(status.ok()) << status.error();
  EXPECT_EQ(settings.server.host, "10.0.0.1") << "empty is not set";
  EXPECT_EQ(settings.server.public_origin, "") << "but for this one";
  EXPECT_EQ(settings.server.port, 81u);
  EXPECT_FALSE(settings.logging.log_to_console);
  EXPECT_EQ(settings.performance.worker_threads, 0u);
  EXPECT_EQ(settings.auth.root_password, "secret");
  EXPECT_THAT(settings.security.cors_allowed_origins, ElementsAre("a", "b"));
}

TEST(Settings, BadVariablesAreNamed) {
  Settings settings;
  const auto error = [&](std::map<std::string, std::string> variables) {
    return apply_environment(environment_of(std::move(variables)), settings).error().message;
  };
  EXPECT_EQ(error({{"KALAMDB_SERVER_PORT", "80x"}}), "Invalid KALAMDB_SERVER_PORT value: 80x");
  EXPECT_EQ(error({{"KALAMDB_SERVER_PORT", "-1"}}), "Invalid KALAMDB_SERVER_PORT value: -1");
  EXPECT_EQ(error({{"KALAMDB_LOG_TO_CONSOLE", "maybe"}}), "Invalid KALAMDB_LOG_TO_CONSOLE value: maybe");
  EXPECT_THAT(error({{"KALAMDB_ROOT_PASSWORD", "a"}, {"KALAMDB_ROOT_PASSWORD_FILE", "b"}}), HasSubstr("both set"));
  EXPECT_THAT(error({{"KALAMDB_ROOT_PASSWORD_FILE", "/nowhere/at/all"}}), HasSubstr("cannot be read"));
}

TEST(Settings, ThePasswordMayComeFromAFile) {
  const auto path = testing::TempDir() + "root_password_" + std::to_string(::getpid());
  std::ofstream(path) << "first line\nsecond\n";
  Settings settings;
  ASSERT_TRUE(apply_environment(environment_of({{"KALAMDB_ROOT_PASSWORD_FILE", path}}), settings).ok());
  EXPECT_EQ(settings.auth.root_password, "first line");
  EXPECT_EQ(::unlink(path.c_str()), 0);
}

// config 33.
TEST(Settings, Case33_TheOlderNameCountsWhenTheOtherIsNotSet) {
  const auto timeout = [](std::map<std::string, std::string> variables) {
    Settings settings;
    EXPECT_TRUE(apply_environment(environment_of(std::move(variables)), settings).ok());
    return settings.topics.visibility_timeout_secs;
  };
  EXPECT_EQ(timeout({{"KALAMDB_VISIBILITY_TIMEOUT_SECS", "5"}}), 5u);
  EXPECT_EQ(timeout({{"KALAMDB_TOPIC_VISIBILITY_TIMEOUT_SECS", "7"}, {"KALAMDB_VISIBILITY_TIMEOUT_SECS", "5"}}), 7u);
}

// config 57, and a promise of the file itself.
TEST(Settings, Case57_TheExampleHoldsEveryKeyWithItsDefault) {
  std::istringstream lines(example_file());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool is_key = line.starts_with("# ") && line.find(" = ") != std::string::npos && line.find('`') == line.npos;
    text += (is_key && line.find(" = \"debug\"") == line.npos ? line.substr(2) : line) + "\n";
  }
  Settings settings;
  const auto unknown = apply_toml(text, settings);
  ASSERT_TRUE(unknown.ok()) << unknown.error() << text;
  EXPECT_THAT(*unknown, testing::IsEmpty());
  EXPECT_EQ(print(settings), print(Settings()));
  for (const auto& key : setting_keys()) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(key.name.substr(key.name.rfind('.') + 1)) + " = "));
  }
}

// config 7.
TEST(Settings, Case7_OriginsAreTrimmed) {
  for (const auto& [written, meant] : {std::pair("  ", ""), {" https://db.example.com/ ", "https://db.example.com"}}) {
    Settings settings;
    settings.server.public_origin = written;
    settings.security.cors_allowed_origins = {"https://a"};
    normalise(settings);
    EXPECT_EQ(settings.server.public_origin, meant);
    EXPECT_TRUE(check(settings).ok());
  }
}

// config 5.1.
TEST(Settings, ChecksSpeakAsTheSpec) {
  struct Case {
    void (*spoil)(Settings& s);
    std::string_view message;
  };
  const Case cases[] = {
      {[](Settings& s) { s.server.port = 0; }, "Server port cannot be 0"},
      {[](Settings& s) { s.server.api_version = "v2"; }, "server.api_version must be \"v1\""},
      {[](Settings& s) { s.server.public_origin = "ftp://x"; },
       "server.public_origin must start with http:// or https://"},
      {[](Settings& s) { s.logging.level = "INFO"; },
       "Invalid log level 'INFO'. Must be one of: error, warn, info, debug, trace"},
      {[](Settings& s) { s.logging.format = "xml"; },
       "Invalid log format 'xml'. Must be one of: compact, pretty, json"},
      {[](Settings& s) { s.logging.targets["store"] = "loud"; },
       "Invalid log level 'loud' for target 'store'. Must be one of: error, warn, info, debug, trace"},
      {[](Settings& s) { s.limits.max_message_size = 0; }, "max_message_size cannot be 0"},
      {[](Settings& s) {
         s.limits.max_query_limit = 10;
         s.limits.default_query_limit = 50;
       },
       "default_query_limit (50) cannot exceed max_query_limit (10)"},
      {[](Settings& s) { s.user_management.deletion_grace_period_days = -1; },
       "deletion_grace_period_days cannot be negative"},
      {[](Settings& s) { s.user_management.cleanup_job_schedule = " "; }, "cleanup_job_schedule cannot be empty"},
      {[](Settings& s) { s.security.trusted_proxy_ranges = {"nope"}; },
       "Invalid security.trusted_proxy_ranges configuration: invalid trusted proxy entry 'nope': invalid IP address "
       "syntax"},
      {[](Settings& s) { s.memory.budget_bytes = 1; }, "memory.budget_bytes must be at least 67108864"},
      {[](Settings& s) { s.storage.disable_wal = true; },
       "storage.rocksdb.disable_wal and storage.rocksdb.sync_writes cannot both be true"},
      {[](Settings& s) { s.server.tls_cert = "cert.pem"; },
       "server.tls_cert and server.tls_key: TLS is not built in; end it in a proxy"},
      {[](Settings& s) { s.storage.data_path = ""; }, "storage.data_path cannot be empty"},
      {[](Settings& s) { s.auth.bcrypt_cost = 3; }, "auth.bcrypt_cost must be between 4 and 31"},
      {[](Settings& s) { s.server.host = "0.0.0.0"; },
       "Non-localhost HTTP exposure requires security.cors.allowed_origins to be configured (empty is not allowed)"},
      {[](Settings& s) { s.server.public_origin = "https://db.example.org:81/x"; },
       "Non-localhost HTTP exposure requires security.cors.allowed_origins to be configured (empty is not allowed)"},
  };
  for (const auto& [spoil, message] : cases) {
    Settings settings;
    spoil(settings);
    const auto status = check(settings);
    ASSERT_FALSE(status.ok()) << message;
    EXPECT_EQ(status.error().message, message);
  }
  Settings any;
  any.server.port = 0;
  any.any_port = true;
  EXPECT_TRUE(check(any).ok()) << "--port 0";
  for (const auto* host : {"LocalHost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"}) EXPECT_TRUE(is_local(host)) << host;
  for (const auto* host : {"0.0.0.0", "::", "10.0.0.1", "localhost.example.org"}) EXPECT_FALSE(is_local(host)) << host;
}

TEST(Settings, PrintHidesSecrets) {
  Settings settings;
  settings.auth.root_password = "hunter2";
  const auto text = print(settings);
  EXPECT_THAT(text, HasSubstr("server.port = 8080\n"));
  EXPECT_THAT(text, HasSubstr("auth.root_password = \"***\"\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("hunter2")));
}

// config 1.
TEST(CommandLine, OptionsAndPath) {
  const auto read = [](std::vector<const char*> words) {
    words.insert(words.begin(), "kalamdb-server");
    return read_command_line(static_cast<int>(words.size()), words.data());
  };
  const auto line = std::get<CommandLine>(read({"my.toml", "--data", "d", "--host", "h", "--port", "0"}));
  EXPECT_EQ(line.config_path, "my.toml");
  EXPECT_EQ(line.data_path, "d");
  EXPECT_EQ(line.host, "h");
  EXPECT_EQ(line.port, 0);
  EXPECT_EQ(std::get<CommandLine>(read({"--config", "c.toml"})).config_path, "c.toml");
  EXPECT_EQ(std::get<CommandLine>(read({"--check-config"})).action, CommandLine::Action::check_config);
  EXPECT_EQ(std::get<CommandLine>(read({"--check"})).action, CommandLine::Action::check_config);
  EXPECT_EQ(std::get<CommandLine>(read({"--print-config"})).action, CommandLine::Action::print_config);

  EXPECT_EQ(std::get<EndsNow>(read({"--version"})).text, version_line() + "\n");
  EXPECT_EQ(std::get<EndsNow>(read({"--help"})).status, 0);
  for (const auto& words : std::vector<std::vector<const char*>>{
           {"--nope"}, {"a.toml", "b.toml"}, {"a.toml", "--config", "b.toml"}, {"--port", "70000"}, {"--port"}}) {
    EXPECT_EQ(std::get<EndsNow>(read(words)).status, 2) << words[0];
  }
}

// auth 64, config 5.2: a secret that anybody can guess stays on this machine.
TEST(Settings, AuthCase64_WeakSecrets) {
  struct Case {
    std::string host, origin, secret;
    std::optional<bool> fatal;  // nothing: the secret is fit
  };
  const std::string fit(32, 'k');
  const Case cases[] = {
      {"127.0.0.1", "", "0123456789", false},
      {"localhost", "http://localhost:8080", "CHANGE_ME_IN_PRODUCTION", false},
      {"::1", "", std::string(31, 'k'), false},
      {"0.0.0.0", "", "0123456789", true},
      {"127.0.0.2", "", "0123456789", true},
      {"127.0.0.1", "https://db.example.com", "0123456789", true},
      {"0.0.0.0", "", "your-secret-key-at-least-32-chars-change-me-in-production", true},
      {"0.0.0.0", "https://db.example.com", fit, std::nullopt},
  };
  for (const auto& [host, origin, secret, fatal] : cases) {
    Settings settings;
    settings.server.host = host;
    settings.server.public_origin = origin;
    settings.auth.jwt_secret = secret;
    const auto weak = weak_secret(settings);
    EXPECT_EQ(weak ? std::optional(weak->fatal) : std::nullopt, fatal) << host << " " << origin << " " << secret;
  }
}

TEST(Settings, LimitsOfAuthentication) {
  struct Case {
    std::string_view toml, wrong;
  };
  const Case cases[] = {
      {"jwt_expiry_hours = 0", "auth.jwt_expiry_hours must be between 1 and 87840"},
      {"jwt_expiry_hours = 99999", "auth.jwt_expiry_hours must be between 1 and 87840"},
      {"min_password_length = 73", "auth.min_password_length must be at most 72, and at most auth.max_password_length"},
      {"max_password_length = 7", "auth.min_password_length must be at most 72, and at most auth.max_password_length"},
      {"min_password_length = 12\nmax_password_length = 64", ""},
  };
  for (const auto& [toml, wrong] : cases) {
    Settings settings;
    EXPECT_THAT(*apply_toml("[auth]\n" + std::string(toml), settings), testing::IsEmpty());
    const auto checked = check(settings);
    EXPECT_EQ(checked.ok() ? "" : checked.error().message, wrong) << toml;
  }
}

TEST(Settings, TheSecretOfTokensMayLieInAFile) {
  const auto path = testing::TempDir() + "/secret-" + std::to_string(getpid());
  std::ofstream(path) << "of-the-file\nmore";
  Settings settings;
  ASSERT_TRUE(apply_environment(environment_of({{"KALAMDB_JWT_SECRET_FILE", path}}), settings).ok());
  EXPECT_EQ(settings.auth.jwt_secret, "of-the-file");
  EXPECT_FALSE(
      apply_environment(environment_of({{"KALAMDB_JWT_SECRET_FILE", path}, {"KALAMDB_JWT_SECRET", "x"}}), settings)
          .ok());
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace kalam::node
