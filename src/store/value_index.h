// UniqueIndex and NonUniqueIndex: from a value to the keys of the entities that have it, each in a partition of its
// own. For indexes that are kept by hand; IndexedEntityStore keeps its own. Safe from any thread: one change at a time.

#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace kalam::store {

// value -> the one key.
class UniqueIndex {
 public:
  static Result<UniqueIndex> open(Store& store, std::string_view partition_name);  // `store` outlives this

  Result<std::optional<std::string>> find(std::string_view value) const;
  Status add(std::string_view value, std::string_view key);  // `unique_violation` when another key has it
  Status remove(std::string_view value);

 private:
  UniqueIndex(Store& store, Partition partition);
  Store* store_;
  Partition partition_;
  std::unique_ptr<std::mutex> changing_;
};

// value -> keys, as a JSON array of strings in the order they were added; no array when there are none.
class NonUniqueIndex {
 public:
  static Result<NonUniqueIndex> open(Store& store, std::string_view partition_name);  // `store` outlives this

  Result<std::vector<std::string>> find(std::string_view value) const;
  Status add(std::string_view value, std::string_view key);     // already there: fine
  Status remove(std::string_view value, std::string_view key);  // not there: fine

 private:
  NonUniqueIndex(Store& store, Partition partition);
  Status write(std::string_view value, const std::vector<std::string>& keys);
  Store* store_;
  Partition partition_;
  std::unique_ptr<std::mutex> changing_;
};

// ["a","b\"c"]: the value of a NonUniqueIndex. Bytes above 0x7F pass as they are.
std::string json_of_keys(const std::vector<std::string>& keys);
Result<std::vector<std::string>> keys_from_json(std::string_view json);

}  // namespace kalam::store
