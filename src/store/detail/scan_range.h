// ScanRange: ScanOptions as a range of engine keys, the same for both stores.

#pragma once
#include <optional>
#include <string>

#include "base/prefix_end.h"
#include "store/detail/partition_state.h"

namespace kalam::store {

struct ScanRange {
  std::string lower;                 // inclusive
  std::string upper;                 // exclusive
  std::optional<std::string> start;  // where to begin; may lie outside of the range
};

inline ScanRange scan_range(uint32_t id, const ScanOptions& options) {
  ScanRange range;
  range.lower = physical_key(id, options.prefix);
  range.upper = *prefix_end(range.lower);  // ids stay below 0xFFFFFFFF, so there is one
  if (options.start) range.start = physical_key(id, *options.start);
  return range;
}

}  // namespace kalam::store
