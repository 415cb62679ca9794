#include "base/counters.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <mutex>
#include <tuple>

namespace kalam::counters {
namespace {

template <typename Kind>
struct Registry {
  std::mutex mutex;
  std::map<std::pair<std::string, Labels>, std::unique_ptr<Kind>> all;  // guarded by mutex; entries never go

  Kind& get(std::string_view name, Labels labels) {
    std::lock_guard lock(mutex);
    auto& slot = all[{std::string(name), std::move(labels)}];
    if (!slot) slot = std::make_unique<Kind>();
    return *slot;
  }
};

// Never destroyed: threads that outlive main may still count.
template <typename Kind>
Registry<Kind>& registry() {
  static auto& all = *new Registry<Kind>();
  return all;
}

template <typename Kind>
void collect(std::vector<Sample>& out, const Kind* Sample::* member) {
  auto& kinds = registry<Kind>();
  std::lock_guard lock(kinds.mutex);
  for (const auto& [key, value] : kinds.all) {
    Sample sample{key.first, key.second};
    sample.*member = value.get();
    out.push_back(std::move(sample));
  }
}

}  // namespace

void Histogram::record(uint64_t value) {
  buckets_[static_cast<size_t>(std::bit_width(value))].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

uint64_t Histogram::count() const {
  uint64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

uint64_t Histogram::quantile(double share) const {
  const auto total = count();
  if (total == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(total)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += bucket(i);
    if (seen >= wanted && seen > 0) return i == 0 ? 0 : UINT64_MAX >> (64 - i);
  }
  return UINT64_MAX;
}

Counter& counter(std::string_view name, Labels labels) { return registry<Counter>().get(name, std::move(labels)); }
Gauge& gauge(std::string_view name, Labels labels) { return registry<Gauge>().get(name, std::move(labels)); }
Histogram& histogram(std::string_view name, Labels labels) {
  return registry<Histogram>().get(name, std::move(labels));
}

std::vector<Sample> samples() {
  std::vector<Sample> all;
  collect<Counter>(all, &Sample::counter);
  collect<Gauge>(all, &Sample::gauge);
  collect<Histogram>(all, &Sample::histogram);
  std::stable_sort(all.begin(), all.end(), [](const Sample& a, const Sample& b) {
    return std::tie(a.name, a.labels) < std::tie(b.name, b.labels);
  });
  return all;
}

}  // namespace kalam::counters
