// The command line of kalamdb-server.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace kalam::node {

struct CommandLine {
  enum class Action : uint8_t { serve, check_config, print_config, print_example };

  Action action = Action::serve;
  std::string config_path;  // empty: look for one
  std::optional<std::string> data_path;
  std::optional<std::string> host;
  std::optional<uint16_t> port;
};

// The program ends here: with a text for people, and a status.
struct EndsNow {
  int status = 0;
  std::string text;  // on stdout when the status is 0, else on stderr
};

std::variant<CommandLine, EndsNow> read_command_line(int argc, const char* const* argv);

}  // namespace kalam::node
