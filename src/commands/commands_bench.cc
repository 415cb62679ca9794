// What does a write cost from Writer to durable, and how many fit into a second?
// Watch: one row alone pays for no change of threads; many at once share a sync; rows of one command cost little more
// than their bytes.

#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>

#include "base/random.h"
#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "cluster/standalone_log.h"
#include "commands/apply.h"
#include "commands/writer.h"

namespace kalam::commands {
namespace {

struct Database {
  explicit Database(bool sync) {
    store::StoreOptions options;
    options.path = directory / "db";
    options.sync_writes = sync;
    store = must(store::open_store(options));
    catalog::CatalogOptions catalog_options;
    catalog_options.first_start.data_path = directory.path();
    catalog = must(catalog::Catalog::open(*store, clock, random, std::move(catalog_options)));
    tables = std::make_unique<tables::Tables>(*store, *catalog, clock);
    applier = must(Applier::open(*store, *catalog, *tables, {.sink = [](const ChangeSetPtr&) {}}));
    log = std::make_unique<cluster::StandaloneLog>(*applier);
    writer = std::make_unique<Writer>(*log, clock);
    ColumnDefinition id, body, n;
    id.name = "id", id.type = DataType(TypeTag::bigint), id.nullable = false, id.primary_key = true;
    body.name = "body", body.type = DataType(TypeTag::text);
    n.name = "n", n.type = DataType(TypeTag::bigint);
    const TableId name{NamespaceId("default"), TableName("t")};
    must(writer->write(CatalogWrite{{CreateTable{
        {.id = name, .type = TableType::shared, .columns = {id, body, n}, .options = SharedTableOptions{}}}}}));
    table = catalog->snapshot()->share(name);
  }

  RowWrite next_row() {
    const auto id = next.fetch_add(1, std::memory_order_relaxed);
    RowWrite write{.kind = ChangeKind::insert, .key = Value::int64(id)};
    write.row.values = {write.key, Value::text("a body of some thirty characters"), Value::int64(id * 3)};
    return write;
  }
  void insert(size_t rows) {
    RowsWrite part{.table = table};
    part.rows.reserve(rows);
    for (size_t i = 0; i < rows; ++i) part.rows.push_back(next_row());
    DataWrite write;
    write.parts.emplace_back(std::move(part));
    must(writer->write(std::move(write)));
  }

  TempDirectory directory;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Applier> applier;
  std::unique_ptr<cluster::StandaloneLog> log;
  std::unique_ptr<Writer> writer;
  TableDefinitionPtr table;
  std::atomic<int64_t> next{1};
};

// Rows of one command, by their number; unsynced.
void BM_InsertRows(benchmark::State& state) {
  Database db(false);
  for (auto _ : state) db.insert(static_cast<size_t>(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_InsertRows)->Arg(1)->Arg(100)->Arg(1000);

// One row a command, by the number of threads that write at once; every one is on disk when it is answered.
void BM_InsertSynced(benchmark::State& state) {
  static std::unique_ptr<Database> db;
  if (state.thread_index() == 0) db = std::make_unique<Database>(true);
  for (auto _ : state) db->insert(1);
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) db.reset();
}
BENCHMARK(BM_InsertSynced)->Threads(1)->Threads(8)->Threads(32)->UseRealTime();

// UPDATE of one row by its key to new values, from the version that the statement saw.
void BM_UpdateByKey(benchmark::State& state) {
  Database db(false);
  db.insert(1000);
  const auto table = must(db.tables->open(db.table));
  int64_t id = 1, value = 0;
  for (auto _ : state) {
    auto found = must(table->find(must(table->row_key({}, Value::int64(id)))));
    RowWrite write{
        .kind = ChangeKind::update, .key = Value::int64(id), .row = found->row, .expected = found->header.seq};
    write.row.values[2] = Value::int64(++value);
    DataWrite command;
    command.parts.emplace_back(RowsWrite{.table = db.table, .rows = {std::move(write)}});
    must(db.writer->write(std::move(command)));
    id = id % 1000 + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_UpdateByKey);

}  // namespace
}  // namespace kalam::commands
