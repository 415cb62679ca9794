// What to run, against which server: the command line of kalam_load.

#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace kalam::load {

struct Options {
  std::string scenario;
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::string user = "root";
  std::string password;
  std::optional<size_t> clients;  // connections that ask; each scenario has its own default
  std::chrono::seconds seconds{10};
  std::chrono::seconds warmup{2};
  size_t keys = 100'000;                // rows that point, update and transfer fill their table with
  double zipf = 0;                      // exponent of the skew of keys; 0: all are equally likely
  bool one_row = false;                 // update: everybody changes the same row
  std::optional<int> server_pid;        // for the memory and the CPU time of the server
  double rate = 100;                    // latency, filters: inserts in a second
  std::optional<size_t> sockets;        // latency, fanout, filters
  std::optional<size_t> subscriptions;  // the same: on all sockets together
  bool frames = false;                  // the same: changes of one commit come in one message
  uint64_t seed = 1;
};

std::string usage();

// The options, or what is wrong with the command line.
std::variant<Options, std::string> read_options(int count, char** words);

}  // namespace kalam::load
