// RowSeqs: 64-bit ids that rise with time: 41 bits of milliseconds since 2024-01-01, 10 bits of worker, 12 bits of
// count.

#pragma once
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "types/ids.h"

namespace kalam {

inline constexpr int64_t kSnowflakeEpochMs = 1'704'067'200'000;
inline constexpr uint32_t kSnowflakeWorkerMax = 1023;
inline constexpr uint32_t kSnowflakesPerMs = 4096;

// When a RowSeq was made.
inline int64_t timestamp_ms(RowSeq seq) { return (seq.value() >> 22) + kSnowflakeEpochMs; }

// The greatest RowSeq of any worker within that millisecond; before the epoch and beyond 41 bits: an error.
Result<RowSeq> max_row_seq_at(int64_t timestamp_ms);

// One per node. Thread-safe; each id is greater than all before it. When a millisecond is used up, or the clock stepped
// back by at most 50 ms, it waits on the clock; a longer step back is an error, since ids could repeat.
class Snowflakes {
 public:
  Snowflakes(Clock& clock, uint32_t worker);  // worker <= kSnowflakeWorkerMax

  Result<RowSeq> next();
  Result<std::vector<RowSeq>> next(size_t count);  // one lock for all of them

 private:
  Result<RowSeq> next_locked();

  Clock& clock_;
  const int64_t worker_;
  std::mutex mutex_;
  int64_t last_ms_ = 0;    // guarded by mutex_; since our epoch
  uint32_t sequence_ = 0;  // guarded by mutex_; the next to give within last_ms_
};

}  // namespace kalam
