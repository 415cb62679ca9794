#include "server/slow_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "base/log.h"
#include "base/testing/temp_directory.h"

namespace kalam::server {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SlowLog, SecretsAndLineEndsStayOut) {
  struct Case {
    std::string_view sql, logged;
  };
  const Case cases[] = {
      {"CREATE USER 'x' WITH PASSWORD 'se''cret' ROLE user", "CREATE USER 'x' WITH PASSWORD [REDACTED] ROLE user"},
      {"ALTER USER x SET password\n =\t'a'", "ALTER USER x SET password  = [REDACTED]"},
      {"CREATE USER x IDENTIFIED BY 'a", "CREATE USER x IDENTIFIED BY [REDACTED]"},
      {"ALTER USER x SET PASSWORD \"a \"\" b\"", "ALTER USER x SET PASSWORD [REDACTED]"},
      {"create user x with password hunter2 role user", "create user x with password [REDACTED] role user"},
      {"ALTER USER x SET PASSWORD $$a 'b$$", "ALTER USER x SET PASSWORD [REDACTED]"},
      {"CREATE USER x WITH PASSWORD $t$a$$b$t$ ROLE user", "CREATE USER x WITH PASSWORD [REDACTED] ROLE user"},
      {"CREATE USER x WITH PASSWORD E'a\\'b' ROLE user", "CREATE USER x WITH PASSWORD [REDACTED] ROLE user"},
      {"SELECT password FROM t WHERE id = $1", "SELECT password FROM t WHERE id = $1"},
      {"SELECT password FROM \"t\"", "SELECT password FROM \"t\""},
      {"SELECT 1 ORDER BY 'a'", "SELECT 1 ORDER BY 'a'"},
      {"SELECT password, 'a' FROM t", "SELECT password, 'a' FROM t"},
      {"SELECT '\n[2026] forged'", "SELECT ' [2026] forged'"},
  };
  for (const auto& [sql, logged] : cases) EXPECT_EQ(loggable_sql(sql), logged);
}

TEST(SlowLog, FirstTable) {
  EXPECT_EQ(first_table("SELECT a FROM app.t JOIN app.u"), "app.t");
  EXPECT_EQ(first_table("insert into t (a) values (1)"), "t");
  EXPECT_EQ(first_table("SELECT ' FROM x'"), "unknown");
  EXPECT_EQ(first_table("SELECT * FROM (SELECT 1 FROM \"a b\".c)"), "\"a");
  EXPECT_EQ(first_table(""), "unknown");
}

// config 48.
TEST(SlowLog, Case48_EachRequestAppendsALine) {
  const TempDirectory directory;
  SlowLog slow({.directory = directory.path() + "/logs", .threshold = std::chrono::milliseconds(0)});
  const log::Capture capture;
  slow.record({.sql = "SELECT *\nFROM app.t",
               .user = "maria",
               .rows = 3,
               .took = std::chrono::microseconds(1'234'567),
               .at_us = 1'777'900'000'123'456});
  slow.record({.sql = "UPDATE app.t SET a = 1", .user = "leo", .error_code = "SQL_EXECUTION_ERROR"});
  EXPECT_EQ(read(directory.path() + "/logs/slow.log"),
            "[2026-05-04 13:06:40.123] SLOW QUERY - user=maria, table=app.t, duration=1.235s, rows=3, "
            "query=SELECT * FROM app.t\n"
            "[1970-01-01 00:00:00.000] SLOW QUERY - user=leo, table=app.t, duration=0.000s, rows=0, "
            "query=UPDATE app.t SET a = 1 error=SQL_EXECUTION_ERROR\n");
  EXPECT_TRUE(capture.contains(log::Level::warn,
                               "SLOW QUERY: 1.235s | user=maria | table=app.t | rows=3 | query=SELECT * FROM app.t"));
}

TEST(SlowLog, QuickRequestsLeaveNothing) {
  const TempDirectory directory;
  SlowLog slow({.directory = directory.path(), .threshold = std::chrono::milliseconds(2)});
  slow.record({.sql = "SELECT 1", .took = std::chrono::microseconds(1999)});
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/slow.log"));
}

TEST(SlowLog, FullFilesRotate) {
  const TempDirectory directory;
  SlowLog slow({.directory = directory.path(),
                .threshold = std::chrono::milliseconds(0),
                .rotate_bytes = 100,
                .rotate_files = 2});
  for (const auto* sql : {"1", "2", "3", "4", "5"}) slow.record({.sql = sql});
  EXPECT_THAT(read(directory.path() + "/slow.log"), testing::HasSubstr("query=5"));
  EXPECT_THAT(read(directory.path() + "/slow.log.1"), testing::HasSubstr("query=4"));
  EXPECT_THAT(read(directory.path() + "/slow.log.2"), testing::HasSubstr("query=3"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/slow.log.3"));
}

}  // namespace
}  // namespace kalam::server
