// Whole requests: what belongs to no single statement.

#include "query/runner.h"

#include <algorithm>
#include <chrono>

#include "base/counters.h"
#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using namespace std::chrono_literals;

class Requests : public StatementsTest {
 protected:
  // `of_client`: what SELECT answers has the limits of the options.
  Replies run(std::string_view sql, RunnerOptions options = {}, bool of_client = false) {
    Runner runner(services_, options);
    Request request;
    request.sql = sql;
    request.limits_rows = of_client;
    request.session = session_of("root", Role::system);
    return runner.run(std::move(request));
  }
};

// config 46: both ways of running a query end, and the next one is answered.
TEST_F(Requests, ConfigCase46_AStatementThatTakesTooLongIsEnded) {
  const RunnerOptions options{.statement_time_max = 100ms};
  for (const auto* slow :
       {"SELECT count(*) FROM range(100000000000) a",
        "SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c WHERE a.value + b.value + c.value < 0",
        "INSERT INTO slow.t SELECT a.value FROM range(100000000000) a WHERE a.value < 0"}) {
    run("CREATE NAMESPACE IF NOT EXISTS slow; CREATE TABLE IF NOT EXISTS slow.t (id BIGINT PRIMARY KEY)");
    const auto begun = std::chrono::steady_clock::now();
    const auto replies = run(slow, options);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s) << slow;
    ASSERT_TRUE(replies.failure) << slow;
    EXPECT_EQ(replies.failure->error.code, ErrorCode::timeout) << replies.failure->error;
    EXPECT_EQ(replies.failure->error.message, "Query timed out after 100ms");
    EXPECT_FALSE(run("SELECT 1", options).failure);
  }
}

TEST_F(Requests, ATimeInWholeSecondsIsToldInSeconds) {
  EXPECT_EQ(run("SELECT count(*) FROM range(100000000000) a", {.statement_time_max = 1s}).failure->error.message,
            "Query timed out after 1s");
}

TEST_F(Requests, WithoutADeadlineNothingIsEnded) {
  EXPECT_FALSE(run("SELECT count(*) FROM range(1000000) a", {.statement_time_max = 0us}).failure);
}

