// For the tests of this module: a database without queries, on a memory store or on disk, with a clock that stands
// still.

#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "catalog/catalog.h"
#include "cluster/standalone_log.h"
#include "commands/apply.h"
#include "commands/proposal.h"
#include "commands/writer.h"
#include "store/store.h"
#include "tables/tables.h"

namespace kalam::commands {

// Expressions of a test: any function of a row.
class TestExpressions final : public duck::RowExpressions {
 public:
  using Function = std::function<std::vector<Value>(std::span<const Value> row, std::span<const Value> parameters)>;
  TestExpressions(size_t columns, Function function) : reads_(columns, true), function_(std::move(function)) {}

  const std::vector<std::string>& texts() const override { return texts_; }
  size_t parameters() const override { return 0; }
  const std::vector<bool>& reads() const override { return reads_; }
  Status evaluate(std::span<const Value> row, std::span<const Value> parameters, const Viewer&,
                  std::vector<Value>& out) const override {
    out = function_(row, parameters);
    return {};
  }

 private:
  std::vector<std::string> texts_;
  std::vector<bool> reads_;
  Function function_;
};

inline ColumnDefinition column(std::string name, TypeTag type, bool nullable = true) {
  ColumnDefinition made;
  made.name = std::move(name);
  made.type = DataType(type);
  made.nullable = nullable;
  return made;
}
// id BIGINT PRIMARY KEY, name TEXT NOT NULL, n BIGINT
inline std::vector<ColumnDefinition> sample_columns() {
  auto id = column("id", TypeTag::bigint, false);
  id.primary_key = true;
  return {std::move(id), column("name", TypeTag::text, false), column("n", TypeTag::bigint)};
}

inline Row row(int64_t id, std::string name = "x", std::optional<int64_t> n = 0) {
  return {{Value::int64(id), Value::text(std::move(name)), n ? Value::int64(*n) : Value::null(ScalarKind::int64)}};
}
inline RowWrite insert(Row row) {
  auto key = row.values.front();
  return {.kind = ChangeKind::insert, .key = std::move(key), .row = std::move(row)};
}
inline RowWrite update(Row row, std::optional<RowSeq> expected = {}) {
  auto key = row.values.front();
  return {.kind = ChangeKind::update, .key = std::move(key), .row = std::move(row), .expected = expected};
}
inline RowWrite remove(int64_t id, std::optional<RowSeq> expected = {}) {
  return {.kind = ChangeKind::remove, .key = Value::int64(id), .expected = expected};
}

class Database {
 public:
  // Without a path: in memory.
  explicit Database(std::string path = {}, bool sync = true) : path_(std::move(path)), sync_(sync) { open(); }
  ~Database() { close(); }

  void open() {
    if (!store) store = path_.empty() ? store::open_memory_store() : must(store::open_store(options()));
    catalog::CatalogOptions catalog_options;
    catalog_options.first_start.data_path = "/data/kalam";
    catalog = must(catalog::Catalog::open(*store, clock, random_, std::move(catalog_options)));
    tables = std::make_unique<tables::Tables>(*store, *catalog, clock);
    applier = must(Applier::open(*store, *catalog, *tables, clock, {.sink = [this](ChangeSetPtr changes) {
      const std::lock_guard lock(mutex_);
      seen_.push_back(std::move(changes));
    }}));
    log = std::make_unique<cluster::StandaloneLog>(*applier);
    writer = std::make_unique<Writer>(*log);
  }
  void close() {
    writer.reset();
    log.reset();
    applier.reset();
    tables.reset();
    catalog.reset();
    if (!path_.empty()) store.reset();  // a memory store is all there is
  }
  void restart() { close(), open(); }

  Result<Applied> write(Command command, std::optional<codec::command::WriteId> id = {}) {
    return writer->write(std::move(command), {std::move(id)});
  }
  Result<Applied> change(Change change) { return write(CatalogWrite{{std::move(change)}, {}, clock.now_ms()}); }

  TableDefinitionPtr create_table(std::string_view dotted, TableType type = TableType::shared) {
    const auto id = must(parse_table_id(dotted));
    if (!catalog->snapshot()->ns(id.ns)) must(change(CreateNamespace{id.ns.value()}));
    TableOptions options = SharedTableOptions{};
    if (type == TableType::user) options = UserTableOptions{};
    if (type == TableType::stream) options = StreamTableOptions{};
    must(change(CreateTable{{.id = id, .type = type, .columns = sample_columns(), .options = options}}));
    return table(dotted);
  }
  TableDefinitionPtr table(std::string_view dotted) const {
    return catalog->snapshot()->share(must(parse_table_id(dotted)));
  }

  Result<Applied> rows(const TableDefinitionPtr& table, std::vector<RowWrite> rows, std::optional<UserId> user = {},
                       std::optional<TransactionId> transaction = {}) {
    return write(DataWrite{{RowsWrite{table, std::move(user), std::move(rows)}}, std::move(transaction)});
  }

  std::optional<tables::Version> find(const TableDefinitionPtr& table, int64_t id, std::optional<UserId> user = {}) {
    const auto opened = must(tables->open(table));
    auto found = must(opened->find(must(opened->row_key(user, Value::int64(id)))));
    return found && !found->header.deleted ? std::move(found) : std::nullopt;
  }
  std::optional<RowSeq> seq_of(const TableDefinitionPtr& table, int64_t id) {
    const auto found = find(table, id);
    return found ? std::optional(found->header.seq) : std::nullopt;
  }

  // Of the commits since the last call.
  std::vector<ChangeSetPtr> changes() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

  // Everything that is stored, by partition.
  std::map<std::string, std::map<std::string, std::string>> bytes() const {
    std::map<std::string, std::map<std::string, std::string>> all;
    auto names = store->list_partitions();
    for (const auto& name : names) add_bytes(must(store->partition(name)), all[name]);
    add_bytes(store->default_partition(), all["default"]);
    return all;
  }

  ManualClock clock;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Applier> applier;
  std::unique_ptr<cluster::StandaloneLog> log;
  std::unique_ptr<Writer> writer;

 private:
  store::StoreOptions options() const {
    store::StoreOptions made;
    made.path = path_;
    made.sync_writes = sync_;
    return made;
  }
  void add_bytes(const store::Partition& partition, std::map<std::string, std::string>& into) const {
    auto scan = must(store->scan(partition));
    for (; scan->valid(); scan->next()) into.emplace(scan->key(), scan->value());
    must(scan->status());
  }

  const std::string path_;
  const bool sync_;
  SeededRandom random_{7};
  std::mutex mutex_;
  std::vector<ChangeSetPtr> seen_;  // guarded by mutex_
};

}  // namespace kalam::commands
