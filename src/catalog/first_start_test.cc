// What a new database has, and what a second start leaves alone.

#include "base/log.h"
#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

class FirstStartTest : public CatalogTest {};

// They are created in one batch, which lists them: one that the list lacks would cost a sync of its own.
TEST_F(FirstStartTest, ItsPartitionsAreThoseOfTheOneBatch) {
  open();
  auto listed = SystemTables::partitions();
  listed.push_back(TableDefinitions::kPartition);
  EXPECT_THAT(store_->list_partitions(), testing::UnorderedElementsAreArray(listed));
}

TEST_F(FirstStartTest, Case1_Namespaces) {
  open();
  EXPECT_EQ(select("system", "namespaces", {"namespace_id", "options"}), (Texts{{"dba", "{}"}, {"default", "{}"}}));
}

TEST_F(FirstStartTest, Case2_TwelveDefinitionsAlsoAfterASecondStart) {
  open();
  EXPECT_EQ(select("system", "schemas", {"table_id"}).size(), 12u);
  clock_.advance(std::chrono::hours(1));
  reopen();
  EXPECT_EQ(select("system", "schemas", {"table_id"}).size(), 12u);
}

TEST_F(FirstStartTest, Case3_StorageLocalIsMadeOnce) {
  log::Capture captured;
  open();
  EXPECT_TRUE(captured.contains(log::Level::info, "No storages found, creating default 'local' storage"));
  const auto before = select("system", "storages", {"storage_id", "storage_name", "storage_type", "created_at"});
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0][0], "local");
  EXPECT_EQ(before[0][1], "Local Filesystem");
  EXPECT_EQ(before[0][2], "filesystem");
  EXPECT_EQ(select("system", "storages", {"base_directory", "description", "credentials", "config_json"}),
            (Texts{{"/data/kalam/storage", "Default local filesystem storage", "NULL", "NULL"}}));
  clock_.advance(std::chrono::hours(1));
  reopen();
  EXPECT_EQ(select("system", "storages", {"storage_id", "storage_name", "storage_type", "created_at"}), before);
}

TEST_F(FirstStartTest, Case4_RootWithoutPassword) {
  log::Capture captured;
  options_.first_start.public_origin = "http://db.example:8080";
  open();
  EXPECT_EQ(select("system", "users", {"user_id", "role", "auth_type", "email", "storage_mode", "password_hash"}),
            (Texts{{"root", "system", "Internal", "root@localhost", "Table", ""}}));
  EXPECT_EQ(select("system", "users", {"storage_id", "failed_login_attempts", "deleted_at"}),
            (Texts{{"local", "0", "NULL"}}));
  EXPECT_TRUE(captured.contains(log::Level::info,
                                "✓ Created system user 'root' (no password: run the setup at "
                                "http://db.example:8080/ui/setup or POST /v1/api/auth/setup)"));
}

TEST_F(FirstStartTest, Case5_ThePasswordCountsOnlyWhenRootIsMade) {
  int asked = 0;
  options_.first_start.root_password_hash = [&]() -> Result<std::string> {
    ++asked;
    return "$2b$12$hash" + std::to_string(asked);
  };
  open();
  reopen();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(select("system", "users", {"password_hash"}), (Texts{{"$2b$12$hash1"}}));
}

TEST_F(FirstStartTest, AFailingPasswordHashEndsTheStart) {
  options_.first_start.root_password_hash = []() -> Result<std::string> { return Error{ErrorCode::internal, "no"}; };
  EXPECT_FALSE(try_open().ok());
  options_.first_start.root_password_hash = nullptr;
  open();  // nothing of the failed start is in the way
  EXPECT_EQ(select("system", "users", {"user_id"}), (Texts{{"root"}}));
}

TEST_F(FirstStartTest, Case7_NoUserSystem) {
  open();
  EXPECT_TRUE(select("system", "users", {"user_id"}, {{"user_id", "system"}}).empty());
}

