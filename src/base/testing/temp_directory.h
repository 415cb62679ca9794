// For tests and benchmarks: a directory of its own, which goes with the object.

#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace kalam {

class TempDirectory {
 public:
  // In `parent`; where temporary files go when it is empty.
  explicit TempDirectory(const std::filesystem::path& parent = {}) {
    path_ = ((parent.empty() ? std::filesystem::temp_directory_path() : parent) / "kalam_XXXXXX").string();
    if (!::mkdtemp(path_.data())) std::abort();
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace kalam
