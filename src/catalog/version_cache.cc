#include "catalog/version_cache.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace kalam::catalog {

TableDefinitionPtr VersionCache::find(const TableId& table, uint64_t generation, uint32_t version) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find({table, generation, version});
  if (found == entries_.end()) return nullptr;
  found->second.used.store(++clock_, std::memory_order_relaxed);
  return found->second.definition;
}

void VersionCache::insert(TableDefinitionPtr definition) {
  const std::unique_lock lock(mutex_);
  Key key{definition->id, definition->generation, definition->schema_version};
  if (entries_.size() >= entries_max_ && !entries_.contains(key)) {
    std::vector<uint64_t> uses;
    for (const auto& [each, entry] : entries_) uses.push_back(entry.used);
    const auto quarter = std::max<size_t>(1, entries_max_ / 4) - 1;
    std::ranges::nth_element(uses, uses.begin() + static_cast<ptrdiff_t>(quarter));
    std::erase_if(entries_, [oldest = uses[quarter]](const auto& each) { return each.second.used <= oldest; });
  }
  auto& entry = entries_[std::move(key)];
  entry.definition = std::move(definition);
  entry.used = ++clock_;
}

void VersionCache::erase(const TableId& table) {
  const std::unique_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& each) { return each.first.table == table; });
}

size_t VersionCache::size() const {
  const std::shared_lock lock(mutex_);
  return entries_.size();
}

}  // namespace kalam::catalog
