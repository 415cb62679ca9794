// Backups by RocksDB's BackupEngine: table files are copied once and shared by later backups.

#pragma once
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <string>

#include "base/result.h"

namespace kalam::store {

// Adds a backup to `directory`, created when missing, then forgets those before it.
Status create_backup(rocksdb::DB& db, rocksdb::Env* env, const std::string& directory);

}  // namespace kalam::store
