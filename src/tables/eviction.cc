#include "tables/eviction.h"

#include <optional>

#include "base/log.h"

namespace kalam::tables {

Result<size_t> evict_all_expired(Tables& tables, const catalog::Catalog& catalog, size_t rows_max) {
  size_t evicted = 0;
  std::optional<Error> first;
  for (const auto& definition : catalog.snapshot()->tables()) {
    if (definition->type != TableType::stream) continue;
    auto table = tables.open(definition);
    auto gone = table.ok() ? tables.evict_expired(**table, rows_max) : Result<size_t>(std::move(table).error());
    if (gone.ok()) {
      evicted += *gone;
    } else if (catalog.snapshot()->share(definition->id) == definition && !first) {
      first = std::move(gone).error();
    }
  }
  if (first) return *std::move(first);
  return evicted;
}

Eviction::Eviction(Tables& tables, const catalog::Catalog& catalog, EvictionOptions options)
    : tables_(tables), catalog_(catalog), options_(options) {
  if (options_.every <= std::chrono::milliseconds::zero()) return;
  thread_ = std::jthread([this] {
    while (!stop_.wait_for(options_.every)) {
      const auto evicted = evict_all_expired(tables_, catalog_, options_.rows_max);
      if (!evicted.ok()) log::warn("tables", "eviction failed", {{"error", evicted.error().message}});
      else if (*evicted > 0) log::debug("tables", "expired rows evicted", {{"rows", *evicted}});
    }
  });
}

Eviction::~Eviction() { stop_.request(); }

}  // namespace kalam::tables
