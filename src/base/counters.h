// Counters: what the process did, as numbers that /metrics and system.stats show.
//
//   static auto& reads = counters::counter("store_reads_total", {{"partition", name}});
//   reads.add();
//
// Looking one up takes a lock; keep the reference (it lives as long as the process). Adding is one relaxed atomic.

#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kalam::counters {

using Labels = std::vector<std::pair<std::string, std::string>>;  // in the order they are shown

class Counter {
 public:
  void add(uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge {
 public:
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Counts by powers of two: bucket i holds values in [2^(i-1), 2^i), bucket 0 holds 0. The unit is the name's business
// (…_ns, …_bytes).
class Histogram {
 public:
  static constexpr size_t kBuckets = 65;

  void record(uint64_t value);
  uint64_t count() const;
  uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
  uint64_t bucket(size_t index) const { return buckets_[index].load(std::memory_order_relaxed); }
  // The upper bound of the bucket that holds the given share (0..1) of all values; 0 when there are none.
  uint64_t quantile(double share) const;

 private:
  std::array<std::atomic<uint64_t>, kBuckets> buckets_{};
  std::atomic<uint64_t> sum_{0};
};

Counter& counter(std::string_view name, Labels labels = {});
Gauge& gauge(std::string_view name, Labels labels = {});
Histogram& histogram(std::string_view name, Labels labels = {});

struct Sample {
  std::string name;
  Labels labels;
  const Counter* counter = nullptr;  // exactly one of the three
  const Gauge* gauge = nullptr;
  const Histogram* histogram = nullptr;
};
std::vector<Sample> samples();  // ordered by name, then labels

}  // namespace kalam::counters
