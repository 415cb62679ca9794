#include "store/detail/rocks_status.h"

#include <string>

namespace kalam::store {

Error error_from(const rocksdb::Status& status) {
  const auto text = status.ToString();  // names the file when there is one
  if (status.IsNoSpace()) return {.code = ErrorCode::disk_full, .message = "I/O error: " + text};
  if (status.IsCorruption()) return {.code = ErrorCode::corruption, .message = "Storage error: " + text};
  if (status.IsIOError()) return {.code = ErrorCode::io, .message = "I/O error: " + text};
  if (status.IsNotSupported()) return {.code = ErrorCode::not_supported, .message = "Unsupported operation: " + text};
  if (status.IsBusy() || status.IsTryAgain())
    return {.code = ErrorCode::overloaded, .message = "Storage error: " + text};
  if (status.IsTimedOut()) return {.code = ErrorCode::timeout, .message = "Storage error: " + text};
  return {.code = ErrorCode::internal, .message = "Storage error: " + text};
}

}  // namespace kalam::store
