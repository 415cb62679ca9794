// RouteMeter: how often a route was answered, with which status, and how long that took.

#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include "base/counters.h"

namespace kalam::server {

// Safe from any thread; takes no lock but the first time that a status comes.
class RouteMeter {
 public:
  RouteMeter(std::string method, std::string path);
  void record(unsigned status, std::chrono::nanoseconds took);

 private:
  static constexpr size_t kStatuses = 600;

  const std::string method_;
  const std::string path_;
  counters::Histogram& took_;
  std::array<std::atomic<counters::Counter*>, kStatuses> by_status_{};
};

}  // namespace kalam::server
