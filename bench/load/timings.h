// Durations of many requests, and their percentiles: exact, by sorting what was measured.

#pragma once
#include <chrono>
#include <cstdint>
#include <vector>

namespace kalam::load {

using Clock = std::chrono::steady_clock;

struct Percentiles {
  double p50_us = 0;
  double p95_us = 0;
  double p99_us = 0;
  double max_us = 0;
};

class Timings {
 public:
  // A negative duration counts as none: what came before the answer was not waited for.
  void add(Clock::duration took);
  size_t count() const { return nanoseconds_.size(); }
  // All 0 when nothing was added.
  Percentiles percentiles() const;

 private:
  std::vector<uint64_t> nanoseconds_;
};

}  // namespace kalam::load