TEST_F(FirstStartTest, ADeletedRootIsLeftAlone) {
  open();
  auto root = must(catalog_->tables().users.get(UserId("root")));
  root->deleted_at = timestamp(clock_.now_ms());
  must(update([&](CatalogChange& change) { return change.put(*root); }));
  reopen();
  EXPECT_NE(select("system", "users", {"deleted_at"})[0][0], "NULL");
}

TEST_F(FirstStartTest, ASecondStartWritesNoNewVersionOfDbaTables) {
  open();
  const auto before = select("system", "schemas", {"table_id", "schema_version", "created_at", "updated_at"});
  clock_.advance(std::chrono::hours(24));
  reopen();
  EXPECT_EQ(select("system", "schemas", {"table_id", "schema_version", "created_at", "updated_at"}), before);
}

TEST_F(FirstStartTest, DbaTables) {
  open();
  const auto snapshot = catalog_->snapshot();
  const auto* stats = snapshot->table("dba", "stats");
  ASSERT_NE(stats, nullptr);
  const auto& options = std::get<SharedTableOptions>(stats->options);
  EXPECT_EQ(options.access_level, AccessLevel::dba);
  EXPECT_EQ(options.flush_policy->rows, 10'000u);
  EXPECT_EQ(stats->comment, "Bootstrap-managed DBA time-series metrics sampled from system.stats");
  const auto* notifications = snapshot->table("dba", "notifications");
  ASSERT_NE(notifications, nullptr);
  EXPECT_EQ(std::get<SharedTableOptions>(notifications->options).access_level, AccessLevel::public_);
  EXPECT_EQ(notifications->columns.size(), 9u);
  EXPECT_EQ(notifications->column("is_read")->default_value.sql(), "FALSE");
}

// On disk, with the store closed in between.
TEST(FirstStartOnDisk, Cases2_3_5_EverythingIsThereAgain) {
  const TempDirectory directory;
  ManualClock clock;
  SeededRandom random(7);
  CatalogOptions options;
  options.first_start.data_path = directory.path();
  options.first_start.root_password_hash = []() -> Result<std::string> { return "$2b$12$first"; };
  uint64_t epoch = 0;
  std::vector<TableDefinition> tables;
  for (int start = 0; start < 3; ++start) {
    const auto store = must(store::open_store({.path = directory.path() + "/store"}));
    const auto catalog = must(Catalog::open(*store, clock, random, options));
    options.first_start.root_password_hash = []() -> Result<std::string> { return "$2b$12$later"; };
    std::vector<TableDefinition> found;
    for (const auto& table : catalog->snapshot()->tables()) found.push_back(*table);
    if (start == 0) {
      tables = found;
      epoch = catalog->epoch();
    }
    EXPECT_EQ(found.size(), 12u);
    EXPECT_EQ(found, tables);
    EXPECT_EQ(catalog->epoch(), epoch);
    EXPECT_EQ(must(catalog->tables().users.get(UserId("root")))->password_hash, "$2b$12$first");
    clock.advance(std::chrono::hours(1));
  }
}

// One damaged definition costs one table; the start goes on, and whoever asks for the table learns why.
TEST_F(FirstStartTest, ADamagedDefinitionCostsOneTable) {
  open();
  create_sample("app.a");
  create_sample("app.b");
  const auto id = must(parse_table_id("app.b"));
  const auto schemas = must(store_->partition("system_schemas"));
  const auto latest = codec::KeyWriter().text("app").text("b").u8(0).take();
  const auto bytes = must(store_->get(schemas, latest)).value();
  must(store_->put(schemas, latest, bytes.substr(0, bytes.size() / 2)));
  log::Capture captured;
  reopen();
  EXPECT_NE(catalog_->snapshot()->table("app", "a"), nullptr);
  EXPECT_EQ(catalog_->snapshot()->table(id), nullptr);
  EXPECT_FALSE(catalog_->table(id).ok());
  EXPECT_TRUE(
      captured.contains(log::Level::info, "SchemaRegistry initialized. Loaded: 13, Skipped (cached): 0, Failed: 1"));
  bool told = false;
  for (const auto& event : captured.events()) told |= event.message.starts_with("Failed to load table app.b: ");
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace kalam::catalog
