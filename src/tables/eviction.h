// Eviction: rows of STREAM tables that are over go from the disk, a while after they went from sight.
//
// One thread, started with it and joined by its end. A round that fails is logged, and tried again by the next.

#pragma once
#include <chrono>
#include <cstddef>
#include <thread>

#include "base/result.h"
#include "base/stop.h"
#include "catalog/catalog.h"
#include "tables/tables.h"

namespace kalam::tables {

struct EvictionOptions {
  std::chrono::milliseconds every = std::chrono::seconds(60);  // 0: never
  size_t rows_max = 1'000'000;                                 // of one table in one round: others get their turn
};

class Eviction {
 public:
  // `tables` and `catalog` outlive it.
  Eviction(Tables& tables, const catalog::Catalog& catalog, EvictionOptions options = {});
  ~Eviction();
  Eviction(const Eviction&) = delete;
  Eviction& operator=(const Eviction&) = delete;

 private:
  Tables& tables_;
  const catalog::Catalog& catalog_;
  const EvictionOptions options_;
  StopSignal stop_;
  std::jthread thread_;  // last: it uses the rest
};

// One round over all STREAM tables: how many rows went. A table that is dropped meanwhile is none.
Result<size_t> evict_all_expired(Tables& tables, const catalog::Catalog& catalog, size_t rows_max);

}  // namespace kalam::tables
