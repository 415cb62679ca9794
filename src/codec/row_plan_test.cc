#include "codec/row_plan.h"

#include <gtest/gtest.h>

#include "codec/testing/sample_rows.h"
#include "codec/testing/sample_tables.h"
#include "types/cast.h"

namespace kalam::codec {
namespace {

using testing::table_of;

void drop(TableDefinition& table, std::string_view name) {
  std::erase_if(table.columns, [&](const auto& column) { return column.name == name; });
  ++table.schema_version;
}

ColumnDefinition& add(TableDefinition& table, std::string name, DataType type) {
  ColumnDefinition column;
  column.id = ColumnId(table.next_column_id++);
  column.ordinal = ++table.last_ordinal;
  column.name = std::move(name);
  column.type = type;
  table.columns.push_back(std::move(column));
  ++table.schema_version;
  return table.columns.back();
}

std::vector<Value> read(const TableDefinition& stored, const TableDefinition& current, std::vector<Value> values) {
  const auto plan = RowPlan::make(stored, current);
  EXPECT_TRUE(plan.ok()) << plan.error();
  auto row = testing::shared_row(std::move(values));
  row.table_schema_version = stored.schema_version;
  std::vector<Value> out;
  const auto head = plan->decode(RowKind::shared, *encode_row(row), out);
  EXPECT_TRUE(head.ok()) << head.error();
  return out;
}

TEST(SerializationSpec, Case13_DroppedColumnsAreGoneAndAddedOnesAreNull) {
  const auto first = table_of({{"a", TypeTag::bigint}, {"b", TypeTag::text}, {"c", TypeTag::integer}});
  auto current = first;
  drop(current, "b");
  add(current, "d", TypeTag::text);
  EXPECT_EQ(read(first, current, {Value::int64(1), Value::text("old"), Value::int32(3)}),
            (std::vector<Value>{Value::int64(1), Value::int32(3), Value::null(ScalarKind::utf8)}));
  // A column of the old name is another column.
  add(current, "b", TypeTag::text);
  EXPECT_EQ(read(first, current, {Value::int64(1), Value::text("old"), Value::int32(3)}).back(),
            Value::null(ScalarKind::utf8));
}

TEST(SerializationSpec, Case14_LiteralDefaultOfANotNullColumn) {
  const auto first = table_of({{"a", TypeTag::bigint}});
  auto current = first;
  auto& x = add(current, "x", TypeTag::integer);
  x.nullable = false;
  x.default_value = {ColumnDefault::Literal{"5"}};
  EXPECT_EQ(read(first, current, {Value::int64(1)}), (std::vector<Value>{Value::int64(1), Value::int32(5)}));
}

// Rows have what a column was added with, whatever its default became.
TEST(RowPlan, SqlCase42_RowsFromBeforeAColumnShowTheDefaultItWasAddedWith) {
  const auto first = table_of({{"a", TypeTag::bigint}});
  auto second = first;
  add(second, "x", TypeTag::integer).default_value = {ColumnDefault::Literal{"5"}};
  auto third = second;
  add(third, "y", TypeTag::text).default_value = {ColumnDefault::Literal{"\"new\""}};
  auto current = third;
  for (auto& column : current.columns) {
    if (column.name == "x") column.type = TypeTag::bigint;
    if (column.name == "x") column.default_value = {ColumnDefault::Literal{"77"}};
    if (column.name == "y") column.default_value = {};
  }
  add(current, "z", TypeTag::timestamp).default_value = {ColumnDefault::Function{"NOW", {}}};

  const std::vector<TableDefinitionPtr> between = {std::make_shared<const TableDefinition>(second),
                                                   std::make_shared<const TableDefinition>(third)};
  const auto plan = *RowPlan::make(first, current, between);
  std::vector<Value> values;
  ASSERT_TRUE(plan.decode(RowKind::shared, *encode_row(testing::shared_row({Value::int64(1)})), values).ok());
  EXPECT_EQ(values, (std::vector<Value>{Value::int64(1), Value::int64(5), Value::text("new"),
                                        null_of(DataType(TypeTag::timestamp))}));
}

TEST(RowPlan, MissingTailIsNullAndALongerRowIsAnError) {
  const auto table = table_of({{"a", TypeTag::bigint}, {"b", TypeTag::text}});
  EXPECT_EQ(read(table, table, {Value::int64(1)}),
            (std::vector<Value>{Value::int64(1), Value::null(ScalarKind::utf8)}));
  const auto plan = *RowPlan::make(table, table);
  std::vector<Value> out;
  const auto longer = testing::shared_row({Value::int64(1), Value::text("x"), Value::int8(1)});
  EXPECT_EQ(plan.decode(RowKind::shared, *encode_row(longer), out).error().message,
            "row decode failed: 3 values for 2 columns");
}

TEST(RowPlan, RefusesATagThatIsNotTheColumns) {
  const auto table = table_of({{"a", TypeTag::bigint}});
  const auto plan = *RowPlan::make(table, table);
  std::vector<Value> out;
  for (const auto& value : {Value::text("1"), Value::int32(1), Value::null(ScalarKind::utf8)}) {
    const auto head = plan.decode(RowKind::shared, *encode_row(testing::shared_row({value})), out);
    ASSERT_FALSE(head.ok()) << value;
    EXPECT_EQ(head.error().code, ErrorCode::invalid_scalar);
    EXPECT_TRUE(head.error().message.starts_with("row decode failed: ")) << head.error();
  }
}

TEST(RowPlan, ReadsOnlyWhatIsWanted) {
  const auto table = table_of({{"a", TypeTag::bigint}, {"b", TypeTag::text}, {"c", TypeTag::integer}});
  const ColumnId wanted[] = {table.columns[2].id, table.columns[0].id};
  const auto plan = *RowPlan::make(table, table, wanted);
  std::vector<Value> out;
  const auto bytes = *encode_row(testing::shared_row({Value::int64(1), Value::text("x"), Value::int32(3)}));
  ASSERT_TRUE(plan.decode(RowKind::shared, bytes, out).ok());
  EXPECT_EQ(out, (std::vector<Value>{Value::int32(3), Value::int64(1)}));
  const ColumnId nobody[] = {ColumnId(99)};
  EXPECT_EQ(RowPlan::make(table, table, nobody).error().code, ErrorCode::not_found);
}

TEST(RowPlan, WidensWhatTheTableWidened) {
  const auto first = table_of({{"a", TypeTag::integer}});
  auto current = first;
  current.columns[0].type = TypeTag::bigint;
  ++current.schema_version;
  EXPECT_EQ(read(first, current, {Value::int32(-7)}), std::vector<Value>{Value::int64(-7)});
}

TEST(RowPlan, ARowOfAnotherVersionIsNotGuessedAt) {
  const auto table = table_of({{"a", TypeTag::bigint}});
  auto row = testing::shared_row({Value::int64(1)});
  row.table_schema_version = 2;
  std::vector<Value> out;
  EXPECT_EQ(RowPlan::make(table, table)->decode(RowKind::shared, *encode_row(row), out).error().code,
            ErrorCode::internal);
}

}  // namespace
}  // namespace kalam::codec
