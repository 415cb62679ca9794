#include "store/detail/partition_table.h"

#include <algorithm>
#include <mutex>

#include "store/detail/partition_state.h"

namespace kalam::store {

PartitionTable::PartitionTable() : default_(StoreAccess::make(kDefaultId, Family::system_meta, "default")) {}

std::optional<Partition> PartitionTable::find(std::string_view name) const {
  if (name == default_.name()) return default_;
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::vector<Partition>> PartitionTable::find_all(std::span<const std::string_view> names) const {
  std::vector<Partition> all;
  all.reserve(names.size());
  for (const auto name : names) {
    auto known = find(name);
    if (!known) return std::nullopt;
    all.push_back(*std::move(known));
  }
  return all;
}

std::vector<Partition> PartitionTable::make_missing(std::span<const std::string_view> names, uint32_t next_id) const {
  std::vector<Partition> made;
  for (const auto name : names) {
    if (find(name) || std::ranges::find(made, name, &Partition::name) != made.end()) continue;
    made.push_back(StoreAccess::make(next_id++, family_of(name), name));
  }
  return made;
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
