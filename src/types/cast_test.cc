#include "types/cast.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>

#include "types/temporal.h"
#include "types/value_samples.h"

namespace kalam {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

DataType embedding(uint32_t dimension) { return DataType::embedding(dimension).value(); }
DataType decimal(uint32_t precision, uint32_t scale) { return DataType::decimal(precision, scale).value(); }

std::string failure_of(Value value, const DataType& type) {
  const auto made = coerce(std::move(value), type, "c");
  return made.ok() ? "no error" : made.error().message;
}

struct Case {
  Value from;
  DataType type;
  Value expected;
};

void expect_all(std::span<const Case> cases) {
  for (const auto& [from, type, expected] : cases) {
    const auto made = coerce(from, type, "c");
    ASSERT_TRUE(made.ok()) << from << " to " << type << ": " << made.error();
    EXPECT_EQ(*made, expected) << from << " to " << type;
    EXPECT_TRUE(is_kept_as(*made, type)) << from << " to " << type;
  }
}

TEST(TypesSpec, Case11_TimestampsFromText) {
  const Case cases[] = {
      {Value::text("2023-01-01 10:00:00"), TypeTag::timestamp, Value::timestamp_us(1672567200000000)},
      {Value::text("2023-01-01 10:00:00"), TypeTag::datetime, Value::timestamp_us(1672567200000000, "UTC")},
      {Value::text("2025-01-01T12:00:00+02:00"), TypeTag::datetime, Value::timestamp_us(1735725600000000, "UTC")},
      {Value::text("2001-02-03T12:00:00+02:00"), TypeTag::timestamp, Value::timestamp_us(981194400000000)},
      {Value::text("1960-06-15 01:02:03.000001"), TypeTag::timestamp, Value::timestamp_us(-301273076999999)},
      {Value::text("1900-01-01 00:00:00"), TypeTag::datetime, Value::timestamp_us(-2208988800000000, "UTC")},
      {Value::text("2001-02-03"), TypeTag::timestamp, Value::timestamp_us(981158400000000)},
      {Value::text("2001-02-03T10:00:00Z"), TypeTag::timestamp, Value::timestamp_us(981194400000000)},
      {Value::text("2001-02-03T10:00:00.5Z"), TypeTag::datetime, Value::timestamp_us(981194400500000, "UTC")},
      {Value::text("2001-02-03 05:00:00 -0500"), TypeTag::timestamp, Value::timestamp_us(981194400000000)},
      {Value::text("2001-02-03 11:00:00+01"), TypeTag::timestamp, Value::timestamp_us(981194400000000)},
      {Value::text("2001-02-03 10:00:00.123456789"), TypeTag::timestamp, Value::timestamp_us(981194400123456)},
  };
  expect_all(cases);
}

TEST(TypesSpec, Case12_DatesAndTimesFromText) {
  const Case cases[] = {
      {Value::text("2023-01-01"), TypeTag::date, Value::date(19358)},
      {Value::text("1969-12-31"), TypeTag::date, Value::date(-1)},
      {Value::text("0001-01-01"), TypeTag::date, Value::date(-719162)},
      {Value::text("9999-12-31"), TypeTag::date, Value::date(2932896)},
      {Value::text("2001-02-03 10:00:00"), TypeTag::date, Value::date(11356)},
      {Value::text("10:00:00"), TypeTag::time, Value::time(36000000000)},
      {Value::text("23:59:59.999999"), TypeTag::time, Value::time(86399999999)},
      {Value::text("12:30"), TypeTag::time, Value::time(45000000000)},
      {Value::text("01:02:03.123"), TypeTag::time, Value::time(3723123000)},
  };
  expect_all(cases);
}

TEST(Cast, RefusesTimesThatAreNone) {
  struct Bad {
    std::string_view text;
    TypeTag type;
  };
  const Bad cases[] = {
      {"yesterday", TypeTag::timestamp},
      {"2001-02-30 00:00:00", TypeTag::timestamp},
      {"", TypeTag::timestamp},
      {"2001-02-03 24:00:00", TypeTag::timestamp},
      {"2001-02-03 10:00:60", TypeTag::timestamp},
      {"2001-02-03 10:00:00.", TypeTag::timestamp},
      {"2001-02-03 10:00:00 X", TypeTag::timestamp},
      {"2001-02-03 10:00:00+25:00", TypeTag::timestamp},
      {"2001-02-03 10:00:00Zz", TypeTag::timestamp},
      {"2001-13-01", TypeTag::date},
      {"03/02/2001", TypeTag::date},
      {"2001-2-3", TypeTag::date},
      {"25:00:00", TypeTag::time},
      {"10", TypeTag::time},
      {"10:00:00Z", TypeTag::time},
      {"10:00:00.1234567890", TypeTag::time},
  };
  for (const auto& [text, type] : cases) {
    EXPECT_THAT(failure_of(Value::text(std::string(text)), type), StartsWith("Unable to cast value Utf8 to ")) << text;
  }
  EXPECT_EQ(failure_of(Value::text("yesterday"), TypeTag::timestamp),
            "Unable to cast value Utf8 to Timestamp(Microsecond, None) for column 'c': Error parsing timestamp from "
            "'yesterday': timestamp must contain at least 10 characters");
  EXPECT_EQ(failure_of(Value::boolean(true), TypeTag::timestamp),
            "Unable to cast value Boolean to Timestamp(Microsecond, None) for column 'c': Casting from Boolean to "
            "Timestamp(Microsecond, None) not supported");
}

TEST(TypesSpec, Case13_Decimals) {
  const Case cases[] = {
      {Value::float64(100.50), decimal(10, 2), Value::decimal(10050, 10, 2)},
      {Value::float64(200.75), decimal(10, 2), Value::decimal(20075, 10, 2)},
      {Value::float64(-0.5), decimal(10, 2), Value::decimal(-50, 10, 2)},
      {Value::text("-0.5"), decimal(10, 2), Value::decimal(-50, 10, 2)},
      {Value::text("1.005"), decimal(10, 2), Value::decimal(101, 10, 2)},
      {Value::int64(-7), decimal(10, 2), Value::decimal(-700, 10, 2)},
      {Value::uint64(UINT64_MAX), decimal(20, 0), Value::decimal(static_cast<Int128>(UINT64_MAX), 20, 0)},
      {Value::float32(0.1f), decimal(10, 2), Value::decimal(10, 10, 2)},
      {Value::decimal(12345, 10, 3), decimal(10, 2), Value::decimal(1235, 10, 2)},
  };
  expect_all(cases);
  EXPECT_THAT(failure_of(Value::text("123456789.00"), decimal(10, 2)), HasSubstr("too large"));
  EXPECT_THAT(failure_of(Value::boolean(true), decimal(10, 2)), HasSubstr("not supported"));
}

TEST(TypesSpec, Case14_JsonKeepsItsText) {
  const Case cases[] = {{Value::text("{\"key\": \"initial\"}"), TypeTag::json, Value::text("{\"key\": \"initial\"}")}};
  expect_all(cases);
  EXPECT_EQ(failure_of(Value::text("{oops"), TypeTag::json),
            "Invalid JSON for column 'c': expected a string at line 1 column 2");
}

TEST(TypesSpec, Case15_Uuids) {
  const std::string hyphenated = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  for (const std::string text :
       {"6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "6ba7b8109dad11d180b400c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"}) {
    const auto made = coerce(Value::text(text), TypeTag::uuid, "c");
    ASSERT_TRUE(made.ok()) << text;
    EXPECT_EQ(text_of(*made), hyphenated);
    EXPECT_EQ(made->kind(), ScalarKind::fixed_binary);
  }
  EXPECT_THAT(failure_of(Value::text("not-a-uuid"), TypeTag::uuid),
              StartsWith("Invalid UUID literal 'not-a-uuid' for column 'c': "));
  EXPECT_THAT(failure_of(Value::text("6ba7b810-9dad-11d1-80b4-00c04fd430cg"), TypeTag::uuid), HasSubstr("hex digit"));
  EXPECT_THAT(failure_of(Value::text("6ba7b810x9dad-11d1-80b4-00c04fd430c8"), TypeTag::uuid), HasSubstr("hyphen"));
  EXPECT_EQ(failure_of(Value::binary("abc"), TypeTag::uuid),
            "UUID binary literal must be 16 bytes for column 'c', got 3");
  EXPECT_EQ(failure_of(Value::fixed_binary("abc"), TypeTag::uuid),
            "UUID fixed binary literal must be 16 bytes for column 'c', got size 3 and len 3");
  EXPECT_EQ(failure_of(Value::int64(5), TypeTag::uuid), "Unable to coerce value 5 to UUID for column 'c'");
  const std::string bytes = "0123456789abcdef";
  EXPECT_EQ(coerce(Value::binary(bytes), TypeTag::uuid, "c").value(), Value::fixed_binary(bytes));
}

TEST(TypesSpec, Case16_Embeddings) {
  const float elements[] = {1, 0, 0};
  const Case cases[] = {
      {Value::text("[1,0,0]"), embedding(3), Value::embedding(elements)},
      {Value::text(" '[1, 0.0, 0e3]' "), embedding(3), Value::embedding(elements)},
      {Value(), embedding(3), Value()},
      {Value::null(ScalarKind::utf8), embedding(3), Value()},
  };
  expect_all(cases);
  EXPECT_EQ(failure_of(Value::text("[1,0]"), embedding(3)),
            "Embedding dimension mismatch for column 'c': expected 3, got 2");
  EXPECT_EQ(failure_of(Value::embedding(elements), embedding(4)),
            "Embedding dimension mismatch for column 'c': expected 4, got 3");
  for (const auto* text :
       {"[1,null,0]", "1,0,0", "[1,0,0", "[1,0,\"0\"]", "[1,0,0] x", "[1e39,0,0]", "", "FixedSizeList([1,0,0])"}) {
    EXPECT_THAT(failure_of(Value::text(text), embedding(3)), StartsWith("Invalid embedding JSON for column 'c': "))
        << text;
  }
  EXPECT_THAT(failure_of(Value::int64(1), embedding(3)), StartsWith("Unable to cast value Int64 to FixedSizeList(3 x"));
}

// Cases 18 and 19, the part without SQL: what an assignment becomes equals what is stored.
TEST(TypesSpec, Case18and19_CoercedValuesEqualStoredOnes) {
  const Case cases[] = {
      {Value::int64(1704067200000000), TypeTag::timestamp, Value::timestamp_us(1704067200000000)},
      {Value::int64(1704067200000000), TypeTag::datetime, Value::timestamp_us(1704067200000000, "UTC")},
      {Value(), TypeTag::text, Value::null(ScalarKind::utf8)},
      {Value(), TypeTag::uuid, Value::null_fixed_binary(16)},
      {Value::null(ScalarKind::utf8), TypeTag::integer, Value::null(ScalarKind::int32)},
      {Value(), decimal(10, 2), Value::null_decimal(10, 2)},
      {Value(), TypeTag::datetime, Value::null_timestamp(ScalarKind::timestamp_us, "UTC")},
  };
  expect_all(cases);
}

TEST(TypesSpec, Case21_LongTextStaysWhole) {
  const std::string text(20, 'x');
  const Case cases[] = {{Value::text(text), TypeTag::text, Value::text(text)}};
  expect_all(cases);
}

TEST(TypesSpec, Case27_TextAndBytesIntoBytes) {
  const Case cases[] = {
      {Value::text("abc"), TypeTag::bytes, Value::binary("abc")},
      {Value::large_binary(std::string("\x01\x02\xff", 3)), TypeTag::bytes,
       Value::binary(std::string("\x01\x02\xff", 3))},
      {Value::fixed_binary("ab"), TypeTag::bytes, Value::binary("ab")},
  };
  expect_all(cases);
  EXPECT_THAT(failure_of(Value::int64(1), TypeTag::bytes), HasSubstr("not supported"));
}

TEST(Cast, Numbers) {
  const Case cases[] = {
      {Value::int64(5), TypeTag::smallint, Value::int16(5)},
      {Value::float64(1.7), TypeTag::integer, Value::int32(1)},
      {Value::float64(-1.7), TypeTag::bigint, Value::int64(-1)},
      {Value::boolean(true), TypeTag::integer, Value::int32(1)},
      {Value::text("42"), TypeTag::integer, Value::int32(42)},
      {Value::decimal(-199, 5, 2), TypeTag::integer, Value::int32(-1)},
      {Value::date(5), TypeTag::bigint, Value::int64(5)},
      {Value::text("1.5"), TypeTag::float_, Value::float32(1.5f)},
      {Value::text("1.5"), TypeTag::double_, Value::float64(1.5)},
      {Value::int64(3), TypeTag::double_, Value::float64(3)},
      {Value::decimal(150, 5, 2), TypeTag::double_, Value::float64(1.5)},
      {Value::float64(0.1), TypeTag::float_, Value::float32(0.1f)},
  };
  expect_all(cases);
  EXPECT_EQ(failure_of(Value::text("abc"), TypeTag::integer),
            "Unable to cast value Utf8 to Int32 for column 'c': Cannot cast string 'abc' to value of Int32 type");
  EXPECT_THAT(failure_of(Value::text("2.9"), TypeTag::integer), HasSubstr("Cannot cast string '2.9'"));
  EXPECT_EQ(failure_of(Value::int64(70000), TypeTag::smallint),
            "Unable to cast value Int64 to Int16 for column 'c': Can't cast value 70000 to type Int16");
  EXPECT_NE(failure_of(Value::float64(std::nan("")), TypeTag::bigint), "no error");
  EXPECT_NE(failure_of(Value::float64(3e9), TypeTag::integer), "no error");
  EXPECT_NE(failure_of(Value::uint64(UINT64_MAX), TypeTag::bigint), "no error");
  EXPECT_NE(failure_of(Value::decimal(power_of_ten(30), 38, 0), TypeTag::bigint), "no error");
}

TEST(Cast, Booleans) {
  for (const std::string yes : {"true", "T", "1", "Yes", "ON"}) {
    EXPECT_EQ(coerce(Value::text(yes), TypeTag::boolean, "c").value(), Value::boolean(true)) << yes;
  }
  for (const std::string no : {"false", "f", "0", "no", "Off"}) {
    EXPECT_EQ(coerce(Value::text(no), TypeTag::boolean, "c").value(), Value::boolean(false)) << no;
  }
  EXPECT_NE(failure_of(Value::text("maybe"), TypeTag::boolean), "no error");
  EXPECT_EQ(coerce(Value::int64(2), TypeTag::boolean, "c").value(), Value::boolean(true));
  EXPECT_EQ(coerce(Value::float64(-0.0), TypeTag::boolean, "c").value(), Value::boolean(false));
}

TEST(Cast, TimestampsAndDates) {
  const Case cases[] = {
      {Value::timestamp_ms(5), TypeTag::timestamp, Value::timestamp_us(5000)},
      {Value::timestamp_ms(-5), TypeTag::datetime, Value::timestamp_us(-5000, "UTC")},
      {Value::timestamp_ns(-1), TypeTag::timestamp, Value::timestamp_us(-1)},
      {Value::timestamp_us(5, "UTC"), TypeTag::timestamp, Value::timestamp_us(5)},
      {Value::date(1), TypeTag::timestamp, Value::timestamp_us(kMicrosPerDay)},
      {Value::timestamp_us(-1), TypeTag::date, Value::date(-1)},
      {Value::timestamp_us(-1), TypeTag::time, Value::time(kMicrosPerDay - 1)},
      {Value::int64(19358), TypeTag::date, Value::date(19358)},
      {Value::int64(36000000000), TypeTag::time, Value::time(36000000000)},
  };
  expect_all(cases);
  EXPECT_NE(failure_of(Value::timestamp_ms(INT64_MAX), TypeTag::timestamp), "no error");
  EXPECT_NE(failure_of(Value::date(INT32_MAX), TypeTag::timestamp), "no error");
  EXPECT_NE(failure_of(Value::int64(int64_t{1} << 40), TypeTag::date), "no error");
  EXPECT_NE(failure_of(Value::int64(kMicrosPerDay), TypeTag::time), "no error");
  EXPECT_NE(failure_of(Value::int64(-1), TypeTag::time), "no error");
}

TEST(Cast, AnythingHasAText) {
  const float elements[] = {1, 0.5f};
  struct TextCase {
    Value value;
    std::string_view text;
  };
  const TextCase cases[] = {
      {Value::boolean(false), "false"},
      {Value::int64(-5), "-5"},
      {Value::uint64(UINT64_MAX), "18446744073709551615"},
      {Value::float32(0.1f), "0.1"},
      {Value::float64(1), "1.0"},
      {Value::date(19358), "2023-01-01"},
      {Value::time(3723123000), "01:02:03.123"},
      {Value::time(3723123001), "01:02:03.123001"},
      {Value::timestamp_us(1672567200000000), "2023-01-01T10:00:00"},
      {Value::timestamp_ms(-1, "UTC"), "1969-12-31T23:59:59.999Z"},
      {Value::decimal(-5, 5, 2), "-0.05"},
      {Value::binary("\x01\xAB"), "01ab"},
      {Value::embedding(elements), "[1.0,0.5]"},
      {Value::large_text("x"), "x"},
  };
  for (const auto& [value, text] : cases) {
    EXPECT_EQ(text_of(value), text);
    EXPECT_EQ(coerce(value, TypeTag::text, "c").value(), Value::text(std::string(text)));
  }
}

TEST(Cast, DatesFarAwayHaveTextsOfTheirOwn) {
  struct Case {
    int32_t days;
    std::string_view text;
  };
  const Case cases[] = {
      {-1, "1969-12-31"},         {2932896, "9999-12-31"},       {2932897, "+10000-01-01"},
      {-719528, "0000-01-01"},    {-719529, "-0001-12-31"},      {11248737, "+32767-12-31"},
      {11248738, "+32768-01-01"}, {INT32_MAX, "+5881580-07-11"}, {INT32_MIN, "-5877641-06-23"},
  };
  for (const auto& [days, text] : cases) EXPECT_EQ(text_of(Value::date(days)), text);
  EXPECT_EQ(text_of(Value::timestamp_us(INT64_MAX)), "+294247-01-10T04:00:54.775807");
}

TEST(Cast, AFloatThatDoesNotFitIsAnError) {
  EXPECT_FALSE(coerce(Value::float64(1e300), TypeTag::float_, "c").ok());
  EXPECT_EQ(coerce(Value::text("[1e-50,0,1]"), DataType::embedding(3).value(), "c").value().as_embedding()[0], 0.0f);
}

TEST(Cast, TemporalTextReadsBack) {
  EXPECT_TRUE(rc::check("timestamps between the years 0 and 9999 print and parse", [] {
    const auto micros = *rc::gen::inRange<int64_t>(-62'167'219'200'000'000, 253'402'300'800'000'000);
    RC_ASSERT(parse_timestamp(print_timestamp(micros)).value() == micros);
  }));
}

TEST(Cast, NeverLeavesAColumnWithAForeignValue) {
  EXPECT_TRUE(rc::check("coerce gives what the column keeps, or an error", [](const Value& value) {
    const auto type = *rc::gen::element<DataType>(
        TypeTag::boolean, TypeTag::integer, TypeTag::bigint, TypeTag::smallint, TypeTag::double_, TypeTag::float_,
        TypeTag::text, TypeTag::timestamp, TypeTag::date, TypeTag::datetime, TypeTag::time, TypeTag::json,
        TypeTag::bytes, embedding(3), TypeTag::uuid, decimal(10, 2), TypeTag::file);
    const auto made = coerce(value, type, "c");
    if (!made.ok()) return;
    RC_ASSERT(is_kept_as(*made, type));
    RC_ASSERT(coerce(*made, type, "c").value() == *made);
  }));
}

}  // namespace
}  // namespace kalam
