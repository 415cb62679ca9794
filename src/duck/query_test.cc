#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "duck/instance.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

using testing::HasSubstr;

std::unique_ptr<FixedRows> people() {
  return std::make_unique<FixedRows>(
      std::vector<SourceColumn>{{"id", TypeTag::bigint, ScalarKind::int64, false, true},
                                {"name", TypeTag::text, ScalarKind::utf8, false},
                                {"profile", TypeTag::json, ScalarKind::utf8},
                                {"seen", TypeTag::timestamp, ScalarKind::timestamp_ms},
                                {"credentials", TypeTag::text, ScalarKind::utf8}},
      std::vector<std::vector<Value>>{
          {Value::int64(1), Value::text("Ada"), Value::text("{\"a\":1}"), Value::timestamp_ms(1000), Value::text("s")},
          {Value::int64(2), Value::text("Bob"), Value(), Value(), Value()},
          {Value::int64(3), Value::text("Cyd"), Value::text("[]"), Value::timestamp_ms(3000), Value::text("t")}});
}

class Query : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
  }

  Result<RowStream> start(std::string_view sql, std::vector<Value> parameters = {}, size_t rows_max = SIZE_MAX) {
    auto query = TRY(instance_->parse(sql));
    RunInputs inputs;
    inputs.sources.assign(query.tables().size(), people_.get());
    inputs.parameters = std::move(parameters);
    inputs.viewer = {UserId("root"), role_};
    inputs.rows_max = rows_max;
    return instance_->run(std::move(query), std::move(inputs));
  }

  // All rows as JSON, or the error.
  std::string rows(std::string_view sql, std::vector<Value> parameters = {}) {
    auto stream = start(sql, std::move(parameters));
    if (!stream.ok()) return "! " + stream.error().message;
    std::string out;
    while (true) {
      auto count = stream->append_json_rows(out);
      if (!count.ok()) return "! " + count.error().message;
      if (*count == 0) return out;
    }
  }

  std::unique_ptr<FixedRows> people_ = people();
  std::unique_ptr<Instance> instance_;
  Role role_ = Role::system;
};

// Both ways to run a query, and both ways to read it.
TEST_F(Query, GivesNoMoreRowsThanItMayAndTellsWhetherThereWereMore) {
  for (const auto* sql : {"SELECT id FROM app.people", "SELECT value FROM range(3) a",
                          "SELECT id FROM app.people UNION ALL SELECT id FROM app.people LIMIT 3"}) {
    for (size_t rows_max = 0; rows_max < 5; ++rows_max) {
      const auto given = std::min<size_t>(rows_max, 3);
      auto as_json = start(sql, {}, rows_max);
      ASSERT_TRUE(as_json.ok()) << as_json.error();
      std::string json;
      size_t count = 0;
      for (size_t more = 1; more > 0; count += more) {
        const auto appended = as_json->append_json_rows(json);
        ASSERT_TRUE(appended.ok()) << appended.error();
        more = *appended;
      }
      EXPECT_EQ(count, given) << sql;
      EXPECT_EQ(std::count(json.begin(), json.end(), '['), static_cast<ptrdiff_t>(given)) << json;
      EXPECT_EQ(as_json->cut(), rows_max < 3) << sql << " " << rows_max;

      auto as_values = start(sql, {}, rows_max);
      ASSERT_TRUE(as_values.ok()) << as_values.error();
      std::vector<Value> row;
      for (size_t i = 0; i < given; ++i) EXPECT_TRUE(*as_values->next(row)) << sql;
      EXPECT_FALSE(*as_values->next(row)) << sql;
      EXPECT_FALSE(*as_values->next(row)) << sql;
      EXPECT_EQ(as_values->cut(), rows_max < 3) << sql << " " << rows_max;
    }
  }
}

TEST_F(Query, OnlyALimitOfItsOwnIsAQuerysLimit) {
  const std::pair<std::string_view, bool> cases[] = {
      {"SELECT 1", false},
      {"SELECT 1 LIMIT 5", true},
      {"SELECT 1 LIMIT $1", true},
      {"SELECT 1 LIMIT 5 OFFSET 1", true},
      {"SELECT 1 OFFSET 1", false},
      {"SELECT 1 LIMIT ALL", false},
      {"SELECT 1 LIMIT 10 PERCENT", true},
      {"SELECT 1 ORDER BY 1", false},
      {"(SELECT 1 LIMIT 5)", true},
      {"SELECT 1 UNION SELECT 2 LIMIT 5", true},
      {"SELECT 1 UNION (SELECT 2 LIMIT 5)", false},
      {"SELECT * FROM (SELECT 1 LIMIT 5)", false},
      {"SELECT 1 WHERE 1 IN (SELECT 1 LIMIT 5)", false},
      {"WITH w AS (SELECT 1 LIMIT 5) SELECT * FROM w", false},
      {"WITH w AS (SELECT 1) SELECT * FROM w LIMIT 5", true},
  };
  for (const auto& [sql, has_limit] : cases) {
    const auto query = instance_->parse(sql);
    ASSERT_TRUE(query.ok()) << sql << ": " << query.error();
    EXPECT_EQ(query->has_limit(), has_limit) << sql;
  }
}

