// What is recorded of system.stats, and for how long.

#include "node/stats_recorder.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/must.h"
#include "node/database.h"
#include "node/node_views.h"

namespace kalam::node {
namespace {

constexpr int64_t kDayMs = 86'400'000;

class StatsRecorderTest : public ::testing::Test {
 protected:
  // Its thread waits for ever: the tests say when.
  static StatsRecorderOptions by_hand() { return {.first_after = std::chrono::hours(1), .keep_days = 7}; }

  std::string rows(std::string sql) {
    const Viewer admin{UserId("adm"), Role::dba};
    query::Request request{.sql = sql};
    request.session = {.viewer = admin, .actor = admin};
    auto replies = database_->run(std::move(request));
    if (replies.failure) return replies.failure->error.message;
    return replies.replies.front().rows_json;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<Database> database_ = must(Database::open({}, clock_, random_));
};

// catalog case 88
TEST_F(StatsRecorderTest, Case88_NumbersWithTheirUnits) {
  provide_node_views(*database_, {.version = "0.1.0"});
  StatsRecorder recorder(*database_, clock_, by_hand());
  ASSERT_TRUE(recorder.record(1'750'000'000'123).ok());
  EXPECT_EQ(rows("SELECT id, node_id, metric_unit, CAST(sampled_at AS BIGINT) FROM dba.stats "
                 "WHERE metric_name = 'memory_usage_mb'"),
            R"(["1750000000123:1:memory_usage_mb","1","MB","1750000000123"])");
  EXPECT_EQ(rows("SELECT metric_name, metric_unit FROM dba.stats WHERE metric_name IN ('pid', 'total_users', "
                 "'cpu_usage_percent', 'server_uptime_seconds', 'memory_rss_bytes', 'thread_count') ORDER BY 1"),
            R"(["cpu_usage_percent","percent"],["memory_rss_bytes","bytes"],["pid",null],)"
            R"(["server_uptime_seconds","seconds"],["thread_count","count"],["total_users","count"])");
  EXPECT_EQ(rows("SELECT count(*) FROM dba.stats WHERE metric_name IN ('server_version', 'cluster_mode')"), R"(["0"])");
}

TEST_F(StatsRecorderTest, RowsGoWhenTheirTimeIsOver) {
  provide_node_views(*database_, {});
  StatsRecorder recorder(*database_, clock_, by_hand());
  const auto now = clock_.now_ms();
  constexpr int kOld = 40;  // more rows than one statement removes
  for (int i = 1; i <= kOld; ++i) ASSERT_TRUE(recorder.record(now - 7 * kDayMs - i).ok());
  ASSERT_TRUE(recorder.record(now - 7 * kDayMs).ok());
  ASSERT_TRUE(recorder.record(now).ok());
  ASSERT_TRUE(recorder.prune(now).ok());
  EXPECT_EQ(rows("SELECT count(DISTINCT sampled_at), count(*) > 60 FROM dba.stats"), R"(["2",true])");
}

TEST_F(StatsRecorderTest, ZeroDaysKeepForEver) {
  provide_node_views(*database_, {});
  auto options = by_hand();
  options.keep_days = 0;
  StatsRecorder recorder(*database_, clock_, options);
  ASSERT_TRUE(recorder.record(1'000'000).ok());
  ASSERT_TRUE(recorder.prune(clock_.now_ms()).ok());
  EXPECT_EQ(rows("SELECT count(*) > 30 FROM dba.stats WHERE id LIKE '0000001000000:1:%'"), "[true]");
}

}  // namespace
}  // namespace kalam::node
