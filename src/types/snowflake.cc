#include "types/snowflake.h"

#include <algorithm>
#include <cassert>
#include <string>

namespace kalam {
namespace {

constexpr int64_t kMillisMax = (int64_t{1} << 41) - 1;
constexpr int64_t kStepBackMaxMs = 50;

Status check_range(int64_t since_epoch) {
  if (since_epoch >= 0 && since_epoch <= kMillisMax) return {};
  return Error{ErrorCode::invalid_operation, since_epoch < 0 ? "Timestamp is before the snowflake epoch 2024-01-01"
                                                             : "Timestamp is beyond the range of snowflake ids"};
}

}  // namespace

Result<RowSeq> max_row_seq_at(int64_t timestamp_ms) {
  if (timestamp_ms < kSnowflakeEpochMs) TRY(check_range(-1));
  const auto since_epoch = timestamp_ms - kSnowflakeEpochMs;
  TRY(check_range(since_epoch));
  return RowSeq(since_epoch << 22 | ((int64_t{1} << 22) - 1));
}

Snowflakes::Snowflakes(Clock& clock, uint32_t worker) : clock_(clock), worker_(worker) {
  assert(worker <= kSnowflakeWorkerMax);
}

Result<RowSeq> Snowflakes::next() {
  std::lock_guard lock(mutex_);
  return next_locked();
}

Result<std::vector<RowSeq>> Snowflakes::next(size_t count) {
  std::vector<RowSeq> seqs;
  seqs.reserve(count);
  std::lock_guard lock(mutex_);
  while (seqs.size() < count) seqs.push_back(TRY(next_locked()));
  return seqs;
}

Result<RowSeq> Snowflakes::next_locked() {
  while (true) {
    const auto now = clock_.now_ms() - kSnowflakeEpochMs;
    TRY(check_range(now));
    if (now > last_ms_) {
      last_ms_ = now;
      sequence_ = 0;
    }
    const auto behind = last_ms_ - now;
    if (behind > kStepBackMaxMs) {
      return Error{ErrorCode::invalid_operation,
                   "Clock moved backwards. Refusing to generate id for " + std::to_string(behind) + " milliseconds"};
    }
    if (behind == 0 && sequence_ < kSnowflakesPerMs) return RowSeq(last_ms_ << 22 | worker_ << 12 | sequence_++);
    // Stepped back: until the clock is where it was. Used up: until the next millisecond, in small steps.
    clock_.sleep(behind > 0 ? Micros(behind * 1000) : Micros(100));
  }
}

}  // namespace kalam
