// RowsInGroup: the rows that the commands of one group touch, each as the commands before left it, be it in the store
// or in the batch that is being filled.
//
// Most new rows of a large INSERT lie side by side where nothing is stored: one seek tells how far the free range goes,
// and saves the gets of all keys in it. Where keys are scattered a seek saves nothing, and none is tried again.

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
  // `more`: how many rows will be looked for next, likely new ones behind this one.
  Result<Found> find(const tables::Table& table, std::string key, size_t more = 0);
  void clear() { tables_.clear(), last_ = nullptr, free_.reset(), seeks_ = true; }

 private:
  using Slots = std::unordered_map<std::string, RowSlot>;

  // Nothing is stored from `from` up to `to`.
  struct FreeRange {
    uint64_t generation = 0;
    std::string from;
    std::optional<std::string> to;  // none: up to the end
    size_t saved = 0;               // gets

    bool holds(uint64_t table, std::string_view key) const {
      return table == generation && key >= from && (!to || key < *to);
    }
  };

  Result<std::optional<tables::Version>> stored(const tables::Table& table, std::string_view key, size_t more);

  std::unordered_map<uint64_t, Slots> tables_;  // by generation
  std::optional<FreeRange> free_;               // the last that was found: it stays so until the batch is stored
  bool seeks_ = true;
  uint64_t last_generation_ = 0;
  Slots* last_ = nullptr;  // those of last_generation_: most commands stay with one table
};

}  // namespace kalam::commands::detail
