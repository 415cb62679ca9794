// What do rows cost, beside the store's own part? Tables of five columns (id BIGINT, name TEXT, age INT, score DOUBLE,
// note TEXT), on RocksDB, in its memtable or flushed to files.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "catalog/catalog.h"
#include "tables/table_reader.h"
#include "tables/tables.h"

namespace kalam::tables {
namespace {

const UserId kUser("user-0000-0001");

class Sample {
 public:
  explicit Sample(int64_t rows, bool flushed = false) : store_(must(store::open_store({.path = directory_ / "db"}))) {
    catalog::CatalogOptions options;
    options.first_start.data_path = "/data";
    catalog_ = must(catalog::Catalog::open(*store_, clock_, random_, std::move(options)));
    tables_.emplace(*store_, *catalog_, clock_);
    must(catalog_->update([&](catalog::CatalogChange& change) -> Status {
      TRY(change.create_namespace("app"));
      catalog::NewTable wanted;
      wanted.id = TableId{NamespaceId("app"), TableName("t")};
      wanted.options = UserTableOptions{};
      const std::pair<const char*, TypeTag> columns[] = {{"id", TypeTag::bigint},
                                                         {"name", TypeTag::text},
                                                         {"age", TypeTag::integer},
                                                         {"score", TypeTag::double_},
                                                         {"note", TypeTag::text}};
      for (const auto& [name, type] : columns) {
        ColumnDefinition column;
        column.name = name;
        column.type = type;
        column.primary_key = column.name == "id";
        column.nullable = !column.primary_key;
        wanted.columns.push_back(std::move(column));
      }
      TRY(change.create_table(wanted));
      return tables_->create(*change.after().table(wanted.id));
    }));
    table_ = must(tables_->open(catalog_->snapshot()->share({NamespaceId("app"), TableName("t")})));
    std::vector<int64_t> ids;
    for (int64_t id = 0; id < rows; ++id) ids.push_back(id);
    std::shuffle(ids.begin(), ids.end(), std::mt19937_64(7));
    store::Batch batch;
    for (const auto id : ids) {
      put(batch, row(id));
      if (batch.size() < 5000) continue;
      must(store_->write(batch, store::Durability::buffered));
      batch.clear();
    }
    must(store_->write(batch, store::Durability::buffered));
    if (flushed) must(store_->flush_memtables());
  }

  static Row row(int64_t id) {
    return Row{{Value::int64(id), Value::text("name of " + std::to_string(id)),
                Value::int32(static_cast<int32_t>(id % 90)), Value::float64(static_cast<double>(id) / 3),
                Value::text("a note that says more than a name does")}};
  }
  std::string key(int64_t id) const { return must(table_->row_key(kUser, Value::int64(id))); }
  void put(store::Batch& batch, const Row& row) const {
    const auto key = must(table_->row_key(kUser, row.values[0]));
    must(table_->put(batch, key, kUser, {RowSeq(row.values[0].as_int64() + 1), CommitSeq(1), false}, row));
  }
  const TablePtr& table() const { return table_; }
  const Tables& tables() const { return *tables_; }

 private:
  TempDirectory directory_;
  SystemClock clock_;
  SeededRandom random_{7};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::optional<Tables> tables_;
  TablePtr table_;
};

size_t read_all(const TableReader& reader, const ScanRequest& request) {
  auto cursor = must(reader.open(request));
  std::vector<Value> row;
  size_t rows = 0;
  while (must(cursor->next(row))) ++rows;
  return rows;
}

// What does one row by its key cost, in memory (10,000 rows: 3.5 MB) and from files many times as large as the block
// cache of 8 MiB? Watch: little above one get of the store.
void BM_Find(benchmark::State& state) {
  const auto rows = state.range(0);
  const Sample sample(rows, rows > 10'000);
  std::mt19937_64 random(7);
  for (auto _ : state) {
    const auto key = sample.key(static_cast<int64_t>(random() % static_cast<uint64_t>(rows)));
    benchmark::DoNotOptimize(must(sample.table()->find(key)));
  }
}
BENCHMARK(BM_Find)->ArgName("rows")->Arg(10'000)->Arg(200'000);

// The same through a reader, as SELECT … WHERE id = $1 asks.
void BM_ReadOneRow(benchmark::State& state) {
  const Sample sample(10'000);
  std::mt19937_64 random(7);
  for (auto _ : state) {
    const TableReader reader(must(sample.tables().open(sample.table()->shared_definition())),
                             {.user = kUser, .snapshot = nullptr});
    const auto id = Value::int64(static_cast<int64_t>(random() % 10'000));
    if (read_all(reader, {.columns = {0, 1, 2, 3, 4}, .equal = {{0, id}}}) != 1) state.SkipWithError("not found");
  }
}
BENCHMARK(BM_ReadOneRow);

// What does a scan cost a row, by the number of columns it wants? Watch: the first column costs far more than the next.
void BM_Scan(benchmark::State& state) {
  constexpr size_t kRows = 10'000;
  const Sample sample(kRows, state.range(1) != 0);
  const TableReader reader(sample.table(), {.user = kUser, .snapshot = nullptr});
  ScanRequest request;
  const size_t columns[] = {0, 2, 1, 3, 4};
  request.columns.assign(columns, columns + state.range(0));
  for (auto _ : state) {
    if (read_all(reader, request) != kRows) state.SkipWithError("rows are missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
}
BENCHMARK(BM_Scan)
    ->ArgNames({"columns", "flushed"})
    ->ArgsProduct({{0, 1, 2, 5}, {0, 1}})
    ->Unit(benchmark::kMicrosecond);

// ORDER BY id LIMIT 10, in both directions. Watch: no dependence on the size of the table.
void BM_FirstTen(benchmark::State& state) {
  const Sample sample(200'000);
  const TableReader reader(sample.table(), {.user = kUser, .snapshot = nullptr});
  for (auto _ : state) {
    const ScanRequest request{.columns = {0, 1, 2, 3, 4}, .reverse = state.range(0) != 0, .limit = 10};
    if (read_all(reader, request) != 10) state.SkipWithError("rows are missing");
  }
}
BENCHMARK(BM_FirstTen)->ArgName("reverse")->Arg(0)->Arg(1);

// What does a row cost on its way into a batch: key, checks, bytes?
void BM_PutIntoABatch(benchmark::State& state) {
  const Sample sample(10);
  const auto row = Sample::row(12345);
  store::Batch batch;
  for (auto _ : state) {
    sample.put(batch, row);
    if (batch.size() == 1000) batch.clear();
  }
}
BENCHMARK(BM_PutIntoABatch);

// Opening a table that is open. Watch: far below a point read.
void BM_Open(benchmark::State& state) {
  const Sample sample(10);
  const auto definition = sample.table()->shared_definition();
  for (auto _ : state) benchmark::DoNotOptimize(must(sample.tables().open(definition)));
}
BENCHMARK(BM_Open);

}  // namespace
}  // namespace kalam::tables
