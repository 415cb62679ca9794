// A log file that starts afresh when it is full: server.log, then server.log.1 (the youngest of the old ones) and so
// on.

#pragma once
#include <spdlog/details/file_helper.h>
#include <spdlog/sinks/base_sink.h>

#include <cstddef>
#include <mutex>
#include <string>

namespace kalam::log::detail {

class LogFile final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // Appends to what is there. Throws spdlog::spdlog_ex when the file cannot be opened.
  LogFile(std::string path, size_t bytes_max, size_t old_files_max);

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;
  void open();
  void rotate();

  const std::string path_;
  const size_t bytes_max_;
  const size_t old_files_max_;
  spdlog::details::file_helper file_;  // guarded by mutex_ of the base, like all below
  size_t bytes_ = 0;
  bool is_open_ = false;
};

}  // namespace kalam::log::detail
