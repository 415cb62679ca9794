// Time to live: which rows of a STREAM table are still to be seen.

#pragma once
#include <cstdint>
#include <optional>

#include "types/ids.h"
#include "types/schema.h"

namespace kalam::tables {

// The last `_seq` that is over at this time: a row is seen as long as its time + TTL lies in the future. None: not a
// STREAM table, or nothing can be over yet.
std::optional<RowSeq> last_expired(const TableDefinition& table, int64_t now_ms);

}  // namespace kalam::tables
