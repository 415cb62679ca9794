#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "base/counters.h"
#include "server/process_usage.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;

HttpRequest from(bool localhost, std::string authorization = {}) {
  HttpRequest request;
  request.from_localhost = localhost;
  if (!authorization.empty()) request.headers.emplace_back("Authorization", std::move(authorization));
  return request;
}

// http-api 69.
TEST(Metrics, Case69_EveryLineIsPrometheus) {
  counters::counter("metrics_test_total", {{"text", "a \"b\"\n\\c"}}).add(3);
  counters::gauge("metrics_test_level").set(-4);
  auto& took = counters::histogram("metrics_test_ns");
  took.record(0);
  took.record(1'500'000);
  took.record(uint64_t{1} << 62);
  auto& sizes = counters::histogram("metrics_test_bytes");
  sizes.record(5);
  const auto response = answer_metrics(from(true), {.version = "1.2"});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const std::regex line(
      R"((# TYPE kalamdb_[a-z_]+ (counter|gauge|histogram)|kalamdb_[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? [-+.e0-9]+))");
  std::istringstream lines(response.body);
  for (std::string text; std::getline(lines, text);) EXPECT_TRUE(std::regex_match(text, line)) << text;

  for (const auto* expected : {
           "kalamdb_up 1\n",
           "kalamdb_build_info{version=\"1.2\"} 1\n",
           "kalamdb_metrics_test_total{text=\"a \\\"b\\\"\\n\\\\c\"} 3\n",
           "kalamdb_metrics_test_level -4\n",
           "# TYPE kalamdb_metrics_test_seconds histogram\n",
           "kalamdb_metrics_test_seconds_bucket{le=\"0.001048576\"} 1\n",
           "kalamdb_metrics_test_seconds_bucket{le=\"0.004194304\"} 2\n",
           "kalamdb_metrics_test_seconds_bucket{le=\"+Inf\"} 3\n",
           "kalamdb_metrics_test_seconds_count 3\n",
           "kalamdb_metrics_test_bytes_bucket{le=\"7\"} 1\n",
           "kalamdb_metrics_test_bytes_sum 5\n",
       }) {
    EXPECT_THAT(response.body, HasSubstr(expected));
  }
}

TEST(Metrics, Case69_NotForEverybody) {
  const MetricsOptions options{.token = "secret"};
  EXPECT_EQ(answer_metrics(from(false), options).status, 403u);
  EXPECT_EQ(answer_metrics(from(false), options).body, R"({"error":"Access denied. Metrics are restricted."})");
  EXPECT_EQ(answer_metrics(from(false, "Bearer secret"), options).status, 200u);
  EXPECT_EQ(answer_metrics(from(false, "Bearer secre"), options).status, 403u);
  EXPECT_EQ(answer_metrics(from(false, "Bearer "), {.token = ""}).status, 403u);
  EXPECT_EQ(answer_metrics(from(true), {.enabled = false}).status, 404u);
  const auto is_admin = [](const HttpRequest& request) { return *request.header("Authorization") == "Bearer admin"; };
  EXPECT_EQ(answer_metrics(from(false, "Bearer admin"), {.is_admin = is_admin}).status, 200u);
  EXPECT_EQ(answer_metrics(from(false, "Bearer user"), {.is_admin = is_admin}).status, 403u);
}

TEST(ProcessUsage, OfThisProcess) {
  const auto usage = process_usage();
  EXPECT_GT(usage.resident_bytes, 1u << 20);
  EXPECT_GE(usage.open_files, 3u);
  EXPECT_GE(usage.threads, 1u);
  EXPECT_GE(usage.cpu_seconds, 0);
  EXPECT_EQ(uptime_text(59), "0m");
  EXPECT_EQ(uptime_text(3 * 3600 + 120), "3h 2m");
  EXPECT_EQ(uptime_text(86'400), "1d 0h 0m");
}

}  // namespace
}  // namespace kalam::server
