#include "types/data_type.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "types/arrow_type.h"

namespace kalam {
namespace {

using testing::HasSubstr;

DataType embedding(uint32_t dimension) { return DataType::embedding(dimension).value(); }
DataType decimal(uint32_t precision, uint32_t scale) { return DataType::decimal(precision, scale).value(); }

std::vector<DataType> all_types() {
  std::vector<DataType> types;
  for (int tag = 0x01; tag <= 0x11; ++tag) {
    if (tag == 0x0D) types.push_back(embedding(3));
    else if (tag == 0x0F) types.push_back(decimal(18, 4));
    else types.push_back(static_cast<TypeTag>(tag));
  }
  return types;
}

std::string wire_of(const DataType& type) {
  std::string bytes;
  type.encode(bytes);
  return bytes;
}

template <typename T>
std::string message_of(const Result<T>& result) {
  return result.ok() ? "no error" : result.error().message;
}

// Case 1, the part without SQL: the names of the 17 types as results show them.
TEST(TypesSpec, Case1_EveryTypeHasItsName) {
  const std::vector<std::string> expected = {
      "\"Boolean\"",       "\"Int\"",   "\"BigInt\"",
      "\"Double\"",        "\"Float\"", "\"Text\"",
      "\"Timestamp\"",     "\"Date\"",  "\"DateTime\"",
      "\"Time\"",          "\"Json\"",  "\"Bytes\"",
      "{\"Embedding\":3}", "\"Uuid\"",  "{\"Decimal\":{\"precision\":18,\"scale\":4}}",
      "\"SmallInt\"",      "\"File\""};
  const auto types = all_types();
  ASSERT_EQ(types.size(), expected.size());
  for (size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(types[i].json(), expected[i]);
    EXPECT_EQ(DataType::from_json(expected[i]).value(), types[i]);
  }
}

TEST(TypesSpec, Case2_FlagsOfColumns) {
  EXPECT_EQ((ColumnFlags{.primary_key = true, .not_null = true}.json()), R"(["pk","nn","uq"])");
  EXPECT_EQ((ColumnFlags{.not_null = true}.json()), R"(["nn"])");
  EXPECT_FALSE(arrow_metadata(TypeTag::text).contains(kArrowFlagsKey));
}

TEST(TypesSpec, Case4_EveryTagDecodes) {
  for (const auto& type : all_types()) EXPECT_EQ(DataType::decode(wire_of(type)).value(), type);
  EXPECT_EQ(message_of(DataType::decode(std::string(1, '\0'))), "Unknown type tag: 0x00");
  EXPECT_EQ(message_of(DataType::decode("\x12")), "Unknown type tag: 0x12");
  EXPECT_EQ(message_of(DataType::decode("\xFF")), "Unknown type tag: 0xFF");
  EXPECT_EQ(message_of(DataType::decode("\x0D")), "EMBEDDING type requires dimension parameter");
  EXPECT_EQ(message_of(DataType::decode("\x0F")), "DECIMAL type requires precision and scale parameters");
  EXPECT_THAT(message_of(DataType::decode("")), HasSubstr("unexpected end"));
  EXPECT_THAT(message_of(DataType::decode("\x0D\x01")), HasSubstr("unexpected end"));
  EXPECT_FALSE(DataType::decode("\x01\x01").ok());
}

TEST(TypesSpec, Case5_EmbeddingWireForm) {
  for (const uint32_t dimension : {1u, 384u, 768u, 1536u, 3072u, 8192u}) {
    const auto bytes = wire_of(embedding(dimension));
    EXPECT_EQ(bytes.size(), 5u);
    EXPECT_EQ(DataType::decode(bytes).value().dimension(), dimension);
  }
  EXPECT_EQ(wire_of(embedding(384)), std::string("\x0D\x80\x01\x00\x00", 5));
  EXPECT_EQ(message_of(DataType::embedding(0)), "EMBEDDING dimension must be between 1 and 8192, got 0");
  EXPECT_EQ(message_of(DataType::embedding(9999)), "EMBEDDING dimension must be between 1 and 8192, got 9999");
  EXPECT_EQ(message_of(DataType::decode(std::string("\x0D\x00\x00\x00\x00", 5))),
            "EMBEDDING dimension must be between 1 and 8192, got 0");
}

TEST(TypesSpec, Case6_DecimalParameters) {
  struct Case {
    uint32_t precision, scale;
    std::string_view error;
  };
  const Case cases[] = {
      {10, 2, "no error"},
      {38, 10, "no error"},
      {18, 0, "no error"},
      {5, 5, "no error"},
      {0, 0, "DECIMAL precision must be between 1 and 38, got 0"},
      {39, 2, "DECIMAL precision must be between 1 and 38, got 39"},
      {10, 11, "DECIMAL scale (11) cannot exceed precision (10)"},
  };
  for (const auto& [precision, scale, error] : cases) EXPECT_EQ(message_of(DataType::decimal(precision, scale)), error);
}

TEST(TypesSpec, Case7_DecimalWireFormKeepsItsParameters) {
  for (const auto& type : {decimal(10, 2), decimal(38, 10), decimal(18, 0), decimal(5, 5)}) {
    EXPECT_EQ(wire_of(type).size(), 3u);
    EXPECT_EQ(DataType::decode(wire_of(type)).value(), type);
  }
  EXPECT_FALSE(DataType::decode("\x0F\x0A").ok());
  EXPECT_FALSE(DataType::decode(std::string("\x0F\x00\x00", 3)).ok());
  EXPECT_FALSE(DataType::decode("\x0F\x0A\x0B").ok());
}

TEST(TypesSpec, Case8_ArrowRoundTrip) {
  for (const auto& type : all_types()) {
    const bool loses_identity = type.tag() == TypeTag::json || type.tag() == TypeTag::file;
    const DataType without = loses_identity ? DataType(TypeTag::text) : type;
    EXPECT_EQ(DataType::from_arrow_name(type.arrow_name()).value(), without) << type.arrow_name();
    EXPECT_EQ(DataType::from_arrow_name(type.arrow_debug_name()).value(), without) << type.arrow_debug_name();
    EXPECT_EQ(from_arrow_field(type.arrow_name(), arrow_metadata(type)), type);
  }
}

TEST(TypesSpec, Case9_ArrowTypesWithoutOurs) {
  EXPECT_EQ(message_of(DataType::from_arrow_name("FixedSizeList(9999 x non-null Float32)")),
            "EMBEDDING dimension must be between 1 and 8192, got 9999");
  EXPECT_EQ(message_of(DataType::from_arrow_name("Decimal128(39, 2)")), "Decimal precision 39 out of range (1-38)");
  for (const auto* name :
       {"Decimal256(10, 2)", "Duration(µs)", "Interval(MonthDayNano)", "Int8", "UInt64", "Utf8View", "Timestamp(s)",
        "Timestamp(Second, None)", "List(Int32)", "FixedSizeList(3 x Float64)", "Struct(a)", "", "Utf8()"}) {
    EXPECT_THAT(message_of(DataType::from_arrow_name(name)), HasSubstr("Unsupported Arrow type")) << name;
    EXPECT_EQ(from_arrow_field(name, {}), DataType(TypeTag::text));  // results fall back to TEXT
  }
}

TEST(DataType, ReadsArrowNames) {
  struct Case {
    std::string_view name;
    DataType type;
  };
  const Case cases[] = {
      {"LargeUtf8", TypeTag::text},
      {"LargeBinary", TypeTag::bytes},
      {"FixedSizeBinary(16)", TypeTag::uuid},
      {"FixedSizeBinary(4)", TypeTag::bytes},
      {"Timestamp(ns)", TypeTag::timestamp},
      {"Timestamp(Millisecond, None)", TypeTag::timestamp},
      {"Timestamp(ms, \"+02:00\")", TypeTag::datetime},
      {"Timestamp(Nanosecond, Some(\"UTC\"))", TypeTag::datetime},
      {"Date64", TypeTag::date},
      {"Time32(Second)", TypeTag::time},
      {"Time64(ns)", TypeTag::time},
      {"Decimal128(10, 2)", decimal(10, 2)},
      {"FixedSizeList(3 x non-null Float32)", embedding(3)},
  };
  for (const auto& [name, type] : cases) EXPECT_EQ(DataType::from_arrow_name(name).value(), type) << name;
}

// Case 21 needs SQL for the row; that the length is dropped is decided here.
TEST(TypesSpec, Case21_LengthsOfTextAreDropped) {
  EXPECT_EQ(DataType::from_sql("VARCHAR(5)").value(), DataType(TypeTag::text));
}

TEST(TypesSpec, Case22_TypesThatAreRefused) {
  EXPECT_EQ(message_of(DataType::from_sql("TINYINT")), "Unsupported data type: TINYINT");
  EXPECT_EQ(message_of(DataType::from_sql("INTERVAL")), "Unsupported data type: INTERVAL");
  EXPECT_EQ(message_of(DataType::from_sql("GEOGRAPHY")), "Unsupported custom data type 'GEOGRAPHY'");
  EXPECT_EQ(DataType::from_sql("mytext").value(), DataType(TypeTag::text));
}

TEST(DataType, ReadsSqlSpellings) {
  struct Case {
    TypeTag tag;
    std::vector<std::string_view> spellings;
  };
  const Case cases[] = {
      {TypeTag::boolean, {"BOOLEAN", "bool"}},
      {TypeTag::smallint, {"SMALLINT", "INT2"}},
      {TypeTag::integer, {"INT", "INTEGER", "INT4", "MEDIUMINT", "SIGNED", "integer"}},
      {TypeTag::bigint,
       {"BIGINT", "INT8", "INT64", "BIGSERIAL", "SERIAL8", "SERIAL", "SERIAL4", "SERIAL2", "SMALLSERIAL"}},
      {TypeTag::float_, {"FLOAT", "FLOAT(24)", "REAL", "FLOAT4"}},
      {TypeTag::double_, {"DOUBLE", "double  precision", "FLOAT8", "FLOAT64"}},
      {TypeTag::text,
       {"TEXT", "VARCHAR", "VARCHAR(20)", "CHAR(3)", "CHARACTER VARYING(9)", "character", "NVARCHAR", "STRING", "CLOB",
        "CHARACTER LARGE OBJECT", "citext", "BigString", "INT[]", "ENUM('a', 'b')", "SET('a')", "STRUCT<a INT>"}},
      {TypeTag::json, {"JSON", "jsonb"}},
      {TypeTag::bytes, {"BYTES", "BINARY", "BINARY(16)", "VARBINARY(3)", "BLOB", "bytea"}},
      {TypeTag::timestamp,
       {"TIMESTAMP", "TIMESTAMP(3)", "TIMESTAMP WITH TIME ZONE", "timestamp (6) without time zone", "TIMESTAMPTZ"}},
      {TypeTag::datetime, {"DATETIME", "DATETIME(6)"}},
      {TypeTag::date, {"DATE"}},
      {TypeTag::time, {"TIME", "TIME(3)", "TIME WITHOUT TIME ZONE"}},
      {TypeTag::uuid, {"UUID", " uuid "}},
      {TypeTag::file, {"FILE"}},
  };
  for (const auto& [tag, spellings] : cases) {
    for (const auto sql : spellings) EXPECT_EQ(DataType::from_sql(sql).value(), DataType(tag)) << sql;
  }
  EXPECT_EQ(DataType::from_sql("DECIMAL").value(), decimal(38, 10));
  EXPECT_EQ(DataType::from_sql("decimal(7)").value(), decimal(7, 0));
  EXPECT_EQ(DataType::from_sql("NUMERIC(10, 2)").value(), decimal(10, 2));
  EXPECT_EQ(DataType::from_sql("Embedding( 384 )").value(), embedding(384));
}

TEST(DataType, RefusesSqlSpellings) {
  struct Case {
    std::string_view sql, error;
  };
  const Case cases[] = {
      {"EMBEDDING", "EMBEDDING type requires exactly one dimension parameter, e.g., EMBEDDING(384)"},
      {"EMBEDDING(1,2)", "EMBEDDING type requires exactly one dimension parameter, e.g., EMBEDDING(384)"},
      {"EMBEDDING(0)", "EMBEDDING dimension must be at least 1"},
      {"EMBEDDING(9000)", "EMBEDDING dimension must be at most 8192 (found 9000)"},
      {"EMBEDDING(99999999999)", "EMBEDDING dimension must be at most 8192 (found 99999999999)"},
      {"EMBEDDING(x)", "EMBEDDING dimension must be a positive integer, got 'x'"},
      {"EMBEDDING(-1)", "EMBEDDING dimension must be a positive integer, got '-1'"},
      {"DECIMAL(39,2)", "DECIMAL precision must be between 1 and 38, got 39"},
      {"DECIMAL(5,6)", "DECIMAL scale (6) cannot exceed precision (5)"},
      {"INT UNSIGNED", "Unsupported data type: INT UNSIGNED"},
      {"INT1", "Unsupported data type: INT1"},
      {"DATE(3)", "Unsupported data type: DATE(3)"},
      {"VARCHAR(x)", "Unsupported data type: VARCHAR(x)"},
      {"", "Unsupported data type: "},
  };
  for (const auto& [sql, error] : cases) EXPECT_EQ(message_of(DataType::from_sql(sql)), error) << sql;
}

TEST(DataType, SqlNamesReadBack) {
  for (const auto& type : all_types()) EXPECT_EQ(DataType::from_sql(type.sql_name()).value(), type) << type;
  EXPECT_EQ(decimal(10, 2).sql_name(), "DECIMAL(10, 2)");
}

TEST(DataType, RefusesForeignJson) {
  for (const auto* json :
       {"\"Embedding\"", "\"Decimal\"", "\"bigint\"", "\"\"", "{}", "{\"Embedding\":0}", "{\"Text\":1}",
        "{\"Embedding\":384,\"x\":1}", "{\"Decimal\":{\"precision\":10}}", "12", "null", "\"Text\" x",
        "{\"Decimal\":{\"precision\":10,\"scale\":2,\"x\":1}}", "{\"Embedding\":18446744073709551615}"}) {
    EXPECT_FALSE(DataType::from_json(json).ok()) << json;
  }
}

TEST(DataType, AKeyTwiceIsRefusedByName) {
  struct Case {
    std::string_view json, message;
  };
  const Case cases[] = {
      {R"({"Embedding":3,"Embedding":4})", "key 'Embedding' twice at line 1 column 28"},
      {R"({"Embedding":3,"\u0045mbedding":3})", "key 'Embedding' twice at line 1 column 33"},
      {R"({"Decimal":{"precision":10,"scale":2,"precision":12}})", "key 'precision' twice at line 1 column 50"},
      {R"({"Decimal":{"scale":2,"precision":10,"scale":2}})", "key 'scale' twice at line 1 column 46"},
  };
  for (const auto& [json, message] : cases) {
    const auto type = DataType::from_json(json);
    EXPECT_EQ(message_of(type), message) << json;
    EXPECT_EQ(type.ok() ? ErrorCode::internal : type.error().code, ErrorCode::invalid_input) << json;
  }
}

TEST(DataType, ParametersOfAnyKindRoundTrip) {
  EXPECT_TRUE(rc::check("wire and JSON forms read back", [] {
    const auto precision = *rc::gen::inRange<uint32_t>(1, 39);
    const auto type = *rc::gen::element(embedding(*rc::gen::inRange<uint32_t>(1, 8193)),
                                        decimal(precision, *rc::gen::inRange<uint32_t>(0, precision + 1)));
    RC_ASSERT(DataType::decode(wire_of(type)).value() == type);
    RC_ASSERT(DataType::from_json(type.json()).value() == type);
    RC_ASSERT(DataType::from_arrow_name(type.arrow_name()).value() == type);
  }));
}

TEST(DataType, HintsOfSystemDatatypesAreComplete) {
  const auto hints = arrow_type_hints();
  ASSERT_EQ(hints.size(), 31u);
  EXPECT_EQ(hints.front().arrow_type, "Boolean");
  EXPECT_EQ(hints.back().sql_name, "FILE");
  for (const auto& hint : hints) EXPECT_FALSE(hint.description.empty()) << hint.arrow_type;
}

}  // namespace
}  // namespace kalam
