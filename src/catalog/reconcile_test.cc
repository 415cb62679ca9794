// serialization cases 21 and 22, catalog case 65: what may differ between a stored system table and this build's.

#include "catalog/reconcile.h"

#include "base/log.h"
#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

TableDefinition sample() {
  TableDefinition table = table_definition<Job>();
  table.created_at_ms = 1000;
  table.updated_at_ms = 2000;
  return table;
}
ColumnDefinition& column_named(TableDefinition& table, std::string_view name) {
  for (auto& column : table.columns) {
    if (column.name == name) return column;
  }
  ADD_FAILURE() << "no column " << name;
  std::abort();
}

TEST(Reconcile, NothingStored) {
  const auto made = must(reconcile(sample(), nullptr, 77));
  EXPECT_EQ(made.outcome, Reconciled::Outcome::created);
  EXPECT_EQ(made.definition.schema_version, 1u);
  EXPECT_EQ(made.definition.created_at_ms, 77);
  EXPECT_EQ(made.definition.updated_at_ms, 77);
}

TEST(Reconcile, VersionAndTimesAreNoDifference) {
  auto stored = sample();
  stored.schema_version = 9;
  stored.created_at_ms = 5;
  EXPECT_EQ(must(reconcile(sample(), &stored, 77)).outcome, Reconciled::Outcome::unchanged);
}

