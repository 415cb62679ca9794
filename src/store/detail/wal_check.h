// Are the write-ahead logs of a database what was written to them?
//
// RocksDB stops reading its log at the first record that makes no sense, since a crash may have torn it, and drops what
// lies behind. After a crash nothing does: a synced write waits for those before it, so only the last one can be torn.
// Where a record begins behind a broken one, the broken one was answered and has been damaged since, and dropping the
// rest would lose answered writes without a word.
//
// What cannot be told apart: a damaged last record looks like a torn one, and is dropped like one. After a power cut
// `buffered` writes may reach the disk out of order and then look damaged.

#pragma once
#include <rocksdb/env.h>

#include <string>

#include "base/result.h"

namespace kalam::store {

// Reads every log in `directory`, in order, and changes nothing. `corruption` names the file and the byte.
Status check_logs(rocksdb::Env* env, const std::string& directory);

}  // namespace kalam::store
