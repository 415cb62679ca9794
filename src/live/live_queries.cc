#include "live/live_queries.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "catalog/names.h"
#include "commands/apply.h"
#include "live/access.h"
#include "live/changes.h"
#include "live/index.h"
#include "live/live_row.h"
#include "live/messages.h"
#include "live/outgoing.h"
#include "live/plan_cache.h"
#include "live/replay.h"
#include "live/snapshot.h"
#include "types/column_json.h"

namespace kalam::live {

namespace {

constexpr uint64_t kBatchSize = 1000;
constexpr Micros kWalkEvery = std::chrono::seconds(1);
const Refusal kInternal = {"SUBSCRIPTION_FAILED", "Internal error; subscribe again"};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Who gets the same text for the same change. A filter or column that calls functions may ask who looks.
struct Audience {
  const Plan* plan;
  Role role;
  std::string user;
  bool with_key;
  auto operator<=>(const Audience&) const = default;
};

bool calls_functions(const sql::SubscriptionQuery& query) {
  if (query.where && query.where->find('(') != std::string::npos) return true;
  return std::ranges::any_of(query.columns, [](const auto& column) { return !column.expression.empty(); });
}

std::string schema_json(const std::vector<SourceColumn>& columns) {
  std::string text;
  JsonText json(text);
  json.begin_array();
  for (size_t i = 0; i < columns.size(); ++i) write_column(json, i, columns[i].name, columns[i].type, false, false);
  json.end_array();
  return text;
}

using Bodies = std::vector<Result<std::optional<ChangeBody>>>;  // one for each row

}  // namespace

struct LiveQueries::Impl {
  Impl(const LiveServices& services, const LiveOptions& options)
      : services(services), options(options), plans(services.engine), reader(services.feed.from_now()) {
    dispatcher = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
  }

  // Of requests, on workers.
  std::optional<Refusal> subscribe(const ClientPtr& client, const SubscribeRequest& request);
  std::optional<Refusal> subscribe_to_system(const SubscriptionPtr& subscription);
  std::optional<Refusal> register_one(const SubscriptionPtr& subscription);
  std::optional<Refusal> begin(const SubscriptionPtr& subscription);
  std::optional<Refusal> send_batch(Subscription& subscription, const Plan& plan, std::optional<int64_t> after,
                                    bool first, std::string_view failure_code);
  tables::TableReader reader_of(const Subscription& subscription, const Plan& plan, store::SnapshotPtr snapshot,
                                CommitSeq after = CommitSeq(0)) const;
  Result<std::vector<ChangeBody>> removed_since(const Subscription& subscription, const Plan& plan,
                                                const tables::TableReader& reader, int64_t after) const;
  void send_removed(Subscription& subscription, const std::vector<ChangeBody>& removed);
  std::optional<AckExtras> extras_of(const Subscription& subscription) const;
  void go_live(const SubscriptionPtr& subscription);
  Status catch_up_from_table(Subscription& subscription);

  // Of the feed.
  void dispatch(const std::stop_token& stop);
  void deliver(const ChangeSet& changes);
  void deliver(Subscription& subscription, const Bodies& bodies, Outgoing& outgoing);
  Cursor cursor_at(CommitSeq commit) const { return {services.catalog.epoch(), commit}; }
  std::optional<std::string> resume(Subscription& subscription, const Cursor& cursor);
  void send_replay(Subscription& subscription, const std::vector<ChangeBody>& changes, const Cursor& start);
  Bodies bodies_of(const Subscription& subscription, const TableChanges& changes) const;
  bool follows(Subscription& subscription, const TableDefinitionPtr& table);
  void look_around();

  void end(Subscription& subscription, const Refusal& why);  // under the lock; the client is told why
  void drop(Subscription& subscription);                     // under the lock; it knows
  Micros now() const { return services.clock.monotonic(); }

  const LiveServices services;
  const LiveOptions options;
  PlanCache plans;

