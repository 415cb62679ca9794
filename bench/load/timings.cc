#include "load/timings.h"

#include <algorithm>
#include <cmath>

namespace kalam::load {
namespace {

// The least duration that a share of all durations does not exceed.
double nearest_rank_us(const std::vector<uint64_t>& sorted, double share) {
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<size_t>(rank, 1) - 1]) / 1000;
}

}  // namespace

void Timings::add(Clock::duration took) {
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  nanoseconds_.push_back(static_cast<uint64_t>(std::max<int64_t>(nanoseconds, 0)));
}

Percentiles Timings::percentiles() const {
  if (nanoseconds_.empty()) return {};
  std::vector<uint64_t> sorted = nanoseconds_;
  std::sort(sorted.begin(), sorted.end());
  return {.p50_us = nearest_rank_us(sorted, 0.50),
          .p95_us = nearest_rank_us(sorted, 0.95),
          .p99_us = nearest_rank_us(sorted, 0.99),
          .max_us = static_cast<double>(sorted.back()) / 1000};
}

}  // namespace kalam::load
