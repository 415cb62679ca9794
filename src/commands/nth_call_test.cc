// One call of the store fails, the first, the second, … until a start and a few commands get by without: each answer is
// a value or a typed error, and after a restart there is what was acknowledged and nothing else.

#include <set>

#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

// Another store, whose n-th call that may fail does.
class FailingStore final : public store::Store {
 public:
  FailingStore(store::Store& under, size_t failing) : under_(under), failing_(failing) {}
  bool failed() const { return calls_ >= failing_; }

  Result<std::vector<store::Partition>> create_partitions(std::span<const std::string_view> names) override {
    TRY(call());
    return under_.create_partitions(names);
  }
  Result<store::Partition> partition(std::string_view name) const override { return under_.partition(name); }
  std::vector<std::string> list_partitions() const override { return under_.list_partitions(); }
  Status drop_partition(std::string_view name) override {
    TRY(call());
    return under_.drop_partition(name);
  }
  store::Partition default_partition() const override { return under_.default_partition(); }
  Result<std::optional<std::string>> get(const store::Partition& partition, std::string_view key,
                                         const store::SnapshotPtr& snapshot) const override {
    TRY(call());
    return under_.get(partition, key, snapshot);
  }
  Result<std::unique_ptr<store::Scan>> scan(const store::Partition& partition,
                                            store::ScanOptions options) const override {
    TRY(call());
    return under_.scan(partition, std::move(options));
  }
  store::SnapshotPtr snapshot() const override { return under_.snapshot(); }
  Status write(const store::Batch& batch, store::Durability durability) override {
    TRY(call());
    return under_.write(batch, durability);
  }
  Status compact(const store::Partition& partition) override { return under_.compact(partition); }
  Status flush_memtables() override { return under_.flush_memtables(); }
  Status backup_to(const std::string& directory) override { return under_.backup_to(directory); }
  std::map<std::string, std::string> stats() const override { return under_.stats(); }

 private:
  Status call() const {
    if (++calls_ == failing_) return Error{ErrorCode::io, "injected"};
    return {};
  }

  store::Store& under_;
  const size_t failing_;
  mutable size_t calls_ = 0;
};

struct Opened {
  static Result<std::unique_ptr<Opened>> open(store::Store& store, Clock& clock, Random& random) {
    auto opened = std::make_unique<Opened>();
    opened->catalog = TRY(catalog::Catalog::open(store, clock, random, {.first_start = {.data_path = "/data/kalam"}}));
    opened->tables = std::make_unique<tables::Tables>(store, *opened->catalog, clock);
    opened->applier = TRY(Applier::open(store, *opened->catalog, *opened->tables, {.bind = TestExpressions::bind}));
    opened->log = std::make_unique<cluster::StandaloneLog>(*opened->applier);
    opened->writer = std::make_unique<Writer>(*opened->log, clock);
    return opened;
  }

  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Applier> applier;
  std::unique_ptr<cluster::StandaloneLog> log;
  std::unique_ptr<Writer> writer;
};

TEST(NthCallFails, CommitAndStart) {
  const TableId id{NamespaceId("app"), TableName("t")};
  const codec::command::WriteId write_id{UserId("alice"), "key", 0, "f0"};
  bool reached_the_end = false;
  size_t refused_starts = 0;
  size_t refused_commands = 0;
  for (size_t n = 1; !reached_the_end; ++n) {
    ASSERT_LT(n, 2000u);
    SCOPED_TRACE("call " + std::to_string(n) + " fails");
    ManualClock clock;
    SeededRandom random(7);
    const auto under = store::open_memory_store();
    FailingStore failing(*under, n);

    bool made = false;
    std::set<int64_t> there;
    auto opened = Opened::open(failing, clock, random);
    if (!opened.ok()) {
      ++refused_starts;
      EXPECT_THAT(opened.error().message, testing::HasSubstr("injected"));
    } else {
      auto& db = **opened;
      const auto did = [&](Command command, std::optional<codec::command::WriteId> of = {}) {
        const auto answer = db.writer->write(std::move(command), {std::move(of)});
        if (!answer.ok()) ++refused_commands;
        return answer.ok();
      };
      const auto change = [&](Change each) { return did(CatalogWrite{{std::move(each)}, {}, clock.now_ms()}); };
      made = change(CreateNamespace{"app"}) &&
             change(CreateTable{
                 {.id = id, .type = TableType::shared, .columns = sample_columns(), .options = SharedTableOptions{}}});
      if (made) {
        const auto table = db.catalog->snapshot()->share(id);
        if (did(DataWrite{{RowsWrite{table, {}, {insert(row(1)), insert(row(2))}}}})) there = {1, 2};
        if (did(DataWrite{{RowsWrite{table, {}, {insert(row(3))}}}}, write_id)) there.insert(3);
        if (did(DataWrite{{RowsWrite{table, {}, {remove(1), insert(row(4))}}}})) there.erase(1), there.insert(4);
      }
    }
    reached_the_end = !failing.failed();
    opened = Error{ErrorCode::internal, "closed"};

    auto again = Opened::open(*under, clock, random);
    ASSERT_TRUE(again.ok()) << again.error();
    auto& db = **again;
    const auto table = db.catalog->snapshot()->share(id);
    ASSERT_EQ(table != nullptr, made);
    if (!made) continue;
    const auto rows = must(db.tables->open(table));
    std::set<int64_t> found;
    must(rows->each([&](const tables::Version& version) -> Result<bool> {
      if (!version.header.deleted) found.insert(version.row.values[0].as_int64());
      return true;
    }));
    ASSERT_EQ(found, there);
    // A repeat under the same id does what was not done, and nothing twice.
    const auto repeated = db.writer->write(DataWrite{{RowsWrite{table, {}, {insert(row(3))}}}}, {.write_id = write_id});
    ASSERT_TRUE(repeated.ok()) << repeated.error();
    ASSERT_EQ(repeated->repeated, there.contains(3));
  }
  EXPECT_GT(refused_starts, 0u);
  EXPECT_GT(refused_commands, 0u);
}

}  // namespace
}  // namespace kalam::commands
