// RocksDatabase: an open RocksDB with its families, its lock, and what it knows about the health of its disk. Held by
// the store and by every snapshot and scan, so that none of them can be left without it.

#pragma once
#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/detail/rocks_options.h"
#include "store/lock_file.h"
#include "store/store.h"

namespace kalam::store {

// Remembers the first error of the disk while writing. Safe from any thread.
class WriteHealth {
 public:
  void note(const Error& error);  // keeps those of the disk; others say nothing about the next write
  std::optional<Error> failure() const;
  void recovered();

 private:
  std::atomic<bool> failed_{false};  // so that a healthy write takes no lock
  mutable std::mutex mutex_;
  std::optional<Error> error_;  // guarded by mutex_
};

class RocksDatabase {
 public:
  static Result<std::shared_ptr<RocksDatabase>> open(const StoreOptions& options, rocksdb::Env* env);
  ~RocksDatabase();
  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const { return families_[1 + static_cast<size_t>(family)]; }
  rocksdb::Env* env() const { return env_; }
  const StoreOptions& options() const { return options_; }

  // All writes go through here, and none after an error of the disk: see Store::write.
  Status write(rocksdb::WriteBatch& batch, Durability durability);

 private:
  RocksDatabase(const StoreOptions& options, rocksdb::Env* env, LockFile lock);
  rocksdb::Status open_or_create(const rocksdb::DBOptions& settings);
  Status check_writable();

  const StoreOptions options_;
  rocksdb::Env* const env_;
  const LockFile lock_;
  std::shared_ptr<WriteHealth> health_;  // RocksDB's listener shares it
  std::mutex resuming_;                  // one attempt at a time
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // as in family_descriptors()
};

}  // namespace kalam::store
