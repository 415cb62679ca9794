// PartitionTable: the partitions of one open store, by name.

#pragma once
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace kalam::store {

class PartitionTable {
 public:
  std::optional<Partition> find(std::string_view name) const;
  std::vector<std::string> names() const;
  size_t size() const;
  void add(const Partition& partition);
  void remove(std::string_view name);

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, Partition, std::less<>> by_name_;  // guarded by mutex_
};

}  // namespace kalam::store
