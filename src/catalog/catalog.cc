#include "catalog/catalog.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/interner.h"
#include "base/log.h"
#include "catalog/catalog_views.h"
#include "catalog/startup_check.h"
#include "catalog/stored_view.h"
#include "types/ascii.h"

namespace kalam::catalog {
namespace {

constexpr char kTarget[] = "catalog";

// Over all catalogs of the process, so that a thread's snapshot of one is never taken for another's.
uint64_t next_publication() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

// Names of schema `system` that also resolve. `manifest_cache` has no prefix to cut.
std::string_view without_alias(std::string_view name) {
  if (name == "manifest_cache") return "manifest";
  constexpr std::string_view kAliased[] = {"users",         "namespaces", "schemas",   "storages",
                                           "jobs",          "job_nodes",  "audit_log", "topics",
                                           "topic_offsets", "tables",     "columns"};
  constexpr std::string_view kPrefix = "system_";
  if (!name.starts_with(kPrefix)) return name;
  const auto rest = name.substr(kPrefix.size());
  return std::ranges::find(kAliased, rest) == std::end(kAliased) ? name : rest;
}

}  // namespace

Catalog::Catalog(store::Store& store, Clock& clock, CatalogOptions options, SystemTables tables,
                 TableDefinitions definitions)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      tables_(std::move(tables)),
      definitions_(std::move(definitions)) {}

Catalog::~Catalog() = default;

Result<std::unique_ptr<Catalog>> Catalog::open(store::Store& store, Clock& clock, Random& random,
                                               CatalogOptions options) {
  const auto& data_path = options.first_start.data_path;
  // All at once: a new database then waits for the disk once, not for each of them.
  auto partitions = SystemTables::partitions();
  partitions.push_back(TableDefinitions::kPartition);
  TRY(store.create_partitions(partitions));
  auto tables = TRY(SystemTables::open(store, data_path));
  auto definitions = TRY(TableDefinitions::open(store, data_path));

  // In this order: the number says whether the rest may be looked at; what is there is looked at before it is changed.
  const auto& versions = options.schema_versions ? *options.schema_versions : system_schema_versions();
  TRY(bring_up_to_date(store, versions,
                       [&] { return reconcile_system_tables(store, definitions, clock, Reconciling::dry); }));
  TRY(check_stored_values(store, tables, definitions, data_path));
  TRY(reconcile_system_tables(store, definitions, clock, Reconciling::stored));

  std::unique_ptr<Catalog> catalog(
      new Catalog(store, clock, std::move(options), std::move(tables), std::move(definitions)));
  catalog->epoch_ = TRY(database_epoch(store, random));
  TRY(catalog->load());
  TRY(catalog->update(
      [&](CatalogChange& change) { return FirstStart::complete(change, catalog->options_.first_start); }));
  catalog->make_views();
  return catalog;
}

Status Catalog::load() {
  auto snapshot = std::make_shared<CatalogSnapshot>();
  size_t loaded = 0, failed = 0;
  std::optional<Error> unreadable;
  TRY(definitions_.each_latest(
      [&](TableDefinition table) {
        snapshot->put(std::make_shared<const TableDefinition>(std::move(table)));
        ++loaded;
      },
      [&](const TableId& table, const Error& error) {
        ++failed;
        log::error(kTarget, "Failed to load table " + table.dotted() + ": " + error.message);
        // A single damaged definition costs one table; bytes of another version are everybody's problem.
        if (error.code == ErrorCode::unsupported_schema_version || error.code == ErrorCode::legacy_format) {
          unreadable = error;
        }
      }));
  if (unreadable) return *unreadable;
  for (auto& ns : TRY(read_all(tables_.namespaces))) snapshot->put(std::move(ns));
  for (auto& storage : TRY(read_all(tables_.storages))) snapshot->put(std::move(storage));
  for (auto& topic : TRY(read_all(tables_.topics))) snapshot->put(std::move(topic));
  for (auto& view : TRY(read_all(tables_.views))) snapshot->put(std::move(view));
  publish(std::move(snapshot));
  log::info(kTarget, "SchemaRegistry initialized. Loaded: " + std::to_string(loaded) +
                         ", Skipped (cached): 0, Failed: " + std::to_string(failed));
  return {};
}

void Catalog::publish(CatalogSnapshotPtr snapshot) {
  const std::lock_guard lock(mutex_);
  current_ = std::move(snapshot);
  published_.store(next_publication(), std::memory_order_release);
}

CatalogSnapshotPtr Catalog::snapshot() const {
  // Each thread holds the snapshot through a control block of its own: threads that copy one pointer would otherwise
  // fight for its reference count.
  struct Seen {
    uint64_t publication = 0;
    CatalogSnapshotPtr snapshot;
  };
  thread_local Seen seen;
  if (seen.publication != published_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(mutex_);
    auto own = std::make_shared<const CatalogSnapshotPtr>(current_);
    seen.snapshot = CatalogSnapshotPtr(own, own->get());
    seen.publication = published_.load(std::memory_order_relaxed);
  }
  return seen.snapshot;
}

Status Catalog::fault() const { return options_.cache_fault ? options_.cache_fault() : Status(); }

Result<TableDefinitionPtr> Catalog::table(const TableId& id) const {
  if (const auto status = fault(); status.ok()) {
    auto now = snapshot();
    if (const auto* found = now->table(id)) {
      hits_.add();
      return TableDefinitionPtr(std::move(now), found);
    }
  } else {
    log::error(kTarget, "schema cache failed, reading the store instead",
               {{"table", id.dotted()}, {"error", status.error().message}});
  }
  auto stored = TRY(definitions_.latest(id));
  if (!stored) return TableDefinitionPtr();
  misses_.add();
  return TableDefinitionPtr(std::make_shared<const TableDefinition>(std::move(*stored)));
}

Result<TableDefinitionPtr> Catalog::version(const TableId& id, uint32_t version) const {
  const auto latest = TRY(table(id));
  const Error missing{ErrorCode::not_found,
                      "Schema version " + std::to_string(version) + " not found for table " + id.dotted()};
  if (!latest || version > latest->schema_version) return missing;
  if (version == latest->schema_version) return latest;

  const auto cache = fault();
  if (cache.ok()) {
    if (auto found = versions_.find(id, latest->generation, version)) {
      hits_.add();
      return found;
    }
  }
  auto stored = TRY(definitions_.version(id, version));
  if (!stored || stored->generation != latest->generation) return missing;
  misses_.add();
  auto definition = std::make_shared<const TableDefinition>(std::move(*stored));
  if (cache.ok()) versions_.insert(definition);
  return TableDefinitionPtr(std::move(definition));
}

Result<std::vector<TableDefinition>> Catalog::history(const TableId& id) const {
  std::vector<TableDefinition> found;
  auto scan = TRY(definitions_.versions_of(id));
  while (auto version = TRY(scan.next())) found.push_back(std::move(*version));
  return found;
}

const SystemView* Catalog::source(std::string_view schema, std::string_view name) const {
  const auto in = ascii_lower(schema);
  const auto lower = ascii_lower(name);
  const auto wanted = in == "system" ? without_alias(lower) : std::string_view(lower);
  for (const auto& view : views_) {
    if (view->schema() == in && view->name() == wanted) return view.get();
  }
  return nullptr;
}

CatalogChange Catalog::begin(int64_t now_ms) const { return CatalogChange(tables_, definitions_, now_ms, snapshot()); }

void Catalog::activate(CatalogChange change) {
  if (change.users_changed_) users_version_.fetch_add(1, std::memory_order_release);
  publish(std::move(change.after_));
  for (const auto& table : change.dropped_) versions_.erase(table);
}

Status Catalog::update(const std::function<Status(CatalogChange& change)>& make) {
  const std::lock_guard lock(update_mutex_);
  auto change = begin();
  TRY(make(change));
  if (change.batch_.empty()) return {};
  TRY(store_.write(change.batch_));
  activate(std::move(change));
  return {};
}

Status Catalog::erase_dropped(const TableId& table, uint64_t generation) {
  store::Batch batch;
  definitions_.erase(batch, table, generation);
  return store_.write(batch);
}

Catalog::CacheStats Catalog::cache_stats() const {
  return {.hits = hits_.value(),
          .misses = misses_.value(),
          .tables = snapshot()->table_count(),
          .versions = versions_.size()};
}

void Catalog::make_views() {
  const auto current = [this] { return snapshot(); };
  const auto path = std::make_shared<const std::string>(options_.first_start.data_path);
  const auto stored = [&]<typename M>(const SystemTable<M>& table) {
    views_.push_back(std::make_unique<StoredView<M>>(table, ModelCodec<M>(path)));
  };
  stored(tables_.users);
  views_.push_back(make_namespaces_view(current));
  views_.push_back(make_schemas_view(definitions_));
  stored(tables_.storages);
  stored(tables_.jobs);
  stored(tables_.job_nodes);
  stored(tables_.audit_log);
  stored(tables_.manifests);
  stored(tables_.topics);
  stored(tables_.topic_offsets);
  views_.push_back(make_tables_view(current));
  views_.push_back(make_columns_view(current));
  views_.push_back(make_describe_view());
  views_.push_back(make_datatypes_view());
  for (auto& view : make_provided_views(provided_)) views_.push_back(std::move(view));
  for (auto& view : make_information_schema(current, views_, provided_, options_.engine_settings)) {
    views_.push_back(std::move(view));
  }
  provide_stats();
}

// The groups of system.stats that the catalog knows itself.
void Catalog::provide_stats() {
  using Stats = Result<Rows<StatRow>>;
  const auto number = [](std::string_view name, uint64_t value) {
    return StatRow{std::string(name), std::to_string(value)};
  };
  provided_.stats_of(StatsGroup::catalog).set([this, number](const ScanRequest&) -> Stats {
    const auto now = snapshot();
    return all_of<StatRow>({number("total_users", TRY(tables_.users.rows().count())),
                            number("total_namespaces", now->namespaces().size()),
                            number("total_tables", now->table_count())});
  });
  provided_.stats_of(StatsGroup::store).set([this](const ScanRequest&) -> Stats {
    std::vector<StatRow> rows;
    for (auto& [name, value] : store_.stats()) rows.push_back({name, value});
    return all_of(std::move(rows));
  });
  provided_.stats_of(StatsGroup::jobs).set([this, number](const ScanRequest&) -> Stats {
    const auto in = [this](JobStatus status) -> Result<uint64_t> {
      uint64_t jobs = 0;
      auto entries = TRY(tables_.jobs.index_entries(kJobsByStatus, {.prefix = job_status_prefix(status)}));
      for (; entries->valid(); entries->next()) ++jobs;
      TRY(entries->status());
      return jobs;
    };
    return all_of<StatRow>(
        {number("total_jobs", TRY(tables_.jobs.rows().count())), number("jobs_running", TRY(in(JobStatus::running))),
         number("jobs_queued", TRY(in(JobStatus::queued))), number("jobs_failed", TRY(in(JobStatus::failed)))});
  });
  provided_.stats_of(StatsGroup::storages).set([this, number](const ScanRequest&) -> Stats {
    return all_of<StatRow>({number("total_storages", snapshot()->storages().size())});
  });
  provided_.stats_of(StatsGroup::schema_cache).set([this, number](const ScanRequest&) -> Stats {
    const auto cache = cache_stats();
    std::array<char, 32> rate{};
    std::snprintf(rate.data(), rate.size(), "%.4f", cache.hit_rate());
    return all_of<StatRow>({number("schema_cache_size", cache.tables),
                            number("schema_registry_size", cache.tables),
                            number("schema_cache_total_entries", cache.tables + cache.versions),
                            number("schema_cache_hits", cache.hits),
                            number("schema_cache_misses", cache.misses),
                            {"schema_cache_hit_rate", rate.data()}});
  });
  provided_.stats_of(StatsGroup::interner).set([number](const ScanRequest&) -> Stats {
    return all_of<StatRow>({number("string_interner_unique_strings", Interner::process().unique_texts())});
  });
}

}  // namespace kalam::catalog
