// The gates of the catalog: looking a table up, many tables with many versions, scans of system tables, the first
// start.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "catalog/catalog.h"

namespace kalam::catalog {
namespace {

using Seconds = std::chrono::duration<double>;

size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

TableId table_id(int number) { return {NamespaceId("app"), TableName("table_" + std::to_string(number))}; }

NewTable new_table(int number) {
  NewTable table;
  table.id = table_id(number);
  table.options = UserTableOptions{};
  for (int i = 0; i < 10; ++i) {
    ColumnDefinition column;
    column.name = "column_" + std::to_string(i);
    column.type = DataType(i == 0 ? TypeTag::bigint : TypeTag::text);
    column.primary_key = i == 0;
    column.nullable = i != 0;
    table.columns.push_back(std::move(column));
  }
  return table;
}

const TableContents kEmptyTable{.has_rows = []() -> Result<bool> { return false; },
                                .has_nulls = [](const ColumnDefinition&) -> Result<bool> { return false; }};

// Adds the column when the table lacks it, else drops it: so a table can be altered for ever.
void toggle_column(Catalog& catalog, const TableId& id, const std::string& name) {
  must(catalog.update([&](CatalogChange& change) -> Status {
    const AlterAction add = AddColumn{.name = name, .type = TypeTag::integer, .default_value = {}};
    const bool there = change.after().table(id)->column(name) != nullptr;
    TRY(change.alter_table(id, there ? DropColumn{name} : add, kEmptyTable));
    return {};
  }));
}

// A catalog on disk with `tables` tables of `versions` versions each; later versions add and drop one column.
struct Sample {
  Sample(int tables, int versions) : store(must(store::open_store({.path = directory.path() + "/store"}))) {
    catalog = must(Catalog::open(*store, clock, random, {.first_start = {.data_path = directory.path()}}));
    must(catalog->update([](CatalogChange& change) { return change.create_namespace("app"); }));
    for (int i = 0; i < tables; ++i) {
      must(catalog->update([&](CatalogChange& change) -> Status {
        TRY(change.create_table(new_table(i)));
        for (int version = 2; version <= versions; ++version) {
          const AlterAction add = AddColumn{.name = "extra", .type = TypeTag::integer, .default_value = {}};
          TRY(change.alter_table(table_id(i), version % 2 == 0 ? add : DropColumn{"extra"}, kEmptyTable));
        }
        return {};
      }));
    }
  }

