#include "commands/detail/rows_in_group.h"

namespace kalam::commands::detail {
namespace {

constexpr size_t kRowsWorthASeek = 16;  // a seek costs as much as a few gets
constexpr size_t kGetsWorthASeek = 4;   // what one must have saved for the next to be tried

}  // namespace

Result<RowsInGroup::Found> RowsInGroup::find(const tables::Table& table, std::string key, size_t more) {
  const auto generation = table.definition().generation;
  if (!last_ || last_generation_ != generation) {
    last_ = &tables_[generation];
    last_generation_ = generation;
  }
  if (more >= kRowsWorthASeek && last_->empty()) last_->reserve(more + 1);
  const auto [entry, added] = last_->try_emplace(std::move(key));
  if (added) {
    auto version = stored(table, entry->first, more);
    if (!version.ok()) {
      last_->erase(entry);
      return std::move(version).error();
    }
    if (*version) {
      entry->second.newest = {(*version)->header, std::make_shared<const Row>(std::move((*version)->row))};
    }
  }
  return Found{entry->first, &entry->second};
}

Result<std::optional<tables::Version>> RowsInGroup::stored(const tables::Table& table, std::string_view key,
                                                           size_t more) {
  const auto generation = table.definition().generation;
  if (free_ && free_->holds(generation, key)) {
    ++free_->saved;
    return std::optional<tables::Version>();
  }
  if (more < kRowsWorthASeek || !seeks_) return table.find(key);
  seeks_ = !free_ || free_->saved >= kGetsWorthASeek;
  if (!seeks_) return table.find(key);
  auto next = TRY(table.first_key_from(key));
  const bool there = next && *next == key;
  free_ = FreeRange{.generation = generation, .from = std::string(key), .to = std::move(next)};
  if (there) return table.find(key);
  return std::optional<tables::Version>();
}

}  // namespace kalam::commands::detail
