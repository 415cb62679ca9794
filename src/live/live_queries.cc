#include "live/live_queries.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "catalog/names.h"
#include "live/access.h"
#include "live/changes.h"
#include "live/index.h"
#include "live/live_row.h"
#include "live/loader.h"
#include "live/messages.h"
#include "live/outgoing.h"
#include "live/plan_cache.h"
#include "types/column_json.h"

namespace kalam::live {

namespace {

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
      : services(services),
        options(options),
        plans(services.engine),
        loader(services),
        reader(services.feed.from_now()) {
    renewer = std::jthread([this](const std::stop_token& stop) { renew_lost(stop); });
    dispatcher = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
  }

  // Of requests, on workers.
  std::optional<Refusal> subscribe(const ClientPtr& client, const SubscribeRequest& request);
  std::optional<Refusal> subscribe_to_system(const SubscriptionPtr& subscription);
  std::optional<Refusal> register_one(const SubscriptionPtr& subscription);
  std::optional<Refusal> next_batch(Client& client, std::string_view id, std::optional<int64_t> after);
  void go_live(Subscription& subscription);

  // Of the feed.
  void dispatch(const std::stop_token& stop);
  void deliver(const ChangeSet& changes);
  void deliver(Subscription& subscription, const Bodies& bodies, Outgoing& outgoing);
  Cursor cursor_at(CommitSeq commit) const { return {services.catalog.epoch(), commit}; }
  Bodies bodies_of(const Subscription& subscription, const TableChanges& changes) const;
  bool follows(Subscription& subscription, const TableDefinitionPtr& table);
  void look_around();
  void lose_place();
  void renew_lost(const std::stop_token& stop);
  void renew(Subscription& subscription);

  void end(Subscription& subscription, const Refusal& why);  // under the lock; the client is told why
  void drop(Subscription& subscription);                     // under the lock; it knows
  Micros now() const { return services.clock.monotonic(); }

  const LiveServices services;
  const LiveOptions options;
  PlanCache plans;
  const Loader loader;

