#include "duck/detail/value_bridge.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "duck/detail/cell_json.h"
#include "types/json_value.h"

namespace kalam::duck {
namespace {

std::string json_of(const Value& value) {
  std::string out;
  JsonText json(out);
  EXPECT_TRUE(write_json(json, value).ok()) << value;
  return out;
}

struct Sample {
  SourceColumn column;
  std::vector<Value> values;
  Value null;
};

SourceColumn column_of(DataType type, ScalarKind kind) { return {"c", type, kind}; }

// All 17 data types with what their columns hold, then the kinds that only system tables and results have.
std::vector<Sample> samples() {
  const auto embedding = *DataType::embedding(3);
  const auto decimal = [](uint32_t precision, uint32_t scale) { return *DataType::decimal(precision, scale); };
  const std::array<float, 3> floats = {1.0F, -0.5F, 3.25F};
  const std::array<bool, 3> some = {true, false, true};
  std::array<uint8_t, 16> uuid{};
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<uint8_t>(0xF0 + i);
  const auto big = *DataType::decimal(38, 2);
  Int128 huge = 1;
  for (int i = 0; i < 37; ++i) huge *= 10;
  return {
      {column_of(TypeTag::boolean, ScalarKind::boolean),
       {Value::boolean(true), Value::boolean(false)},
       Value::null(ScalarKind::boolean)},
      {column_of(TypeTag::smallint, ScalarKind::int16),
       {Value::int16(-32768), Value::int16(32767)},
       Value::null(ScalarKind::int16)},
      {column_of(TypeTag::integer, ScalarKind::int32),
       {Value::int32(INT32_MIN), Value::int32(7)},
       Value::null(ScalarKind::int32)},
      {column_of(TypeTag::bigint, ScalarKind::int64),
       {Value::int64(INT64_MIN), Value::int64(INT64_MAX)},
       Value::null(ScalarKind::int64)},
      {column_of(TypeTag::double_, ScalarKind::float64),
       {Value::float64(0.1), Value::float64(-1e300)},
       Value::null(ScalarKind::float64)},
      {column_of(TypeTag::float_, ScalarKind::float32),
       {Value::float32(0.1F), Value::float32(12.34F)},
       Value::null(ScalarKind::float32)},
      {column_of(TypeTag::text, ScalarKind::utf8),
       {Value::text(""), Value::text("größer als zwölf Bytes \"\n")},
       Value::null(ScalarKind::utf8)},
      {column_of(TypeTag::timestamp, ScalarKind::timestamp_us),
       {Value::timestamp_us(-1), Value::timestamp_us(1750000000000000)},
       Value::null(ScalarKind::timestamp_us)},
      {column_of(TypeTag::date, ScalarKind::date32),
       {Value::date(-719162), Value::date(20000)},
       Value::null(ScalarKind::date32)},
      {column_of(TypeTag::datetime, ScalarKind::timestamp_us),
       {Value::timestamp_us(1750000000000001, "UTC")},
       Value::null_timestamp(ScalarKind::timestamp_us, "UTC")},
      {column_of(TypeTag::time, ScalarKind::time64_us),
       {Value::time(0), Value::time(86399999999)},
       Value::null(ScalarKind::time64_us)},
      {column_of(TypeTag::json, ScalarKind::utf8), {Value::text(R"({"a":[1,2]})")}, Value::null(ScalarKind::utf8)},
      {column_of(TypeTag::bytes, ScalarKind::binary),
       {Value::binary(std::string("\0\xff\x7f", 3)), Value::binary("")},
       Value::null(ScalarKind::binary)},
      {column_of(embedding, ScalarKind::embedding),
       {Value::embedding(floats), Value::embedding(floats, some)},
       Value::null_embedding(3)},
      {column_of(TypeTag::uuid, ScalarKind::fixed_binary),
       {Value::uuid(uuid), Value::uuid({})},
       Value::null_fixed_binary(16)},
      {column_of(decimal(4, 2), ScalarKind::decimal128),
       {Value::decimal(-50, 4, 2), Value::decimal(9999, 4, 2)},
       Value::null_decimal(4, 2)},
      {column_of(decimal(9, 0), ScalarKind::decimal128), {Value::decimal(-999999999, 9, 0)}, Value::null_decimal(9, 0)},
      {column_of(decimal(18, 3), ScalarKind::decimal128),
       {Value::decimal(123456789012345678, 18, 3)},
       Value::null_decimal(18, 3)},
      {column_of(big, ScalarKind::decimal128),
       {Value::decimal(-huge, 38, 2), Value::decimal(huge + 1, 38, 2)},
       Value::null_decimal(38, 2)},
      {column_of(TypeTag::file, ScalarKind::utf8), {Value::text(R"({"id":"1"})")}, Value::null(ScalarKind::utf8)},
      {column_of(TypeTag::smallint, ScalarKind::int8), {Value::int8(-128)}, Value::null(ScalarKind::int8)},
      {column_of(TypeTag::smallint, ScalarKind::uint8), {Value::uint8(255)}, Value::null(ScalarKind::uint8)},
      {column_of(TypeTag::integer, ScalarKind::uint16), {Value::uint16(65535)}, Value::null(ScalarKind::uint16)},
      {column_of(TypeTag::bigint, ScalarKind::uint32), {Value::uint32(UINT32_MAX)}, Value::null(ScalarKind::uint32)},
      {column_of(TypeTag::bigint, ScalarKind::uint64), {Value::uint64(UINT64_MAX)}, Value::null(ScalarKind::uint64)},
      {column_of(TypeTag::timestamp, ScalarKind::timestamp_ms),
       {Value::timestamp_ms(1750000000000)},
       Value::null(ScalarKind::timestamp_ms)},
      {column_of(TypeTag::timestamp, ScalarKind::timestamp_ns),
       {Value::timestamp_ns(-1)},
       Value::null(ScalarKind::timestamp_ns)},
  };
}

TEST(ValueBridge, EveryTypeCrossesBothWaysWithItsNulls) {
  for (const auto& sample : samples()) {
    const auto type = logical_type(sample.column);
    duckdb::Vector vector(type, sample.values.size() + 2);
    // NULL first and last, so that a neighbour's validity cannot hide.
    ASSERT_TRUE(write_value(vector, 0, sample.null).ok()) << type.ToString();
    for (size_t i = 0; i < sample.values.size(); ++i) {
      ASSERT_TRUE(write_value(vector, i + 1, sample.values[i]).ok()) << type.ToString() << " " << sample.values[i];
    }
    ASSERT_TRUE(write_value(vector, sample.values.size() + 1, Value()).ok());

    EXPECT_EQ(*read_value(vector, 0), sample.null) << type.ToString();
    EXPECT_EQ(*read_value(vector, sample.values.size() + 1), sample.null) << type.ToString();
    for (size_t i = 0; i < sample.values.size(); ++i) {
      EXPECT_EQ(*read_value(vector, i + 1), sample.values[i]) << type.ToString();
      // As a parameter, there and back.
      const auto engine = to_engine(sample.values[i]);
      ASSERT_TRUE(engine.ok()) << type.ToString();
      EXPECT_EQ(*from_engine(*engine), sample.values[i]) << type.ToString();
    }
  }
}

TEST(ValueBridge, DataTypesSurviveTheEngineExceptJsonAndFile) {
  // Conformance types 8: the round trip is the identity, but JSON and FILE come back as TEXT.
  for (const auto& sample : samples()) {
    const auto tag = sample.column.type.tag();
    const bool text = tag == TypeTag::json || tag == TypeTag::file;
    EXPECT_EQ(inferred_type(logical_type(sample.column.type)), text ? DataType(TypeTag::text) : sample.column.type);
  }
  EXPECT_EQ(inferred_type(duckdb::LogicalType::INTERVAL), DataType(TypeTag::text));
  EXPECT_EQ(inferred_type(duckdb::LogicalType::UBIGINT), DataType(TypeTag::text));
  EXPECT_EQ(inferred_type(duckdb::LogicalType::HUGEINT), DataType(TypeTag::bigint));
  EXPECT_EQ(inferred_type(duckdb::LogicalType::ARRAY(duckdb::LogicalType::FLOAT, 9000)), DataType(TypeTag::text));
}

TEST(ValueBridge, JsonOfACellIsJsonOfTheValue) {
  for (const auto& sample : samples()) {
    if (sample.column.kind == ScalarKind::timestamp_ns) continue;  // shown in µs when computed: see cell tests
    const auto type = logical_type(sample.column);
    for (const auto& value : sample.values) {
      duckdb::DataChunk chunk;
      chunk.Initialize(duckdb::Allocator::DefaultAllocator(), {type});
      ASSERT_TRUE(write_value(chunk.data[0], 0, value).ok());
      chunk.SetCardinality(1);
      std::string out;
      ASSERT_TRUE(append_json_rows(chunk, {false}, true, out).ok()) << type.ToString();
      EXPECT_EQ(out, "[" + json_of(value) + "]") << type.ToString();
    }
  }
}

TEST(ValueBridge, RefusesAValueOfAnotherKind) {
  struct Case {
    duckdb::LogicalType type;
    Value value;
  };
  const Case cases[] = {
      {duckdb::LogicalType::INTEGER, Value::int64(1)},
      {duckdb::LogicalType::VARCHAR, Value::binary("x")},
      {duckdb::LogicalType::UUID, Value::fixed_binary("short")},
      {duckdb::LogicalType::ARRAY(duckdb::LogicalType::FLOAT, 2), Value::embedding(std::array{1.0F})},
      {duckdb::LogicalType::INTERVAL, Value::int64(1)},
      {duckdb::LogicalType::TIMESTAMP, Value::timestamp_ms(1)},
  };
  for (const auto& [type, value] : cases) {
    duckdb::Vector vector(type, 1);
    const auto written = write_value(vector, 0, value);
    ASSERT_FALSE(written.ok()) << type.ToString();
    EXPECT_EQ(written.error().code, ErrorCode::internal);
  }
}

TEST(ValueBridge, DecimalsOfAnyWidthCross) {
  rc::check("decimal -> vector -> decimal", [] {
    const auto precision = *rc::gen::inRange<int>(1, 39);
    const auto scale = *rc::gen::inRange<int>(0, precision + 1);
    Int128 unscaled = 0;
    for (int i = 0; i < precision; ++i) unscaled = unscaled * 10 + *rc::gen::inRange<int>(0, 10);
    if (*rc::gen::arbitrary<bool>()) unscaled = -unscaled;
    const auto value = Value::decimal(unscaled, static_cast<uint8_t>(precision), static_cast<int8_t>(scale));
    RC_ASSERT(*from_engine(*to_engine(value)) == value);
  });
}

}  // namespace
}  // namespace kalam::duck
