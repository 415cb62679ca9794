#include "live/snapshot.h"

#include <algorithm>

namespace kalam::live {

namespace {

ScanRequest scan_of(const tables::Table& table, std::optional<int64_t> after, int64_t last, const Viewer& viewer) {
  ScanRequest scan;
  scan.viewer = viewer;
  for (size_t i = 0; i < table.columns().size(); ++i) scan.columns.push_back(i);
  ScanRequest::Range range;
  range.column = *table.seq_column();
  if (after) range.lower = ScanRequest::Bound{Value::int64(*after), false};
  if (last != std::numeric_limits<int64_t>::max()) range.upper = ScanRequest::Bound{Value::int64(last), true};
  if (range.lower || range.upper) scan.ranges.push_back(std::move(range));
  return scan;
}

}  // namespace

int64_t seq_of(const tables::Table& table, const FullRow& row) {
  const auto& seq = row[*table.seq_column()];
  return seq.is_null() ? 0 : seq.as_int64();
}

Result<Page> read_page(const tables::TableReader& reader, const Plan& plan, const Viewer& viewer,
                       const PageRequest& request) {
  const auto& table = plan.table();
  Page page;
  if (request.rows_max == 0) return page;
  auto cursor = TRY(reader.open(scan_of(table, request.after, request.last, viewer)));
  // A heap of as many rows as are wanted and one more, with the one on top that has to go first.
  const auto earlier = [&](const FullRow& a, const FullRow& b) { return seq_of(table, a) < seq_of(table, b); };
  const auto later = [&](const FullRow& a, const FullRow& b) { return seq_of(table, a) > seq_of(table, b); };
  const size_t keep = request.newest ? request.rows_max : request.rows_max + 1;
  FullRow row;
  while (TRY(cursor->next(row))) {
    const auto seq = seq_of(table, row);
    // Ranges are hints.
    if (seq > request.last || (request.after && seq <= *request.after)) continue;
    const bool full = page.rows.size() == keep;
    if (full && (request.newest ? seq < seq_of(table, page.rows.front()) : seq > seq_of(table, page.rows.front()))) {
      continue;
    }
    if (!TRY(plan.wants(row, viewer))) continue;
    page.rows.push_back(std::move(row));
    row = {};
    request.newest ? std::ranges::push_heap(page.rows, later) : std::ranges::push_heap(page.rows, earlier);
    if (!full) continue;
    request.newest ? std::ranges::pop_heap(page.rows, later) : std::ranges::pop_heap(page.rows, earlier);
    page.rows.pop_back();
  }
  std::ranges::sort(page.rows, earlier);
  page.has_more = !request.newest && page.rows.size() > request.rows_max;
  if (page.has_more) page.rows.pop_back();
  if (!page.rows.empty()) page.last_seq = seq_of(table, page.rows.back());
  return page;
}

Result<std::vector<FullRow>> read_removed(const tables::TableReader& reader, const Plan& plan, const Viewer& viewer,
                                          int64_t after) {
  const auto& table = plan.table();
  auto scan = scan_of(table, after, std::numeric_limits<int64_t>::max(), viewer);
  scan.with_deleted = true;
  std::optional<size_t> deleted;
  for (size_t i = 0; i < table.columns().size(); ++i) {
    if (table.columns()[i].name == "_deleted") deleted = i;
  }
  auto cursor = TRY(reader.open(scan));
  std::vector<FullRow> removed;
  FullRow row;
  while (TRY(cursor->next(row))) {
    if (seq_of(table, row) <= after) continue;
    const bool gone = deleted && !row[*deleted].is_null() && row[*deleted].as_bool();
    if (!gone && TRY(plan.wants(row, viewer))) continue;
    // Of the others only the key is told: values need not be held.
    for (size_t i = 0; i < row.size(); ++i) {
      if (!table.columns()[i].primary_key && i != *table.seq_column()) row[i] = Value();
    }
    removed.push_back(std::move(row));
    row = {};
  }
  std::ranges::sort(removed, [&](const FullRow& a, const FullRow& b) { return seq_of(table, a) < seq_of(table, b); });
  return removed;
}

}  // namespace kalam::live
