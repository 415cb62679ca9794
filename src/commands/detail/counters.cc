#include "commands/detail/counters.h"

#include "codec/key_codec.h"

namespace kalam::commands::detail {
namespace {

constexpr std::string_view kKey = "commands:counters";  // in the default partition: u64 commit, i64 seq
constexpr int kMillisShift = 22;
constexpr int kWorkerShift = 12;
constexpr int64_t kSequenceMask = (int64_t{1} << kWorkerShift) - 1;

}  // namespace

Result<Counters::Position> Counters::stored(store::Store& store, const store::SnapshotPtr& snapshot) {
  Position position;
  if (const auto stored = TRY(store.get(store.default_partition(), kKey, snapshot))) {
    codec::KeyReader reader(*stored);
    position.commit = TRY(reader.u64());
    position.seq = TRY(reader.i64());
    TRY(reader.end());
  }
  return position;
}

Result<Counters> Counters::load(store::Store& store) {
  const auto position = TRY(stored(store, nullptr));
  return Counters(store.default_partition(), position);
}

RowSeq Counters::next_seq(const codec::command::Made& made) {
  const int64_t worker = made.worker;
  const int64_t by_clock = (made.at_ms - kSnowflakeEpochMs) << kMillisShift | worker << kWorkerShift;
  if (by_clock > now_.seq) {
    now_.seq = by_clock;
  } else if ((now_.seq & kSequenceMask) < kSequenceMask && (now_.seq >> kWorkerShift & kSnowflakeWorkerMax) == worker) {
    ++now_.seq;
  } else {
    now_.seq = ((now_.seq >> kMillisShift) + 1) << kMillisShift | worker << kWorkerShift;
  }
  return RowSeq(now_.seq);
}

void Counters::put(store::Batch& batch) const {
  batch.put(partition_, kKey, codec::KeyWriter().u64(now_.commit).i64(now_.seq).take());
}

}  // namespace kalam::commands::detail
