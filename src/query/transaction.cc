#include "query/transaction.h"

#include <algorithm>

#include "types/cast.h"

namespace kalam::query {

namespace {

// Spec transactions §9: names, payloads, and something for each value.
uint64_t estimated_bytes(const TableDefinition& table, const std::optional<UserId>& user,
                         const commands::RowWrite& write) {
  constexpr uint64_t kRowBytes = 8;
  constexpr uint64_t kValueBytes = 64;
  uint64_t bytes = kRowBytes + text_of(write.key).size() + table.id.dotted().size();
  if (user) bytes += user->value().size();
  for (const auto& value : write.row.values) bytes += kValueBytes + estimated_size(value);
  return bytes;
}

}  // namespace

Transaction::Transaction(TransactionId id, std::string owner, store::SnapshotPtr snapshot, CommitSeq snapshot_commit,
                         const Clock& clock, TransactionOptions options)
    : id_(std::move(id)),
      owner_(std::move(owner)),
      snapshot_(std::move(snapshot)),
      snapshot_commit_(snapshot_commit),
      clock_(clock),
      options_(options),
      began_(clock.monotonic()),
      last_used_(began_) {}

Status Transaction::touch(std::string_view action) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.monotonic();
  if (state_ == State::open && now - last_used_ > options_.idle_max) state_ = State::timed_out;
  last_used_ = now;
  const auto refused = [&](std::string_view why) {
    return Error{ErrorCode::invalid_operation,
                 "cannot " + std::string(action) + " transaction '" + id_.value() + "' " + std::string(why)};
  };
  switch (state_) {
    case State::open: return {};
    case State::committing: return refused("while it is committing");
    case State::timed_out: return refused("because it timed out and was aborted");
    case State::aborted: return refused("because it was aborted");
  }
  return {};
}

const tables::StagedRows* Transaction::staged(const TableId& table, const std::optional<UserId>& user) const {
  const auto found = tables_.find(key_of(table, user));
  return found == tables_.end() ? nullptr : &found->second.rows;
}

Status Transaction::stage(const tables::TablePtr& table, const std::optional<UserId>& user, commands::RowWrite write,
                          const std::optional<RowSeq>& base) {
  const auto& definition = table->definition();
  auto row_key = TRY(table->row_key(user, write.key));
  auto& staged = tables_[key_of(definition.id, user)];
  if (!staged.table) {
    staged.table = table;
    staged.user = user;
  }
  {
    const std::lock_guard lock(mutex_);
    bytes_ += estimated_bytes(definition, user, write);
    if (bytes_ > options_.buffer_bytes_max) {
      state_ = State::aborted;
      return Error{ErrorCode::invalid_operation, "transaction '" + id_.value() + "' exceeded buffer limit of " +
                                                     std::to_string(options_.buffer_bytes_max) +
                                                     " bytes and was aborted"};
    }
    ++writes_;
    tables_touched_ = tables_.size();
  }
  staged.effects.try_emplace(row_key, Effect{base, std::move(write.key), writes_staged_++});
  staged.rows[std::move(row_key)] = {write.kind == ChangeKind::remove, std::move(write.row)};
  return {};
}

commands::DataWrite Transaction::take_writes() {
  commands::DataWrite taken;
  taken.transaction = id_;
  for (auto& [key, staged] : tables_) {
    commands::RowsWrite rows{staged.table->shared_definition(), staged.user, {}};
    std::vector<std::pair<size_t, commands::RowWrite>> ordered;
    for (auto& [row_key, effect] : staged.effects) {
      auto& last = staged.rows.find(row_key)->second;
      if (!effect.base && last.deleted) continue;  // inserted and deleted again
      auto kind = ChangeKind::insert;
      if (effect.base) kind = last.deleted ? ChangeKind::remove : ChangeKind::update;
      ordered.emplace_back(
          effect.order, commands::RowWrite{kind, std::move(effect.key), std::move(last.row), RowSeq(0), effect.base});
    }
    std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [order, write] : ordered) rows.rows.push_back(std::move(write));
    if (!rows.rows.empty()) taken.parts.emplace_back(std::move(rows));
  }
  tables_.clear();
  const std::lock_guard lock(mutex_);
  state_ = State::committing;
  return taken;
}

catalog::TransactionRow Transaction::view() const {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.monotonic();
  const auto ms_since = [&](Micros then) { return std::chrono::floor<Millis>(now - then).count(); };
  catalog::TransactionRow row;
  row.transaction_id = id_;
  row.owner_id = owner_;
  row.origin = "SqlBatch";
  row.state = state_ == State::committing ? "committing" : writes_ > 0 ? "open_write" : "open_read";
  row.age_ms = ms_since(began_);
  row.idle_ms = ms_since(last_used_);
  row.write_count = static_cast<int64_t>(writes_);
  row.write_bytes = static_cast<int64_t>(bytes_);
  row.touched_tables_count = static_cast<int64_t>(tables_touched_);
  row.snapshot_commit_seq = static_cast<int64_t>(snapshot_commit_.value());
  return row;
}

std::shared_ptr<Transaction> Transactions::begin(std::string owner, store::SnapshotPtr snapshot,
                                                 CommitSeq snapshot_commit) {
  auto id = ids_.transaction_id();
  auto made =
      std::make_unique<Transaction>(id, std::move(owner), std::move(snapshot), snapshot_commit, clock_, options_);
  std::shared_ptr<Transaction> transaction(made.release(), [this, id](Transaction* ended) {
    {
      const std::lock_guard lock(mutex_);
      open_.erase(id);
    }
    delete ended;
  });
  const std::lock_guard lock(mutex_);
  open_[id] = transaction;
  return transaction;
}

std::vector<catalog::TransactionRow> Transactions::rows() const {
  std::vector<std::shared_ptr<Transaction>> open;  // let go of after the lock: the last owner takes it again
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, weak] : open_) {
      if (auto transaction = weak.lock()) open.push_back(std::move(transaction));
    }
  }
  std::vector<catalog::TransactionRow> rows;
  for (const auto& transaction : open) rows.push_back(transaction->view());
  return rows;
}

}  // namespace kalam::query
