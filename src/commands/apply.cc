#include "commands/apply.h"

#include <optional>
#include <utility>

#include "base/crash_point.h"
#include "commands/detail/catalog_apply.h"
#include "commands/detail/counters.h"
#include "commands/detail/data_apply.h"
#include "commands/detail/rows_in_group.h"
#include "commands/detail/topic_filter.h"
#include "commands/proposal.h"
#include "commands/write_ids.h"
#include "topics/publisher.h"

namespace kalam::commands {
namespace {

using Answer = Result<cluster::OutcomePtr>;

constexpr size_t kBatchBytesMax = 32 << 20;

Answer answer(Result<Applied> applied) {
  if (!applied.ok()) return std::move(applied).error();
  return cluster::OutcomePtr(std::make_shared<const WriteOutcome>(*std::move(applied)));
}

}  // namespace

struct Applier::Impl {
  Impl(store::Store& store, catalog::Catalog& catalog, tables::Tables& tables, ApplierOptions options,
       detail::Counters counters, WriteIds write_ids)
      : store(store),
        catalog(catalog),
        tables(tables),
        options(std::move(options)),
        counters(std::move(counters)),
        write_ids(std::move(write_ids)),
        expressions(this->options.bind),
        filters(tables, expressions) {
    stored = this->counters.position();
    if (this->options.messages) {
      publisher.emplace(*this->options.messages,
                        [this](const TableDefinitionPtr& table, const std::string& filter, const Row& row, RowSeq seq,
                               bool deleted) { return filters.accepts(table, filter, row, seq, deleted); });
    }
  }

  Answer apply_data(const WriteProposalPtr& proposal);
  Answer apply_catalog(const WriteProposal& proposal);
  Result<Applied> work_out(const WriteProposalPtr& proposal);
  Status store_batch();
  Status store_catalog(detail::CatalogApply& apply, const Applied& applied, const std::optional<Remembered>& remembered,
                       int64_t now_ms);

  store::Store& store;
  catalog::Catalog& catalog;
  tables::Tables& tables;
  const ApplierOptions options;

  detail::Counters counters;
  WriteIds write_ids;
  detail::BoundExpressions expressions;
  const detail::TopicFilter filters;
  std::optional<topics::Publisher> publisher;
  // Of the batch that is being filled:
  detail::Counters::Position stored;  // of the counters, before it
  store::Batch batch;
  detail::RowsInGroup rows;
  uint64_t commands = 0;
  std::vector<ChangeSetPtr> changes;
  std::optional<Error> broken;  // the batch must not be stored
};

Result<StoredPosition> position_of(store::Store& store, const store::SnapshotPtr& snapshot) {
  const auto stored = TRY(detail::Counters::stored(store, snapshot));
  return StoredPosition{CommitSeq(stored.commit), RowSeq(stored.seq)};
}

Applier::Applier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  last_commit_ = impl_->counters.position().commit;
}
Applier::~Applier() = default;

Result<std::unique_ptr<Applier>> Applier::open(store::Store& store, catalog::Catalog& catalog, tables::Tables& tables,
                                               ApplierOptions options) {
  auto counters = TRY(detail::Counters::load(store));
  auto write_ids = TRY(WriteIds::open(store));
  TRY(detail::CatalogApply::finish(catalog, tables, options.messages));
  return std::unique_ptr<Applier>(new Applier(
      std::make_unique<Impl>(store, catalog, tables, std::move(options), std::move(counters), std::move(write_ids))));
}

std::vector<Answer> Applier::apply(std::span<const cluster::ProposalPtr> proposals) {
  std::vector<Answer> answers;
  answers.reserve(proposals.size());
  size_t in_batch = 0;  // answers[in_batch …] wait for the batch
  const auto end_batch = [&] {
    if (auto stored = impl_->store_batch(); !stored.ok()) {
      // Also what was refused: it may have been for the sake of a command that has not happened either.
      for (; in_batch < answers.size(); ++in_batch) answers[in_batch] = stored.error();
    }
    in_batch = answers.size();
    last_commit_.store(impl_->counters.position().commit, std::memory_order_release);
  };
  for (const auto& each : proposals) {
    auto proposal = std::dynamic_pointer_cast<const WriteProposal>(each);
    if (!proposal) {
      answers.emplace_back(Error{ErrorCode::internal, "a proposal that is no command"});
    } else if (std::holds_alternative<DataWrite>(proposal->command())) {
      answers.push_back(impl_->apply_data(proposal));
      if (impl_->batch.bytes() > kBatchBytesMax) end_batch();
    } else {
      end_batch();
      answers.push_back(impl_->apply_catalog(*proposal));
      in_batch = answers.size();
    }
  }
  end_batch();
  return answers;
}

