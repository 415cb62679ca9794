#include "tables/time_to_live.h"

#include <algorithm>
#include <limits>

#include "types/snowflake.h"

namespace kalam::tables {

std::optional<RowSeq> last_expired(const TableDefinition& table, int64_t now_ms) {
  const auto* options = std::get_if<StreamTableOptions>(&table.options);
  if (!options) return std::nullopt;
  const auto since_epoch_ms = now_ms - kSnowflakeEpochMs;
  constexpr uint64_t kSecondsMax = std::numeric_limits<int64_t>::max() / 1000;
  const auto ttl_ms = static_cast<int64_t>(std::min(options->ttl_seconds, kSecondsMax)) * 1000;
  if (since_epoch_ms < ttl_ms) return std::nullopt;
  auto last = max_row_seq_at(now_ms - ttl_ms);
  // A time beyond what a RowSeq can tell: all are over.
  return last.ok() ? *last : RowSeq(std::numeric_limits<int64_t>::max());
}

}  // namespace kalam::tables
