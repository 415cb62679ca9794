// StatsRecorder: the numbers of system.stats over time, as rows of dba.stats, on a thread of its own.
//
//   a second after the start, then every 30 s: system.stats -> those that are numbers -> INSERT INTO dba.stats
//   at the start, then every 12 h:             rows older than they are kept           -> DELETE
//
// The rows go through the log as any others. Ids are `<13 digits of ms>:<node>:<metric>`, so that the old ones come
// first.

#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/result.h"

namespace kalam::node {

class Database;

struct StatsRecorderOptions {
  bool periodic = true;  // false: the first sample only
  Micros first_after = std::chrono::seconds(1);
  Micros every = std::chrono::seconds(30);
  Micros prune_every = std::chrono::hours(12);
  uint64_t keep_days = 7;  // 0: for ever
};

class StatsRecorder {
 public:
  // Both outlive this. Follows from now on.
  StatsRecorder(Database& database, const Clock& clock, const StatsRecorderOptions& options);
  ~StatsRecorder();  // stop()
  StatsRecorder(const StatsRecorder&) = delete;
  StatsRecorder& operator=(const StatsRecorder&) = delete;

  void stop();  // safe to repeat

  // What the thread does. `now_ms`: since 1970.
  Status record(int64_t now_ms);
  Status prune(int64_t now_ms);

 private:
  void follow(const std::stop_token& stop);
  bool wait(const std::stop_token& stop, Micros time);  // true: the time is over

  Database& database_;
  const Clock& clock_;
  const StatsRecorderOptions options_;
  std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::jthread thread_;
};

}  // namespace kalam::node