  TempDirectory directory;
  SystemClock clock;
  SeededRandom random{7};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Catalog> catalog;
};

Sample& thousand_tables() {
  static Sample sample(1000, 1);
  return sample;
}

// What does finding the latest definition cost, and do threads get in each other's way?
// Gate: 100 us; expected below 200 ns, and items per second growing with the cores.
void BM_CachedLookup(benchmark::State& state) {
  const auto& catalog = *thousand_tables().catalog;
  std::vector<TableId> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(table_id(i));
  std::shuffle(ids.begin(), ids.end(), std::mt19937(7));
  size_t next = static_cast<size_t>(state.thread_index()) * 100;
  for (auto _ : state) benchmark::DoNotOptimize(catalog.table(ids[next++ % ids.size()]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CachedLookup)->ThreadRange(1, 16)->UseRealTime();

// The same for one hot table that every thread wants: a shared reference count would show here.
void BM_CachedLookupOfOneTable(benchmark::State& state) {
  const auto& catalog = *thousand_tables().catalog;
  const auto id = table_id(1);
  for (auto _ : state) benchmark::DoNotOptimize(catalog.table(id));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CachedLookupOfOneTable)->ThreadRange(1, 16)->UseRealTime();

// A mixed run on 1,000 tables while one of them is altered all the time: lookups of the latest definition, and now and
// then of an earlier version. Gates: hit rate >= 99 %, p99 of a lookup below 100 us.
void BM_MixedRun(benchmark::State& state) {
  auto& sample = thousand_tables();
  auto& catalog = *sample.catalog;
  std::mt19937 chance(7);
  std::vector<double> latencies;
  const auto before = catalog.cache_stats();
  std::atomic<bool> over{false};
  std::thread writer([&] {
    while (!over) toggle_column(catalog, table_id(0), "extra");
  });
  for (auto _ : state) {
    const auto id = table_id(static_cast<int>(chance() % 1000));
    const auto from = std::chrono::steady_clock::now();
    const auto found = catalog.table(id);
    latencies.push_back(Seconds(std::chrono::steady_clock::now() - from).count());
    if (chance() % 100 == 0) benchmark::DoNotOptimize(catalog.version(id, 1));
    benchmark::DoNotOptimize(found);
  }
  over = true;
  writer.join();
  const auto after = catalog.cache_stats();
  const auto hits = static_cast<double>(after.hits - before.hits);
  const auto p99 = latencies.begin() + static_cast<ptrdiff_t>(latencies.size() * 99 / 100);
  std::nth_element(latencies.begin(), p99, latencies.end());
  state.counters["hit_rate"] = hits / (hits + static_cast<double>(after.misses - before.misses));
  state.counters["p99_us"] = *p99 * 1e6;
}
BENCHMARK(BM_MixedRun)->Iterations(1'000'000)->Unit(benchmark::kNanosecond);

// An earlier version: from the cache when it holds the table's, else one read of the store.
void BM_EarlierVersion(benchmark::State& state) {
  static Sample sample(500, 2);
  const auto tables = static_cast<int>(state.range(0));
  int next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sample.catalog->version(table_id(next++ % tables), 1));
}
BENCHMARK(BM_EarlierVersion)->ArgName("tables")->Arg(100)->Arg(500);

// 1,000 tables of 50 versions: how much the process grows when a catalog opens on them and every version is read once.
// Gate: 100 MB.
void BM_MemoryOfManyVersions(benchmark::State& state) {
  Sample sample(1000, 50);
  for (auto _ : state) {
    sample.catalog.reset();
    const auto before = resident_bytes();
    const auto from = std::chrono::steady_clock::now();
    sample.catalog = must(Catalog::open(*sample.store, sample.clock, sample.random, {}));
    state.SetIterationTime(Seconds(std::chrono::steady_clock::now() - from).count());
    for (int i = 0; i < 1000; ++i) {
      for (uint32_t version = 1; version <= 50; ++version) {
        benchmark::DoNotOptimize(sample.catalog->version(table_id(i), version));
      }
    }
    const auto after = resident_bytes();
    state.counters["memory_mb"] = static_cast<double>(after > before ? after - before : 0) / 1e6;
  }
}
BENCHMARK(BM_MemoryOfManyVersions)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

// One statement's way through the catalog with 1,000 tables there: validate, store (synced), activate.
void BM_AlterTable(benchmark::State& state) {
  auto& catalog = *thousand_tables().catalog;
  for (auto _ : state) toggle_column(catalog, table_id(5), "more");
}
BENCHMARK(BM_AlterTable)->Unit(benchmark::kMicrosecond);

constexpr int kUsers = 20'000;
Sample& many_users() {
  static Sample& sample = [&]() -> Sample& {
    static Sample made(0, 1);
    store::Batch batch;
    for (int i = 0; i < kUsers; ++i) {
      User user;
      user.user_id = UserId("user_" + std::to_string(i));
      user.email = "user_" + std::to_string(i) + "@example.org";
      must(made.catalog->tables().users.add_insert(batch, user.user_id, user));
    }
    must(made.store->write(batch));
    return made;
  }();
  return sample;
}

// A scan of system.users against the same scan of a plain IndexedEntityStore of the same rows.
// Gate: within 10 %. Both give every column of every row as values.
void BM_ScanSystemTable(benchmark::State& state) {
  const auto& users = *many_users().catalog->source("system", "users");
  ScanRequest request;
  for (size_t i = 0; i < users.columns().size(); ++i) request.columns.push_back(i);
  std::vector<Value> row;
  for (auto _ : state) {
    auto cursor = must(users.open(request));
    size_t rows = 0;
    for (; must(cursor->next(row)); ++rows) benchmark::DoNotOptimize(row.data());
    if (rows != kUsers + 1) state.SkipWithError("rows are missing");
  }
  state.SetItemsProcessed(state.iterations() * kUsers);
}
BENCHMARK(BM_ScanSystemTable)->Unit(benchmark::kMillisecond);

void BM_ScanPlainEntityStore(benchmark::State& state) {
  auto& store = *many_users().store;
  using Plain = store::IndexedEntityStore<UserId, User, StoredAs<User>, ModelCodec<User>, Equality>;
  const auto plain = must(Plain::open(store, "system_users", {}));
  std::vector<size_t> columns;
  for (size_t i = 0; i < columns_of<User>().size(); ++i) columns.push_back(i);
  for (auto _ : state) {
    auto scan = must(plain.rows().scan_projected(columns));
    size_t rows = 0;
    while (auto row = must(scan.next())) {
      benchmark::DoNotOptimize(row->value.data());
      ++rows;
    }
    if (rows != kUsers + 1) state.SkipWithError("rows are missing");
  }
  state.SetItemsProcessed(state.iterations() * kUsers);
}
BENCHMARK(BM_ScanPlainEntityStore)->Unit(benchmark::kMillisecond);

// One column of fifteen: the projection's gain.
void BM_ScanOneColumn(benchmark::State& state) {
  const auto& users = *many_users().catalog->source("system", "users");
  ScanRequest request;
  request.columns = {0};
  std::vector<Value> row;
  for (auto _ : state) {
    auto cursor = must(users.open(request));
    while (must(cursor->next(row))) benchmark::DoNotOptimize(row.data());
  }
  state.SetItemsProcessed(state.iterations() * kUsers);
}
BENCHMARK(BM_ScanOneColumn)->Unit(benchmark::kMillisecond);

// information_schema.columns of one table, and of all: completion in a shell. Gate: 50 ms with 1,000 tables.
void BM_InformationSchemaColumns(benchmark::State& state) {
  const auto& columns = *thousand_tables().catalog->source("information_schema", "columns");
  ScanRequest request;
  for (size_t i = 0; i < columns.columns().size(); ++i) request.columns.push_back(i);
  request.viewer = {UserId("bob"), Role::user};
  if (state.range(0) == 1) {
    request.equal = {{1, Value::text("app")}, {2, Value::text("table_7")}};
  }
  std::vector<Value> row;
  for (auto _ : state) {
    auto cursor = must(columns.open(request));
    while (must(cursor->next(row))) benchmark::DoNotOptimize(row.data());
  }
}
BENCHMARK(BM_InformationSchemaColumns)->ArgName("one_table")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

// From an empty directory to a catalog that answers, the store's opening included. Gate: 100 ms.
void BM_FirstStart(benchmark::State& state) {
  for (auto _ : state) {
    const TempDirectory directory;
    SystemClock clock;
    SeededRandom random(7);
    const auto from = std::chrono::steady_clock::now();
    auto store = must(store::open_store({.path = directory.path() + "/store"}));
    auto catalog = must(Catalog::open(*store, clock, random, {.first_start = {.data_path = directory.path()}}));
    state.SetIterationTime(Seconds(std::chrono::steady_clock::now() - from).count());
    catalog.reset();
  }
}
BENCHMARK(BM_FirstStart)->UseManualTime()->Unit(benchmark::kMillisecond);

// The same directory again: everything is there.
void BM_SecondStart(benchmark::State& state) {
  Sample sample(0, 1);
  for (auto _ : state) {
    sample.catalog.reset();
    sample.catalog = must(Catalog::open(*sample.store, sample.clock, sample.random, {}));
  }
}
BENCHMARK(BM_SecondStart)->Unit(benchmark::kMillisecond);

// Only the number of the system schema. Gate: 1 ms.
void BM_SchemaVersionCheck(benchmark::State& state) {
  Sample sample(0, 1);
  for (auto _ : state) must(bring_up_to_date(*sample.store, system_schema_versions(), []() -> Status { return {}; }));
}
BENCHMARK(BM_SchemaVersionCheck)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kalam::catalog
