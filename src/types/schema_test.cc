#include "types/schema.h"

#include <gmock/gmock.h>

namespace kalam {
namespace {

using testing::HasSubstr;

template <typename T>
std::string message_of(const Result<T>& result) {
  return result.ok() ? "no error" : result.error().message;
}

ColumnDefinition column(uint32_t ordinal, std::string name, DataType type) {
  ColumnDefinition made;
  made.id = ColumnId(ordinal);
  made.name = std::move(name);
  made.type = type;
  made.ordinal = ordinal;
  return made;
}

TableDefinition table() {
  TableDefinition made;
  made.id = {NamespaceId("app"), TableName("t")};
  made.columns = {column(1, "id", TypeTag::bigint), column(2, "body", TypeTag::text)};
  made.columns[0].primary_key = true;
  made.columns[0].nullable = false;
  made.next_column_id = 3;
  made.last_ordinal = 2;
  return made;
}

// Case 3, the part without SQL: what `columns` of system.schemas says of JSON, FILE and EMBEDDING columns.
TEST(TypesSpec, Case3_ColumnsNameTheirTypes) {
  const auto json = json_of_columns(
      {column(1, "j", TypeTag::json), column(2, "f", TypeTag::file), column(3, "e", DataType::embedding(768).value())});
  EXPECT_THAT(json, HasSubstr(R"("data_type":"Json")"));
  EXPECT_THAT(json, HasSubstr(R"("data_type":"File")"));
  EXPECT_THAT(json, HasSubstr(R"("data_type":{"Embedding":768})"));
}

TEST(Schema, ColumnsAsJson) {
  auto deleted = column(4, "_deleted", TypeTag::boolean);
  deleted.comment = "Soft delete flag";
  deleted.default_value.kind = ColumnDefault::Literal{"false"};
  deleted.nullable = false;
  EXPECT_EQ(json_of(deleted),
            R"({"column_id":4,"column_name":"_deleted","column_comment":"Soft delete flag","data_type":"Boolean",)"
            R"("default_value":{"Literal":false},"ordinal_position":4,"is_nullable":false,"is_primary_key":false,)"
            R"("is_partition_key":false})");
  EXPECT_THAT(json_of(column(1, "a", TypeTag::text)),
              HasSubstr(R"("column_comment":null,"data_type":"Text","default_value":"None")"));
}

TEST(Schema, Defaults) {
  struct Case {
    ColumnDefault value;
    std::string_view json;
    std::optional<std::string> sql;
  };
  const Case cases[] = {
      {{}, "\"None\"", std::nullopt},
      {{ColumnDefault::Literal{"null"}}, R"({"Literal":null})", "NULL"},
      {{ColumnDefault::Literal{"true"}}, R"({"Literal":true})", "TRUE"},
      {{ColumnDefault::Literal{"1.50"}}, R"({"Literal":1.50})", "1.50"},
      {{ColumnDefault::Literal{"\"it's\""}}, R"({"Literal":"it's"})", "'it''s'"},
      {{ColumnDefault::Literal{"[1,2]"}}, R"({"Literal":[1,2]})", "'[1,2]'"},
      {{ColumnDefault::Function{"NOW", {}}}, R"({"FunctionCall":{"name":"NOW","args":[]}})", "NOW()"},
      {{ColumnDefault::Function{"F", {"\"a\"", "1"}}}, R"({"FunctionCall":{"name":"F","args":["a",1]}})", "F('a', 1)"},
  };
  for (const auto& [value, json, sql] : cases) {
    EXPECT_EQ(value.json(), json);
    EXPECT_EQ(value.sql(), sql);
    EXPECT_EQ(ColumnDefault::from_json(json).value(), value);
  }
  EXPECT_EQ(ColumnDefault::from_json(R"({"Literal": [ 1 , 2 ]})").value().json(), R"({"Literal":[1,2]})");
  for (const auto* json : {"\"none\"", "{}", R"({"Literal":1,"x":2})", R"({"FunctionCall":{"args":[]}})",
                           R"({"FunctionCall":{"name":"NOW"}})", R"({"FunctionCall":{"name":"NOW","args":[],"x":1}})",
                           R"({"Function":1})", "null", "\"None\" x"}) {
    EXPECT_FALSE(ColumnDefault::from_json(json).ok()) << json;
  }
}

TEST(Schema, AKeyTwiceIsRefusedByName) {
  struct Case {
    std::string_view json, message;
  };
  const Case defaults[] = {
      {R"({"Literal":1,"Literal":2})", "key 'Literal' twice at line 1 column 24"},
      {R"({"FunctionCall":{"name":"NOW","args":[],"name":"ULID"}})", "key 'name' twice at line 1 column 48"},
      {R"({"FunctionCall":{"name":"NOW","args":[],"args":[1]}})", "key 'args' twice at line 1 column 48"},
  };
  for (const auto& [json, message] : defaults) EXPECT_EQ(message_of(ColumnDefault::from_json(json)), message);
  // A literal is the user's value: what its objects hold is not ours to judge.
  EXPECT_EQ(ColumnDefault::from_json(R"({"Literal":{"a":1,"a":2}})").value().json(), R"({"Literal":{"a":1,"a":2}})");

  const Case options[] = {
      {R"({"table_type":"STREAM","ttl_seconds":5,"ttl_seconds":6})", "key 'ttl_seconds' twice at line 1 column 54"},
      {R"({"table_type":"USER","table_type":"SHARED"})", "key 'table_type' twice at line 1 column 35"},
      {R"({"table_type":"USER","compression":"none","compression":"none"})",
       "key 'compression' twice at line 1 column 57"},
      {R"({"table_type":"USER","flush_policy":{"type":"row_limit","row_limit":5,"row_limit":6}})",
       "key 'row_limit' twice at line 1 column 83"},
  };
  for (const auto& [json, message] : options) EXPECT_EQ(message_of(table_options_from_json(json)), message);
}

TEST(Schema, FlushPolicies) {
  struct Case {
    std::string_view text, result;
  };
  const Case cases[] = {
      {"rows:1000", R"({"type":"row_limit","row_limit":1000})"},
      {"interval:60", R"({"type":"time_interval","interval_seconds":60})"},
      {"rows:1000,interval:60", R"({"type":"combined","row_limit":1000,"interval_seconds":60})"},
      {" Rows : 5 , INTERVAL : 6 ", R"({"type":"combined","row_limit":5,"interval_seconds":6})"},
      {"rows:1000,interval:0", R"({"type":"row_limit","row_limit":1000})"},
      {"rows", "Invalid FLUSH_POLICY format 'rows'. Expected 'key:value'"},
      {"", "Invalid FLUSH_POLICY format ''. Expected 'key:value'"},
      {"rows:1:2", "Invalid FLUSH_POLICY format 'rows:1:2'. Expected 'key:value'"},
      {"rows:many", "Invalid row limit in FLUSH_POLICY"},
      {"rows:-1", "Invalid row limit in FLUSH_POLICY"},
      {"interval:x", "Invalid interval in FLUSH_POLICY"},
      {"bytes:5", "Unknown FLUSH_POLICY key 'bytes'"},
      {"rows:0", "FLUSH_POLICY must specify 'rows' or 'interval' > 0"},
      {"rows:1000000", "Row limit must be less than 1,000,000"},
      {"interval:86400", "Interval must be less than 86400 seconds (24 hours)"},
  };
  for (const auto& [text, result] : cases) {
    const auto policy = FlushPolicy::parse(text);
    EXPECT_EQ(policy.ok() ? policy->json() : policy.error().message, result) << text;
  }
  EXPECT_EQ(message_of(FlushPolicy::checked(0, std::nullopt)), "Row limit must be greater than 0");
  EXPECT_EQ(message_of(FlushPolicy::checked(std::nullopt, 0)), "Interval must be greater than 0");
}

TEST(Schema, TableOptionsAsJson) {
  struct Case {
    TableOptions options;
    std::string_view json;
  };
  const Case cases[] = {
      {UserTableOptions{},
       R"({"table_type":"USER","storage_id":"local","use_user_storage":false,"flush_policy":null,"compression":"snappy"})"},
      {SharedTableOptions{.access_level = AccessLevel::dba, .flush_policy = FlushPolicy{10000, std::nullopt}},
       R"({"table_type":"SHARED","storage_id":"local","access_level":"Dba","flush_policy":{"type":"row_limit","row_limit":10000},"compression":"snappy"})"},
      {SharedTableOptions{.access_level = std::nullopt, .deleted_retention_hours = 24},
       R"({"table_type":"SHARED","storage_id":"local","access_level":null,"flush_policy":null,"compression":"snappy","deleted_retention_hours":24})"},
      {StreamTableOptions{},
       R"({"table_type":"STREAM","ttl_seconds":86400,"eviction_strategy":"time_based","max_stream_size_bytes":0,"compression":"snappy"})"},
      {SystemTableOptions{},
       R"({"table_type":"SYSTEM","read_only":true,"enable_cache":true,"cache_ttl_seconds":300,"localhost_only":false})"},
  };
  for (const auto& [options, json] : cases) {
    EXPECT_EQ(json_of(options), json);
    EXPECT_EQ(table_options_from_json(json).value(), options);
  }
  EXPECT_EQ(table_options_from_json(R"({"ttl_seconds":5,"table_type":"STREAM"})").value(),
            TableOptions(StreamTableOptions{.ttl_seconds = 5}));
  for (const auto* json :
       {"{}", R"({"table_type":"VIEW"})", R"({"table_type":"USER","ttl_seconds":5})",
        R"({"table_type":"STREAM","eviction_strategy":"lru"})", R"({"table_type":"SHARED","access_level":"all"})",
        R"({"table_type":"USER","flush_policy":{"type":"row_limit","row_limit":0}})",
        R"({"table_type":"USER","flush_policy":{"type":"combined","row_limit":5}})", "[]"}) {
    EXPECT_FALSE(table_options_from_json(json).ok()) << json;
  }
}

TEST(Schema, InvariantsOfDefinitions) {
  EXPECT_EQ(message_of(table().check()), "no error");
  struct Case {
    void (*breaks)(TableDefinition&);
    std::string_view error;
  };
  const Case cases[] = {
      {[](auto& t) { t.columns.clear(); }, "Table must have at least one column"},
      {[](auto& t) { t.columns[1].ordinal = 0; }, "Column 'body' has invalid ordinal_position 0 (must be ≥ 1)"},
      {[](auto& t) { t.columns[1].ordinal = 1; }, "Duplicate ordinal_position 1"},
      {[](auto& t) { t.columns[1].ordinal = 3, t.last_ordinal = 3; },
       "Non-sequential ordinal_position: expected 2, got 3"},
      {[](auto& t) { t.last_ordinal = 1; }, "Column 'body' has ordinal_position 2, above the highest ever used, 1"},
      {[](auto& t) { t.columns[1].name = "ID"; }, "Duplicate column name 'ID'. Column names are case-insensitive."},
      {[](auto& t) { t.columns[1].id = ColumnId(1); }, "Column 'body' has no column id of its own"},
      {[](auto& t) { t.next_column_id = 2; }, "Column 'body' has column id 2, but the next one to give is 2"},
      {[](auto& t) { t.columns[0].nullable = true; }, "Primary key column 'id' must be NOT NULL"},
      {[](auto& t) { t.schema_version = 0; }, "Schema version must be at least 1"},
      {[](auto& t) { std::swap(t.columns[0], t.columns[1]); }, "Columns are not in the order of their ordinals"},
      {[](auto& t) { t.options = StreamTableOptions{}; }, "Options of a stream table on a user table"},
  };
  for (const auto& [breaks, error] : cases) {
    auto broken = table();
    breaks(broken);
    EXPECT_EQ(message_of(broken.check()), error);
  }
}

// Case 30, the part without files: a column that comes back under an old name is another column.
TEST(TypesSpec, Case30_GapsOfDroppedColumnsStay) {
  auto altered = table();
  altered.schema_version = 3;
  altered.columns[1] = column(3, "body", TypeTag::text);
  altered.columns[1].id = ColumnId(3);
  altered.next_column_id = 4;
  altered.last_ordinal = 3;
  EXPECT_EQ(message_of(altered.check()), "no error");
  EXPECT_EQ(altered.column(ColumnId(2)), nullptr);
  EXPECT_EQ(altered.column("body")->id, ColumnId(3));
}

TEST(Schema, FindsColumns) {
  const auto made = table();
  EXPECT_EQ(made.column("body")->ordinal, 2u);
  EXPECT_EQ(made.column("nobody"), nullptr);
  ASSERT_EQ(made.primary_key().size(), 1u);
  EXPECT_EQ(made.primary_key()[0]->name, "id");
}

TEST(Schema, Words) {
  EXPECT_EQ(name_of(TableType::stream), "stream");
  EXPECT_EQ(variant_name(TableType::stream), "Stream");
  EXPECT_EQ(parse_table_type("ShArEd"), TableType::shared);
  EXPECT_EQ(parse_table_type("view"), std::nullopt);
  EXPECT_EQ(name_of(AccessLevel::public_), "public");
  EXPECT_EQ(variant_name(AccessLevel::restricted), "Restricted");
  EXPECT_EQ(parse_access_level("DBA"), AccessLevel::dba);
}

}  // namespace
}  // namespace kalam
