// ALTER TABLE on definitions, and the versions it leaves behind.

#include "catalog/alter.h"

#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

DataType decimal(uint32_t precision, uint32_t scale) { return must(DataType::decimal(precision, scale)); }

class AlterTest : public CatalogTest {
 protected:
  AlterTest() {
    open();
    create_sample("app.t");
  }
  std::string message(const AlterAction& action, TableContents says = contents(), std::string_view table = "app.t") {
    const auto result = alter(table, action, says);
    return result.ok() ? *result : std::string(name_of(result.error().code)) + ": " + result.error().message;
  }
  TableDefinitionPtr table(std::string_view dotted = "app.t") {
    return catalog_->snapshot()->share(must(parse_table_id(dotted)));
  }
};

TEST_F(AlterTest, Case18_CreateTable) {
  EXPECT_EQ(select("system", "schemas", {"table_id", "table_type", "schema_version", "is_latest", "storage_id"},
                   {{"table_id", "app:t"}}),
            (Texts{{"app:t", "user", "1", "true", "local"}}));
}

TEST_F(AlterTest, Case19_ColumnsJson) {
  const auto json = select("system", "schemas", {"columns"}, {{"table_id", "app:t"}})[0][0];
  EXPECT_EQ(json, json_of_columns(table()->columns));
  ASSERT_EQ(table()->columns.size(), 4u);
  const char* names[] = {"id", "name", "_seq", "_deleted"};
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(table()->columns[i].name, names[i]);
    EXPECT_EQ(table()->columns[i].id, ColumnId(i + 1));
    EXPECT_EQ(table()->columns[i].ordinal, i + 1);
  }
  EXPECT_NE(json.find(R"("default_value":{"Literal":false})"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("default_value":"None")"), std::string::npos) << json;
}

TEST_F(AlterTest, Case23_24_AddColumnMakesAVersion) {
  const auto before = table();
  clock_.advance(std::chrono::seconds(5));
  EXPECT_EQ(message(AddColumn{.name = "age", .type = TypeTag::integer, .default_value = {}}),
            "Table app.t altered successfully: ADD COLUMN age INT (version 2)");
  EXPECT_EQ(table()->column("age")->id, ColumnId(5));
  EXPECT_EQ(table()->column("age")->ordinal, 5u);
  EXPECT_EQ(select("system", "schemas", {"schema_version", "is_latest"}, {{"table_id", "app:t"}}),
            (Texts{{"1", "false"}, {"2", "true"}}));
  const auto times = select("system", "schemas", {"created_at", "updated_at"}, {{"table_id", "app:t"}});
  EXPECT_EQ(times[0][0], times[1][0]);
  EXPECT_LT(times[0][1], times[1][1]);
  const auto first = must(catalog_->version(before->id, 1));
  EXPECT_EQ(first->columns.size(), 4u);
  EXPECT_EQ(*first, *before);
}

TEST_F(AlterTest, Case25_IdsAndOrdinalsAreNeverGivenOutAgain) {
  message(AddColumn{.name = "age", .type = TypeTag::integer, .default_value = {}});
  EXPECT_EQ(message(DropColumn{"age"}), "Table app.t altered successfully: DROP COLUMN age (version 3)");
  EXPECT_EQ(message(AddColumn{.name = "age", .type = TypeTag::integer, .default_value = {}}),
            "Table app.t altered successfully: ADD COLUMN age INT (version 4)");
  EXPECT_EQ(table()->column("age")->id, ColumnId(6));
  EXPECT_EQ(table()->column("age")->ordinal, 6u);
  message(DropColumn{"name"});
  std::vector<uint32_t> ordinals;
  for (const auto& column : table()->columns) ordinals.push_back(column.ordinal);
  EXPECT_EQ(ordinals, (std::vector<uint32_t>{1, 3, 4, 6}));
  EXPECT_EQ(select("information_schema", "columns", {"ordinal_position", "column_name"}, {{"table_schema", "app"}}),
            (Texts{{"0", "id"}, {"1", "_seq"}, {"2", "_deleted"}, {"3", "age"}}));
}

TEST_F(AlterTest, Case26_27_RenameAndNoOp) {
  EXPECT_EQ(message(RenameColumn{"name", "Title"}),
            "Table app.t altered successfully: RENAME COLUMN name TO title (version 2)");
  EXPECT_EQ(table()->column("title")->id, ColumnId(2));
  EXPECT_EQ(message(ModifyColumn{"title", TypeTag::text, std::nullopt}),
            "Table app.t unchanged: MODIFY COLUMN title TEXT (version 2 - no changes needed)");
  EXPECT_EQ(must(catalog_->history(table()->id)).size(), 2u);
}

TEST_F(AlterTest, Case28_Defaults) {
  ColumnDefault x;
  x.kind = ColumnDefault::Literal{"\"x\""};
  EXPECT_EQ(message(SetDefault{"name", x}),
            "Table app.t altered successfully: ALTER COLUMN name SET DEFAULT 'x' (version 2)");
  const CatalogTest::Where name = {{"namespace_id", "app"}, {"table_name", "t"}, {"column_name", "name"}};
  EXPECT_EQ(select("system", "columns", {"default_value"}, name), (Texts{{"'x'"}}));
  EXPECT_EQ(message(SetDefault{"name", x}),
            "Table app.t unchanged: ALTER COLUMN name SET DEFAULT 'x' (version 2 - no changes needed)");
  EXPECT_EQ(message(SetDefault{"name", {}}),
            "Table app.t altered successfully: ALTER COLUMN name DROP DEFAULT (version 3)");
  EXPECT_EQ(select("system", "columns", {"default_value"}, name), (Texts{{"NULL"}}));
}

TEST_F(AlterTest, Cases29To34_Refusals) {
  struct Case {
    AlterAction action;
    TableContents contents;
    std::string expected;
  };
  const auto add = [](std::string_view name, bool nullable = true) {
    return AddColumn{.name = std::string(name), .type = TypeTag::integer, .nullable = nullable, .default_value = {}};
  };
  const Case cases[] = {
      // 29
      {add("_seq"), contents(), "invalid_operation: Cannot add column '_seq': reserved system column name"},
      {add("_commit_seq"), contents(),
       "invalid_operation: Cannot add column '_commit_seq': reserved system column name"},
      {DropColumn{"_deleted"}, contents(),
       "invalid_operation: Cannot drop column '_deleted': system column cannot be modified"},
      {RenameColumn{"name", "_commit_seq"}, contents(),
       "invalid_operation: Cannot rename column to '_commit_seq': reserved system column name"},
      {RenameColumn{"_seq", "s"}, contents(),
       "invalid_operation: Cannot rename column '_seq': system column cannot be modified"},
      {ModifyColumn{"_seq", TypeTag::text, std::nullopt}, contents(),
       "invalid_operation: Cannot modify column '_seq': system column cannot be altered"},
      {SetNullable{"_deleted", true}, contents(),
       "invalid_operation: Cannot modify column '_deleted': system column cannot be altered"},
      // 30
      {add("NAME"), contents(), "invalid_operation: Column 'NAME' already exists"},
      {RenameColumn{"name", "id"}, contents(), "invalid_operation: Column 'id' already exists"},
      {DropColumn{"nope"}, contents(), "invalid_operation: Column 'nope' does not exist"},
      {add("1x"), contents(), "invalid_operation: Invalid column name '1x': Name cannot start with a number"},
      {RenameColumn{"name", "select"}, contents(),
       "invalid_operation: Invalid column name 'select': Name 'select' is a reserved SQL keyword and cannot be used"},
      {add("n", false), contents(true), "constraint_violation: Column 'n' is NOT NULL and has no DEFAULT"},
      // 31
      {DropColumn{"id"}, contents(), "invalid_operation: Cannot drop column 'id': it is the PRIMARY KEY"},
      {SetNullable{"id", true}, contents(), "invalid_operation: Column 'id' is a PRIMARY KEY and cannot be nullable"},
      // 32
      {ModifyColumn{"id", TypeTag::integer, std::nullopt}, contents(),
       "invalid_schema_evolution: Cannot change column 'id' from BIGINT to INT"},
      {ModifyColumn{"name", TypeTag::integer, std::nullopt}, contents(),
       "invalid_schema_evolution: Cannot change column 'name' from TEXT to INT"},
      {ModifyColumn{"id", TypeTag::text, std::nullopt}, contents(),
       "invalid_schema_evolution: Cannot change column 'id' from BIGINT to TEXT"},
      // 33
      {SetNullable{"name", false}, contents(true, true), "constraint_violation: Column 'name' contains NULL values"},
      // 34
      {SetAccessLevel{AccessLevel::public_}, contents(),
       "invalid_operation: ACCESS LEVEL can only be set on SHARED tables"},
  };
  for (const auto& [action, says, expected] : cases) EXPECT_EQ(message(action, says), expected);
  EXPECT_EQ(must(catalog_->history(table()->id)).size(), 1u);
  reopen();
  EXPECT_EQ(table()->schema_version, 1u);
  EXPECT_EQ(message(DropColumn{"name"}, contents(), "app.nope"),
            "not_found: Table 'nope' not found in namespace 'app'");
  EXPECT_EQ(message(DropColumn{"role"}, contents(), "system.users"),
            "invalid_operation: Cannot alter system table 'system.users'. System tables are managed internally.");
}

TEST_F(AlterTest, Case32_Widening) {
  struct Case {
    DataType from, to;
    bool allowed;
  };
  const Case cases[] = {
      {TypeTag::smallint, TypeTag::integer, true}, {TypeTag::smallint, TypeTag::bigint, true},
      {TypeTag::integer, TypeTag::bigint, true},   {TypeTag::integer, TypeTag::smallint, false},
      {TypeTag::float_, TypeTag::double_, true},   {TypeTag::double_, TypeTag::float_, false},
      {TypeTag::boolean, TypeTag::text, true},     {TypeTag::json, TypeTag::text, true},
      {TypeTag::integer, TypeTag::double_, false}, {TypeTag::date, TypeTag::timestamp, false},
      {decimal(10, 2), decimal(12, 2), false},     {TypeTag::text, TypeTag::json, false},
  };
  int number = 0;
  for (const auto& [from, to, allowed] : cases) {
    const auto name = "c" + std::to_string(number++);
    must(alter("app.t", AddColumn{.name = name, .type = from, .default_value = {}}));
    EXPECT_EQ(alter("app.t", ModifyColumn{name, to, std::nullopt}).ok(), allowed) << from << " -> " << to;
  }
}

TEST_F(AlterTest, Case33_SetNotNullOnceNoNullIsLeft) {
  EXPECT_EQ(message(SetNullable{"name", false}, contents(true, false)),
            "Table app.t altered successfully: ALTER COLUMN name SET NOT NULL (version 2)");
  EXPECT_EQ(message(SetNullable{"name", true}),
            "Table app.t altered successfully: ALTER COLUMN name DROP NOT NULL (version 3)");
}

TEST_F(AlterTest, Case34_AccessLevelOfSharedTables) {
  create_sample("app.s", TableType::shared);
  EXPECT_EQ(message(SetAccessLevel{AccessLevel::public_}, contents(), "app.s"),
            "Table app.s altered successfully: SET ACCESS LEVEL Public (version 2)");
  EXPECT_EQ(select("system", "schemas", {"access_level"}, {{"table_id", "app:s"}}), (Texts{{"private"}, {"public"}}));
}

TEST_F(AlterTest, AFailingLookAtTheRowsChangesNothing) {
  const TableContents broken{
      .has_rows = []() -> Result<bool> { return Error{ErrorCode::io, "disk"}; },
      .has_nulls = [](const ColumnDefinition&) -> Result<bool> { return Error{ErrorCode::io, "disk"}; }};
  EXPECT_EQ(message(SetNullable{"name", false}, broken), "io: disk");
  EXPECT_EQ(message(AddColumn{.name = "n", .type = TypeTag::integer, .nullable = false, .default_value = {}}, broken),
            "io: disk");
  EXPECT_EQ(table()->schema_version, 1u);
}

}  // namespace
}  // namespace kalam::catalog
