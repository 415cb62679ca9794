// Transaction: BEGIN … COMMIT. Its reads see the moment of BEGIN and what it has written itself; its writes are kept
// here, and become one command at COMMIT.
//
// Always true: of the writes of one transaction all happen or none; a row that somebody else changed meanwhile refuses
// the whole of it.

#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/provided_views.h"
#include "commands/command.h"
#include "store/store.h"
#include "tables/table_reader.h"
#include "types/generated_ids.h"

namespace kalam::query {

struct TransactionOptions {
  Micros idle_max = std::chrono::seconds(300);
  uint64_t buffer_bytes_max = 104'857'600;
};

// One thread at a time, but for view(), which any thread may call.
class Transaction {
 public:
  Transaction(TransactionId id, std::string owner, store::SnapshotPtr snapshot, CommitSeq snapshot_commit,
              const Clock& clock, TransactionOptions options);

  const TransactionId& id() const { return id_; }
  const store::SnapshotPtr& snapshot() const { return snapshot_; }

  // Before each use. `action`: "access", "stage writes in", "commit". An error when it was idle for too long or was
  // aborted; it stays so.
  Status touch(std::string_view action);

  // What was staged for a table; null: nothing. Lives until the next stage() for the same table.
  const tables::StagedRows* staged(const TableId& table, const std::optional<UserId>& user) const;

  // One row's write. `base`: the version in the snapshot, when a live one is there. Aborts the transaction when its
  // buffer is full.
  Status stage(const tables::TablePtr& table, const std::optional<UserId>& user, commands::RowWrite write,
               const std::optional<RowSeq>& base);

  // Everything staged, one effect for each row.
  commands::DataWrite take_writes();

  catalog::TransactionRow view() const;

 private:
  enum class State : uint8_t { open, committing, timed_out, aborted };
  struct Effect {
    std::optional<RowSeq> base;
    Value key;
    size_t order;  // of its first write
  };
  struct StagedTable {
    tables::TablePtr table;
    std::optional<UserId> user;
    tables::StagedRows rows;
    std::map<std::string, Effect, std::less<>> effects;
  };
  using TableKey = std::pair<TableId, std::string>;
  static TableKey key_of(const TableId& table, const std::optional<UserId>& user) {
    return {table, user ? user->value() : std::string()};
  }

  const TransactionId id_;
  const std::string owner_;
  const store::SnapshotPtr snapshot_;
  const CommitSeq snapshot_commit_;
  const Clock& clock_;
  const TransactionOptions options_;
  const Micros began_;
  std::map<TableKey, StagedTable> tables_;
  size_t writes_staged_ = 0;

  mutable std::mutex mutex_;
  State state_ = State::open;    // guarded by mutex_, like all that view() shows
  Micros last_used_;             // guarded by mutex_
  uint64_t writes_ = 0;          // guarded by mutex_
  uint64_t bytes_ = 0;           // guarded by mutex_
  uint64_t tables_touched_ = 0;  // guarded by mutex_
};

// The open transactions of a node, as system.transactions shows them.
class Transactions {
 public:
  Transactions(Clock& clock, TimeOrderedIds& ids, TransactionOptions options)
      : clock_(clock), ids_(ids), options_(options) {}

  // Open until the pointer is gone.
  std::shared_ptr<Transaction> begin(std::string owner, store::SnapshotPtr snapshot, CommitSeq snapshot_commit);
  std::vector<catalog::TransactionRow> rows() const;  // by origin, then id

 private:
  Clock& clock_;
  TimeOrderedIds& ids_;
  const TransactionOptions options_;
  mutable std::mutex mutex_;
  std::map<TransactionId, std::weak_ptr<Transaction>> open_;  // guarded by mutex_
};

}  // namespace kalam::query
