// Counters: the numbers that commits and versions get. They are stored with the commit that used them, and go on from
// there after a restart.
//
// Always true: `_commit_seq` rises by one with each commit; a `_seq` is greater than all that were given before it,
// whatever the clock does.

#pragma once
#include <algorithm>

#include "base/result.h"
#include "codec/write_command.h"
#include "store/store.h"
#include "types/ids.h"
#include "types/snowflake.h"

namespace kalam::commands::detail {

class Counters {
 public:
  struct Position {
    uint64_t commit = 0;
    int64_t seq = 0;
  };

  static Result<Counters> load(store::Store& store);
  // As stored at a moment; null: now.
  static Result<Position> stored(store::Store& store, const store::SnapshotPtr& snapshot);

  CommitSeq next_commit() { return CommitSeq(++now_.commit); }
  // As Snowflakes does, but never waits: a clock that stands or steps back is overtaken. Time and worker are those of
  // the command, so that every replica gives the same.
  RowSeq next_seq(const codec::command::Made& made);
  // One that was given elsewhere.
  void see(RowSeq seq) { now_.seq = std::max(now_.seq, seq.value()); }

  // Back to a position: what was given since was not stored.
  Position position() const { return now_; }
  void go_back(Position position) { now_ = position; }

  void put(store::Batch& batch) const;

 private:
  Counters(store::Partition partition, Position now) : partition_(std::move(partition)), now_(now) {}

  store::Partition partition_;
  Position now_;
};

}  // namespace kalam::commands::detail
