#include "node/database.h"

#include <future>

#include "cluster/standalone_log.h"
#include "commands/apply.h"
#include "commands/writer.h"
#include "tables/tables.h"
#include "types/generated_ids.h"
#include "types/snowflake.h"

namespace kalam::node {

// Members are in the order of the start; they go in the reverse one.
struct Database::Parts {
  Parts(Clock& clock, Random& random, uint32_t worker) : snowflakes(clock, worker), ids(clock, random) {}

  Snowflakes snowflakes;
  TimeOrderedIds ids;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::optional<tables::Tables> tables;
  std::optional<tables::Eviction> eviction;
  std::optional<feed::Feed> feed;
  std::unique_ptr<duck::Instance> engine;
  std::unique_ptr<topics::MessageLog> messages;
  std::unique_ptr<commands::Applier> applier;
  std::optional<cluster::StandaloneLog> log;
  std::optional<commands::Writer> writer;
  std::optional<live::LiveQueries> live;
  std::optional<topics::Consumers> consumers;
  std::optional<query::Services> services;
  std::optional<query::Runner> runner;
};

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(DatabaseOptions options, Clock& clock, Random& random) {
  auto parts = std::make_unique<Parts>(clock, random, options.worker);
  // The engine holds no data and takes as long to open as the store: side by side.
  options.engine.snowflakes = &parts->snowflakes;
  options.engine.ids = &parts->ids;
  auto engine = std::async(std::launch::async, duck::Instance::open, options.engine);
  parts->store = options.store.path.empty() ? store::open_memory_store() : TRY(store::open_store(options.store));
  parts->catalog = TRY(catalog::Catalog::open(*parts->store, clock, random, std::move(options.catalog)));
  parts->tables.emplace(*parts->store, *parts->catalog, clock);
  parts->engine = TRY(engine.get());
  commands::ApplierOptions applier;
  applier.sink = [feed = &parts->feed](ChangeSetPtr changes) { (*feed)->publish(std::move(changes)); };
  applier.bind = [engine = parts->engine.get()](const tables::TablePtr& table, const commands::KeyedWrite& write) {
    return commands::bind_expressions(*engine, table, write);
  };
  parts->messages = TRY(topics::MessageLog::open(*parts->store));
  applier.messages = parts->messages.get();
  parts->applier = TRY(commands::Applier::open(*parts->store, *parts->catalog, *parts->tables, std::move(applier)));
  parts->feed.emplace(feed::FeedOptions{},
                      parts->applier->last_commit());  // nothing is written before the log is there
  parts->log.emplace(*parts->applier);
  parts->writer.emplace(*parts->log, clock, options.worker);
  parts->eviction.emplace(*parts->tables, *parts->catalog, options.eviction);

  parts->live.emplace(live::LiveServices{*parts->catalog, *parts->tables, *parts->engine, *parts->feed, clock},
                      options.live);
  parts->catalog->provided().live.set(
      [live = &*parts->live](const ScanRequest&) { return catalog::all_of(live->rows()); });

  const auto acknowledged = [catalog = parts->catalog.get()](
                                const topics::PartitionId& id,
                                const ConsumerGroupId& group) -> Result<std::optional<uint64_t>> {
    const auto stored = TRY(catalog->tables().topic_offsets.get({id.topic, group, static_cast<int32_t>(id.partition)}));
    if (!stored) return std::optional<uint64_t>();
    return std::optional(static_cast<uint64_t>(stored->last_acked_offset));
  };
  parts->consumers.emplace(*parts->messages, acknowledged, clock, options.consumers);

  parts->services.emplace(
      query::Services{.catalog = *parts->catalog,
                      .tables = *parts->tables,
                      .writer = *parts->writer,
                      .engine = *parts->engine,
                      .clock = clock,
                      .random = random,
                      .generators = {parts->snowflakes, parts->ids},
                      .last_commit = [applier = parts->applier.get()] { return applier->last_commit(); },
                      .options = std::move(options.services),
                      .kill_live_query = [live = &*parts->live](std::string_view id) { return live->kill(id); },
                      .messages = parts->messages.get(),
                      .consumers = &*parts->consumers});
  parts->runner.emplace(*parts->services, options.runner);
  parts->catalog->provided().transactions.set(
      [runner = &*parts->runner](const ScanRequest&) { return catalog::all_of(runner->transactions().rows()); });
  return std::unique_ptr<Database>(new Database(std::move(parts)));
}

query::Replies Database::run(query::Request request) { return parts_->runner->run(std::move(request)); }
query::Runner& Database::runner() { return *parts_->runner; }
const query::Services& Database::services() { return *parts_->services; }
catalog::Catalog& Database::catalog() { return *parts_->catalog; }
store::Store& Database::store() { return *parts_->store; }
feed::Feed& Database::feed() { return *parts_->feed; }
live::LiveQueries& Database::live() { return *parts_->live; }
TimeOrderedIds& Database::ids() { return parts_->ids; }

}  // namespace kalam::node
