#include "node/command_line.h"

#include <CLI/CLI.hpp>

#include "node/version.h"

namespace kalam::node {

std::variant<CommandLine, EndsNow> read_command_line(int argc, const char* const* argv) {
  CommandLine line;
  std::string positional, named;
  bool check = false, print = false, example = false, version = false;

  CLI::App app("KalamDB server: a SQL database whose clients also subscribe to queries.", "kalamdb-server");
  app.add_option("path", positional, "Configuration file (default: server.toml here, else beside the program)");
  auto* const config = app.add_option("--config", named, "Configuration file, the same as the path");
  app.add_option("--data", line.data_path, "Data directory");
  app.add_option("--host", line.host, "Address to listen on");
  app.add_option("--port", line.port, "Port to listen on; 0: any free one");
  app.add_flag("--check-config,--check", check, "Load and check the configuration, then exit");
  app.add_flag("--print-config", print, "Print the effective configuration, then exit");
  app.add_flag("--print-example", example, "Print a configuration file with every key, then exit");
  app.add_flag("--version", version, "Print the version, then exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return EndsNow{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return EndsNow{2, std::string(error.what()) + "\n\n" + app.help()};
  }
  if (version) return EndsNow{0, version_line() + "\n"};
  if (!positional.empty() && config->count() > 0) {
    return EndsNow{2, "The configuration file is given twice\n\n" + app.help()};
  }
  line.config_path = positional.empty() ? named : positional;
  if (check) line.action = CommandLine::Action::check_config;
  else if (example) line.action = CommandLine::Action::print_example;
  else if (print) line.action = CommandLine::Action::print_config;
  return line;
}

}  // namespace kalam::node