// 1 MB of small statements costs what the first ten thousand do.
TEST_F(Requests, TooManyStatementsAreRefusedBeforeAnyRuns) {
  std::string text = "CREATE NAMESPACE never; ";
  while (text.size() < 1'000'000) text += "BEGIN;";
  const auto begun = std::chrono::steady_clock::now();
  const auto replies = run(text);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  ASSERT_TRUE(replies.failure);
  EXPECT_EQ(replies.failure->error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(replies.failure->error.message, "too many statements in one request (maximum 10000)");
  EXPECT_FALSE(run("CREATE NAMESPACE never").failure);
}

TEST_F(Requests, ExplainNamesTheWayToTheRows) {
  run("CREATE NAMESPACE app; CREATE USER TABLE app.notes (id BIGINT PRIMARY KEY, n INT)");
  struct Case {
    std::string_view sql;
    std::string_view scan;
  };
  const Case cases[] = {
      {"SELECT n FROM app.notes WHERE id = 7", "Scan app.notes: lookup by primary key id"},
      {"SELECT n FROM app.notes WHERE id IN (1, 2, 3)", "Scan app.notes: lookups by primary key id"},
      {"SELECT n FROM app.notes WHERE id > 7 AND n = 3",
       "Scan app.notes: range scan by primary key id, conditions on n"},
      {"SELECT n FROM app.notes WHERE n > 3",
       "Scan app.notes: full scan in the order of primary key id, conditions on n"},
      {"SELECT id FROM app.notes ORDER BY id DESC LIMIT 3",
       "Scan app.notes: full scan in the order of primary key id, backwards"},
      {"SELECT n, count(*) FROM app.notes GROUP BY n", "Group"},
      {"SELECT user_id FROM system.users WHERE user_id = 'root'", "Scan system.users: scan, conditions on user_id"},
  };
  for (const auto& [sql, scan] : cases) {
    const auto replies = run("EXPLAIN " + std::string(sql));
    ASSERT_FALSE(replies.failure) << sql << ": " << replies.failure->error;
    EXPECT_THAT(replies.replies.front().rows_json, testing::HasSubstr(scan)) << sql;
    EXPECT_THAT(replies.replies.front().rows_json, testing::HasSubstr("Native executor")) << sql;
  }
}

class RowLimitsTest : public Requests {
 protected:
  void SetUp() override {
    Requests::SetUp();
    const auto made = run(
        "CREATE NAMESPACE app; CREATE SHARED TABLE app.many (id BIGINT PRIMARY KEY);"
        "CREATE SHARED TABLE app.fifty (id BIGINT PRIMARY KEY);"
        "INSERT INTO app.many SELECT a.value FROM range(2000) a; INSERT INTO app.fifty SELECT a.value FROM range(50) a;"
        "CREATE VIEW app.few AS SELECT id FROM app.many LIMIT 5");
    ASSERT_FALSE(made.failure) << made.failure->error;
  }

  // "50 cut", "60": how many rows the last statement answers; the failure, when there is one.
  std::string answer(std::string_view sql, RowLimits limits, bool engine_only = false, bool of_client = true) {
    const auto replies = run(sql, {.row_limits = limits, .engine_only = engine_only}, of_client);
    if (replies.failure) return replies.failure->error.message;
    const auto& reply = replies.replies.back();
    const auto rows = static_cast<size_t>(std::count(reply.rows_json.begin(), reply.rows_json.end(), '['));
    if (reply.shape == QueryReply::Shape::rows && rows != reply.row_count) return "miscounted";
    return std::to_string(reply.row_count) + (reply.truncated ? " cut" : "");
  }
};

TEST_F(RowLimitsTest, HttpCase32_ConfiguredLimitsCutAndSaySo) {
  struct Case {
    std::string_view sql;
    std::string_view limited;  // to 50 and 1000
    std::string_view bounded;  // to 1000 alone: config 47
    std::string_view whole;
  };
  const Case cases[] = {
      {"SELECT id FROM app.many", "50 cut", "1000 cut", "2000"},
      {"SELECT id FROM app.many LIMIT 60", "60", "60", "60"},
      {"SELECT id FROM app.many LIMIT 5000", "1000 cut", "1000 cut", "2000"},
      {"SELECT id FROM app.many LIMIT 1000", "1000", "1000", "1000"},
      {"SELECT id FROM app.many LIMIT 1001", "1000 cut", "1000 cut", "1001"},
      {"SELECT id FROM app.many LIMIT 0", "0", "0", "0"},
      {"SELECT id FROM app.many LIMIT 100 PERCENT", "1000 cut", "1000 cut", "2000"},
      {"SELECT id FROM app.many LIMIT ALL", "50 cut", "1000 cut", "2000"},
      {"SELECT id FROM app.many OFFSET 1950", "50", "50", "50"},
      {"SELECT id FROM app.many OFFSET 1949", "50 cut", "51", "51"},
      {"SELECT id FROM app.many ORDER BY id DESC", "50 cut", "1000 cut", "2000"},
      {"SELECT id % 51 FROM app.many GROUP BY 1", "50 cut", "51", "51"},
      {"SELECT count(*) FROM app.many", "1", "1", "1"},
      {"SELECT id FROM app.fifty", "50", "50", "50"},
      {"SELECT id FROM app.fifty WHERE id IN (SELECT id FROM app.many)", "50", "50", "50"},
      // Only the outermost LIMIT is one.
      {"SELECT id FROM (SELECT id FROM app.many LIMIT 60)", "50 cut", "60", "60"},
      {"WITH w AS (SELECT id FROM app.many LIMIT 60) SELECT id FROM w", "50 cut", "60", "60"},
      {"WITH w AS (SELECT id FROM app.many) SELECT id FROM w LIMIT 60", "60", "60", "60"},
      {"SELECT id FROM app.few", "5", "5", "5"},
      {"SELECT f.id FROM app.few f, app.fifty t", "50 cut", "250", "250"},
      {"SELECT id FROM app.many UNION ALL SELECT id FROM app.fifty LIMIT 70", "70", "70", "70"},
      {"SELECT id FROM app.many UNION ALL SELECT id FROM app.fifty", "50 cut", "1000 cut", "2050"},
  };
  for (const bool engine_only : {false, true}) {
    for (const auto& [sql, limited, bounded, whole] : cases) {
      EXPECT_EQ(answer(sql, {50, 1000}, engine_only), limited) << sql << " engine " << engine_only;
      EXPECT_EQ(answer(sql, {0, 1000}, engine_only), bounded) << sql << " engine " << engine_only;
      EXPECT_EQ(answer(sql, {}, engine_only), whole) << sql << " engine " << engine_only;
    }
  }
}

// The first rows in their order are those that stay.
TEST_F(RowLimitsTest, ACutKeepsTheFirstRows) {
  for (const bool engine_only : {false, true}) {
    const RunnerOptions options{.row_limits = {.without_limit = 3}, .engine_only = engine_only};
    EXPECT_EQ(run("SELECT id FROM app.many", options, true).replies[0].rows_json, R"(["0"],["1"],["2"])");
    EXPECT_EQ(run("SELECT id FROM app.many ORDER BY id DESC", options, true).replies[0].rows_json,
              R"(["1999"],["1998"],["1997"])");
  }
}

TEST_F(RowLimitsTest, OnlyWhatSelectAnswersAClientIsCut) {
  constexpr RowLimits kTwo{2, 2};
  EXPECT_EQ(answer("SELECT id FROM app.many", kTwo, false, false), "2000");
  run("CREATE SHARED TABLE app.copy (id BIGINT PRIMARY KEY, n INT)");
  EXPECT_EQ(answer("INSERT INTO app.copy SELECT id, 0 FROM app.fifty", kTwo), "50");
  EXPECT_EQ(answer("UPDATE app.copy SET n = 1 WHERE id IN (SELECT id FROM app.many)", kTwo), "50");
  EXPECT_EQ(answer("DELETE FROM app.copy WHERE id >= 10", kTwo), "40");
  EXPECT_EQ(answer("SHOW TABLES IN app", {1, 1}), answer("SHOW TABLES IN app", {}));
  EXPECT_EQ(answer("DESCRIBE TABLE app.copy", {1, 1}), answer("DESCRIBE TABLE app.copy", {}));
}

TEST_F(RowLimitsTest, CutResultsAreCounted) {
  const auto& cut = counters::counter("results_truncated_total");
  const auto before = cut.value();
  run("SELECT id FROM app.many; SELECT id FROM app.fifty; SELECT 1", {.row_limits = {.without_limit = 50}}, true);
  EXPECT_EQ(cut.value(), before + 1);
}

}  // namespace
}  // namespace kalam::query
