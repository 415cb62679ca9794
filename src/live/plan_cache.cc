#include "live/plan_cache.h"

namespace kalam::live {

Result<PlanPtr> PlanCache::get(const sql::SubscriptionQuery& query, const tables::TablePtr& table) {
  const auto& definition = table->definition();
  const auto key =
      std::to_string(definition.generation) + "." + std::to_string(definition.schema_version) + " " + sql::print(query);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = plans_.find(key); found != plans_.end()) {
      if (auto kept = found->second.lock()) return kept;
    }
  }
  auto made = TRY(Plan::bind(engine_, query, table));
  const std::lock_guard lock(mutex_);
  auto& place = plans_[key];
  if (auto kept = place.lock()) return kept;
  place = made;
  if (plans_.size() >= clean_at_) {
    std::erase_if(plans_, [](const auto& entry) { return entry.second.expired(); });
    clean_at_ = 2 * plans_.size() + 64;
  }
  return made;
}

}  // namespace kalam::live
