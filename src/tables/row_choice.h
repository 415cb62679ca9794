// RowChoice: which rows of a table a request can want at all, as far as keys and heads of rows tell. Always a superset
// of what its conditions let through.

#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/table.h"
#include "types/row_source.h"

namespace kalam::tables {

// Bounds of `_seq`, inclusive.
struct SeqBounds {
  int64_t first = std::numeric_limits<int64_t>::min();
  int64_t last = std::numeric_limits<int64_t>::max();

  bool all() const {
    return first == std::numeric_limits<int64_t>::min() && last == std::numeric_limits<int64_t>::max();
  }
  bool contain(RowSeq seq) const { return first <= seq.value() && seq.value() <= last; }
};

struct RowChoice {
  std::string prefix;                            // of all keys: the user; empty for SHARED
  std::string first;                             // keys from here
  std::optional<std::string> end;                // and before here; none: to the last
  std::optional<std::vector<std::string>> keys;  // only these, within the range; ascending, each once
  SeqBounds seq;                                 // of stored rows; those that are staged have no `_seq` yet

  bool contains(std::string_view key) const { return first <= key && (!end || key < *end); }
};

// `user`: as the table has users or not. `now_ms`: STREAM rows past their TTL are not wanted.
RowChoice choose_rows(const Table& table, const std::optional<UserId>& user, int64_t now_ms,
                      const ScanRequest& request);

}  // namespace kalam::tables
