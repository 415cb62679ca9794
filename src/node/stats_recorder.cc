#include "node/stats_recorder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "node/database.h"

namespace kalam::node {

namespace {

// Without those that are one for each of something. $1: the moment in milliseconds, as text and as number. `sampled_at`
// counts milliseconds, as its readers expect.
constexpr std::string_view kRecord = R"(
INSERT INTO dba.stats (id, node_id, metric_name, metric_value, metric_unit, sampled_at)
SELECT lpad($1, 13, '0') || ':1:' || metric_name, '1', metric_name, TRY_CAST(metric_value AS DOUBLE),
       CASE WHEN ends_with(metric_name, '_mb') THEN 'MB'
            WHEN ends_with(metric_name, '_percent') THEN 'percent'
            WHEN ends_with(metric_name, '_seconds') THEN 'seconds'
            WHEN ends_with(metric_name, '_bytes') THEN 'bytes'
            WHEN ends_with(metric_name, '_count') OR starts_with(metric_name, 'total_')
                 OR starts_with(metric_name, 'jobs_') OR starts_with(metric_name, 'open_files_')
                 OR starts_with(metric_name, 'active_') THEN 'count' END,
       make_timestamp(CAST($1 AS BIGINT))
FROM system.stats WHERE NOT contains(metric_name, '{') AND isfinite(TRY_CAST(metric_value AS DOUBLE)))";

constexpr size_t kPruneAtATime = 1000;
constexpr std::string_view kPrune =
    "DELETE FROM dba.stats WHERE id IN (SELECT id FROM dba.stats WHERE id < $1 ORDER BY id LIMIT 1000)";

std::string thirteen_digits(int64_t ms) {
  const auto digits = std::to_string(std::max<int64_t>(ms, 0));
  return std::string(13 - std::min<size_t>(digits.size(), 13), '0') + digits;
}

// How many rows it changed.
Result<size_t> run(Database& database, std::string_view sql, std::string moment) {
  const Viewer self{UserId("system"), Role::system};
  query::Request request{.sql = sql, .parameters = {Value::text(std::move(moment))}};
  request.session = {.viewer = self, .actor = self};
  auto replies = database.run(std::move(request));
  if (replies.failure) return std::move(replies.failure->error);
  return replies.replies.empty() ? 0 : replies.replies.back().row_count;
}

void tell(std::string_view what, const Status& done) {
  if (!done.ok()) log::warn("node", what, {{"error", done.error().message}});
}

}  // namespace

StatsRecorder::StatsRecorder(Database& database, const Clock& clock, const StatsRecorderOptions& options)
    : database_(database), clock_(clock), options_(options) {
  thread_ = std::jthread([this](const std::stop_token& stop) { follow(stop); });
}

StatsRecorder::~StatsRecorder() { stop(); }

void StatsRecorder::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool StatsRecorder::wait(const std::stop_token& stop, Micros time) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, stop, time, [&stop] { return stop.stop_requested(); }) && !stop.stop_requested();
}

void StatsRecorder::follow(const std::stop_token& stop) {
  if (!wait(stop, options_.first_after)) return;
  tell("metrics were not recorded", record(clock_.now_ms()));
  tell("old metrics were not removed", prune(clock_.now_ms()));
  if (!options_.periodic) {
    log::info("node",
              "DBA periodic stats recorder disabled via config (retention.enable_dba_stats = false); recording startup "
              "snapshot only");
    return;
  }
  auto pruned = clock_.monotonic();
  while (wait(stop, options_.every)) {
    tell("metrics were not recorded", record(clock_.now_ms()));
    if (clock_.monotonic() - pruned < options_.prune_every) continue;
    pruned = clock_.monotonic();
    tell("old metrics were not removed", prune(clock_.now_ms()));
  }
}

Status StatsRecorder::record(int64_t now_ms) {
  TRY(run(database_, kRecord, thirteen_digits(now_ms)));
  return {};
}

Status StatsRecorder::prune(int64_t now_ms) {
  if (options_.keep_days == 0) return {};
  constexpr int64_t kDayMs = 86'400'000;
  const auto days = static_cast<int64_t>(std::min<uint64_t>(options_.keep_days, 36'500));
  const auto oldest = thirteen_digits(now_ms - days * kDayMs);
  while (TRY(run(database_, kPrune, oldest)) >= kPruneAtATime) {}
  return {};
}

}  // namespace kalam::node
