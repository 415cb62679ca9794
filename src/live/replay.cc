#include "live/replay.h"

#include <algorithm>
#include <map>

#include "live/snapshot.h"

namespace kalam::live {

namespace {

constexpr size_t kChangesMax = 100'000;  // beyond that a snapshot is the shorter way

using Steps = std::map<std::string, RowStep>;  // by key, as JSON

// False: the table had another definition then.
Result<bool> fold(Steps& steps, const TableChanges& part, const Plan& plan) {
  if (part.table->schema_version != plan.table().definition().schema_version) return false;
  for (const auto& change : part.rows) {
    auto step = step_of(plan, change);
    std::string key;
    JsonText json(key);
    TRY(plan.write_key(json, step.after ? *step.after : *step.before));
    const auto known = steps.find(key);
    if (known == steps.end()) {
      steps.emplace(std::move(key), std::move(step));
    } else {
      known->second.after = std::move(step.after);
      known->second.seq = step.seq;
    }
  }
  return true;
}

Result<Replay> in_order(Steps steps, const ReplayRequest& request) {
  std::vector<const RowStep*> ordered;
  for (const auto& [key, step] : steps) ordered.push_back(&step);
  std::ranges::sort(ordered, {}, [](const RowStep* step) { return step->seq; });
  std::vector<ChangeBody> changes;
  for (const auto* step : ordered) {
    if (!TRY(shows_difference(request.plan, *step, request.viewer))) continue;
    auto body = TRY(body_of(request.plan, *step, request.scope.user, request.viewer, true));
    if (body) changes.push_back(*std::move(body));
  }
  return Replay(std::move(changes));
}

// None: the feed does not reach back so far.
Result<std::optional<Replay>> from_feed(const ReplayRequest& request, const feed::Feed& feed) {
  auto reader = feed.from(request.after);
  Steps steps;
  while (reader.position() < request.until) {
    const auto next = reader.try_next();
    if (next.outcome == feed::Outcome::lagged) return std::optional<Replay>();
    if (next.outcome != feed::Outcome::changes || next.changes->commit > request.until) break;
    for (const auto& part : next.changes->tables) {
      if (!request.scope.holds(part) || part.table->generation != request.generation) continue;
      if (!TRY(fold(steps, part, request.plan)) || steps.size() > kChangesMax) return std::optional<Replay>();
    }
  }
  return std::optional(TRY(in_order(std::move(steps), request)));
}

Result<Replay> from_table(const ReplayRequest& request, const tables::TableReader& reader) {
  const auto& plan = request.plan;
  // A STREAM keeps nothing of events that were deleted.
  if (!plan.table().keyed()) return Replay(std::string("history_gone"));
  const auto page = TRY(read_page(reader, plan, request.viewer, {.rows_max = kChangesMax}));
  if (page.has_more) return Replay(std::string("overflow"));
  std::map<int64_t, ChangeBody> changes;  // by `_seq`, which rises with commits
  for (const auto& row : page.rows) {
    changes[seq_of(plan.table(), row)] = TRY(arrival_of(plan, row, request.viewer, true));
  }
  for (const auto& row : TRY(read_removed(reader, plan, request.viewer, std::numeric_limits<int64_t>::min()))) {
    changes[seq_of(plan.table(), row)] = TRY(removal_of(plan, row, true));
  }
  std::vector<ChangeBody> ordered;
  for (auto& [seq, body] : changes) ordered.push_back(std::move(body));
  return Replay(std::move(ordered));
}

}  // namespace

Result<Replay> replay_of(const ReplayRequest& request, const feed::Feed& feed,
                         const std::function<tables::TableReader(CommitSeq after)>& reader) {
  if (request.after >= request.until) return Replay(std::vector<ChangeBody>());
  if (auto exact = TRY(from_feed(request, feed))) return *std::move(exact);
  return from_table(request, reader(request.after));
}

}  // namespace kalam::live
