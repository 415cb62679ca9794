// WriteIds: what each write with an `Idempotency-Key` was answered the first time, kept with what it did for 24 hours.
//
//   0 (user, key, statement)         -> fingerprint of the request, time, answer
//   1 (time, user, key, statement)   -> nothing: the order in which they expire
//
// Always true: an answer is in the same batch as its effects, so what is done is remembered and what is not done is
// not. Who brings new ones clears away old ones: the partition grows with the writes of one day.

#pragma once
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "codec/command.h"
#include "commands/command.h"
#include "store/store.h"

namespace kalam::commands {

inline constexpr int64_t kWriteIdsKeptMs = int64_t{24} * 60 * 60 * 1000;

class WriteIds {
 public:
  using WriteId = codec::command::WriteId;

  static Result<WriteIds> open(store::Store& store);

  // The first answer (with `repeated` when it was a success). Empty: the id is new. An id that came with another
  // request is a `conflict`.
  Result<std::optional<Result<Applied>>> find(const WriteId& id, int64_t now_ms) const;

  // Remembers an answer with the batch of its effects, and removes a few that are too old. Found from now on.
  Status put(store::Batch& batch, const WriteId& id, const Result<Applied>& answer, int64_t now_ms);
  // The batch is stored, or lost: what was put with it is found there, or not at all.
  void end_batch() { in_batch_.clear(); }

  // Is this an answer that a repeat should get too: one that the state of the database decided?
  static bool worth_keeping(const Result<Applied>& answer, const Command& command);

 private:
  WriteIds(store::Store& store, store::Partition partition) : store_(&store), partition_(std::move(partition)) {}
  Status remove_expired(store::Batch& batch, int64_t now_ms);

  store::Store* store_;
  store::Partition partition_;
  std::unordered_map<std::string, std::string> in_batch_;
  std::string expired_up_to_;  // no older one is left
};

}  // namespace kalam::commands
