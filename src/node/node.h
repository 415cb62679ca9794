// Node: the composition root. It knows every module, and the order in which they start and stop.
//
//   data directory locked -> store -> catalog -> engine -> answers -> HTTP port, last
//
// Always true: while the port is open everything behind it works. A start that fails leaves the data as it was.

#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "node/settings.h"

namespace kalam::node {

class Node {
 public:
  static Result<std::unique_ptr<Node>> start(const Settings& settings);
  ~Node();  // stop()
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  std::string address() const;  // "127.0.0.1:8080", with the port that was really opened
  void stop();                  // in the reverse order of the start; open requests finish; safe to repeat

 private:
  struct Parts;
  Node(std::string host, std::unique_ptr<Parts> parts);

  const std::string host_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace kalam::node
