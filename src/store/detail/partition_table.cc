#include "store/detail/partition_table.h"

#include <mutex>

namespace kalam::store {

std::optional<Partition> PartitionTable::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> PartitionTable::names() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (const auto& [name, partition] : by_name_) names.push_back(name);
  return names;
}

size_t PartitionTable::size() const {
  const std::shared_lock lock(mutex_);
  return by_name_.size();
}

void PartitionTable::add(const Partition& partition) {
  const std::unique_lock lock(mutex_);
  by_name_.insert_or_assign(std::string(partition.name()), partition);
}

void PartitionTable::remove(std::string_view name) {
  const std::unique_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) by_name_.erase(found);
}

}  // namespace kalam::store
