#include "store/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace kalam::store {
namespace {

Error io_error(const std::string& path, int number) {
  return {.code = number == ENOSPC ? ErrorCode::disk_full : ErrorCode::io,
          .message = "I/O error: lock file '" + path + "': " + std::generic_category().message(number)};
}

std::string holder(int descriptor) {
  char text[32];
  const auto size = ::pread(descriptor, text, sizeof text, 0);
  std::string pid;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) pid.push_back(text[i]);
  return pid.empty() ? "(unknown)" : pid;  // between the holder's lock and its write
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path, const std::string& directory) {
  // Not through a link: what it points to would lose its content.
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return io_error(path, errno);
  LockFile lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error(path, errno);
    return Error{ErrorCode::in_use, "Data directory '" + directory + "' is in use by process " + holder(descriptor)};
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0) return io_error(path, errno);
  if (::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return io_error(path, errno);
  }
  return lock;
}

Result<LockFile> LockFile::acquire_beside(const std::string& directory) {
  std::error_code failed;
  const auto real = std::filesystem::canonical(directory, failed);
  if (failed) return io_error(directory, failed.value());
  return acquire(real.string() + ".lock", directory);
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace kalam::store
