// LockFile: at most one process at a time. The file holds the process id of the holder, for the message that a second
// process gets and for people; the lock itself is the kernel's, so it ends with its process, however that ends.

#pragma once
#include <string>
#include <utility>

#include "base/result.h"

namespace kalam::store {

class LockFile {
 public:
  // Locks `path`, creating it. `in_use` when another holder, in this process or another, has it:
  // "Data directory '<directory>' is in use by process <pid>". The file stays when the lock goes: removing it would let
  // two later processes lock two different files of one name.
  static Result<LockFile> acquire(const std::string& path, const std::string& directory);

  // Locks a directory that exists, by a file beside it: "<real path>.lock". Whatever way the path is written, also over
  // links, it is the same lock.
  static Result<LockFile> acquire_beside(const std::string& directory);

  LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  // -1 after a move
};

}  // namespace kalam::store
