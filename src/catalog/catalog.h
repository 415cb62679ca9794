// Catalog: what exists: namespaces, tables and their versions, users, storages, topics, and the views that show them.
//
//   auto catalog = TRY(Catalog::open(store, clock, random, options));
//   const auto* table = catalog->snapshot()->table("app", "notes");
//   TRY(catalog->update([&](CatalogChange& change) { return change.create_table(…); }));
//
// Always true: readers take no lock and wait for nobody. What they hold is the catalog of one moment; when a statement
// that changed it has been answered, everybody sees it. Changes are stored before they are seen.

#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/change.h"
#include "catalog/definitions.h"
#include "catalog/first_start.h"
#include "catalog/information_schema.h"
#include "catalog/provided_views.h"
#include "catalog/schema_version.h"
#include "catalog/snapshot.h"
#include "catalog/striped_counter.h"
#include "catalog/system_tables.h"
#include "catalog/system_view.h"
#include "catalog/version_cache.h"
#include "store/store.h"

namespace kalam::catalog {

struct CatalogOptions {
  FirstStartOptions first_start;                                           // its data_path is also what errors name
  const SchemaVersions* schema_versions = nullptr;                         // null: those of this build
  std::vector<EngineSetting> engine_settings = default_engine_settings();  // information_schema.df_settings
  // For tests: an error here is an error of the cache, which must never be one of the query.
  std::function<Status()> cache_fault = {};
};

class Catalog {
 public:
  // Brings the system tables up to date, checks that what is stored can be read, and makes what a database has from its
  // first moment. `store`, `clock` and `random` outlive it.
  static Result<std::unique_ptr<Catalog>> open(store::Store& store, Clock& clock, Random& random,
                                               CatalogOptions options);
  ~Catalog();

  // What exists now. Cheap, and without a lock while nothing changes: each thread keeps the snapshot it saw last. Give
  // it back after the statement: it keeps the definitions of its moment.
  CatalogSnapshotPtr snapshot() const;

  // The latest definition of a table: from the snapshot, else from the store (which also tells why a definition could
  // not be loaded). Null: no such table.
  Result<TableDefinitionPtr> table(const TableId& id) const;
  // A definition as it was, for reading what was written with it. `not_found` when there is no such version.
  Result<TableDefinitionPtr> version(const TableId& id, uint32_t version) const;
  // Every version, ascending; empty: no such table.
  Result<std::vector<TableDefinition>> history(const TableId& id) const;

  // The rows of schema `system` or `information_schema` by name, in any case. Null: there is no such view.
  const SystemView* source(std::string_view schema, std::string_view name) const;
  const std::vector<std::unique_ptr<SystemView>>& views() const { return views_; }
  // Where modules above register the rows of their views.
  ProvidedViews& provided() { return provided_; }

  // One statement: `make` fills the change, which is then stored and seen, or neither. One at a time.
  Status update(const std::function<Status(CatalogChange& change)>& make);
  // The same in two steps, for a caller that orders all writes and stores change.batch() with others of its own.
  CatalogChange begin() const { return begin(clock_.now_ms()); }
  CatalogChange begin(int64_t now_ms) const;  // what is made in it, is made then
  void activate(CatalogChange change);

  // The clean-up of a dropped table is done: its definition may be forgotten.
  Status erase_dropped(const TableId& table, uint64_t generation);

  const SystemTables& tables() const { return tables_; }
  const TableDefinitions& definitions() const { return definitions_; }
  uint64_t epoch() const { return epoch_; }
  // Rises with each change of a user, once it is stored: what was read of users after asking for it holds while it
  // stays.
  uint64_t users_version() const { return users_version_.load(std::memory_order_acquire); }

  struct CacheStats {
    uint64_t hits = 0;
    uint64_t misses = 0;
    size_t tables = 0;    // latest definitions
    size_t versions = 0;  // earlier ones
    double hit_rate() const {
      return hits + misses == 0 ? 1.0 : static_cast<double>(hits) / static_cast<double>(hits + misses);
    }
  };
  CacheStats cache_stats() const;

 private:
  Catalog(store::Store& store, Clock& clock, CatalogOptions options, SystemTables tables, TableDefinitions definitions);

  Status load();
  void make_views();
  void provide_stats();
  void publish(CatalogSnapshotPtr snapshot);
  Status fault() const;  // of the cache, when a test asks for one

  store::Store& store_;
  Clock& clock_;
  const CatalogOptions options_;
  const SystemTables tables_;
  const TableDefinitions definitions_;
  uint64_t epoch_ = 0;

  std::mutex update_mutex_;  // one statement at a time
  mutable std::mutex mutex_;
  CatalogSnapshotPtr current_;          // guarded by mutex_
  std::atomic<uint64_t> published_{0};  // which snapshot current_ is; never the same for two, in any catalog
  std::atomic<uint64_t> users_version_{0};
  mutable VersionCache versions_;
  mutable StripedCounter hits_;
  mutable StripedCounter misses_;

  ProvidedViews provided_;
  std::vector<std::unique_ptr<SystemView>> views_;
};

}  // namespace kalam::catalog
