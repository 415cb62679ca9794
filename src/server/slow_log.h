// SlowLog: SQL requests that took long, as warnings of the log and as lines of slow.log (spec config §8.3).

#pragma once
#include <chrono>
#include <cstddef>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

namespace kalam::server {

struct SlowLogOptions {
  std::string directory = {};                 // of slow.log; empty: no file
  std::chrono::milliseconds threshold{1200};  // 0: every request
  size_t rotate_bytes = 100u << 20;           // a full file becomes slow.log.1, that one slow.log.2, …
  size_t rotate_files = 5;                    // how many of those are kept
};

struct SlowRequest {
  std::string_view sql = {};
  std::string_view user = {};
  std::string_view request_id = {};
  std::string_view error_code = {};  // empty: it succeeded
  size_t rows = 0;
  std::chrono::microseconds took{0};
  int64_t at_us = 0;  // since the Unix epoch
};

// Safe from any thread.
class SlowLog {
 public:
  explicit SlowLog(SlowLogOptions options) : options_(std::move(options)) {}
  void record(const SlowRequest& request);

 private:
  void append(const std::string& line);

  const SlowLogOptions options_;
  std::mutex mutex_;
  std::ofstream file_;  // guarded by mutex_; opened with the first line
  size_t bytes_ = 0;    // guarded by mutex_
};

// On one line, with `[REDACTED]` in the place of passwords.
std::string loggable_sql(std::string_view sql);

// The table behind the first FROM, INTO, UPDATE or TABLE; "unknown" when there is none.
std::string first_table(std::string_view sql);

}  // namespace kalam::server
