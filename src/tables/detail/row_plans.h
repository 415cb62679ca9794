// RowPlans: the plans that readers of one table made, so that each is made once. Readers take no lock: plans are only
// ever added, in front of a list, and go with the table. Bounded: what comes when it is full is made for its reader
// only.

#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "codec/row_plan.h"

namespace kalam::tables::detail {

class RowPlans {
 public:
  using Ptr = std::shared_ptr<const codec::RowPlan>;

  RowPlans() = default;
  RowPlans(const RowPlans&) = delete;
  RowPlans& operator=(const RowPlans&) = delete;
  ~RowPlans() {
    for (auto* entry = first_.load(std::memory_order_relaxed); entry;) delete std::exchange(entry, entry->next);
  }

  // Null: not here.
  Ptr find(uint32_t version, std::span<const size_t> places) const {
    for (auto* entry = first_.load(std::memory_order_acquire); entry; entry = entry->next) {
      if (entry->version == version && std::ranges::equal(entry->places, places)) return entry->plan;
    }
    return nullptr;
  }

  // Two readers that make the same plan at once may both add it.
  void add(uint32_t version, std::span<const size_t> places, Ptr plan) {
    if (count_.fetch_add(1, std::memory_order_relaxed) >= kEntriesMax) {
      count_.fetch_sub(1, std::memory_order_relaxed);
      return;
    }
    auto* entry = new Entry{version, {places.begin(), places.end()}, std::move(plan), nullptr};
    entry->next = first_.load(std::memory_order_relaxed);
    while (!first_.compare_exchange_weak(entry->next, entry, std::memory_order_release, std::memory_order_relaxed)) {}
  }

 private:
  static constexpr size_t kEntriesMax = 64;
  struct Entry {
    const uint32_t version;
    const std::vector<size_t> places;
    const Ptr plan;
    Entry* next;
  };
  std::atomic<Entry*> first_{nullptr};
  std::atomic<size_t> count_{0};
};

}  // namespace kalam::tables::detail
