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
#include "commands/wire_form.h"
#include "commands/writer.h"
#include "store/store.h"
#include "tables/tables.h"

namespace kalam::commands {

// Expressions of a test: any function of a row. They travel as texts like others do, as many as they give values.
class TestExpressions final : public duck::RowExpressions {
 public:
  using Function = std::function<std::vector<Value>(std::span<const Value> row, std::span<const Value> parameters)>;
  TestExpressions(size_t columns, Function function, size_t values = 1)
      : TestExpressions(columns, function, texts_of(function, values)) {}

  // Those of a text.
  static Result<RowExpressionsPtr> bind(const tables::TablePtr& table, const KeyedWrite& write) {
    auto& known = registry();
    const std::lock_guard lock(known.mutex);
    const auto function = known.functions.find(write.texts.front());
    if (function == known.functions.end()) return Error{ErrorCode::invalid_input, "no expression of a test"};
    return RowExpressionsPtr(new TestExpressions(table->columns().size(), function->second, write.texts));
  }

  const std::vector<std::string>& texts() const override { return texts_; }
  size_t parameters() const override { return 0; }
  const std::vector<bool>& reads() const override { return reads_; }
  Status evaluate(std::span<const Value> row, std::span<const Value> parameters, const Viewer&,
                  std::vector<Value>& out) const override {
    out = function_(row, parameters);
    return {};
  }

 private:
  TestExpressions(size_t columns, Function function, std::vector<std::string> texts)
      : texts_(std::move(texts)), reads_(columns, true), function_(std::move(function)) {}

  struct Registry {
    std::mutex mutex;
    std::map<std::string, Function> functions;  // guarded by mutex
  };
  static Registry& registry() {
    static Registry all;
    return all;
  }
  static std::vector<std::string> texts_of(Function function, size_t values) {
    auto& known = registry();
    const std::lock_guard lock(known.mutex);
    auto text = "test expression " + std::to_string(known.functions.size());
    known.functions.emplace(text, std::move(function));
    return std::vector<std::string>(values, text);
  }

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

// Everything that is stored, by partition.
using StoredBytes = std::map<std::string, std::map<std::string, std::string>>;
inline StoredBytes bytes_of(store::Store& store) {
  StoredBytes all;
  const auto add = [&](const store::Partition& partition, std::map<std::string, std::string>& into) {
    auto scan = must(store.scan(partition));
    for (; scan->valid(); scan->next()) into.emplace(scan->key(), scan->value());
    must(scan->status());
  };
  for (const auto& name : store.list_partitions()) add(must(store.partition(name)), all[name]);
  add(store.default_partition(), all["default"]);
  return all;
}

// Another machine: it gets of each command what the wire carries.
struct Replica {
  explicit Replica(ManualClock& clock) : clock(clock) {}

  ManualClock& clock;
  SeededRandom random{7};
  std::unique_ptr<store::Store> store = store::open_memory_store();
  std::unique_ptr<catalog::Catalog> catalog =
      must(catalog::Catalog::open(*store, clock, random, {.first_start = {.data_path = "/data/kalam"}}));
  tables::Tables tables{*store, *catalog, clock};
  std::vector<ChangeSetPtr> changed;
  std::unique_ptr<Applier> applier =
      must(Applier::open(*store, *catalog, tables,
                         {.sink = [this](ChangeSetPtr changes) { changed.push_back(std::move(changes)); },
                          .bind = TestExpressions::bind}));
};

// Applies every proposal twice: as it is here, and as bytes made of it on a replica. Both must do and answer the same.
class ThroughWire final : public cluster::StateMachine {
 public:
  ThroughWire(Applier& here, Replica& there) : here_(here), there_(there) {}

  void made(ChangeSetPtr changes) { made_.push_back(std::move(changes)); }

  std::vector<Result<cluster::OutcomePtr>> apply(std::span<const cluster::ProposalPtr> proposals) override {
    std::vector<cluster::ProposalPtr> arrived;
    for (const auto& proposal : proposals) {
      const auto bytes = must(proposal->encode());
      arrived.push_back(must(read_wire_form(bytes)));
      EXPECT_EQ(must(arrived.back()->encode()), bytes);
    }
    made_.clear(), there_.changed.clear();
    auto answers = here_.apply(proposals);
    const auto theirs = there_.applier->apply(arrived);
    EXPECT_EQ(answers.size(), theirs.size());
    for (size_t i = 0; i < answers.size(); ++i) expect_same(answers[i], theirs[i]);
    EXPECT_EQ(made_.size(), there_.changed.size());
    for (size_t i = 0; i < made_.size(); ++i) expect_same(*made_[i], *there_.changed[i]);
    ++groups;
    return answers;
  }

  uint64_t groups = 0;

