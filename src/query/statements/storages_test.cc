#include <fstream>

#include "base/testing/temp_directory.h"
#include "query/statements/statements_fixture.h"
#include "query/statements/storage_template.h"

namespace kalam::query {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class Storages : public StatementsTest {
 protected:
  std::string path(std::string_view name) const { return directory_.path() + "/" + std::string(name); }
  std::string create(std::string_view rest) {
    return dba("CREATE STORAGE bad TYPE filesystem PATH '" + path("x") + "' " + std::string(rest));
  }
  const TempDirectory directory_;
};

constexpr std::string_view kChecked =
    "[storage_id, status, readable, writable, listable, deletable, latency_ms, total_bytes, used_bytes, error, "
    "tested_at] ";

TEST_F(Storages, SqlCase104_CreateCheckUseDrop) {
  EXPECT_EQ(dba("CREATE STORAGE st1 TYPE filesystem PATH '" + path("a/b") + "'"), "Storage 'st1' created successfully");
  EXPECT_TRUE(std::filesystem::is_directory(path("a/b")));
  EXPECT_TRUE(std::filesystem::is_empty(path("a/b")));  // the probe leaves nothing
  EXPECT_EQ(dba("CREATE STORAGE st1 TYPE filesystem PATH '" + path("c") + "'"), "E: Storage 'st1' already exists");
  EXPECT_FALSE(std::filesystem::exists(path("c")));

  const auto checked = dba("STORAGE CHECK st1");
  EXPECT_EQ(checked, std::string(kChecked) + R"(["st1","healthy",true,true,true,true,"0",null,null,null,)" +
                         std::to_string(clock_.now_ms()) + "]");
  EXPECT_THAT(dba("STORAGE CHECK st1 EXTENDED"),
              MatchesRegex(R"(.*\["st1","healthy",true,true,true,true,"0","[0-9]+","[0-9]+",null,[0-9]{13}\])"));

  dba("CREATE NAMESPACE app");
  dba("CREATE SHARED TABLE app.t (id INT PRIMARY KEY) WITH (STORAGE_ID='st1')");
  EXPECT_EQ(dba("DROP STORAGE st1"), "E: Cannot drop storage 'st1': 1 table(s) still using it");
  dba("DROP TABLE app.t");
  EXPECT_EQ(dba("DROP STORAGE st1"), "Storage 'st1' dropped successfully");
  EXPECT_EQ(dba("DROP STORAGE st1"), "E: Storage 'st1' not found");
  EXPECT_EQ(dba("DROP STORAGE IF EXISTS st1"), "Storage 'st1' does not exist (skipped)");
  EXPECT_EQ(dba("DROP STORAGE local"), "E: Cannot drop storage 'local'");
}

TEST_F(Storages, EverythingThatIsSaidIsKept) {
  EXPECT_EQ(dba("CREATE STORAGE st2 TYPE 'filesystem' NAME 'Second' DESCRIPTION 'the second one' PATH '" + path("s2") +
                "' SHARED_TABLES_TEMPLATE '{namespace}/{tableName}' USER_TABLES_TEMPLATE "
                "'{namespace}/{tableName}/{userId}' CONFIG '{\"type\":\"local\"}'"),
            "Storage 'st2' created successfully");
  EXPECT_EQ(select("SELECT storage_name, description, storage_type, shared_tables_template, user_tables_template, "
                   "config_json FROM system.storages WHERE storage_id = 'st2'"),
            R"(["Second","the second one","filesystem","{namespace}/{tableName}","{namespace}/{tableName}/{userId}",)"
            R"("{\"type\":\"local\"}"])");
  EXPECT_EQ(dba("ALTER STORAGE st2 SET NAME 'First' SET DESCRIPTION 'd'"), "Storage 'st2' altered successfully");
  EXPECT_EQ(select("SELECT storage_name, description, updated_at > created_at FROM system.storages WHERE storage_id = "
                   "'st2'"),
            R"(["First","d",true])");
  EXPECT_EQ(dba("ALTER STORAGE st2 SET USER_TABLES_TEMPLATE '{namespace}/{tableName}'"),
            "E: Invalid storage template: User table template: {userId} is required");
  EXPECT_THAT(dba("ALTER STORAGE st2 SET CONFIG '{\"a\":1}'"), HasSubstr("missing field `type`"));
  EXPECT_EQ(dba("ALTER STORAGE nosuch SET NAME 'x'"), "E: Storage 'nosuch' not found");
  EXPECT_EQ(dba("STORAGE CHECK nosuch"), "E: Storage 'nosuch' not found");
}

TEST_F(Storages, WhatIsWrongIsToldInOrder) {
  EXPECT_EQ(dba("CREATE STORAGE bad TYPE filesystem PATH ''"),
            "E: Filesystem storage requires a non-empty base directory");
  EXPECT_EQ(dba("CREATE STORAGE bad TYPE filesystem PATH '/proc/nope/x'"),
            "E: Failed to create filesystem storage directory '/proc/nope/x': No such file or directory (os error 2)");
  EXPECT_EQ(create("USER_TABLES_TEMPLATE '{namespace}/{tableName}'"),
            "E: Invalid storage template: User table template: {userId} is required");
  EXPECT_FALSE(std::filesystem::exists(path("x")));
  EXPECT_EQ(create("SHARED_TABLES_TEMPLATE '{foo}/{tableName}'"),
            "E: Invalid storage template: Shared table template: {namespace} is required");
  EXPECT_THAT(create("CONFIG 'x'"), StartsWith("E: Invalid CONFIG JSON: "));
  EXPECT_EQ(create("CONFIG '[]'"), "E: CONFIG must be a JSON object");
  EXPECT_THAT(create("CREDENTIALS 'x'"), StartsWith("E: Invalid credentials JSON: "));
  EXPECT_EQ(create("CREDENTIALS '[1]'"), "E: Credentials must be a JSON object");
  EXPECT_EQ(select("SELECT count(*) FROM system.storages"), R"(["1"])");
}

TEST_F(Storages, AnUnusableDirectoryIsFoundBeforeItIsNeeded) {
  std::ofstream(path("file")) << "no directory";
  EXPECT_THAT(dba("CREATE STORAGE bad TYPE filesystem PATH '" + path("file") + "'"), StartsWith("E: "));
  EXPECT_EQ(dba("CREATE STORAGE st TYPE filesystem PATH '" + path("st") + "'"), "Storage 'st' created successfully");
  std::filesystem::remove_all(path("st"));
  EXPECT_THAT(
      dba("STORAGE CHECK st"),
      StartsWith(std::string(kChecked) +
                 R"(["st","unreachable",false,false,false,false,"0",null,null,"Failed to initialize storage: )"));
}

// Spec sql 10.2: object stores are checked, and not there yet.
TEST_F(Storages, ObjectStoresAreNotThereYet) {
  EXPECT_EQ(dba("CREATE STORAGE b TYPE s3 BUCKET 'bucket' REGION 'eu'"),
            "E: CREATE STORAGE of type s3 is not available yet");
  EXPECT_EQ(dba("CREATE STORAGE b TYPE gcs BASE_DIRECTORY 'gs://bucket'"),
            "E: CREATE STORAGE of type gcs is not available yet");
  EXPECT_EQ(dba("CREATE STORAGE b TYPE azure BASE_DIRECTORY 'az://c' CREDENTIALS '7'"),
            "E: Credentials must be a JSON object");
}

TEST_F(Storages, AreForAdministrators) {
  const auto gate = "E: Admin privileges (DBA or System role) required for storage operations";
  for (const auto* sql : {"CREATE STORAGE z TYPE filesystem PATH '/tmp/z'", "ALTER STORAGE local SET NAME 'x'",
                          "DROP STORAGE local", "STORAGE CHECK local"}) {
    EXPECT_EQ(user(sql), gate);
    EXPECT_EQ(service(sql), gate);
  }
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (STORAGE CHECK local)"),
            "E: Unauthorized: Insufficient privileges to check storage health. DBA or System role required.");
}

// catalog 41, 77.
TEST_F(Storages, CatalogCases41And77_CredentialsAreForAdministratorsAndNeverAudited) {
  EXPECT_EQ(create("CREDENTIALS '{\"key\":\"hush\"}'"), "Storage 'bad' created successfully");
  EXPECT_THAT(user("SHOW STORAGES"), HasSubstr(R"("***")"));
  EXPECT_THAT(user("SHOW STORAGES"), testing::Not(HasSubstr("hush")));
  EXPECT_THAT(dba("SHOW STORAGES"), HasSubstr("hush"));
  dba("ALTER STORAGE bad SET NAME 'n'");
  dba("DROP STORAGE bad");
  EXPECT_EQ(select("SELECT action, target, details FROM system.audit_log ORDER BY audit_id"),
            R"(["CREATE_STORAGE","bad","Type: filesystem"],["ALTER_STORAGE","bad",null],["DROP_STORAGE","bad",null])");
}

// storage 7.1.
TEST(StorageTemplates, HoldTheirPlaceholdersInOrder) {
  struct Case {
    std::string_view text, shared, user;  // errors; empty: fine
  };
  const Case cases[] = {
      {"", "", ""},
      {"{namespace}/{tableName}", "", "User table template: {userId} is required"},
      {"{namespace}/{tableName}/{userId}", "", ""},
      {"{namespace_id}/{table_name}/{user_id}", "", ""},
      {"{namespace}/{tableName}/{shard}/{userId}", "", ""},
      {"{userId}", "Shared table template: Both {namespace} and {tableName} are required", ""},
      {"{namespace}/{userId}", "Shared table template: {tableName} is required", ""},
      {"{tableName}/{userId}", "Shared table template: {namespace} is required", ""},
      {"{tableName}/{namespace}/{userId}", "Shared table template: {namespace} must appear before {tableName}",
       "User table template: {namespace} must appear before {tableName}"},
      {"{namespace}/{tableName}/{userId}/{shard}", "Shared table template: {shard} must appear before {userId}",
       "User table template: {shard} must appear before {userId}"},
  };
  const auto text_of = [](const Status& status) { return status.ok() ? std::string() : status.error().message; };
  const auto expected = [](std::string_view text) {
    return text.empty() ? std::string() : "Invalid storage template: " + std::string(text);
  };
  for (const auto& [text, shared, user] : cases) {
    EXPECT_EQ(text_of(check_shared_template(text)), expected(shared)) << text;
    EXPECT_EQ(text_of(check_user_template(text)), expected(user)) << text;
  }
}

}  // namespace
}  // namespace kalam::query
