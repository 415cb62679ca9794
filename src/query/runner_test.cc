// Whole requests: what belongs to no single statement.

#include "query/runner.h"

#include <chrono>

#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using namespace std::chrono_literals;

class Requests : public StatementsTest {
 protected:
  Replies run(std::string_view sql, RunnerOptions options = {}) {
    Runner runner(services_, options);
    Request request;
    request.sql = sql;
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

}  // namespace
}  // namespace kalam::query
