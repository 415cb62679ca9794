// Store: ordered bytes in named partitions, with snapshots and atomic durable batches.
//
// Two implementations keep one contract: RocksDB on disk (open_store) and maps in memory (open_memory_store).
//
// Always true: a write that was answered is durable (unless asked to be `buffered`), whole, and visible to every read
// that starts afterwards. Many writers share one fsync. A scan sees the moment it started, whatever happens meanwhile,
// and an I/O error ends it with that error, never silently.
//
// All calls are safe from any thread. They may block on disk: not for I/O threads.

#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kalam::store {

// Which physical family a partition lives in, by its name (spec storage §1.1).
enum class Family : uint8_t { system_meta, system_index, hot_data, hot_index, raft };
Family family_of(std::string_view partition_name);

struct PartitionState;

// A partition in hand: get it once by name, use it for every call on the store it came from. Cheap to copy. It outlives
// a drop: using it then, or using a Partition that was never assigned, is `partition_not_found`.
class Partition {
 public:
  std::string_view name() const;
  bool operator==(const Partition& other) const { return state_ == other.state_; }

 private:
  friend class StoreAccess;
  std::shared_ptr<const PartitionState> state_;
};

enum class Durability : uint8_t {
  synced,    // on disk when the call returns
  buffered,  // in the log of the operating system: survives this process, not a power cut
};

// Puts and removes over any partitions: all happen, or none. In order: the last word on a key wins.
class Batch {
 public:
  void put(const Partition& partition, std::string_view key, std::string_view value);
  void remove(const Partition& partition, std::string_view key);
  bool empty() const { return ops_.empty(); }
  size_t size() const { return ops_.size(); }
  size_t bytes() const { return data_.size(); }
  // Takes out again what was put in last, down to the first `size` operations.
  void shrink_to(size_t size);
  void clear();

 private:
  friend class StoreAccess;
  struct Op {
    uint32_t partition;  // index into partitions_
    bool removes;
    size_t key_size;
    size_t value_size;
  };
  uint32_t index_of(const Partition& partition);

  std::vector<Partition> partitions_;  // each once: few, however many operations there are
  std::vector<Op> ops_;
  std::string data_;  // keys and values, end to end
};

// A moment of the store, held open. Give it back soon: it keeps old versions on disk. Snapshots and scans may outlive
// the Store object; the directory stays in use until the last of them is gone.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

struct ScanOptions {
  std::string prefix = {};                // only keys that begin so
  std::optional<std::string> start = {};  // from here, inclusive; ascending: the first key >= start, reverse: <= start
  size_t limit = SIZE_MAX;
  bool reverse = false;
  SnapshotPtr snapshot = {};  // null: now
  bool fill_cache = true;
};

// Goes through keys one at a time; nothing is read ahead beyond the engine's blocks.
//   for (; scan->valid(); scan->next()) use(scan->key(), scan->value());
//   TRY(scan->status());
class Scan {
 public:
  virtual ~Scan() = default;
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;    // until next()
  virtual std::string_view value() const = 0;  // until next()
  virtual void next() = 0;
  virtual Status status() const = 0;  // of an ended scan: why it ended
};

class Store {
 public:
  virtual ~Store() = default;

  Result<Partition> create_partition(std::string_view name);  // idempotent, durable
  // The same for many: those that are missing are made by one synced batch, all or none. In the order of the names.
  virtual Result<std::vector<Partition>> create_partitions(std::span<const std::string_view> names) = 0;
  virtual Result<Partition> partition(std::string_view name) const = 0;  // `partition_not_found`
  virtual std::vector<std::string> list_partitions() const = 0;          // by name; without "default"
  virtual Status drop_partition(std::string_view name) = 0;              // keys and registration; unknown: fine
  virtual Partition default_partition() const = 0;                       // "default": always there, never listed

  virtual Result<std::optional<std::string>> get(const Partition& partition, std::string_view key,
                                                 const SnapshotPtr& snapshot = nullptr) const = 0;
  virtual Result<std::unique_ptr<Scan>> scan(const Partition& partition, ScanOptions options = {}) const = 0;
  virtual SnapshotPtr snapshot() const = 0;

  // Batches become visible in the order in which they reach the log. An empty batch is a no-op.
  // An error of the disk while writing leaves the end of the log in doubt: every later write gets that error until the
  // store is opened again. A full disk is the exception: writing goes on by itself once there is space.
  virtual Status write(const Batch& batch, Durability durability = Durability::synced) = 0;
  Status put(const Partition& partition, std::string_view key, std::string_view value,
             Durability durability = Durability::synced);
  Status remove(const Partition& partition, std::string_view key, Durability durability = Durability::synced);

  virtual Status compact(const Partition& partition) = 0;  // blocks; reclaims what was removed
  virtual Status flush_memtables() = 0;                    // so that old log files can go; tries every family
  // A consistent copy while everything goes on; repeated into the same directory it copies only what is new. The memory
  // store answers `not_supported`.
  virtual Status backup_to(const std::string& directory) = 0;
  virtual std::map<std::string, std::string> stats() const = 0;  // for system.stats
};

struct FamilyOptions {
  size_t write_buffer_bytes = 0;  // 0: the default of the family; RocksDB raises less than 64 KiB to that
  int write_buffers_max = 2;
};

struct StoreOptions {
  std::string path = {};    // created when missing
  bool sync_writes = true;  // false: `synced` writes are only `buffered`
  size_t block_cache_bytes = 8u << 20;
  int background_jobs = 4;
  int open_files_max = 512;  // -1: unlimited
  bool compact_on_open = false;
  std::map<Family, FamilyOptions> families = {};
};

// One process at a time: a second one gets `in_use`; the lock is the file `<path>.lock` (of the real path, links
// followed), which holds the process id.
// A damaged or unreadable directory is an error, and left unchanged.
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);
std::unique_ptr<Store> open_memory_store();

// Verifies the latest backup in `backup_directory`, then writes it to `target` (emptied first; `in_use` when a store is
// open there).
Status restore_backup(const std::string& backup_directory, const std::string& target);

}  // namespace kalam::store
