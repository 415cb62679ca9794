#include "live/loader.h"

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "commands/apply.h"
#include "live/outgoing.h"
#include "live/replay.h"
#include "live/snapshot.h"

namespace kalam::live {

namespace {

constexpr std::string_view kFailed = "SUBSCRIPTION_FAILED";

// Rows with a greater `_seq`; none: all.
std::optional<int64_t> beginning_of(const SubscribeOptions& options) {
  return options.from && *options.from > 0 ? options.from : std::nullopt;
}

}  // namespace

Status Loader::open_snapshot(Subscription& subscription) const {
  auto& store = services_.tables.store();
  subscription.snapshot = store.snapshot();
  const auto position = TRY(commands::position_of(store, subscription.snapshot));
  subscription.after = position.commit;
  subscription.boundary = position.seq.value();
  return {};
}

std::optional<Refusal> Loader::begin(Subscription& subscription) const {
  if (const auto opened = open_snapshot(subscription); !opened.ok()) return refusal_of_reading(opened.error(), kFailed);
  if (!subscription.to_load) {
    subscription.send(ack_message(subscription.id, {}, subscription.plan->schema_json(), extras_of(subscription)));
    return std::nullopt;
  }
  const auto& options = *subscription.to_load;
  if (options.cursor) {
    const auto cursor = parse_cursor(*options.cursor);
    if (!cursor) return Refusal{"UNSUPPORTED", "Invalid cursor"};
    auto resync = resume(subscription, *cursor);
    if (!resync) return std::nullopt;
    subscription.resync = *std::move(resync);
  }
  return load(subscription, *subscription.plan, beginning_of(options), Turn::first);
}

std::optional<Refusal> Loader::begin_again(Subscription& subscription, std::string_view reason) const {
  if (const auto opened = open_snapshot(subscription); !opened.ok()) return refusal_of_reading(opened.error(), kFailed);
  if (!subscription.to_load) subscription.to_load.emplace();
  subscription.to_load->from.reset();  // all rows: it is not known which ones the client has
  subscription.resync = reason;
  subscription.batches = 0;
  return load(subscription, *subscription.plan, std::nullopt, Turn::first_again);
}

std::optional<Refusal> Loader::next_batch(Subscription& subscription, const Plan& plan,
                                          std::optional<int64_t> after) const {
  if (!after) after = beginning_of(*subscription.to_load);
  return send_batch(subscription, plan, after, Turn::next);
}

std::optional<Refusal> Loader::load(Subscription& subscription, const Plan& plan, std::optional<int64_t> after,
                                    Turn turn) const {
  subscription.loading_since_us = now_us();
  return send_batch(subscription, plan, after, turn);
}

// When the last one is sent, loading_since_us is 0.
std::optional<Refusal> Loader::send_batch(Subscription& subscription, const Plan& plan, std::optional<int64_t> after,
                                          Turn turn) const {
  const auto failure_code = turn == Turn::next ? "BATCH_FETCH_FAILED" : kFailed;
  const bool first = turn != Turn::next;
  const auto& options = *subscription.to_load;
  const auto beginning = beginning_of(options);
  PageRequest wanted{.after = after, .last = subscription.boundary};
  wanted.rows_max = options.batch_size.value_or(kBatchSize);
  if (first && options.last_rows && !options.from) {
    wanted.newest = wanted.rows_max > 0;
    wanted.rows_max = std::min<uint64_t>(wanted.rows_max, *options.last_rows);
  }
  const auto reader = reader_of(subscription, plan, subscription.snapshot);
  const auto page = read_page(reader, plan, subscription.viewer(), wanted);
  if (!page.ok()) return refusal_of_reading(page.error(), failure_code);
  std::string rows;
  JsonText json(rows);
  for (const auto& row : page->rows) {
    if (const auto written = plan.write_row(json, row, subscription.viewer()); !written.ok()) {
      return Refusal{"CONVERSION_ERROR", written.error().message};
    }
  }
  std::vector<ChangeBody> removed;
  if (beginning && !page->has_more && subscription.loading_since_us != 0) {
    auto read = removed_since(subscription, plan, reader, *beginning);
    if (!read.ok()) return refusal_of_reading(read.error(), failure_code);
    removed = *std::move(read);
  }
  BatchControl control{subscription.batches++, page->has_more, page->last_seq, {}};
  if (subscription.client->features.exact_resume) {
    // With deletes to come, it is the last of them that moves the cursor.
    control.cursor = removed.empty() ? print(cursor_at(subscription.after)) : "";
  }
  if (turn == Turn::first)
    subscription.send(ack_message(subscription.id, control, plan.schema_json(), extras_of(subscription)));
  if (first && !subscription.resync.empty()) subscription.send(resync_message(subscription.id, subscription.resync));
  subscription.send(batch_message(subscription.id, rows, control));
  subscription.last_update_us = services_.clock.now_us();
  if (subscription.loading_since_us == 0) return std::nullopt;
  if (page->has_more) {
    subscription.loading_since_us = now_us();
    return std::nullopt;
  }
  send_removed(subscription, removed);
  subscription.loading_since_us = 0;
  return std::nullopt;
}

std::optional<AckExtras> Loader::extras_of(const Subscription& subscription) const {
  if (!subscription.client->features.exact_resume) return std::nullopt;
  return AckExtras{print(cursor_at(subscription.after)), {}};
}

// Tells what was missed since the cursor; or gives the reason why it cannot.
std::optional<std::string> Loader::resume(Subscription& subscription, const Cursor& cursor) const {
  if (cursor.epoch != services_.catalog.epoch() || cursor.commit > subscription.after) return "epoch_changed";
  const ReplayRequest request{*subscription.plan,    subscription.scope, subscription.generation,
                              subscription.viewer(), cursor.commit,      subscription.after};
  const auto replay = replay_of(request, services_.feed, [&](CommitSeq after) {
    return reader_of(subscription, *subscription.plan, subscription.snapshot, after);
  });
  if (!replay.ok()) {
    log::warn("live", "a resume failed", {{"error", replay.error().message}});
    return "overflow";
  }
  if (const auto* reason = std::get_if<std::string>(&*replay)) return *reason;
  const auto& changes = std::get<std::vector<ChangeBody>>(*replay);
  auto extras = extras_of(subscription);
  extras->replay = !changes.empty();
  BatchControl control;
  control.cursor = extras->cursor;
  subscription.send(ack_message(subscription.id, control, subscription.plan->schema_json(), extras));
  send_replay(subscription, changes, cursor);
  return std::nullopt;
}

// Whoever is interrupted begins again at the start: only the last one moves his cursor.
void Loader::send_replay(Subscription& subscription, const std::vector<ChangeBody>& changes,
                         const Cursor& start) const {
  subscription.changes += static_cast<int64_t>(changes.size());
  const auto first = print(start), last = print(cursor_at(subscription.after));
  if (subscription.client->features.frames) {
    std::vector<std::string> elements;
    for (const auto& change : changes) elements.push_back(frame_change(subscription.id, change.text, change.key_json));
    for (auto& frame : frame_messages(subscription.after, last, elements, true)) subscription.send(std::move(frame));
    return;
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool more = i + 1 < changes.size();
    subscription.send(change_message(subscription.id, changes[i].text,
                                     {.key_json = changes[i].key_json, .cursor = more ? first : last, .more = more}));
  }
}

Result<std::vector<ChangeBody>> Loader::removed_since(const Subscription& subscription, const Plan& plan,
                                                      const tables::TableReader& reader, int64_t after) const {
  std::vector<ChangeBody> removed;
  for (const auto& row : TRY(read_removed(reader, plan, subscription.viewer(), after))) {
    removed.push_back(TRY(removal_of(plan, row, subscription.client->features.exact_resume)));
  }
  return removed;
}

// Whoever is interrupted begins again where he did: only the last one has a cursor.
void Loader::send_removed(Subscription& subscription, const std::vector<ChangeBody>& removed) const {
  subscription.changes += static_cast<int64_t>(removed.size());
  const auto& features = subscription.client->features;
  if (features.frames) {
    Outgoing outgoing(cursor_at(subscription.after));
    for (const auto& body : removed) outgoing.add(subscription, body);
    return;
  }
  const auto cursor = features.exact_resume ? print(cursor_at(subscription.after)) : std::string();
  for (const auto& body : removed) {
    ChangeExtras extras{.key_json = body.key_json};
    if (&body == &removed.back()) extras.cursor = cursor;
    subscription.send_change(change_message(subscription.id, body.text, extras));
  }
}

// The feed has forgotten: what is there now, and what is gone, since the last known position.
Status Loader::catch_up(Subscription& subscription) const {
  auto& store = services_.tables.store();
  const auto snapshot = store.snapshot();
  const auto position = TRY(commands::position_of(store, snapshot));
  const auto reader = reader_of(subscription, *subscription.plan, snapshot, subscription.after);
  auto after = subscription.boundary;
  {
    Outgoing outgoing(cursor_at(subscription.after));  // from there it would begin again: not all is told yet
    for (bool more = true; more;) {
      const auto page = TRY(read_page(reader, *subscription.plan, subscription.viewer(), {.after = after}));
      for (const auto& row : page.rows) {
        const bool with_key = subscription.client->features.exact_resume;
        outgoing.add(subscription, TRY(arrival_of(*subscription.plan, row, subscription.viewer(), with_key)));
        ++subscription.changes;
      }
      after = page.last_seq.value_or(after);
      more = page.has_more;
    }
  }
  const auto removed = TRY(removed_since(subscription, *subscription.plan, reader, subscription.boundary));
  subscription.after = position.commit;
  subscription.boundary = position.seq.value();
  send_removed(subscription, removed);
  return {};
}

tables::TableReader Loader::reader_of(const Subscription& subscription, const Plan& plan, store::SnapshotPtr snapshot,
                                      CommitSeq after) const {
  tables::ReadPoint point;
  point.after = after;
  point.user = subscription.scope.user;
  point.snapshot = std::move(snapshot);
  point.now_ms = services_.clock.now_ms();
  return {plan.shared_table(), std::move(point)};
}

}  // namespace kalam::live