  mutable std::mutex mutex;
  Index index;                                                // guarded by mutex
  std::shared_ptr<const catalog::CatalogSnapshot> looked_at;  // of the dispatcher
  Micros walked{0};                                           // of the dispatcher: when it looked at all of them
  feed::Reader reader;                                        // of the dispatcher
  std::deque<SubscriptionPtr> lost;                           // guarded by mutex; what the dispatcher lost changes of
  std::condition_variable_any lost_some;
  std::jthread renewer;
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
  subscription->options = subscription->to_load = request.options;
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
  const std::lock_guard serving(subscription->serving);
  auto refusal = loader.begin(*subscription);
  if (refusal) {
    const std::lock_guard lock(mutex);
    drop(*subscription);
  } else if (subscription->loading_since_us == 0) {
    go_live(*subscription);
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
  SubscriptionPtr old;
  {
    const std::lock_guard lock(mutex);
    old = index.find(*subscription->client, subscription->id);
    if (old) drop(*old);
  }
  // What is being said in its name is said before the new one speaks.
  if (old) {
    const std::lock_guard served(old->serving);
  }
  const std::lock_guard lock(mutex);
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

// Reads the feed from the snapshot's commit on, until nothing is left, and hands over to the dispatcher at a moment
// when it delivers nothing: what it has delivered by then was read here too.
void LiveQueries::Impl::go_live(Subscription& subscription) {
  subscription.snapshot = nullptr;
  auto behind = services.feed.from(subscription.after);
  const auto take = [&](const ChangeSet& changes) {
    Outgoing outgoing(cursor_at(changes.commit));
    for (const auto& part : changes.tables) {
      if (!subscription.scope.holds(part) || !follows(subscription, part.table)) continue;
      deliver(subscription, bodies_of(subscription, part), outgoing);
    }
  };
  for (bool locked = false;;) {
    std::unique_lock lock(mutex, std::defer_lock);
    if (locked) lock.lock();
    auto next = behind.try_next();
    for (; next.outcome == feed::Outcome::changes; next = behind.try_next()) take(*next.changes);
    subscription.after = std::max(subscription.after, behind.position());
    if (next.outcome == feed::Outcome::lagged) {
      if (lock) lock.unlock();
      locked = false;
      if (const auto caught_up = loader.catch_up(subscription); !caught_up.ok()) {
        const std::lock_guard ending(mutex);
        return end(subscription, kInternal);
      }
      behind = services.feed.from(subscription.after);
      continue;
    }
    if (lock) {
      subscription.live = true;
      return;
    }
    locked = true;
  }
}

std::optional<Refusal> LiveQueries::Impl::next_batch(Client& client, std::string_view id,
                                                     std::optional<int64_t> after) {
  SubscriptionPtr subscription;
  {
    const std::lock_guard lock(mutex);
    subscription = index.find(client, id);
  }
  if (!subscription || subscription->ended) {
    return Refusal{"BATCH_FETCH_FAILED", "Not found: Subscription not found: " + std::string(id)};
  }
  const std::lock_guard serving(subscription->serving);
  PlanPtr plan;
  {
    const std::lock_guard lock(mutex);
    plan = subscription->plan;
  }
  if (!subscription->to_load || !plan) {
    return Refusal{"BATCH_FETCH_FAILED",
                   "Invalid operation: Subscription " + std::string(id) + " was created without initial data loading"};
  }
  const bool loading = subscription->loading_since_us != 0;
  if (auto refusal = loader.next_batch(*subscription, *plan, after)) return refusal;
  if (loading && subscription->loading_since_us == 0) go_live(*subscription);
  return std::nullopt;
}

// ---- the feed

void LiveQueries::Impl::dispatch(const std::stop_token& stop) {
  auto looked = now();
  while (!stop.stop_requested()) {
    const auto next = reader.next(options.look_around_every, stop);
    if (next.outcome == feed::Outcome::closed) return;
    if (next.outcome == feed::Outcome::changes) deliver(*next.changes);
    if (next.outcome == feed::Outcome::lagged) lose_place();
    if (next.outcome == feed::Outcome::changes && now() - looked < options.look_around_every) continue;
    look_around();
    looked = now();
  }
}

// Nobody knows which changes were missed: who understands `resync` begins anew, the others are told that it is over.
void LiveQueries::Impl::lose_place() {
  log::error("live", "the dispatcher fell behind the feed; subscriptions begin anew or end");
  const std::lock_guard lock(mutex);
  for (const auto& subscription : index.all()) {
    if (!subscription->live) continue;
    if (!subscription->client->features.exact_resume) {
      end(*subscription, kInternal);
      continue;
    }
    subscription->live = false;
    lost.push_back(subscription);
  }
  reader = services.feed.from_now();  // under the lock: who goes live later has read up to there
  lost_some.notify_one();
}

// Beside the dispatcher, which would fall behind again while snapshots are read.
void LiveQueries::Impl::renew_lost(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    SubscriptionPtr subscription;
    {
      std::unique_lock lock(mutex);
      if (!lost_some.wait(lock, stop, [this] { return !lost.empty(); })) return;
      subscription = std::move(lost.front());
      lost.pop_front();
    }
    const std::lock_guard serving(subscription->serving);
    if (!subscription->ended) renew(*subscription);
  }
}

void LiveQueries::Impl::renew(Subscription& subscription) {
  const auto table = services.catalog.snapshot()->share(subscription.scope.table);
  if (!table || !follows(subscription, table)) return;  // the next look ends it
  if (const auto refusal = loader.begin_again(subscription, "overflow")) {
    const std::lock_guard lock(mutex);
    end(subscription, *refusal);
  } else if (subscription.loading_since_us == 0) {
    go_live(subscription);
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
  if (const auto refusal = impl_->next_batch(*client, id, after)) {
    client->sink->send_error(error_message(id, refusal->code, refusal->message));
  }
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
