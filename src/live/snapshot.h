// Reading what a subscription begins with: rows of one moment in the order in which they were written.

#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "live/plan.h"
#include "tables/table_reader.h"

namespace kalam::live {

struct PageRequest {
  std::optional<int64_t> after = {};                   // rows with a greater `_seq`
  int64_t last = std::numeric_limits<int64_t>::max();  // and none beyond this
  size_t rows_max = 1000;
  bool newest = false;  // the last ones instead of the first; still ascending
};

struct Page {
  std::vector<FullRow> rows;  // ascending by `_seq`
  bool has_more = false;      // never with `newest`
  std::optional<int64_t> last_seq = {};
};

// Memory: one page, however many rows there are.
Result<Page> read_page(const tables::TableReader& reader, const Plan& plan, const Viewer& viewer,
                       const PageRequest& request);

// Rows whose newest version came after `after` and which are not wanted any more: deleted, or not let through by the
// filter. Ascending by `_seq`.
Result<std::vector<FullRow>> read_removed(const tables::TableReader& reader, const Plan& plan, const Viewer& viewer,
                                          int64_t after);

int64_t seq_of(const tables::Table& table, const FullRow& row);

}  // namespace kalam::live