Answer Applier::Impl::apply_data(const WriteProposalPtr& proposal) {
  const auto& remembered = proposal->remembered();
  const auto now_ms = proposal->made().at_ms;
  if (remembered) {
    if (auto first = TRY(write_ids.find(remembered->id, now_ms))) return answer(*std::move(first));
  }
  const auto size = batch.size();
  const auto before = counters.position();
  auto applied = work_out(proposal);
  if (!applied.ok()) {
    batch.shrink_to(size);
    counters.go_back(before);
  }
  if (remembered && WriteIds::worth_keeping(applied, proposal->command())) {
    if (auto kept = write_ids.put(batch, remembered->id, applied, now_ms); !kept.ok()) {
      // Its effects stand in the batch already, and commands behind build on them: none of the batch may happen.
      broken = kept.error();
      return std::move(kept).error();
    }
  }
  return answer(std::move(applied));
}

Result<Applied> Applier::Impl::work_out(const WriteProposalPtr& proposal) {
  const auto& write = std::get<DataWrite>(proposal->command());
  const auto now = catalog.snapshot();
  detail::DataApply apply(*now, tables, rows, expressions, ++commands, write, proposal);
  Applied applied;
  applied.rows = TRY(apply.work_out());
  if (!apply.changes()) return applied;
  auto made = TRY(apply.put(batch, counters, proposal->made()));
  if (publisher) {
    // Commands behind build on the rows already: without their messages none of the batch may happen.
    auto published = publisher->publish(now, *made, proposal->made().at_ms, batch);
    if (!published.ok()) return broken.emplace(std::move(published).error());
  }
  applied.commit = made->commit;
  if (options.sink) changes.push_back(std::move(made));
  return applied;
}

Status Applier::Impl::store_batch() {
  rows.clear();
  commands = 0;
  auto made = std::exchange(changes, {});
  if (batch.empty() && !broken) return {};
  if (counters.position().commit != stored.commit) counters.put(batch);
  if (publisher) publisher->finish(batch);
  KALAM_CRASH_POINT("commit.before_write");
  auto status = broken ? Status(*broken) : store.write(batch);
  broken.reset();
  batch.clear();
  write_ids.end_batch();
  if (!status.ok()) {
    counters.go_back(stored);
    if (publisher) publisher->dropped();
    return status;
  }
  stored = counters.position();
  KALAM_CRASH_POINT("commit.before_activate");
  if (publisher) publisher->stored();
  for (auto& each : made) options.sink(std::move(each));
  KALAM_CRASH_POINT("commit.before_answer");
  return {};
}

Answer Applier::Impl::apply_catalog(const WriteProposal& proposal) {
  const auto& remembered = proposal.remembered();
  const auto now_ms = proposal.made().at_ms;
  if (remembered) {
    if (auto first = TRY(write_ids.find(remembered->id, now_ms))) return answer(*std::move(first));
  }
  const auto& write = std::get<CatalogWrite>(proposal.command());
  detail::CatalogApply apply(catalog, tables, options.messages, now_ms);
  auto applied = apply.work_out(write);
  if (!applied.ok()) {
    if (remembered && WriteIds::worth_keeping(applied, proposal.command())) {
      TRY(write_ids.put(batch, remembered->id, applied, now_ms));
      TRY(store_batch());
    }
    return answer(std::move(applied));
  }
  if (!apply.batch().empty()) {
    TRY(apply.make_rooms());
    applied->commit = counters.next_commit();
    counters.put(apply.batch());
  }
  auto stored_now = store_catalog(apply, *applied, remembered, now_ms);
  if (!stored_now.ok()) return std::move(stored_now).error();
  return answer(std::move(applied));
}

Status Applier::Impl::store_catalog(detail::CatalogApply& apply, const Applied& applied,
                                    const std::optional<Remembered>& remembered, int64_t now_ms) {
  const auto store_it = [&]() -> Status {
    if (remembered) TRY(write_ids.put(apply.batch(), remembered->id, applied, now_ms));
    if (apply.batch().empty()) return {};
    KALAM_CRASH_POINT("commit.before_write");
    return store.write(apply.batch());
  };
  auto status = store_it();
  write_ids.end_batch();
  if (!status.ok()) {
    counters.go_back(stored);
    apply.remove_rooms();
    return status;
  }
  stored = counters.position();
  KALAM_CRASH_POINT("commit.before_activate");
  apply.activate(applied);
  KALAM_CRASH_POINT("commit.before_answer");
  return {};
}

}  // namespace kalam::commands
