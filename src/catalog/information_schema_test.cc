#include "catalog/information_schema.h"

#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

class InformationSchemaTest : public CatalogTest {
 protected:
  InformationSchemaTest() { open(); }
  Texts tables(const Where& where, Role role) const {
    return select("information_schema", "tables", {"table_schema", "table_name", "table_type"}, where, role);
  }
};

TEST_F(InformationSchemaTest, Case45_EachRoleSeesWhatItMayRead) {
  create_sample("app.t");
  create_sample("app.events", TableType::stream);
  create_sample("app.secret", TableType::shared);
  create_sample("app.pub", TableType::shared);
  must(alter("app.pub", SetAccessLevel{AccessLevel::public_}));
  const Where app = {{"table_schema", "app"}};
  EXPECT_EQ(tables(app, Role::user),
            (Texts{{"app", "events", "BASE TABLE"}, {"app", "pub", "BASE TABLE"}, {"app", "t", "BASE TABLE"}}));
  EXPECT_EQ(tables(app, Role::service).size(), 4u);
  EXPECT_EQ(tables(app, Role::dba).size(), 4u);
  EXPECT_TRUE(tables({{"table_schema", "system"}}, Role::user).empty());
  EXPECT_TRUE(tables({{"table_schema", "system"}}, Role::service).empty());
  EXPECT_EQ(tables({{"table_schema", "system"}, {"table_name", "stats"}}, Role::dba),
            (Texts{{"system", "stats", "VIEW"}}));
  EXPECT_EQ(tables({{"table_schema", "system"}, {"table_name", "users"}}, Role::dba),
            (Texts{{"system", "users", "BASE TABLE"}}));
  EXPECT_EQ(tables({{"table_schema", "system"}}, Role::dba).size(), 22u);
  EXPECT_EQ(tables({{"table_schema", "dba"}}, Role::user), (Texts{{"dba", "notifications", "BASE TABLE"}}));
  EXPECT_EQ(tables({{"table_schema", "dba"}}, Role::service).size(), 1u);
  EXPECT_EQ(tables({{"table_schema", "dba"}}, Role::dba).size(), 2u);
}

TEST_F(InformationSchemaTest, Case46_47_ColumnsAndTheirTypes) {
  create_namespace("app");
  const auto decimal = must(DataType::decimal(10, 2));
  const auto embedding = must(DataType::embedding(3));
  must(create_table(new_table(
      "app.t",
      {key(), column("c_text", TypeTag::text), column("c_json", TypeTag::json), column("c_file", TypeTag::file),
       column("c_small", TypeTag::smallint), column("c_int", TypeTag::integer), column("c_float", TypeTag::float_),
       column("c_double", TypeTag::double_), column("c_bool", TypeTag::boolean), column("c_bytes", TypeTag::bytes),
       column("c_date", TypeTag::date), column("c_time", TypeTag::time), column("c_ts", TypeTag::timestamp),
       column("c_dt", TypeTag::datetime), column("c_uuid", TypeTag::uuid), column("c_dec", decimal),
       column("c_emb", embedding)})));
  const auto rows = select("information_schema", "columns",
                           {"column_name", "ordinal_position", "is_nullable", "data_type", "character_octet_length",
                            "numeric_precision", "numeric_precision_radix", "numeric_scale"},
                           {{"table_schema", "app"}, {"table_name", "t"}}, Role::user);
  const Texts expected = {
      {"id", "0", "NO", "Int64", "NULL", "NULL", "NULL", "NULL"},
      {"c_text", "1", "YES", "Utf8", "2147483647", "NULL", "NULL", "NULL"},
      {"c_json", "2", "YES", "Utf8", "2147483647", "NULL", "NULL", "NULL"},
      {"c_file", "3", "YES", "Utf8", "2147483647", "NULL", "NULL", "NULL"},
      {"c_small", "4", "YES", "Int16", "NULL", "16", "2", "NULL"},
      {"c_int", "5", "YES", "Int32", "NULL", "32", "2", "NULL"},
      {"c_float", "6", "YES", "Float32", "NULL", "24", "2", "NULL"},
      {"c_double", "7", "YES", "Float64", "NULL", "24", "2", "NULL"},
      {"c_bool", "8", "YES", "Boolean", "NULL", "NULL", "NULL", "NULL"},
      {"c_bytes", "9", "YES", "Binary", "2147483647", "NULL", "NULL", "NULL"},
      {"c_date", "10", "YES", "Date32", "NULL", "NULL", "NULL", "NULL"},
      {"c_time", "11", "YES", "Time64(µs)", "NULL", "NULL", "NULL", "NULL"},
      {"c_ts", "12", "YES", "Timestamp(µs)", "NULL", "NULL", "NULL", "NULL"},
      {"c_dt", "13", "YES", "Timestamp(µs, \"UTC\")", "NULL", "NULL", "NULL", "NULL"},
      {"c_uuid", "14", "YES", "FixedSizeBinary(16)", "NULL", "NULL", "NULL", "NULL"},
      {"c_dec", "15", "YES", "Decimal128(10, 2)", "NULL", "10", "10", "2"},
      {"c_emb", "16", "YES", "FixedSizeList(3 x non-null Float32)", "NULL", "NULL", "NULL", "NULL"},
      {"_seq", "17", "NO", "Int64", "NULL", "NULL", "NULL", "NULL"},
      {"_deleted", "18", "NO", "Boolean", "NULL", "NULL", "NULL", "NULL"},
  };
  EXPECT_EQ(rows, expected);
}

