// RowsInGroup: the rows that the commands of one group touch, each as the commands before left it, be it in the store
// or in the batch that is being filled.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tables/table.h"
#include "types/row.h"

namespace kalam::commands::detail {

// The newest version of a row. Without `row` there never was one.
struct Newest {
  RowHeader header;
  std::shared_ptr<const Row> row;

  bool live() const { return row && !header.deleted; }
};

struct RowSlot {
  Newest newest;         // before the command that is being applied
  uint64_t command = 0;  // the last that touched it
  size_t effect = 0;     // of that command: where
};

class RowsInGroup {
 public:
  struct Found {
    std::string_view key;
    RowSlot* slot;  // both until clear()
  };
  Result<Found> find(const tables::Table& table, std::string key);
  void clear() { tables_.clear(), last_ = nullptr; }

 private:
  using Slots = std::unordered_map<std::string, RowSlot>;

  std::unordered_map<uint64_t, Slots> tables_;  // by generation
  uint64_t last_generation_ = 0;
  Slots* last_ = nullptr;  // those of last_generation_: most commands stay with one table
};

}  // namespace kalam::commands::detail
