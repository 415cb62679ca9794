// PlanCache: what was worked out about a statement's text, for the next time. Bounded; the least recently used goes.
// A plan says itself whether it still fits what exists: nothing here has to be told of changes.

#pragma once
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kalam::query {

// Safe from any thread.
template <typename Plan>
class PlanCache {
 public:
  explicit PlanCache(size_t entries_max) : entries_max_(entries_max) {}

  std::shared_ptr<const Plan> find(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->plan;
  }

  void put(std::string key, std::shared_ptr<const Plan> plan) {
    if (entries_max_ == 0) return;
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(key); found != places_.end()) {
      found->second->plan = std::move(plan);
      entries_.splice(entries_.begin(), entries_, found->second);
      return;
    }
    entries_.push_front({std::move(key), std::move(plan)});
    places_.emplace(entries_.front().key, entries_.begin());
    if (entries_.size() <= entries_max_) return;
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Plan> plan;
  };
  const size_t entries_max_;
  std::mutex mutex_;
  std::list<Entry> entries_;                                                          // latest use first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> places_;  // keys are those of the entries
};

}  // namespace kalam::query
