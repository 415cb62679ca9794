// Definitions over time: history, dropped tables, namespaces, creation. Both stores.

#include "base/log.h"
#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

class VersionsTest : public CatalogTest, public testing::WithParamInterface<const char*> {
 protected:
  VersionsTest() {
    if (std::string_view(GetParam()) == "rocks")
      store_ = must(store::open_store({.path = directory_.path() + "/store"}));
    open();
  }
  ~VersionsTest() override { catalog_.reset(); }

  TableDefinitionPtr table(std::string_view dotted) {
    return catalog_->snapshot()->share(must(parse_table_id(dotted)));
  }
  static AddColumn add(std::string_view name) {
    return {.name = std::string(name), .type = TypeTag::integer, .default_value = {}};
  }
  static std::string text(const Status& status) { return status.ok() ? "" : status.error().message; }

  TempDirectory directory_;
};

TEST_P(VersionsTest, Case35_SixtyVersions) {
  create_sample("app.t");
  for (int i = 1; i <= 60; ++i) must(alter("app.t", add("c" + std::to_string(i))));
  reopen();
  const auto history = must(catalog_->history(must(parse_table_id("app.t"))));
  ASSERT_EQ(history.size(), 61u);
  EXPECT_EQ(select("system", "schemas", {"schema_version"}, {{"table_id", "app:t"}}).size(), 61u);
  for (uint32_t version : {1u, 20u, 60u, 61u}) {
    const auto definition = must(catalog_->version(must(parse_table_id("app.t")), version));
    EXPECT_EQ(definition->columns.size(), 3 + version);
    EXPECT_EQ(*definition, history[version - 1]);
  }
  EXPECT_EQ(history[0].changes, "Initial schema");
  EXPECT_EQ(history[60].changes, "ADD COLUMN c60 INT");
  const auto missing = catalog_->version(must(parse_table_id("app.t")), 62);
  EXPECT_EQ(missing.error().message, "Schema version 62 not found for table app.t");
}

TEST_P(VersionsTest, Case36_DropAndCreateAgain) {
  create_sample("app.t");
  must(alter("app.t", add("age")));
  const auto before = table("app.t");
  must(drop_table("app.t"));
  EXPECT_EQ(table("app.t"), nullptr);
  EXPECT_TRUE(select("system", "schemas", {"table_id"}, {{"table_id", "app:t"}}).empty());
  EXPECT_EQ(text(drop_table("app.t")), "Table 't' not found in namespace 'app'");

  create_sample("app.t");
  const auto after = table("app.t");
  EXPECT_EQ(after->schema_version, 1u);
  EXPECT_EQ(after->columns[0].id, ColumnId(1));
  EXPECT_EQ(after->next_column_id, 5u);
  EXPECT_GT(after->generation, before->generation);
  EXPECT_EQ(must(catalog_->history(after->id)).size(), 1u);
  EXPECT_FALSE(catalog_->version(after->id, 2).ok());  // the earlier table's
}

TEST_P(VersionsTest, ADroppedDefinitionWaitsForItsCleanUp) {
  create_sample("app.t");
  must(alter("app.t", add("age")));
  const auto before = *table("app.t");
  must(drop_table("app.t"));
  reopen();
  EXPECT_EQ(table("app.t"), nullptr);
  EXPECT_EQ(must(catalog_->definitions().dropped()), std::vector<TableDefinition>{before});
  EXPECT_EQ(select("system", "tables", {"table_name"}, {{"namespace_id", "app"}}).size(), 0u);
  must(catalog_->erase_dropped(before.id, before.generation));
  must(catalog_->erase_dropped(before.id, before.generation));  // safe to repeat
  EXPECT_TRUE(must(catalog_->definitions().dropped()).empty());
  create_sample("app.t");
  EXPECT_GT(table("app.t")->generation, before.generation);
}

