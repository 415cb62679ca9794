// rocksdb::Status -> Error.

#pragma once
#include <rocksdb/status.h>

#include "base/result.h"

namespace kalam::store {

Error error_from(const rocksdb::Status& status);
inline Status status_from(const rocksdb::Status& status) { return status.ok() ? Status() : Status(error_from(status)); }

}  // namespace kalam::store
