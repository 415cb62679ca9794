#include "catalog/names.h"

#include <gtest/gtest.h>

#include <string>

namespace kalam::catalog {
namespace {

std::string text(const Status& status) { return status.ok() ? "" : status.error().message; }

TEST(Names, Case51_ReservedNamespacesInAnyCase) {
  for (const auto* name : {"system", "sys", "root", "kalamdb", "kalam", "main", "default", "sql", "admin", "internal",
                           "information_schema", "pg_catalog", "datafusion"}) {
    EXPECT_EQ(text(check_namespace_name(name)), "Namespace '" + std::string(name) + "' is reserved and cannot be used");
  }
  EXPECT_EQ(text(check_namespace_name("System")), "Namespace 'system' is reserved and cannot be used");
  EXPECT_EQ(text(check_namespace_name("DEFAULT")), "Namespace 'default' is reserved and cannot be used");
  EXPECT_TRUE(check_namespace_name("dba").ok());  // it exists, but is not reserved
}

TEST(Names, Case52_NamespaceRulesInTheirOrder) {
  struct Case {
    std::string name;
    std::string expected;
  };
  const Case cases[] = {
      {"app", ""},
      {"A_1", ""},
      {std::string(64, 'a'), ""},
      {"", "Name cannot be empty"},
      {"_x", "Name cannot start with underscore (reserved for system columns)"},
      {"1x", "Name cannot start with a number"},
      {"a-b", "Name 'a-b' contains invalid characters (only alphanumeric and underscore allowed)"},
      {"a/b", "Name 'a/b' contains invalid characters (only alphanumeric and underscore allowed)"},
      {"ä", "Name 'ä' contains invalid characters (only alphanumeric and underscore allowed)"},
      {std::string(65, 'a'), "Name is too long (65 characters, max 64)"},
      {std::string(65, ' '), "Name is too long (65 characters, max 64)"},
      {"a b", "Name cannot contain spaces"},
      {"_ x", "Name cannot contain spaces"},
      {"select", "Name 'select' is a reserved SQL keyword and cannot be used"},
      {"Window", "Name 'Window' is a reserved SQL keyword and cannot be used"},
  };
  for (const auto& [name, expected] : cases) EXPECT_EQ(text(check_namespace_name(name)), expected) << name;
}

TEST(Names, Case53_TablesAndColumns) {
  EXPECT_EQ(text(check_table_name("format")), "Name 'format' is a reserved SQL keyword and cannot be used");
  EXPECT_EQ(check_table_name("format").error().code, ErrorCode::invalid_operation);
  EXPECT_TRUE(check_table_name("system").ok());  // reserved for namespaces only
  EXPECT_EQ(text(check_column_name("_id")),
            "Invalid column name '_id': Column name '_id' is reserved and cannot be used");
  EXPECT_EQ(text(check_column_name("_Hash")),
            "Invalid column name '_Hash': Column name '_Hash' is reserved and cannot be used");
  EXPECT_EQ(text(check_column_name("_other")),
            "Invalid column name '_other': Name cannot start with underscore (reserved for system columns)");
  EXPECT_EQ(text(check_column_name("end")),
            "Invalid column name 'end': Name 'end' is a reserved SQL keyword and cannot be used");
}

TEST(Names, WordsThatLookReservedButAreNot) {
  for (const auto* name : {"user", "timestamp", "date", "name", "value", "key", "type", "role", "status", "data"}) {
    EXPECT_TRUE(check_column_name(name).ok()) << name;
    EXPECT_TRUE(check_table_name(name).ok()) << name;
  }
}

TEST(Names, SystemNamespaces) {
  for (const auto* name : {"system", "information_schema", "pg_catalog", "datafusion", "SYSTEM"}) {
    EXPECT_TRUE(is_system_namespace(name)) << name;
  }
  EXPECT_FALSE(is_system_namespace("dba"));
}

}  // namespace
}  // namespace kalam::catalog
