#include "catalog/schema_version.h"

#include "base/log.h"
#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

using log::Level;
using namespace std::string_literals;

class SchemaVersionTest : public testing::Test {
 protected:
  SchemaVersionTest() : store_(store::open_memory_store()) {}

  void stored(const std::string& bytes) { must(store_->put(store_->default_partition(), kSchemaVersionKey, bytes)); }
  std::string stored() { return must(store_->get(store_->default_partition(), kSchemaVersionKey)).value_or("nothing"); }
  Status run(const SchemaVersions& versions = system_schema_versions()) {
    return bring_up_to_date(*store_, versions, [this]() -> Status {
      if (contents_fit_) return {};
      return Error{ErrorCode::invalid_schema_evolution, "contents do not fit"};
    });
  }
  // Steps that each count their runs in the store.
  static Migration step(uint32_t from, bool fails = false) {
    return {from, "step " + std::to_string(from),
            [from, fails](const store::Store& store, store::Batch& batch) -> Status {
              if (fails) return Error{ErrorCode::io, "killed"};
              const auto partition = store.default_partition();
              const auto key = "ran:" + std::to_string(from);
              batch.put(partition, key, TRY(store.get(partition, key)).value_or("") + "x");
              return {};
            }};
  }
  std::string runs(uint32_t from) {
    return must(store_->get(store_->default_partition(), "ran:" + std::to_string(from))).value_or("");
  }

  std::unique_ptr<store::Store> store_;
  bool contents_fit_ = true;
};

// serialization case 18, too.
TEST_F(SchemaVersionTest, Case60_FirstStart) {
  log::Capture captured;
  must(run());
  EXPECT_EQ(stored(), "\0\0\0\1"s);
  EXPECT_TRUE(captured.contains(Level::info, "System schema version not found - initializing at v1"));
  EXPECT_TRUE(captured.contains(Level::info, "Creating initial system schema (v1) with 7 system tables"));
  EXPECT_TRUE(captured.contains(Level::info, "System schema version updated to v1"));
  EXPECT_TRUE(captured.contains(Level::info, "System tables initialized with schema version tracking"));
}

// serialization case 19, too.
TEST_F(SchemaVersionTest, Case61_SecondStart) {
  must(run());
  log::Capture captured;
  must(run());
  EXPECT_EQ(stored(), "\0\0\0\1"s);
  ASSERT_EQ(captured.events().size(), 2u);
  EXPECT_TRUE(captured.contains(Level::debug, "System schema version v1 up-to-date"));
  EXPECT_TRUE(captured.contains(Level::info, "System tables initialized with schema version tracking"));
}

TEST_F(SchemaVersionTest, Case62_StoredZero) {
  stored("\0\0\0\0"s);
  must(run());
  EXPECT_EQ(stored(), "\0\0\0\1"s);
}

// serialization case 20, too.
TEST_F(SchemaVersionTest, Case63_Downgrade) {
  stored("\0\0\x03\xE7"s);
  log::Capture captured;
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "Invalid operation: Cannot downgrade system schema from v999 to v1");
  EXPECT_TRUE(captured.contains(Level::error, "System schema downgrade detected: v999 -> v1 (stored > current)"));
  EXPECT_EQ(stored(), "\0\0\x03\xE7"s);
}

TEST_F(SchemaVersionTest, Case64_WrongLength) {
  for (const auto& bytes : {""s, "\0\0\1"s, "\0\0\0\0\0\0\0\1"s}) {
    stored(bytes);
    const auto status = run();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::corruption);
    EXPECT_EQ(stored(), bytes);
  }
}

TEST_F(SchemaVersionTest, Case66_StepsHappenOnceEachWhereverTheServerIsKilled) {
  must(run());
  log::Capture captured;
  const auto killed = run({.current = 4, .migrations = {step(1), step(2, true), step(3)}});
  ASSERT_FALSE(killed.ok());
  EXPECT_EQ(stored(), "\0\0\0\2"s);
  EXPECT_TRUE(captured.contains(Level::info, "System schema upgrade detected: v1 -> v4"));
  EXPECT_TRUE(captured.contains(Level::info, "Migrating v1 -> v2: step 1"));
  EXPECT_TRUE(captured.contains(Level::info, "System schema version updated to v2"));

  must(run({.current = 4, .migrations = {step(1), step(2), step(3)}}));
  EXPECT_EQ(stored(), "\0\0\0\4"s);
  EXPECT_EQ(runs(1), "x");
  EXPECT_EQ(runs(2), "x");
  EXPECT_EQ(runs(3), "x");
}

TEST_F(SchemaVersionTest, AVersionWithoutAStepDependsOnTheContents) {
  must(run());
  const SchemaVersions gap{.current = 3, .migrations = {step(2)}};
  contents_fit_ = false;
  EXPECT_FALSE(run(gap).ok());
  EXPECT_EQ(stored(), "\0\0\0\1"s);
  contents_fit_ = true;
  log::Capture captured;
  must(run(gap));
  EXPECT_EQ(stored(), "\0\0\0\3"s);
  EXPECT_TRUE(captured.contains(Level::warn, "Unknown stored schema version 1 - proceeding with v3"));
}

TEST_F(SchemaVersionTest, EpochIsDrawnOnce) {
  SeededRandom random(1);
  const auto epoch = must(database_epoch(*store_, random));
  EXPECT_EQ(must(database_epoch(*store_, random)), epoch);
  EXPECT_EQ(must(store_->get(store_->default_partition(), kEpochKey))->size(), 8u);
  must(store_->put(store_->default_partition(), kEpochKey, "short"));
  EXPECT_EQ(database_epoch(*store_, random).error().code, ErrorCode::corruption);
}

}  // namespace
}  // namespace kalam::catalog
