#include "files/scope_directory.h"

#include <gtest/gtest.h>

namespace kalam::files {
namespace {

catalog::Storage storage(std::string shared, std::string user, std::string base = "/data/storage") {
  catalog::Storage made;
  made.storage_id = StorageId("local");
  made.base_directory = std::move(base);
  made.shared_tables_template = std::move(shared);
  made.user_tables_template = std::move(user);
  return made;
}

TableDefinition table(TableType type) {
  TableDefinition made;
  made.id = {NamespaceId("app"), TableName("docs")};
  made.type = type;
  return made;
}

std::string text(const Result<std::string>& path) { return path.ok() ? *path : "! " + path.error().message; }
std::string text(const Result<std::optional<std::string>>& path) {
  if (!path.ok()) return "! " + path.error().message;
  return *path ? **path : "none";
}

TEST(ScopeDirectory, FillsTemplates) {
  struct Case {
    std::string pattern;
    std::string of_user;
    std::string of_table;
  };
  const Case cases[] = {
      {"{namespace}/{tableName}/{userId}", "/data/storage/app/docs/alice", "/data/storage/app/docs"},
      {"x/{namespace_id}/{table_name}/u-{user-id}/y", "/data/storage/x/app/docs/u-alice/y", "/data/storage/x/app/docs"},
      {"{namespace}/{tableName}/u/{userId}", "/data/storage/app/docs/u/alice", "/data/storage/app/docs/u"},
      {"{namespace}/{tableName}-{userId}", "/data/storage/app/docs-alice", "none"},
      {"{namespace}/{userId}", "/data/storage/app/alice", "none"},
      {"{namespace}/{tableName}", "! Invalid template: {userId} is required", "/data/storage/app/docs"},
      {"../{namespace}/{tableName}/{userId}", "! Invalid template: it leaves its directory",
       "! Invalid template: it leaves its directory"},
  };
  for (const auto& [pattern, of_user, of_table] : cases) {
    const auto place = storage("unused", pattern);
    EXPECT_EQ(text(scope_directory(place, table(TableType::user), UserId("alice"))), of_user) << pattern;
    EXPECT_EQ(text(table_directory(place, table(TableType::user))), of_table) << pattern;
  }
  const auto shared = storage("{namespace}/{tableName}", "unused", "file:///srv/");
  EXPECT_EQ(text(scope_directory(shared, table(TableType::shared), std::nullopt)), "/srv/app/docs");
  EXPECT_EQ(text(table_directory(shared, table(TableType::shared))), "/srv/app/docs");
}

TEST(ScopeDirectory, NoNameLeavesItsPlace) {
  const auto place = storage("", "{namespace}/{tableName}/{userId}");
  for (const auto* user : {"", ".", "..", "a/b", "a\\b", "a..b", "a\nb"}) {
    EXPECT_FALSE(scope_directory(place, table(TableType::user), UserId(user)).ok()) << user;
  }
}

TEST(ScopeDirectory, OnlyOfThisMachine) {
  auto bucket = storage("{namespace}/{tableName}", "");
  bucket.storage_type = catalog::StorageType::s3;
  EXPECT_EQ(text(scope_directory(bucket, table(TableType::shared), std::nullopt)),
            "! Files are not supported in storage 'local'");
}

}  // namespace
}  // namespace kalam::files
