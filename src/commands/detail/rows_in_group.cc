#include "commands/detail/rows_in_group.h"

namespace kalam::commands::detail {

Result<RowsInGroup::Found> RowsInGroup::find(const tables::Table& table, std::string key) {
  const auto generation = table.definition().generation;
  if (!last_ || last_generation_ != generation) {
    last_ = &tables_[generation];
    last_generation_ = generation;
  }
  const auto [entry, added] = last_->try_emplace(std::move(key));
  if (added) {
    auto stored = table.find(entry->first);
    if (!stored.ok()) {
      last_->erase(entry);
      return std::move(stored).error();
    }
    if (*stored) {
      entry->second.newest = {(*stored)->header, std::make_shared<const Row>(std::move((*stored)->row))};
    }
  }
  return Found{entry->first, &entry->second};
}

}  // namespace kalam::commands::detail