TEST(Reconcile, Case65_ANewNullableColumnIsAVersion) {
  auto stored = sample();
  stored.columns.pop_back();
  stored.last_ordinal = 19;
  stored.next_column_id = 20;
  stored.schema_version = 4;
  const auto made = must(reconcile(sample(), &stored, 77'000));
  EXPECT_EQ(made.outcome, Reconciled::Outcome::upgraded);
  EXPECT_EQ(made.definition.schema_version, 5u);
  EXPECT_EQ(made.definition.created_at_ms, 1000);
  EXPECT_EQ(made.definition.updated_at_ms, 77'000);
  EXPECT_EQ(made.definition.columns.size(), 20u);
  EXPECT_EQ(made.definition.next_column_id, 21u);
}

TEST(Reconcile, Refusals) {
  struct Case {
    std::function<void(TableDefinition& expected, TableDefinition& stored)> change;
    std::string text;
  };
  using T = TableDefinition;
  const Case cases[] = {
      {[](T& e, T&) { e.id.table = TableName("tasks"); }, "table identity changed from system.jobs to system.tasks"},
      {[](T& e, T&) { e.type = TableType::shared; }, "table type changed from system to shared for system.jobs"},
      {[](T& e, T&) { column_named(e, "status").primary_key = true; }, "primary key columns changed for system.jobs"},
      {[](T& e, T&) { column_named(e, "status").partition_key = true; },
       "required partition/index key columns changed for system.jobs"},
      {[](T& e, T&) { e.columns.pop_back(); },
       "column 'leader_node_id' (id=20) was removed from system.jobs; only additive changes are allowed"},
      {[](T& e, T&) { column_named(e, "queue").name = "lane"; },
       "column rename is not allowed in startup reconciliation (id=9): 'queue' -> 'lane'"},
      {[](T& e, T&) { column_named(e, "leader_node_id").ordinal = 21; },
       "column ordinal changed for 'leader_node_id' (id=20): 20 -> 21"},
      {[](T& e, T&) { column_named(e, "queue").nullable = false; }, "column 'queue' changed from nullable to NOT NULL"},
      {[](T& e, T&) { column_named(e, "queue").type = DataType(TypeTag::integer); },
       "incompatible type change for column 'queue' (id=9): TEXT -> INT"},
      {[](T& e, T&) { column_named(e, "node_id").type = DataType(TypeTag::integer); },
       "incompatible type change for column 'node_id' (id=19): BIGINT -> INT"},
      {[](T& e, T& s) {
         s.columns.pop_back();
         e.columns.back().nullable = false;
       },
       "new non-null column 'leader_node_id' must declare a default value"},
  };
  for (const auto& [change, text] : cases) {
    auto expected = sample();
    auto stored = sample();
    change(expected, stored);
    const auto made = reconcile(expected, &stored, 77);
    ASSERT_FALSE(made.ok()) << text;
    EXPECT_EQ(made.error().code, ErrorCode::invalid_schema_evolution);
    EXPECT_EQ(made.error().message, "Invalid schema evolution: " + text);
  }
}

TEST(Reconcile, SafeWidening) {
  const auto decimal = [](uint32_t p, uint32_t s) { return must(DataType::decimal(p, s)); };
  struct Case {
    DataType from, to;
    bool safe;
  };
  const Case cases[] = {
      {TypeTag::smallint, TypeTag::integer, true}, {TypeTag::smallint, TypeTag::bigint, true},
      {TypeTag::integer, TypeTag::bigint, true},   {TypeTag::float_, TypeTag::double_, true},
      {decimal(10, 2), decimal(12, 2), true},      {decimal(10, 2), decimal(12, 3), false},
      {decimal(10, 2), decimal(9, 2), false},      {TypeTag::bigint, TypeTag::integer, false},
      {TypeTag::integer, TypeTag::text, false},    {TypeTag::text, TypeTag::json, false},
  };
  for (const auto& [from, to, safe] : cases) {
    auto expected = sample();
    auto stored = sample();
    column_named(stored, "cpu_used").type = from;
    column_named(expected, "cpu_used").type = to;
    EXPECT_EQ(reconcile(expected, &stored, 77).ok(), safe) << from << " -> " << to;
  }
}

TEST(Reconcile, ANewNotNullColumnWithADefault) {
  auto expected = sample();
  auto stored = sample();
  stored.columns.pop_back();
  expected.columns.back().nullable = false;
  expected.columns.back().default_value.kind = ColumnDefault::Literal{"0"};
  EXPECT_EQ(must(reconcile(expected, &stored, 77)).outcome, Reconciled::Outcome::upgraded);
}

class ReconcileAtStart : public CatalogTest {
 protected:
  // Replaces the stored definition of system.jobs, as an earlier or a foreign build would have written it.
  void store_jobs(const std::function<void(TableDefinition&)>& change) {
    auto jobs = table_definition<Job>();
    jobs.created_at_ms = jobs.updated_at_ms = 1000;
    change(jobs);
    store::Batch batch;
    must(catalog_->definitions().put(batch, jobs));
    must(store_->write(batch));
  }
};

TEST_F(ReconcileAtStart, Case65_AnEarlierJobsTableIsUpgraded) {
  open();
  store_jobs([](TableDefinition& jobs) { jobs.columns.pop_back(); });
  log::Capture captured;
  reopen();
  EXPECT_TRUE(captured.contains(log::Level::info,
                                "[SchemaRegistry] System schema reconciliation: created=0, upgraded=1, unchanged=9"));
  EXPECT_EQ(select("system", "schemas", {"schema_version", "created_at"}, {{"table_id", "system:jobs"}}),
            (Texts{{"1", "1000000"}, {"2", "1000000"}}));
}

TEST_F(ReconcileAtStart, Case65_ARenamedColumnEndsTheStart) {
  open();
  store_jobs([](TableDefinition& jobs) { column_named(jobs, "queue").name = "lane"; });
  const auto start = try_open();
  ASSERT_FALSE(start.ok());
  EXPECT_TRUE(start.error().message.starts_with("Invalid schema evolution: column rename is not allowed"));
  EXPECT_EQ(must(catalog_->definitions().latest({NamespaceId("system"), TableName("jobs")}))->column("lane")->id,
            ColumnId(9));
}

TEST_F(ReconcileAtStart, AFirstStartIsLogged) {
  log::Capture captured;
  open();
  EXPECT_TRUE(captured.contains(log::Level::info,
                                "[SchemaRegistry] System schema reconciliation: created=10, upgraded=0, unchanged=0"));
}

// serialization case 22
TEST_F(ReconcileAtStart, LegacyValuesEndTheStartWithAdvice) {
  open();
  for (const auto* partition :
       {"system_users", "system_namespaces", "system_schemas", "system_storages", "system_jobs", "system_job_nodes",
        "system_audit_log", "manifest_cache", "system_topics", "system_topic_offsets"}) {
    const auto in = must(store_->partition(partition));
    must(store_->put(in, std::string(4, '\xFF'), "{\"user_id\":\"x\"}"));
    const auto start = try_open();
    ASSERT_FALSE(start.ok()) << partition;
    EXPECT_EQ(start.error().code, ErrorCode::legacy_format) << partition << ": " << start.error();
    EXPECT_NE(start.error().message.find("Unsupported legacy value in partition '" + std::string(partition) + "'"),
              std::string::npos)
        << start.error();
    EXPECT_NE(start.error().message.find("back up and remove /data/kalam"), std::string::npos) << start.error();
    must(store_->remove(in, std::string(4, '\xFF')));
  }
  reopen();
}

// serialization case 22, at run time
TEST_F(ReconcileAtStart, ALegacyValueFailsThePointReadOnly) {
  open();
  const auto users = must(store_->partition("system_users"));
  must(store_->put(users, StoredAs<User>::encode(UserId("bob")), "legacy"));
  const auto read = catalog_->tables().users.get(UserId("bob"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::legacy_format);
  EXPECT_TRUE(must(catalog_->tables().users.get(UserId("root"))).has_value());
  EXPECT_FALSE(must(catalog_->tables().users.get(UserId("eve"))).has_value());
}

}  // namespace
}  // namespace kalam::catalog