TEST_F(Query, AnswersOverARowSource) {
  struct Case {
    std::string_view sql;
    std::string_view rows;
  };
  const Case cases[] = {
      {"SELECT 1", R"(["1"])"},
      {"SELECT * FROM app.people WHERE id = 2", R"(["2","Bob",null,null,null])"},
      {"SELECT name FROM app.people WHERE id > 1 ORDER BY id DESC", R"(["Cyd"],["Bob"])"},
      {"SELECT count(*) FROM app.people", R"(["3"])"},
      {"SELECT sum(id) FROM app.people", R"(["6"])"},
      {"SELECT a.name FROM app.people a JOIN app.people b ON a.id = b.id + 1 ORDER BY 1", R"(["Bob"],["Cyd"])"},
      {"SELECT app.people.name FROM app.people WHERE app.people.id = 1", R"(["Ada"])"},
      {"SELECT seen FROM app.people WHERE id = 1", "[1000]"},
      {"WITH people AS (SELECT 7 AS id) SELECT id FROM people", R"(["7"])"},
      {"SELECT profile->>'a' FROM app.people WHERE id = 1", R"(["1"])"},
      {"SELECT id FROM app.people WHERE profile IS NULL", R"(["2"])"},
      {"SELECT name FROM app.people LIMIT 1", R"(["Ada"])"},
      {"SELECT 1 WHERE false", ""},
      {"SELECT x.* FROM (SELECT id, upper(name) FROM app.people) x WHERE id = 3", R"(["3","CYD"])"},
      {"VALUES (1)", R"(["1"])"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(rows(sql), expected) << "sql: " << sql;
}

// http-api 5: the cells that only computed columns have.
TEST_F(Query, CellsHaveTheFormOfTheSpec) {
  struct Case {
    std::string_view sql;
    std::string_view rows;
  };
  const Case cases[] = {
      {"SELECT CAST(1 AS BIGINT), CAST(1 AS SMALLINT), true, NULL", R"(["1",1,true,null])"},
      {"SELECT 0.1::FLOAT, 0.5::DOUBLE, 1::DOUBLE", "[0.10000000149011612,0.5,1.0]"},
      {"SELECT 200.75::DECIMAL(10,2), -0.5::DECIMAL(4,2), 7::DECIMAL(5,0)", R"(["200.75","-0.50","7"])"},
      {"SELECT DATE '1970-01-02', TIME '00:00:01', TIMESTAMP '1970-01-01 00:00:01'", "[1,1000000,1000000]"},
      {"SELECT '1970-01-01 00:00:01'::TIMESTAMP_NS", "[1000000]"},
      {"SELECT '00112233-4455-6677-8899-AABBCCDDEEFF'::UUID", R"(["00112233-4455-6677-8899-aabbccddeeff"])"},
      {"SELECT '\\x01\\xFF'::BLOB, [1, 2], ['a', NULL]", R"([[1,255],["1","2"],["a",null]])"},
      {"SELECT [1, 2, 3]::FLOAT[3]", "[[1.0,2.0,3.0]]"},
      {"SELECT 1::VARCHAR", R"(["1"])"},
      {"SELECT 18446744073709551615::UBIGINT", R"(["18446744073709551615"])"},
      {"SELECT 'NaN'::DOUBLE", "! Invalid float value"},
      {"SELECT INTERVAL '1 day'", "! Unsupported ScalarValue conversion to JSON: INTERVAL"},
      {"SELECT 'infinity'::TIMESTAMP", "! infinite dates and times have no JSON form"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(rows(sql), expected) << "sql: " << sql;
}

TEST_F(Query, ColumnsOfTablesKeepTypeAndFlags) {
  const auto stream =
      start("SELECT id, profile, name AS n, id + 1 AS next, seen FROM app.people ORDER BY name LIMIT 2");
  ASSERT_TRUE(stream.ok()) << stream.error();
  const auto& columns = stream->columns();
  ASSERT_EQ(columns.size(), 5u);
  EXPECT_EQ(columns[0].type, DataType(TypeTag::bigint));
  EXPECT_TRUE(columns[0].primary_key && columns[0].not_null);
  EXPECT_EQ(columns[1].type, DataType(TypeTag::json));
  EXPECT_FALSE(columns[1].primary_key || columns[1].not_null);
  EXPECT_EQ(columns[2].name, "n");
  EXPECT_TRUE(columns[2].not_null);
  EXPECT_EQ(columns[3].type, DataType(TypeTag::bigint));
  EXPECT_FALSE(columns[3].not_null);
  EXPECT_EQ(columns[4].type, DataType(TypeTag::timestamp));
}

TEST_F(Query, ColumnsThatMayBeMissingLoseTheirFlags) {
  const auto outer = start("SELECT a.id, b.id FROM app.people a LEFT JOIN app.people b ON a.id = b.id + 1");
  ASSERT_TRUE(outer.ok()) << outer.error();
  EXPECT_TRUE(outer->columns()[0].primary_key);
  EXPECT_FALSE(outer->columns()[1].primary_key);
  const auto unions = start("SELECT id FROM app.people UNION ALL SELECT NULL");
  ASSERT_TRUE(unions.ok()) << unions.error();
  EXPECT_FALSE(unions->columns()[0].primary_key);
}

TEST_F(Query, ProjectionAndEqualityReachTheSource) {
  EXPECT_EQ(rows("SELECT name FROM app.people WHERE id = 2"), R"(["Bob"])");
  auto request = people_->last_request();
  ASSERT_EQ(request.equal.size(), 1u);
  EXPECT_EQ(request.equal[0].column, 0u);
  EXPECT_EQ(request.equal[0].value, Value::int64(2));
  EXPECT_EQ(request.viewer.user, UserId("root"));
  EXPECT_EQ(request.columns.size(), 2u) << "name, and id for the filter";

  EXPECT_EQ(rows("SELECT name FROM app.people WHERE id <> 2 AND name = $1", {Value::text("Ada")}), R"(["Ada"])");
  request = people_->last_request();
  ASSERT_EQ(request.equal.size(), 1u);
  EXPECT_EQ(request.equal[0].value, Value::text("Ada"));

  EXPECT_EQ(rows("SELECT 1 FROM app.people"), R"(["1"],["1"],["1"])");
  EXPECT_EQ(people_->last_request().columns.size(), 1u);
}

TEST_F(Query, ParametersOfEveryKind) {
  EXPECT_EQ(rows("SELECT $1, $2, $3, $1 AS again", {Value::int64(5), Value::text("x"), Value::boolean(true)}),
            R"(["5","x",true,"5"])");
  EXPECT_EQ(rows("SELECT $1", {Value()}), "[null]");
  EXPECT_EQ(ParsedQuery::parse("SELECT $2 + $1")->parameters(), 2u);
  EXPECT_FALSE(ParsedQuery::parse("SELECT $name").ok());
}

TEST_F(Query, NamesOfTablesAreFoundAndOwnDefinitionsAreNot) {
  const auto tables = [](std::string_view sql) { return ParsedQuery::parse(sql)->tables(); };
  EXPECT_EQ(
      tables("SELECT * FROM System.Users u, kalam.app.t, u2, app.t, app.T"),
      (std::vector<QueryTable>{{"", "system", "users"}, {"kalam", "app", "t"}, {"", "", "u2"}, {"", "app", "t"}}));
  // The inner t is a table, the outer is not.
  EXPECT_EQ(tables("WITH t AS (SELECT * FROM t) SELECT * FROM t"), (std::vector<QueryTable>{{"", "", "t"}}));
  EXPECT_EQ(tables("SELECT (SELECT max(a) FROM x.y) WHERE 1 IN (SELECT b FROM z)").size(), 2u);
  EXPECT_TRUE(
      tables("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n").empty());
}

TEST_F(Query, RefusesWhatLeadsOutside) {
  const std::string_view attempts[] = {"SELECT * FROM read_csv('/etc/passwd')",
                                       "FROM read_text('/etc/passwd')",
                                       "FROM glob('/etc/*')",
                                       "COPY (SELECT 1) TO '/tmp/leak.csv'",
                                       "ATTACH ':memory:' AS m",
                                       "INSTALL httpfs",
                                       "SET memory_limit='100GB'",
                                       "PRAGMA database_list",
                                       "SELECT getenv('HOME')",
                                       "FROM duckdb_settings()",
                                       "FROM query('SELECT 1')",
                                       "CREATE TABLE t (i INTEGER)",
                                       "CALL enable_logging()",
                                       "SELECT write_log('x')",
                                       "PREPARE p AS SELECT 1",
                                       "SELECT current_setting('threads')",
                                       "FROM parquet_metadata('/etc/passwd')",
                                       "SELECT sleep_ms(1000)",
                                       "SELECT kalam_scan(0)",
                                       "FROM kalam_scan(0)",
                                       "SELECT memory.main.abs(1)",
                                       "SELECT 1::my_type",
                                       "DESCRIBE SELECT 1",
                                       "SUMMARIZE SELECT 1",
                                       "FROM app.people PIVOT (count(*) FOR name IN ('a'))",
                                       "SELECT * FROM app.people AT (VERSION => 1)",
                                       "EXPLAIN ANALYZE SELECT 1",
                                       "INSERT INTO t VALUES (1)",
                                       "SELECT 1; SELECT 2",
                                       "SELECT getvariable('x')",
                                       "SELECT nextval('s')",
                                       "SELECT pg_sleep(10)",
                                       "EXPLAIN CREATE TABLE t (i INTEGER)"};
  for (const auto sql : attempts) EXPECT_FALSE(ParsedQuery::parse(sql).ok()) << "sql: " << sql;
  // A name in quotes is a name, never a file: the caller decides what it means.
  EXPECT_EQ(ParsedQuery::parse("FROM '/etc/passwd.csv'")->tables(),
            (std::vector<QueryTable>{{"", "", "/etc/passwd.csv"}}));
}

TEST_F(Query, RefusesWhatTakesForEverToPlan) {
  std::string unions = "SELECT 1";
  for (int i = 0; i < 200; ++i) unions += " UNION SELECT 1";
  EXPECT_EQ(ParsedQuery::parse(unions).error().code, ErrorCode::limit_exceeded);
  std::string sum = "SELECT 1";
  for (int i = 0; i < 400; ++i) sum += " + 1";
  EXPECT_FALSE(ParsedQuery::parse(sum).ok());
  EXPECT_FALSE(ParsedQuery::parse("SELECT 1 FROM t GROUP BY CUBE (a, b, c, d, e)").ok());
}

TEST_F(Query, ErrorsNameTheFaultAndNothingElse) {
  EXPECT_THAT(rows("SELECT titel FROM app.people"), HasSubstr("titel"));
  EXPECT_EQ(ParsedQuery::parse("SELECT FROM WHERE").error().code, ErrorCode::invalid_input);
  EXPECT_THAT(rows("SELECT 'x'::INTEGER"), HasSubstr("x"));
  const auto missing = start("SELECT $1, $2", {Value::int64(1)});
  EXPECT_FALSE(missing.ok());
}

TEST_F(Query, ErrorsOfTheSourceKeepTheirCode) {
  people_->fail_after(1, Error{ErrorCode::corruption, "the disk lied"});
  auto stream = start("SELECT name FROM app.people");
  std::string out;
  auto count = stream.ok() ? stream->append_json_rows(out) : Result<size_t>(stream.error());
  while (count.ok() && *count > 0) count = stream->append_json_rows(out);
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error(), (Error{ErrorCode::corruption, "the disk lied"}));
}

TEST_F(Query, SecretsAreMaskedForAllButAdministrators) {
  EXPECT_EQ(rows("SELECT credentials FROM app.people"), R"(["s"],[null],["t"])");
  role_ = Role::user;
  EXPECT_EQ(rows("SELECT id, Credentials FROM app.people"), R"(["1","***"],["2",null],["3","***"])");
}

TEST_F(Query, MemoryIsBounded) {
  // 20 million rows sorted do not fit into 64 MB, and there is no disk to spill to.
  std::string digits = "(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) ";
  const auto sql =
      "SELECT max(x) FROM (SELECT a.v + 10 * b.v + 100 * c.v AS x, row_number() OVER (ORDER BY random()) FROM " +
      digits + "a(v), " + digits + "b(v), " + digits + "c(v), " + digits + "d(v), " + digits + "e(v), " + digits +
      "f(v), " + digits + "g(v))";
  auto stream = start(sql);
  std::string out;
  auto count = stream.ok() ? stream->append_json_rows(out) : Result<size_t>(stream.error());
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(rows("SELECT 1"), R"(["1"])") << "the instance lives on";
}

TEST_F(Query, ManyThreadsEachWithItsOwnViewer) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) right += rows("SELECT name FROM app.people WHERE id = 3") == R"(["Cyd"])";
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

TEST_F(Query, AHalfReadStreamCanBeDropped) {
  auto stream = start("SELECT a.id FROM app.people a, app.people b");
  ASSERT_TRUE(stream.ok());
}

}  // namespace
}  // namespace kalam::duck
