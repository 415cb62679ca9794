#include "commands/apply.h"

#include <optional>
#include <utility>

#include "base/crash_point.h"
#include "commands/detail/catalog_apply.h"
#include "commands/detail/counters.h"
#include "commands/detail/data_apply.h"
#include "commands/detail/rows_in_group.h"
#include "commands/proposal.h"

namespace kalam::commands {
namespace {

using Answer = Result<cluster::OutcomePtr>;
using WriteProposalPtr = std::shared_ptr<const WriteProposal>;

constexpr size_t kBatchBytesMax = 32 << 20;

Answer answer(Applied applied) { return cluster::OutcomePtr(std::make_shared<const WriteOutcome>(std::move(applied))); }

}  // namespace

struct Applier::Impl {
  Impl(store::Store& store, catalog::Catalog& catalog, tables::Tables& tables, ApplierOptions options,
       detail::Counters counters)
      : store(store), catalog(catalog), tables(tables), options(std::move(options)), counters(std::move(counters)) {
    stored = this->counters.position();
  }

  Answer apply_data(const WriteProposalPtr& proposal);
  Answer apply_catalog(const WriteProposal& proposal);
  Result<Applied> work_out(const WriteProposalPtr& proposal);
  Status store_batch();

  store::Store& store;
  catalog::Catalog& catalog;
  tables::Tables& tables;
  const ApplierOptions options;

  detail::Counters counters;
  // Of the batch that is being filled:
  detail::Counters::Position stored;  // of the counters, before it
  store::Batch batch;
  detail::RowsInGroup rows;
  uint64_t commands = 0;
  std::vector<ChangeSetPtr> changes;
};

Applier::Applier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  last_commit_ = impl_->counters.position().commit;
}
Applier::~Applier() = default;

Result<std::unique_ptr<Applier>> Applier::open(store::Store& store, catalog::Catalog& catalog, tables::Tables& tables,
                                               Clock& clock, ApplierOptions options) {
  auto counters = TRY(detail::Counters::load(store, clock, options.worker));
  TRY(detail::CatalogApply::finish(catalog, tables));
  return std::unique_ptr<Applier>(
      new Applier(std::make_unique<Impl>(store, catalog, tables, std::move(options), std::move(counters))));
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
  const auto size = batch.size();
  const auto before = counters.position();
  auto applied = work_out(proposal);
  if (applied.ok()) return answer(*std::move(applied));
  batch.shrink_to(size);
  counters.go_back(before);
  return std::move(applied).error();
}

Result<Applied> Applier::Impl::work_out(const WriteProposalPtr& proposal) {
  const auto& write = std::get<DataWrite>(proposal->command());
  const auto now = catalog.snapshot();
  detail::DataApply apply(*now, tables, rows, ++commands, write, proposal);
  Applied applied;
  applied.rows = TRY(apply.work_out());
  if (!apply.changes()) return applied;
  auto made = TRY(apply.put(batch, counters));
  applied.commit = made->commit;
  if (options.sink) changes.push_back(std::move(made));
  return applied;
}

Status Applier::Impl::store_batch() {
  rows.clear();
  commands = 0;
  auto made = std::exchange(changes, {});
  if (batch.empty()) return {};
  counters.put(batch);
  KALAM_CRASH_POINT("commit.before_write");
  auto status = store.write(batch);
  batch.clear();
  if (!status.ok()) {
    counters.go_back(stored);
    return status;
  }
  stored = counters.position();
  KALAM_CRASH_POINT("commit.before_activate");
  for (auto& each : made) options.sink(std::move(each));
  KALAM_CRASH_POINT("commit.before_answer");
  return {};
}

Answer Applier::Impl::apply_catalog(const WriteProposal& proposal) {
  const auto& write = std::get<CatalogWrite>(proposal.command());
  detail::CatalogApply apply(catalog, tables);
  auto applied = TRY(apply.work_out(write));
  if (apply.batch().empty()) return answer(std::move(applied));
  TRY(apply.make_rooms());
  applied.commit = counters.next_commit();
  counters.put(apply.batch());
  KALAM_CRASH_POINT("commit.before_write");
  if (auto status = store.write(apply.batch()); !status.ok()) {
    counters.go_back(stored);
    apply.remove_rooms();
    return std::move(status).error();
  }
  stored = counters.position();
  KALAM_CRASH_POINT("commit.before_activate");
  apply.activate(applied);
  KALAM_CRASH_POINT("commit.before_answer");
  return answer(std::move(applied));
}

}  // namespace kalam::commands
