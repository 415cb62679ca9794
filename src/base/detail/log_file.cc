#include "base/detail/log_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace kalam::log::detail {

LogFile::LogFile(std::string path, size_t bytes_max, size_t old_files_max)
    : path_(std::move(path)), bytes_max_(bytes_max), old_files_max_(old_files_max) {
  open();
}

// A failure here throws, and spdlog tells it on stderr; the next line tries again.
void LogFile::open() {
  file_.open(path_);
  bytes_ = file_.size();
  is_open_ = true;
}

void LogFile::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (is_open_ && bytes_ > 0 && bytes_ + line.size() > bytes_max_) rotate();
  if (!is_open_) open();
  file_.write(line);
  bytes_ += line.size();
}

void LogFile::flush_() {
  if (is_open_) file_.flush();
}

// A rename that fails (a read-only directory) must not lose lines: then the file simply grows on.
void LogFile::rotate() {
  const auto old = [&](size_t number) { return path_ + "." + std::to_string(number); };
  std::error_code failed;
  file_.close();
  is_open_ = false;
  if (old_files_max_ == 0) {
    std::filesystem::remove(path_, failed);
  } else {
    for (auto number = old_files_max_; number > 1; --number) {
      std::filesystem::rename(old(number - 1), old(number), failed);  // none there yet: nothing to move
    }
    std::filesystem::rename(path_, old(1), failed);
  }
}

}  // namespace kalam::log::detail
