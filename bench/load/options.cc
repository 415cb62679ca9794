#include "load/options.h"

#include <charconv>
#include <functional>
#include <map>
#include <string_view>

namespace kalam::load {
namespace {

// Takes the word after an option; false: it cannot be read.
using Take = std::function<bool(std::string_view)>;

template <typename Number>
Take number(Number& target, Number least) {
  return [&target, least](std::string_view word) {
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size() || value < least) return false;
    target = value;
    return true;
  };
}

template <typename Number>
Take number(std::optional<Number>& target, Number least) {
  return [&target, least](std::string_view word) {
    Number value{};
    if (!number(value, least)(word)) return false;
    target = value;
    return true;
  };
}

Take seconds(std::chrono::seconds& target, int64_t least) {
  return [&target, least](std::string_view word) {
    int64_t value = 0;
    if (!number(value, least)(word)) return false;
    target = std::chrono::seconds(value);
    return true;
  };
}

Take text(std::string& target) {
  return [&target](std::string_view word) {
    target = word;
    return true;
  };
}

}  // namespace

std::string usage() {
  return "kalam_load SCENARIO --port N --password TEXT [--host 127.0.0.1] [--user root] [--clients N]\n"
         "           [--seconds 10] [--warmup 2] [--server-pid PID] [--seed 1]\n"
         "HTTP scenarios: insert insert50 insert1000 point update transfer select200 groupby health inflight idle\n"
         "           [--keys 100000] [--zipf 0] [--one-row]\n"
         "WebSocket scenarios: latency fanout filters\n"
         "           [--rate 100] [--sockets N] [--subscriptions N] [--frames]\n"
         "Prints one line of JSON. Start the server with bench/load/server.toml; see bench/load/README.md.\n";
}

std::variant<Options, std::string> read_options(int count, char** words) {
  Options options;
  const std::map<std::string_view, Take> with_word = {
      {"--host", text(options.host)},
      {"--port", number<uint16_t>(options.port, 1)},
      {"--user", text(options.user)},
      {"--password", text(options.password)},
      {"--clients", number<size_t>(options.clients, 1)},
      {"--seconds", seconds(options.seconds, 1)},
      {"--warmup", seconds(options.warmup, 0)},
      {"--keys", number<size_t>(options.keys, 2)},
      {"--zipf", number<double>(options.zipf, 0)},
      {"--server-pid", number<int>(options.server_pid, 1)},
      {"--rate", number<double>(options.rate, 0.001)},
      {"--sockets", number<size_t>(options.sockets, 1)},
      {"--subscriptions", number<size_t>(options.subscriptions, 1)},
      {"--seed", number<uint64_t>(options.seed, 0)},
  };
  const std::map<std::string_view, bool*> alone = {{"--one-row", &options.one_row}, {"--frames", &options.frames}};
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (const auto flag = alone.find(word); flag != alone.end()) {
      *flag->second = true;
    } else if (const auto option = with_word.find(word); option != with_word.end()) {
      if (i + 1 == count) return std::string(word) + " needs a value";
      const std::string_view value = words[++i];
      if (!option->second(value)) return std::string(word) + " cannot be " + std::string(value);
    } else if (word.starts_with("-") || !options.scenario.empty()) {
      return "unknown: " + std::string(word);
    } else {
      options.scenario = word;
    }
  }
  if (options.scenario.empty()) return std::string("no scenario");
  return options;
}

}  // namespace kalam::load