// Storing fails at the batch; memory must not know what the disk does not.
TEST_P(VersionsTest, Case31_AChangeThatFailsLeavesNothing) {
  create_sample("app.t");
  const auto status = update([&](CatalogChange& change) -> Status {
    TRY(change.create_namespace("other"));
    TRY(change.alter_table(must(parse_table_id("app.t")), add("age"), contents()));
    return Error{ErrorCode::cancelled, "no"};
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(catalog_->snapshot()->ns(NamespaceId("other")), nullptr);
  EXPECT_EQ(table("app.t")->schema_version, 1u);
  reopen();
  EXPECT_EQ(catalog_->snapshot()->ns(NamespaceId("other")), nullptr);
  EXPECT_EQ(must(catalog_->history(must(parse_table_id("app.t")))).size(), 1u);
}

TEST_P(VersionsTest, AVersionThatIsNotTheNextIsAConflict) {
  create_sample("app.t");
  auto next = *table("app.t");
  next.schema_version = 2;
  must(alter("app.t", add("age")));
  const auto status = update([&](CatalogChange& change) { return change.put_version(next); });
  EXPECT_EQ(text(status), "Conflict: table app.t was altered concurrently");
  EXPECT_EQ(status.error().code, ErrorCode::conflict);
}

// serialization case 24: one batch, so that latest is never ahead of or behind its version.
TEST_P(VersionsTest, LatestAndItsVersionTravelInOneBatch) {
  create_sample("app.t");
  for (int i = 0; i < 5; ++i) must(alter("app.t", add("c" + std::to_string(i))));
  const auto& definitions = catalog_->definitions();
  const auto id = must(parse_table_id("app.t"));
  EXPECT_EQ(must(definitions.latest(id)), must(definitions.version(id, 6)));
  auto change = catalog_->begin();
  must(change.alter_table(id, add("d"), contents()));
  EXPECT_EQ(change.batch().size(), 2u);
  // Not written: as if the server had died before.
  EXPECT_EQ(must(definitions.latest(id))->schema_version, 6u);
  EXPECT_FALSE(must(definitions.version(id, 7)).has_value());
}

TEST_P(VersionsTest, Case37_TheSameRowsOnEveryPath) {
  create_sample("app.t");
  create_sample("app.tt");
  create_sample("apple.t");
  must(alter("app.t", add("age")));
  const std::vector<std::string> columns = {"table_id",   "schema_version", "columns",   "options",
                                            "created_at", "updated_at",     "is_latest", "table_type"};
  const auto by_id = select("system", "schemas", columns, {{"table_id", "app:t"}});
  EXPECT_EQ(by_id.size(), 2u);
  EXPECT_EQ(select("system", "schemas", columns, {{"namespace_id", "app"}, {"table_name", "t"}}), by_id);
  Texts scanned;
  for (const auto& row : select("system", "schemas", columns)) {
    if (row[0] == "app:t") scanned.push_back(row);
  }
  EXPECT_EQ(scanned, by_id);
  EXPECT_EQ(select("system", "schemas", {"table_id"}, {{"namespace_id", "app"}}).size(), 3u);
}

TEST_P(VersionsTest, Case54_56_Creation) {
  create_namespace("APP");
  auto mixed = new_table("APP.Mixed", {key("id"), column("firstname", TypeTag::text)});
  must(create_table(mixed));
  EXPECT_NE(table("app.mixed"), nullptr);
  EXPECT_EQ(text(create_table(mixed)), "Table app.mixed already exists");
  EXPECT_EQ(text(create_table(new_table("nons.t", {key()}))),
            "Namespace 'nons' does not exist. Create it first with CREATE NAMESPACE nons");
  EXPECT_EQ(text(create_table(new_table("information_schema.t", {key()}))),
            "Cannot create system table 'information_schema.t'. System tables are managed internally.");
  EXPECT_EQ(text(create_table(new_table("app.u", {column("x", TypeTag::text)}))),
            "User tables require a PRIMARY KEY column");
  EXPECT_EQ(text(create_table(new_table("app.u", {column("x", TypeTag::text)}, TableType::shared))),
            "Shared tables require a PRIMARY KEY column");
  must(create_table(new_table("app.events", {column("x", TypeTag::text)}, TableType::stream)));
  auto elsewhere = new_table("app.u", {key()});
  elsewhere.options = UserTableOptions{
      .storage_id = StorageId("moon"), .flush_policy = {}, .compression = "snappy", .deleted_retention_hours = {}};
  EXPECT_EQ(text(create_table(elsewhere)), "Storage 'moon' does not exist");
  EXPECT_EQ(text(create_table(new_table("app.u", {key(), column("_id", TypeTag::integer)}))),
            "Invalid column name '_id': Column name '_id' is reserved and cannot be used");
  EXPECT_EQ(text(create_table(new_table("app.u", {key(), column("a", TypeTag::integer), column("A", TypeTag::text)}))),
            "Duplicate column name 'A'. Column names are case-insensitive.");
  EXPECT_EQ(table("app.u"), nullptr);
}

TEST_P(VersionsTest, Cases58_59_DropNamespace) {
  create_sample("app.t");
  create_sample("app.s", TableType::shared);
  const auto drop = [&](std::string_view name, bool cascade) {
    return update([&](CatalogChange& change) -> Status {
      TRY(change.drop_namespace(NamespaceId(std::string(name)), cascade));
      return {};
    });
  };
  EXPECT_EQ(text(drop("app", false)), "Namespace 'app' is not empty: 2 table(s). Use CASCADE to drop them");
  must(drop("app", true));
  EXPECT_EQ(text(drop("app", true)), "Namespace 'app' not found");
  EXPECT_EQ(text(drop("system", true)), "Namespace 'system' not found");
  EXPECT_EQ(text(drop("default", false)), "Namespace 'default' is reserved and cannot be used");
  EXPECT_EQ(text(drop("dba", true)), "Namespace 'dba' is reserved and cannot be used");
  EXPECT_EQ(table("app.t"), nullptr);
  EXPECT_EQ(must(catalog_->definitions().dropped()).size(), 2u);
  EXPECT_EQ(select("system", "namespaces", {"namespace_id"}), (Texts{{"dba"}, {"default"}}));
  // Case 50: gone at once.
  EXPECT_TRUE(select("information_schema", "schemata", {"schema_name"}, {{"schema_name", "app"}}).empty());
}

TEST_P(VersionsTest, Case70_ManyTables) {
  create_namespace("app");
  constexpr int kTables = 1200, kPerStatement = 100;  // one statement of the cascade, not one fsync each
  for (int i = 0; i < kTables; i += kPerStatement) {
    must(update([&](CatalogChange& change) -> Status {
      for (int j = i; j < i + kPerStatement; ++j)
        TRY(change.create_table(new_table("app.t" + std::to_string(j), {key()})));
      return {};
    }));
  }
  reopen();
  EXPECT_EQ(select("system", "tables", {"table_name"}).size(), kTables + 12u);
  EXPECT_EQ(catalog_->snapshot()->table_count(), kTables + 12u);
  for (int i = 0; i < kTables; ++i) EXPECT_NE(table("app.t" + std::to_string(i)), nullptr);
  EXPECT_EQ(select("system", "namespaces", {"table_count"}, {{"namespace_id", "app"}}), (Texts{{"1200"}}));
}

INSTANTIATE_TEST_SUITE_P(Stores, VersionsTest, testing::Values("memory", "rocks"),
                         [](const auto& tested) { return std::string(tested.param); });

// Case 69
TEST_F(CatalogTest, AFailingCacheNeverFailsTheQuery) {
  bool broken = false;
  options_.cache_fault = [&]() -> Status {
    if (broken) return Error{ErrorCode::internal, "cache is broken"};
    return {};
  };
  open();
  create_sample("app.t");
  must(alter("app.t", AddColumn{.name = "age", .type = TypeTag::integer, .default_value = {}}));
  const auto id = must(parse_table_id("app.t"));
  broken = true;
  log::Capture captured;
  EXPECT_EQ(must(catalog_->table(id))->schema_version, 2u);
  EXPECT_EQ(must(catalog_->version(id, 1))->columns.size(), 4u);
  EXPECT_EQ(must(catalog_->table(must(parse_table_id("app.nope")))), nullptr);
  EXPECT_TRUE(captured.contains(log::Level::error, "schema cache failed, reading the store instead"));
}

TEST(VersionCacheTest, TheOldestQuarterGoes) {
  VersionCache cache(8);
  const auto definition = [](uint32_t version) {
    auto made = std::make_shared<TableDefinition>();
    made->id = {NamespaceId("app"), TableName("t")};
    made->generation = 1;
    made->schema_version = version;
    return made;
  };
  const TableId id{NamespaceId("app"), TableName("t")};
  for (uint32_t version = 1; version <= 8; ++version) cache.insert(definition(version));
  EXPECT_NE(cache.find(id, 1, 1), nullptr);  // used again, so 2 and 3 are the oldest
  cache.insert(definition(9));
  EXPECT_EQ(cache.size(), 7u);
  EXPECT_NE(cache.find(id, 1, 1), nullptr);
  EXPECT_EQ(cache.find(id, 1, 2), nullptr);
  EXPECT_EQ(cache.find(id, 1, 3), nullptr);
  EXPECT_NE(cache.find(id, 1, 4), nullptr);
  EXPECT_EQ(cache.find(id, 2, 4), nullptr);  // another generation
  cache.erase(id);
  EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace kalam::catalog
