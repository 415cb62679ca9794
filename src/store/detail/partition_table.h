// PartitionTable: the partitions of one open store, by name. "default" is always there, and never listed.

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace kalam::store {

class PartitionTable {
 public:
  static constexpr uint32_t kDefaultId = 1;  // the first id of a partition

  PartitionTable();
  const Partition& default_partition() const { return default_; }
  std::optional<Partition> find(std::string_view name) const;
  std::optional<std::vector<Partition>> find_all(std::span<const std::string_view> names) const;  // nothing: one lacks
  std::vector<std::string> names() const;
  size_t size() const;

  // New partitions for those of the names that have none, each once, with ids from `next_id` on. add() makes them
  // known.
  std::vector<Partition> make_missing(std::span<const std::string_view> names, uint32_t next_id) const;
  void add(const Partition& partition);
  void remove(std::string_view name);

 private:
  const Partition default_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Partition, std::less<>> by_name_;  // guarded by mutex_
};

}  // namespace kalam::store