  mutable std::mutex mutex;
  Index index;                                                // guarded by mutex
  std::shared_ptr<const catalog::CatalogSnapshot> looked_at;  // of the dispatcher
  Micros walked{0};                                           // of the dispatcher: when it looked at all of them
  feed::Reader reader;                                        // of the dispatcher
  std::jthread dispatcher;
};

// ---- requests

std::optional<Refusal> LiveQueries::Impl::subscribe(const ClientPtr& client, const SubscribeRequest& request) {
  if (request.options && request.options->last_rows) {
    const auto batch = request.options->batch_size.value_or(kBatchSize);
    if (*request.options->last_rows > batch) {
      return Refusal{"UNSUPPORTED", "last_rows (" + std::to_string(*request.options->last_rows) +
                                        ") cannot exceed batch_size (" + std::to_string(batch) +
                                        "); paginated last_rows replay is not supported"};
    }
  }
  if (request.options && request.options->cursor && request.options->from) {
    return Refusal{"UNSUPPORTED", "cursor and from cannot be combined"};
  }
  auto query = sql::parse_subscription(request.sql);
  if (!query.ok()) return refusal_of_text(query.error());
  if (query->table.ns.empty()) {
    return Refusal{"INVALID_SQL", "Invalid SQL: Query must use namespace.table format"};
  }
  auto subscription = std::make_shared<Subscription>();
  subscription->client = client;
  subscription->id = request.id;
  subscription->live_id =
      LiveQueryId(client->viewer.user.value() + "-" + client->connection.value() + "-" + request.id);
  subscription->sql = request.sql;
  subscription->options = request.options;
  subscription->query = *std::move(query);
  const TableId id{NamespaceId(subscription->query.table.ns), TableName(subscription->query.table.name)};
  subscription->scope.table = id;
  subscription->created_at = catalog::TimestampUs(services.clock.now());
  subscription->last_update_us = services.clock.now_us();

  if (catalog::is_system_namespace(id.ns.value())) {
    if (auto refusal = refuse_system_table(client->viewer, id)) return refusal;
    return subscribe_to_system(subscription);
  }
  const auto table = services.catalog.snapshot()->share(id);
  if (!table) return Refusal{"NOT_FOUND", "Not found: Table not found: " + id.colon()};
  if (auto refusal = refuse_table(client->viewer, *table)) return refusal;
  if (table->type != TableType::shared) subscription->scope.user = client->viewer.user;
  subscription->generation = table->generation;
  const auto opened = services.tables.open(table);
  if (!opened.ok()) return refusal_of_reading(opened.error(), "SUBSCRIPTION_FAILED");
  auto plan = plans.get(subscription->query, *opened);
  if (!plan.ok()) return refusal_of_binding(plan.error(), subscription->query.where);
  subscription->plan = *std::move(plan);
  if (const auto& where = subscription->query.where) subscription->equality = equality_of(*where, **opened);
  if (subscription->options && subscription->plan->unknown_column()) {
    return Refusal{"SUBSCRIPTION_FAILED", "Execution error: Invalid operation: Schema error: No field named " +
                                              *subscription->plan->unknown_column() + "."};
  }
  if (auto refusal = register_one(subscription)) return refusal;
  auto refusal = begin(subscription);
  if (refusal) {
    const std::lock_guard lock(mutex);
    drop(*subscription);
  }
  return refusal;
}

std::optional<Refusal> LiveQueries::Impl::subscribe_to_system(const SubscriptionPtr& subscription) {
  const auto& id = subscription->scope.table;
  const auto* view = services.catalog.source(id.ns.value(), id.table.value());
  if (!view) return Refusal{"NOT_FOUND", "Not found: Table not found: " + id.colon()};
  if (view->kind() != catalog::SystemView::Kind::table) {
    return Refusal{"UNSUPPORTED", "Cannot subscribe to view '" + id.colon() + "'"};
  }
  if (subscription->options) {
    return Refusal{"SUBSCRIPTION_FAILED", "Execution error: Invalid operation: Schema error: No field named _seq."};
  }
  if (auto refusal = register_one(subscription)) return refusal;
  subscription->send(ack_message(subscription->id, {}, schema_json(view->columns())));
  return std::nullopt;
}

std::optional<Refusal> LiveQueries::Impl::register_one(const SubscriptionPtr& subscription) {
  const std::lock_guard lock(mutex);
  if (const auto old = index.find(*subscription->client, subscription->id)) drop(*old);
  if (index.count(subscription->viewer().user) >= options.subscriptions_per_user) {
    return Refusal{"SUBSCRIPTION_LIMIT_EXCEEDED", "Maximum subscriptions reached"};
  }
  if (index.count(*subscription->client) >= options.subscriptions_per_client) {
    return Refusal{"UNSUPPORTED", "Invalid operation: Maximum subscriptions (" +
                                      std::to_string(options.subscriptions_per_client) + ") per connection exceeded"};
  }
  index.add(subscription);
  return std::nullopt;
}

tables::TableReader LiveQueries::Impl::reader_of(const Subscription& subscription, const Plan& plan,
                                                 store::SnapshotPtr snapshot, CommitSeq after) const {
  tables::ReadPoint point;
  point.after = after;
  point.user = subscription.scope.user;
  point.snapshot = std::move(snapshot);
  point.now_ms = services.clock.now_ms();
  return {plan.shared_table(), std::move(point)};
}

// It is registered already: what is committed from here on is either in the snapshot or comes after its position.
std::optional<Refusal> LiveQueries::Impl::begin(const SubscriptionPtr& subscription) {
  auto& store = services.tables.store();
  subscription->snapshot = store.snapshot();
  const auto position = commands::position_of(store, subscription->snapshot);
  if (!position.ok()) return refusal_of_reading(position.error(), "SUBSCRIPTION_FAILED");
  subscription->after = position->commit;
  subscription->boundary = position->seq.value();
  if (!subscription->options) {
    subscription->send(ack_message(subscription->id, {}, subscription->plan->schema_json(), extras_of(*subscription)));
    go_live(subscription);
    return std::nullopt;
  }
  const auto& options = *subscription->options;
  if (options.cursor) {
    const auto cursor = parse_cursor(*options.cursor);
    if (!cursor) return Refusal{"UNSUPPORTED", "Invalid cursor"};
    auto resync = resume(*subscription, *cursor);
    if (!resync) {
      go_live(subscription);
      return std::nullopt;
    }
    subscription->resync = *std::move(resync);
  }
  subscription->loading_since_us = now().count() + 1;
  const auto after = options.from && *options.from > 0 ? options.from : std::nullopt;
  if (auto refusal = send_batch(*subscription, *subscription->plan, after, true, "SUBSCRIPTION_FAILED")) return refusal;
  if (subscription->loading_since_us == 0) go_live(subscription);
  return std::nullopt;
}

std::optional<AckExtras> LiveQueries::Impl::extras_of(const Subscription& subscription) const {
  if (!subscription.client->features.exact_resume) return std::nullopt;
  return AckExtras{print(cursor_at(subscription.after)), {}};
}

// Tells what was missed since the cursor; or gives the reason why it cannot.
std::optional<std::string> LiveQueries::Impl::resume(Subscription& subscription, const Cursor& cursor) {
  if (cursor.epoch != services.catalog.epoch() || cursor.commit > subscription.after) return "epoch_changed";
  const ReplayRequest request{*subscription.plan,    subscription.scope, subscription.generation,
                              subscription.viewer(), cursor.commit,      subscription.after};
  const auto replay = replay_of(request, services.feed, [&](CommitSeq after) {
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
void LiveQueries::Impl::send_replay(Subscription& subscription, const std::vector<ChangeBody>& changes,
                                    const Cursor& start) {
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

// When the last one is sent, loading_since_us is 0.
std::optional<Refusal> LiveQueries::Impl::send_batch(Subscription& subscription, const Plan& plan,
                                                     std::optional<int64_t> after, bool first,
                                                     std::string_view failure_code) {
  const auto& options = *subscription.options;
  const bool resumes = options.from && *options.from > 0;
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
  if (resumes && !page->has_more && subscription.loading_since_us != 0) {
    auto read = removed_since(subscription, plan, reader, *options.from);
    if (!read.ok()) return refusal_of_reading(read.error(), failure_code);
    removed = *std::move(read);
  }
  BatchControl control{subscription.batches++, page->has_more, page->last_seq, {}};
  if (subscription.client->features.exact_resume) {
    // With deletes to come, it is the last of them that moves the cursor.
    control.cursor = removed.empty() ? print(cursor_at(subscription.after)) : "";
  }
  if (first) subscription.send(ack_message(subscription.id, control, plan.schema_json(), extras_of(subscription)));
  if (first && !subscription.resync.empty()) subscription.send(resync_message(subscription.id, subscription.resync));
  subscription.send(batch_message(subscription.id, rows, control));
  subscription.last_update_us = services.clock.now_us();
  if (subscription.loading_since_us == 0) return std::nullopt;
  if (page->has_more) {
    subscription.loading_since_us = now().count() + 1;
    return std::nullopt;
  }
  send_removed(subscription, removed);
  subscription.loading_since_us = 0;
  return std::nullopt;
}

Result<std::vector<ChangeBody>> LiveQueries::Impl::removed_since(const Subscription& subscription, const Plan& plan,
                                                                 const tables::TableReader& reader,
                                                                 int64_t after) const {
  std::vector<ChangeBody> removed;
  for (const auto& row : TRY(read_removed(reader, plan, subscription.viewer(), after))) {
    removed.push_back(TRY(removal_of(plan, row, subscription.client->features.exact_resume)));
  }
  return removed;
}

// Whoever is interrupted begins again where he did: only the last one has a cursor.
void LiveQueries::Impl::send_removed(Subscription& subscription, const std::vector<ChangeBody>& removed) {
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

// Reads the feed from the snapshot's commit on, until nothing is left, and hands over to the dispatcher at a moment
// when it delivers nothing: what it has delivered by then was read here too.
void LiveQueries::Impl::go_live(const SubscriptionPtr& subscription) {
  subscription->snapshot = nullptr;
  auto behind = services.feed.from(subscription->after);
  const auto take = [&](const ChangeSet& changes) {
    Outgoing outgoing(cursor_at(changes.commit));
    for (const auto& part : changes.tables) {
      if (!subscription->scope.holds(part) || !follows(*subscription, part.table)) continue;
      deliver(*subscription, bodies_of(*subscription, part), outgoing);
    }
  };
  for (bool locked = false;;) {
    std::unique_lock lock(mutex, std::defer_lock);
    if (locked) lock.lock();
    auto next = behind.try_next();
    for (; next.outcome == feed::Outcome::changes; next = behind.try_next()) take(*next.changes);
    if (next.outcome == feed::Outcome::lagged) {
      if (lock) lock.unlock();
      locked = false;
      if (const auto caught_up = catch_up_from_table(*subscription); !caught_up.ok()) {
        const std::lock_guard ending(mutex);
        return end(*subscription, kInternal);
      }
      behind = services.feed.from(subscription->after);
      continue;
    }
    if (lock) {
      subscription->after = std::max(subscription->after, behind.position());
      subscription->live = true;
      return;
    }
    locked = true;
  }
}

// The feed has forgotten: what is there now, and what is gone, since the last known position.
Status LiveQueries::Impl::catch_up_from_table(Subscription& subscription) {
  auto& store = services.tables.store();
  const auto snapshot = store.snapshot();
  const auto position = TRY(commands::position_of(store, snapshot));
  const auto reader = reader_of(subscription, *subscription.plan, snapshot);
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

// ---- the feed

void LiveQueries::Impl::dispatch(const std::stop_token& stop) {
  auto looked = now();
  while (!stop.stop_requested()) {
    const auto next = reader.next(options.look_around_every, stop);
    if (next.outcome == feed::Outcome::closed) return;
    if (next.outcome == feed::Outcome::changes) deliver(*next.changes);
    if (next.outcome == feed::Outcome::lagged) {
      log::error("live", "the dispatcher fell behind the feed; all subscriptions end");
      const std::lock_guard lock(mutex);
      for (const auto& subscription : index.all()) {
        if (subscription->live) end(*subscription, kInternal);
      }
      reader = services.feed.from_now();
    }
    if (next.outcome == feed::Outcome::changes && now() - looked < options.look_around_every) continue;
    look_around();
    looked = now();
  }
}

void LiveQueries::Impl::deliver(const ChangeSet& changes) {
  const std::lock_guard lock(mutex);
  if (index.empty()) return;
  Outgoing outgoing(cursor_at(changes.commit));
  for (const auto& part : changes.tables) {
    std::map<Audience, Bodies> made;
    for (const auto& subscription : index.concerned(part)) {
      if (!subscription->live || subscription->after >= changes.commit) continue;
      if (!follows(*subscription, part.table)) continue;
      Audience audience{
          subscription->plan.get(), subscription->viewer().role, {}, subscription->client->features.exact_resume};
      if (calls_functions(subscription->query)) audience.user = subscription->viewer().user.value();
      auto bodies = made.find(audience);
      if (bodies == made.end()) bodies = made.emplace(audience, bodies_of(*subscription, part)).first;
      deliver(*subscription, bodies->second, outgoing);
    }
  }
}

Bodies LiveQueries::Impl::bodies_of(const Subscription& subscription, const TableChanges& changes) const {
  Bodies bodies;
  bodies.reserve(changes.rows.size());
  for (const auto& row : changes.rows) {
    bodies.push_back(body_of(*subscription.plan, step_of(*subscription.plan, row), changes.user, subscription.viewer(),
                             subscription.client->features.exact_resume));
  }
  return bodies;
}

void LiveQueries::Impl::deliver(Subscription& subscription, const Bodies& bodies, Outgoing& outgoing) {
  for (const auto& body : bodies) {
    if (!body.ok()) {
      // A row that has no JSON; the ones after it may have.
      subscription.send_error(error_message(subscription.id, "CONVERSION_ERROR", body.error().message));
    } else if (*body) {
      outgoing.add(subscription, **body);
      ++subscription.changes;
      subscription.last_update_us = services.clock.now_us();
    }
  }
}

// Another version of its table: bound anew. False: it is another table or it cannot go on, and has ended or will at the
// next look.
bool LiveQueries::Impl::follows(Subscription& subscription, const TableDefinitionPtr& table) {
  if (subscription.ended || table->generation != subscription.generation) return false;
  if (subscription.plan->table().definition().schema_version == table->schema_version) return true;
  const auto opened = services.tables.open(table);
  if (!opened.ok()) return false;
  const auto plan = plans.get(subscription.query, *opened);
  if (!plan.ok() || !(*plan)->reads_as(*subscription.plan)) {
    subscription.send_error(error_message(subscription.id, "SUBSCRIPTION_CLOSED", "Schema changed"));
    subscription.ended = true;
    return false;
  }
  subscription.plan = *plan;
  return true;
}

// Ends what cannot go on: tables that are gone, rights that are lost, loads that nobody continues.
void LiveQueries::Impl::look_around() {
  auto catalog = services.catalog.snapshot();
  const bool changed = catalog != looked_at;
  if (!changed && now() - walked < kWalkEvery) return;
  looked_at = std::move(catalog);
  walked = now();
  const std::lock_guard lock(mutex);
  for (const auto& subscription : index.all()) {
    if (subscription->ended) {
      index.remove(*subscription);
      continue;
    }
    const auto loading_since = subscription->loading_since_us.load();
    if (loading_since != 0 && now().count() - loading_since > options.load_timeout.count()) {
      end(*subscription, {"SUBSCRIPTION_CLOSED", "Initial load abandoned"});
      continue;
    }
    if (!changed || subscription->generation == 0) continue;
    const auto table = looked_at->share(subscription->scope.table);
    if (!table || table->generation != subscription->generation) {
      end(*subscription, {"SUBSCRIPTION_CLOSED", "Table was dropped"});
    } else if (const auto refusal = refuse_table(subscription->viewer(), *table)) {
      end(*subscription, *refusal);
    } else if (subscription->live && !follows(*subscription, table)) {
      index.remove(*subscription);
    }
  }
}

void LiveQueries::Impl::end(Subscription& subscription, const Refusal& why) {
  subscription.send_error(error_message(subscription.id, why.code, why.message));
  drop(subscription);
}

void LiveQueries::Impl::drop(Subscription& subscription) {
  subscription.ended = true;
  index.remove(subscription);
}

// ---- LiveQueries

LiveQueries::LiveQueries(const LiveServices& services, const LiveOptions& options)
    : impl_(std::make_unique<Impl>(services, options)) {}
LiveQueries::~LiveQueries() = default;

std::string LiveQueries::epoch() const { return print_epoch(impl_->services.catalog.epoch()); }

ClientPtr LiveQueries::connect(Viewer viewer, ConnectionId connection, std::shared_ptr<Sink> sink, Features features) {
  auto client = std::make_shared<Client>(std::move(viewer), std::move(connection), std::move(sink), features);
  heard_of(*client);
  return client;
}

void LiveQueries::subscribe(const ClientPtr& client, const SubscribeRequest& request) {
  if (is_blank(request.id)) {
    client->sink->send_error(
        error_message("invalid_subscription", "INVALID_SUBSCRIPTION_ID", "Subscription ID cannot be empty"));
    return;
  }
  if (const auto refusal = impl_->subscribe(client, request)) {
    client->sink->send_error(error_message(request.id, refusal->code, refusal->message));
  }
}

void LiveQueries::next_batch(const ClientPtr& client, std::string_view id, std::optional<int64_t> after) {
  SubscriptionPtr subscription;
  PlanPtr plan;
  {
    const std::lock_guard lock(impl_->mutex);
    subscription = impl_->index.find(*client, id);
    if (subscription) plan = subscription->plan;
  }
  const auto refuse = [&](const Refusal& refusal) {
    client->sink->send_error(error_message(id, refusal.code, refusal.message));
  };
  if (!subscription || subscription->ended) {
    return refuse({"BATCH_FETCH_FAILED", "Not found: Subscription not found: " + std::string(id)});
  }
  if (!subscription->options || !plan) {
    return refuse({"BATCH_FETCH_FAILED",
                   "Invalid operation: Subscription " + std::string(id) + " was created without initial data loading"});
  }
  const bool loading = subscription->loading_since_us != 0;
  const auto& from = subscription->options->from;
  if (!after && from && *from > 0) after = from;
  if (const auto refusal = impl_->send_batch(*subscription, *plan, after, false, "BATCH_FETCH_FAILED")) {
    return refuse(*refusal);
  }
  if (loading && subscription->loading_since_us == 0) impl_->go_live(subscription);
}

void LiveQueries::unsubscribe(const ClientPtr& client, std::string_view id) {
  const std::lock_guard lock(impl_->mutex);
  auto subscription = impl_->index.find(*client, id);
  if (!subscription) {
    subscription = impl_->index.find_live_id(id);
    if (!subscription || subscription->client != client) return;
  }
  impl_->drop(*subscription);
}

void LiveQueries::disconnect(const ClientPtr& client) {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& subscription : impl_->index.of(*client)) impl_->drop(*subscription);
}

void LiveQueries::heard_of(Client& client) const {
  client.heard_us.store(impl_->services.clock.now_us(), std::memory_order_relaxed);
}

bool LiveQueries::kill(std::string_view live_id) {
  const std::lock_guard lock(impl_->mutex);
  const auto subscription = impl_->index.find_live_id(live_id);
  if (!subscription || subscription->ended) return false;
  impl_->end(*subscription, {"SUBSCRIPTION_CLOSED", "Subscription was killed"});
  return true;
}

std::vector<catalog::LiveRow> LiveQueries::rows() const {
  std::vector<SubscriptionPtr> all;
  {
    const std::lock_guard lock(impl_->mutex);
    all = impl_->index.all();
  }
  std::ranges::sort(all, {}, [](const SubscriptionPtr& each) { return each->live_id; });
  std::vector<catalog::LiveRow> rows;
  for (const auto& each : all) {
    if (!each->ended) rows.push_back(live_row_of(*each, impl_->options.node));
  }
  return rows;
}

}  // namespace kalam::live
