// PlanCache: subscriptions with the same query share one plan, and with it the work of every change.

#pragma once
#include <mutex>
#include <string>
#include <unordered_map>

#include "live/plan.h"

namespace kalam::live {

// Safe from any thread.
class PlanCache {
 public:
  explicit PlanCache(duck::Instance& engine) : engine_(engine) {}

  Result<PlanPtr> get(const sql::SubscriptionQuery& query, const tables::TablePtr& table);

 private:
  duck::Instance& engine_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const Plan>> plans_;  // guarded by mutex_
  size_t clean_at_ = 64;                                              // guarded by mutex_
};

}  // namespace kalam::live