TEST_F(InformationSchemaTest, Case48_SevenViewsOfItsOwn) {
  const auto own = tables({{"table_schema", "information_schema"}}, Role::user);
  ASSERT_EQ(own.size(), 7u);
  const char* names[] = {"tables", "views", "columns", "schemata", "df_settings", "routines", "parameters"};
  for (size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(own[i], (std::vector<std::string>{"information_schema", names[i], "VIEW"}));
  }
  const auto all = tables({}, Role::dba);
  EXPECT_EQ(all.back()[0], "information_schema");  // after every other schema
  // The other views leave it out.
  EXPECT_TRUE(select("information_schema", "views", {"table_name"}, {{"table_schema", "information_schema"}}).empty());
  EXPECT_TRUE(
      select("information_schema", "columns", {"table_name"}, {{"table_schema", "information_schema"}}).empty());
  EXPECT_TRUE(
      select("information_schema", "schemata", {"schema_name"}, {{"schema_name", "information_schema"}}).empty());
}

TEST_F(InformationSchemaTest, ColumnsOfTheSevenViews) {
  const std::pair<std::string_view, size_t> expected[] = {{"tables", 4},     {"views", 4},       {"columns", 15},
                                                          {"schemata", 7},   {"df_settings", 3}, {"routines", 12},
                                                          {"parameters", 10}};
  for (const auto& [name, columns] : expected)
    EXPECT_EQ(view("information_schema", name).columns().size(), columns) << name;
  const auto& columns = view("INFORMATION_SCHEMA", "Columns");
  EXPECT_EQ(columns.columns()[4].kind, ScalarKind::uint64);
}

TEST_F(InformationSchemaTest, ViewsListsTablesToo) {
  create_sample("app.t");
  EXPECT_EQ(select("information_schema", "views", {"table_name", "definition"}, {{"table_schema", "app"}}, Role::user),
            (Texts{{"t", "NULL"}}));
}

TEST_F(InformationSchemaTest, Schemata) {
  EXPECT_EQ(select("information_schema", "schemata", {"catalog_name", "schema_name", "schema_owner"}, {}, Role::dba),
            (Texts{{"kalam", "dba", "NULL"}, {"kalam", "default", "NULL"}, {"kalam", "system", "NULL"}}));
  EXPECT_EQ(select("information_schema", "schemata", {"schema_name"}, {}, Role::user), (Texts{{"dba"}, {"default"}}));
}

TEST_F(InformationSchemaTest, SettingsOfTheEngine) {
  const auto value = [&](std::string_view name) {
    return select("information_schema", "df_settings", {"value"}, {{"name", std::string(name)}}, Role::user);
  };
  EXPECT_EQ(value("datafusion.catalog.default_catalog"), (Texts{{"kalam"}}));
  EXPECT_EQ(value("datafusion.catalog.information_schema"), (Texts{{"true"}}));
  for (const auto* name : {"datafusion.catalog.default_schema", "datafusion.execution.batch_size",
                           "datafusion.execution.target_partitions", "datafusion.execution.time_zone"}) {
    EXPECT_EQ(value(name).size(), 1u) << name;
  }
}

TEST_F(InformationSchemaTest, RoutinesAreProvided) {
  EXPECT_TRUE(select("information_schema", "routines", {"routine_name"}).empty());
  catalog_->provided().routines.set([](const ScanRequest&) -> Result<Rows<RoutineRow>> {
    return all_of<RoutineRow>({{.name = "now",
                                .is_deterministic = false,
                                .data_type = "Timestamp(µs)",
                                .function_type = "SCALAR",
                                .description = {},
                                .syntax_example = {}}});
  });
  EXPECT_EQ(
      select("information_schema", "routines", {"specific_catalog", "routine_name", "routine_type", "function_type"}),
      (Texts{{"kalam", "now", "FUNCTION", "SCALAR"}}));
}

}  // namespace
}  // namespace kalam::catalog