 private:
  static void expect_same(const Result<cluster::OutcomePtr>& a, const Result<cluster::OutcomePtr>& b) {
    ASSERT_EQ(a.ok(), b.ok()) << (a.ok() ? b.error() : a.error());
    if (!a.ok()) {
      EXPECT_EQ(a.error().code, b.error().code);
      EXPECT_EQ(a.error().message, b.error().message);
      return;
    }
    const auto& x = static_cast<const WriteOutcome&>(**a).applied;
    const auto& y = static_cast<const WriteOutcome&>(**b).applied;
    EXPECT_EQ(x.commit, y.commit);
    EXPECT_EQ(x.rows, y.rows);
    EXPECT_EQ(x.repeated, y.repeated);
    EXPECT_EQ(x.dropped, y.dropped);
    ASSERT_EQ(x.alteration.has_value(), y.alteration.has_value());
    if (!x.alteration) return;
    EXPECT_EQ(x.alteration->after, y.alteration->after);
    EXPECT_EQ(x.alteration->changed, y.alteration->changed);
    EXPECT_EQ(x.alteration->action, y.alteration->action);
  }
  static void expect_same(const std::shared_ptr<const Row>& a, const std::shared_ptr<const Row>& b) {
    ASSERT_EQ(a == nullptr, b == nullptr);
    if (a) {
      EXPECT_EQ(*a, *b);
    }
  }
  static void expect_same(const ChangeSet& a, const ChangeSet& b) {
    EXPECT_EQ(a.commit, b.commit);
    ASSERT_EQ(a.tables.size(), b.tables.size());
    for (size_t i = 0; i < a.tables.size(); ++i) {
      const auto& x = a.tables[i];
      const auto& y = b.tables[i];
      EXPECT_EQ(*x.table, *y.table);
      EXPECT_EQ(x.user, y.user);
      ASSERT_EQ(x.rows.size(), y.rows.size());
      for (size_t row = 0; row < x.rows.size(); ++row) {
        EXPECT_EQ(x.rows[row].kind, y.rows[row].kind);
        EXPECT_EQ(x.rows[row].header, y.rows[row].header);
        EXPECT_EQ(x.rows[row].before_seq, y.rows[row].before_seq);
        expect_same(x.rows[row].before, y.rows[row].before);
        expect_same(x.rows[row].after, y.rows[row].after);
      }
    }
  }

  Applier& here_;
  Replica& there_;
  std::vector<ChangeSetPtr> made_;
};

// Each command also goes over the wire to a replica, and both must come out the same (ThroughWire).
class Database {
 public:
  // Without a path: in memory.
  explicit Database(std::string path = {}, bool sync = true)
      : path_(std::move(path)), sync_(sync), replica_(std::make_unique<Replica>(clock)) {
    open();
  }
  ~Database() { close(); }

  void open() {
    if (!store) store = path_.empty() ? store::open_memory_store() : must(store::open_store(options()));
    catalog::CatalogOptions catalog_options;
    catalog_options.first_start.data_path = "/data/kalam";
    catalog = must(catalog::Catalog::open(*store, clock, random_, std::move(catalog_options)));
    tables = std::make_unique<tables::Tables>(*store, *catalog, clock);
    applier = must(Applier::open(*store, *catalog, *tables,
                                 {.sink =
                                      [this](ChangeSetPtr changes) {
                                        if (replica_) through_wire->made(changes);
                                        const std::lock_guard lock(mutex_);
                                        seen_.push_back(std::move(changes));
                                      },
                                  .bind = TestExpressions::bind}));
    if (replica_) {
      through_wire = std::make_unique<ThroughWire>(*applier, *replica_);
      log = std::make_unique<cluster::StandaloneLog>(*through_wire);
    } else {
      log = std::make_unique<cluster::StandaloneLog>(*applier);
    }
    writer = std::make_unique<Writer>(*log, clock);
  }
  void close() {
    writer.reset();
    log.reset();
    if (through_wire) {
      EXPECT_TRUE(bytes_of(*store) == bytes_of(*replica_->store)) << "the replica stored something else";
    }
    through_wire.reset();
    applier.reset();
    tables.reset();
    catalog.reset();
    if (!path_.empty()) store.reset();  // a memory store is all there is
  }
  void restart() { close(), open(); }
  // Without the replica from here on: the test changes what is stored behind the back of commands.
  void stay_alone() {
    log.reset(), through_wire.reset(), replica_.reset();
    log = std::make_unique<cluster::StandaloneLog>(*applier);
    writer = std::make_unique<Writer>(*log, clock);
  }

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

  StoredBytes bytes() const { return bytes_of(*store); }

  ManualClock clock;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Applier> applier;
  std::unique_ptr<ThroughWire> through_wire;
  std::unique_ptr<cluster::StandaloneLog> log;
  std::unique_ptr<Writer> writer;

 private:
  store::StoreOptions options() const {
    store::StoreOptions made;
    made.path = path_;
    made.sync_writes = sync_;
    return made;
  }

  const std::string path_;
  const bool sync_;
  SeededRandom random_{7};
  std::mutex mutex_;
  std::vector<ChangeSetPtr> seen_;  // guarded by mutex_
  std::unique_ptr<Replica> replica_;
};

}  // namespace kalam::commands
