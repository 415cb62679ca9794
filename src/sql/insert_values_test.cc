#include "sql/insert_values.h"

#include <gtest/gtest.h>

#include <random>

#include "sql/parse.h"

namespace kalam::sql {
namespace {

TEST(InsertValues, ReadsPlainValues) {
  const auto read = read_insert_values(
      "INSERT INTO App.T1 (Id, \"FirstName\") VALUES (1, 'it''s'), (-9223372036854775808, $2), (+1.50, DEFAULT), (.5, "
      "NULL), (-1e3, true)");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->target, (ObjectName{"app", "t1"}));
  EXPECT_EQ(read->columns, (std::vector<std::string>{"id", "firstname"}));
  EXPECT_EQ(read->parameters, 2U);
  ASSERT_EQ(read->rows(), 5U);
  const Cell expected[] = {Value::int64(1),           Value::text("it's"), Value::int64(INT64_MIN), ParameterCell{1},
                           Value::decimal(150, 3, 2), DefaultCell{},       Value::decimal(5, 1, 1), Value(),
                           Value::float64(-1000),     Value::boolean(true)};
  for (size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(read->cells[i], expected[i]) << "cell " << i;
}

TEST(InsertValues, LeavesEverythingElseToTheEngine) {
  for (const std::string_view sql : {
           "INSERT INTO t SELECT 1",
           "INSERT INTO t VALUES (1 + 2)",
           "INSERT INTO t VALUES (lower('x'))",
           "INSERT INTO t VALUES (1), (1, 2)",
           "INSERT INTO t VALUES (1),",
           "INSERT INTO t VALUES (1,)",
           "INSERT INTO t VALUES ()",
           "INSERT INTO t VALUES",
           "INSERT INTO t () VALUES (1)",
           "INSERT INTO t AS x VALUES (1)",
           "INSERT INTO t DEFAULT VALUES",
           "INSERT OR REPLACE INTO t VALUES (1)",
           "INSERT INTO t VALUES (1) RETURNING a",
           "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
           "INSERT INTO kalam.a.t VALUES (1)",
           "INSERT INTO t (a.b) VALUES (1)",
           "INSERT INTO t VALUES ('a' 'b')",
           "INSERT INTO t VALUES ('a'\n'b')",
           "INSERT INTO t VALUES (E'a')",
           "INSERT INTO t VALUES (X'0a')",
           "INSERT INTO t VALUES ($$a$$)",
           "INSERT INTO t VALUES (N'a')",
           "INSERT INTO t VALUES (\"a\")",
           "INSERT INTO t VALUES ('a'::text)",
           "INSERT INTO t VALUES (DATE '2025-01-01')",
           "INSERT INTO t VALUES (0x1F)",
           "INSERT INTO t VALUES (1_000)",
           "INSERT INTO t VALUES (9223372036854775808)",
           "INSERT INTO t VALUES (1e999)",
           "INSERT INTO t VALUES (1.00000000000000000000000000000000000001)",
           "INSERT INTO t VALUES (- -1)",
           "INSERT INTO t VALUES ($0)",
           "INSERT INTO t VALUES ($99999)",
           "INSERT INTO t VALUES ($1_0)",
           "INSERT INTO t VALUES ((1))",
           "INSERT INTO t VALUES (?)",
           "INSERT INTO t VALUES (CURRENT_USER())",
           "INSERT INTO t\u00A0 VALUES (1)",  // a blank for the engine, a letter for us
       }) {
    EXPECT_FALSE(read_insert_values(sql)) << sql;
  }
}

// Case 17: columns are folded. Case 64: what the fast form does not know, it does not read.
TEST(SqlSpec, Case17_StatementsCarryTheFastForm) {
  const auto fast = parse("INSERT INTO app.t1 (Id, FirstName) VALUES (2,'y') -- note")->front();
  ASSERT_TRUE(std::get<Insert>(fast.body).values);
  EXPECT_EQ(std::get<Insert>(fast.body).values->columns.front(), "id");
  const auto slow = parse("INSERT INTO app.t1 VALUES (CURRENT_USER)")->front();
  EXPECT_FALSE(std::get<Insert>(slow.body).values);
  EXPECT_EQ(slow.text, "INSERT INTO app.t1 VALUES (CURRENT_USER())");
}

// Printed and read again, an INSERT is the same.
TEST(InsertValues, RoundTrips) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto cell = [&]() -> Cell {
    switch (random() % 8) {
      case 0: return DefaultCell{};
      case 1: return ParameterCell{random() % 50};
      case 2: return Value();
      case 3: return Value::boolean(random() % 2 == 0);
      case 4: return Value::int64(static_cast<int64_t>(random()) >> (random() % 64));
      case 5: return Value::float64(std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 100));
      case 6: {
        const auto precision = static_cast<uint8_t>(1 + random() % 18);
        const auto scale = static_cast<int8_t>(random() % (precision + 1U));
        Int128 unscaled = 0;
        for (uint8_t i = 0; i < precision; ++i) unscaled = unscaled * 10 + static_cast<int>(random() % 10);
        return Value::decimal(random() % 2 && unscaled != 0 ? -unscaled : unscaled, precision, scale);
      }
      default: return Value::text(std::string(random() % 4, "a'\"\n"[random() % 4]));
    }
  };
  for (int round = 0; round < 500; ++round) {
    InsertValues insert{.target = {random() % 2 ? "n\"s" : "", "t"}, .columns = {}, .cells = {}};
    insert.width = 1 + random() % 4;
    if (random() % 2) insert.columns.assign(insert.width, "Ä`c");
    for (size_t i = (1 + random() % 3) * insert.width; i > 0; --i) {
      insert.cells.push_back(cell());
      if (const auto* parameter = std::get_if<ParameterCell>(&insert.cells.back())) {
        insert.parameters = std::max(insert.parameters, parameter->index + 1);
      }
    }
    const auto again = read_insert_values(print(insert));
    ASSERT_TRUE(again) << print(insert);
    EXPECT_EQ(*again, insert) << print(insert);
  }
}

}  // namespace
}  // namespace kalam::sql
