// VersionCache: definitions of earlier schema versions, for readers of old segments. Holds the 256 used last; when it
// is full, the quarter that was used longest ago goes.
//
// Readers that find what they look for share a lock, and never wait for the store.

#pragma once
#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <unordered_map>

#include "types/schema.h"

namespace kalam::catalog {

class VersionCache {
 public:
  explicit VersionCache(size_t entries_max = 256) : entries_max_(entries_max) {}

  // Null: not here. A version belongs to a generation of the table, so that a dropped table never answers for the one
  // that has its name now.
  TableDefinitionPtr find(const TableId& table, uint64_t generation, uint32_t version) const;
  void insert(TableDefinitionPtr definition);
  void erase(const TableId& table);  // every version of it
  size_t size() const;

 private:
  struct Key {
    TableId table;
    uint64_t generation;
    uint32_t version;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<TableId>()(key.table) ^ (key.generation * 31 + key.version) * 0x9E3779B97F4A7C15u;
    }
  };
  struct Entry {
    TableDefinitionPtr definition;
    mutable std::atomic<uint64_t> used;
  };

  const size_t entries_max_;
  mutable std::atomic<uint64_t> clock_{0};
  mutable std::shared_mutex mutex_;
  std::unordered_map<Key, Entry, Hash> entries_;  // guarded by mutex_
};

}  // namespace kalam::catalog
