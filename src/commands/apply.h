// Applier: what every command does to the database, in the order of the log. One group of commands becomes one batch,
// one synced write, and then everybody sees it:
//
//   commands -> checked, worked out (each: all of it or nothing) -> batch -> store -> catalog activated -> ChangeSets
//   handed on, in order -> answered
//
// A change of what exists ends a batch: it is applied alone, so that the commands behind see it.
//
// Always true: `_commit_seq` rises by one with each command that changes something, over restarts too. What was refused
// has left no trace but, when it had a write id, the memory of that. Nothing is asked of a clock or a generator: what
// is stored, and the commands, decide alone.

#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/log.h"
#include "commands/bind_expressions.h"
#include "commands/command.h"
#include "store/store.h"
#include "tables/tables.h"
#include "topics/message_log.h"

namespace kalam::commands {

struct ApplierOptions {
  // Where changes of rows become messages of topics, in the batch of the rows. Null: they do not.
  topics::MessageLog* messages = nullptr;
  // Gets the changes of each commit to rows of users' tables, in the order of commits, once they are durable and can be
  // read, before the writer is answered. On the thread that applies: it must not wait.
  std::function<void(ChangeSetPtr)> sink = {};
  // Binds the expressions of writes that came over the wire (bind_expressions of an instance). None: no such come.
  ExpressionBinder bind = {};
};

// The last commit that a moment of the store holds, and the greatest `_seq` given until then.
struct StoredPosition {
  CommitSeq commit{0};
  RowSeq seq{0};
};
// Null: now.
Result<StoredPosition> position_of(store::Store& store, const store::SnapshotPtr& snapshot);

class Applier final : public cluster::StateMachine {
 public:
  // Goes on from what is stored, and finishes what a crash cut short. All that is passed outlives this.
  static Result<std::unique_ptr<Applier>> open(store::Store& store, catalog::Catalog& catalog, tables::Tables& tables,
                                               ApplierOptions options = {});
  ~Applier() override;

  // Of WriteProposals.
  std::vector<Result<cluster::OutcomePtr>> apply(std::span<const cluster::ProposalPtr> proposals) override;

  // The greatest that is durable. Any thread.
  CommitSeq last_commit() const { return CommitSeq(last_commit_.load(std::memory_order_acquire)); }

 private:
  struct Impl;
  explicit Applier(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
  std::atomic<uint64_t> last_commit_{0};
};

}  // namespace kalam::commands
