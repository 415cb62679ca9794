#include "tables/row_key.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "types/cast.h"
#include "types/order.h"

namespace kalam::tables {
namespace {

ColumnDefinition column_of(DataType type) {
  ColumnDefinition column;
  column.name = "id";
  column.type = type;
  return column;
}
std::string key_of(DataType type, const Value& value) {
  codec::KeyWriter key;
  const auto status = append_key(column_of(type), value, key);
  EXPECT_TRUE(status.ok()) << type << ' ' << value << ": " << status.error();
  return key.take();
}
std::string comparable_of(DataType type, const Value& value) {
  codec::KeyWriter key;
  return append_comparable(type, value, key) ? key.take() : "none: " + key.bytes();
}

DataType decimal(uint32_t precision, uint32_t scale) { return *DataType::decimal(precision, scale); }
Value uuid(std::initializer_list<uint8_t> first_bytes) {
  std::array<uint8_t, 16> bytes{};
  std::copy(first_bytes.begin(), first_bytes.end(), bytes.begin());
  return Value::uuid(bytes);
}

// Values of each type that can be a key: its edges, and what `random` gives.
std::vector<Value> samples(DataType type, std::mt19937_64& random) {
  using Limits = std::numeric_limits<int64_t>;
  const auto text = [&] {
    std::string bytes(random() % 4, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random() % 4);
    return bytes;
  };
  std::vector<Value> values;
  switch (type.tag()) {
    case TypeTag::smallint:
      for (const int16_t n : {INT16_MIN, -1, 0, 1, INT16_MAX}) values.push_back(Value::int16(n));
      for (int i = 0; i < 40; ++i) values.push_back(Value::int16(static_cast<int16_t>(random())));
      break;
    case TypeTag::integer:
      for (const int32_t n : {INT32_MIN, -256, -1, 0, 1, 255, INT32_MAX}) values.push_back(Value::int32(n));
      for (int i = 0; i < 40; ++i) values.push_back(Value::int32(static_cast<int32_t>(random())));
      break;
    case TypeTag::bigint:
      for (const int64_t n : {Limits::min(), int64_t{-1}, int64_t{0}, int64_t{1}, Limits::max()}) {
        values.push_back(Value::int64(n));
      }
      for (int i = 0; i < 40; ++i) values.push_back(Value::int64(static_cast<int64_t>(random())));
      break;
    case TypeTag::float_:
      for (const float n : {-INFINITY, -1.5f, -0.0f, 0.0f, 1e-45f, 3.25f, INFINITY, NAN, -NAN}) {
        values.push_back(Value::float32(n));
      }
      for (int i = 0; i < 40; ++i)
        values.push_back(Value::float32(std::bit_cast<float>(static_cast<uint32_t>(random()))));
      break;
    case TypeTag::double_:
      for (const double n :
           {-HUGE_VAL, -1.5, -5e-324, -0.0, 0.0, 5e-324, 3.25, HUGE_VAL, std::nan(""), -std::nan("")}) {
        values.push_back(Value::float64(n));
      }
      for (int i = 0; i < 40; ++i) values.push_back(Value::float64(std::bit_cast<double>(random())));
      break;
    case TypeTag::boolean: values = {Value::boolean(false), Value::boolean(true)}; break;
    case TypeTag::text:
    case TypeTag::json:
      values = {Value::text(""), Value::text("a"), Value::text("aa"), Value::text("ab"), Value::text("\xC3\xA9")};
      for (int i = 0; i < 60; ++i) values.push_back(Value::text(text()));
      break;
    case TypeTag::bytes:
      values = {Value::binary(""), Value::binary("\xFF"), Value::binary("\xFF\xFF")};
      for (int i = 0; i < 60; ++i) values.push_back(Value::binary(text()));
      break;
    case TypeTag::decimal:
      for (const Int128 n : {Int128{-99999999}, Int128{-1}, Int128{0}, Int128{1}, Int128{99999999}}) {
        values.push_back(Value::decimal(n, type.precision(), static_cast<int8_t>(type.scale())));
      }
      for (int i = 0; i < 40; ++i) {
        const auto wide = static_cast<Int128>(static_cast<int64_t>(random())) * static_cast<int64_t>(random() >> 16);
        values.push_back(Value::decimal(wide, type.precision(), static_cast<int8_t>(type.scale())));
      }
      break;
    case TypeTag::uuid:
      values = {uuid({}), uuid({0x7F}), uuid({0x80}), uuid({0xFF, 0xFF})};
      for (int i = 0; i < 40; ++i) {
        values.push_back(uuid({static_cast<uint8_t>(random()), 1, 2, 3, 4, 5, 6, 7, static_cast<uint8_t>(random())}));
      }
      break;
    case TypeTag::date:
      for (const int32_t n : {INT32_MIN, -1, 0, 1, INT32_MAX}) values.push_back(Value::date(n));
      break;
    case TypeTag::time:
      for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{86'399'999'999}}) values.push_back(Value::time(n));
      break;
    case TypeTag::timestamp:
    case TypeTag::datetime:
      for (const int64_t n : {Limits::min(), int64_t{-1}, int64_t{0}, int64_t{1}, Limits::max()}) {
        values.push_back(Value::timestamp_us(n, type.tag() == TypeTag::datetime ? "UTC" : ""));
      }
      break;
    case TypeTag::embedding:
    case TypeTag::file: break;
  }
  return values;
}

const std::vector<DataType>& key_types() {
  static const std::vector<DataType> types = {TypeTag::smallint,  TypeTag::integer, TypeTag::bigint,  TypeTag::float_,
                                              TypeTag::double_,   TypeTag::boolean, TypeTag::text,    TypeTag::json,
                                              TypeTag::bytes,     decimal(38, 4),   TypeTag::uuid,    TypeTag::date,
                                              TypeTag::timestamp, TypeTag::time,    TypeTag::datetime};
  return types;
}

TEST(RowKey, OrderIsThatOfTheType) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const auto& type : key_types()) {
    EXPECT_TRUE(can_be_row_key(type)) << type;
    const auto values = samples(type, random);
    ASSERT_FALSE(values.empty()) << type;
    for (const auto& a : values) {
      for (const auto& b : values) {
        const auto by_key = key_of(type, a) <=> key_of(type, b);
        ASSERT_EQ(by_key < 0, compare(a, b) < 0) << type << ": " << a << ", " << b;
        ASSERT_EQ(by_key == 0, compare(a, b) == 0) << type << ": " << a << ", " << b;
      }
    }
  }
}

TEST(RowKey, WideningAnIntegerKeepsItsKeys) {
  for (const int16_t n : {INT16_MIN, -1, 0, 7, INT16_MAX}) {
    EXPECT_EQ(key_of(TypeTag::smallint, Value::int16(n)), key_of(TypeTag::integer, Value::int32(n)));
    EXPECT_EQ(key_of(TypeTag::smallint, Value::int16(n)), key_of(TypeTag::bigint, Value::int64(n)));
  }
}

TEST(RowKey, AValueThatIsNotOfItsTypeIsRefused) {
  struct Case {
    DataType type;
    Value value;
  };
  const Case cases[] = {
      {TypeTag::bigint, Value()},
      {TypeTag::bigint, Value::null(ScalarKind::int64)},
      {TypeTag::bigint, Value::int32(1)},
      {TypeTag::smallint, Value::int64(1)},
      {TypeTag::bigint, Value::text("1")},
      {TypeTag::text, Value::int64(1)},
      {TypeTag::text, Value::large_text("a")},
      {TypeTag::boolean, Value::int8(1)},
      {TypeTag::double_, Value::float32(1)},
      {TypeTag::uuid, Value::fixed_binary("short")},
      {TypeTag::uuid, Value::binary(std::string(16, 'x'))},
      {decimal(10, 2), Value::decimal(100, 10, 3)},
      {TypeTag::timestamp, Value::timestamp_ms(1)},
      {TypeTag::timestamp, Value::timestamp_us(1, "UTC")},
      {TypeTag::datetime, Value::timestamp_us(1)},
      {TypeTag::date, Value::int32(1)},
      {TypeTag::file, Value::text("{}")},
      {*DataType::embedding(2), Value::embedding(std::vector<float>{1, 2})},
  };
  for (const auto& [type, value] : cases) {
    codec::KeyWriter key;
    const auto status = append_key(column_of(type), value, key);
    ASSERT_FALSE(status.ok()) << type << ' ' << value;
    EXPECT_EQ(status.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(status.error().message, "Primary key column 'id' has unsupported or NULL value");
    EXPECT_EQ(key.bytes(), "");
  }
  EXPECT_FALSE(can_be_row_key(TypeTag::file));
  EXPECT_FALSE(can_be_row_key(*DataType::embedding(3)));
}

TEST(RowKey, ConditionsMayNameAnotherKindOfTheSameValue) {
  struct Case {
    DataType type;
    Value condition;
    Value same;
  };
  const Case cases[] = {
      {TypeTag::bigint, Value::int8(-5), Value::int64(-5)},
      {TypeTag::smallint, Value::uint64(5), Value::int16(5)},
      {TypeTag::double_, Value::int32(3), Value::float64(3)},
      {TypeTag::double_, Value::float32(1.5f), Value::float64(1.5)},
      {TypeTag::float_, Value::float64(1.5), Value::float32(1.5f)},
      {TypeTag::text, Value::large_text("a"), Value::text("a")},
      {TypeTag::bytes, Value::fixed_binary("abc"), Value::binary("abc")},
      {TypeTag::timestamp, Value::timestamp_ms(7), Value::timestamp_us(7000)},
      {TypeTag::datetime, Value::timestamp_ns(7000, "UTC"), Value::timestamp_us(7, "UTC")},
  };
  for (const auto& [type, condition, same] : cases) {
    EXPECT_EQ(comparable_of(type, condition), key_of(type, same)) << type << ' ' << condition;
  }
  // Beyond the type, but in its order.
  EXPECT_GT(comparable_of(TypeTag::smallint, Value::int64(1 << 20)),
            key_of(TypeTag::smallint, Value::int16(INT16_MAX)));
  EXPECT_LT(comparable_of(TypeTag::float_, Value::float64(1.1)), key_of(TypeTag::float_, Value::float32(1.1f)));
  const Case none[] = {
      {TypeTag::bigint, Value::float64(1), {}},
      {TypeTag::bigint, Value::uint64(UINT64_MAX), {}},
      {TypeTag::double_, Value::int64(INT64_MAX), {}},
      {TypeTag::timestamp, Value::timestamp_ns(1), {}},
      {TypeTag::timestamp, Value::timestamp_ms(INT64_MAX), {}},
      {decimal(10, 2), Value::decimal(1, 10, 3), {}},
      {TypeTag::text, Value(), {}},
  };
  for (const auto& [type, condition, same] : none) EXPECT_EQ(comparable_of(type, condition), "none: ") << condition;
}

TEST(StorageSpec, Case1_KeysOfOneUserAreNoneOfAnother) {
  const std::vector<std::string> hostile = {
      "",          "a",  "al", "alice", "alicf", std::string("a\0", 2), std::string("a\0b", 3),
      "a\x01",     "b",  "A",  "\x01",  "\xFF",  std::string("\0", 1),  "\xFF\xFF",
      "alice\xFF", "a:b"};
  const std::vector<std::string> values = {"",     "a",    std::string("\0", 1), "\x01",
                                           "\xFF", "lice", std::string("\0b", 2)};
  for (const auto& user : hostile) {
    for (const auto& other : hostile) {
      if (user == other) continue;
      for (const auto& value : values) {
        const auto key = codec::KeyWriter(user_prefix(UserId(user))).text(value).take();
        ASSERT_FALSE(key.starts_with(user_prefix(UserId(other))))
            << testing::PrintToString(user) << " reachable as " << testing::PrintToString(other);
      }
    }
  }
}

}  // namespace
}  // namespace kalam::tables
