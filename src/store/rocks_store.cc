// The store on RocksDB.
//
// On disk: five families, each holding many partitions. Every key begins with the four big-endian bytes of its
// partition's id. Id 0, in system_meta, is the registry of partitions; id 1 is the partition "default".
//
//   p <name>  -> id (4 bytes), family (1 byte)
//   n         -> the next id (4 bytes): ids are never given out twice
//
// A drop is one atomic batch: the registration and a range tombstone over the id. RocksDB's DeleteRange is safe here
// because nothing ever writes below or reads from a dropped id again; it costs one record however large the partition
// is.

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "store/detail/partition_state.h"
#include "store/detail/partition_table.h"
#include "store/detail/rocks_backup.h"
#include "store/detail/rocks_database.h"
#include "store/detail/rocks_options.h"
#include "store/detail/rocks_status.h"
#include "store/detail/rocks_store.h"
#include "store/detail/scan_range.h"

namespace kalam::store {
namespace {

using rocksdb::Slice;

constexpr uint32_t kRegistryId = 0;

Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const Slice& bytes) { return {bytes.data(), bytes.size()}; }

uint32_t read_id(std::string_view bytes) {
  uint32_t id = 0;
  for (const char byte : bytes.substr(0, 4)) id = id << 8 | static_cast<unsigned char>(byte);
  return id;
}

class RocksSnapshot final : public Snapshot {
 public:
  explicit RocksSnapshot(std::shared_ptr<RocksDatabase> database)
      : database_(std::move(database)), snapshot_(database_->db().GetSnapshot()) {}
  ~RocksSnapshot() override { database_->db().ReleaseSnapshot(snapshot_); }
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  const rocksdb::Snapshot* get() const { return snapshot_; }

 private:
  const std::shared_ptr<RocksDatabase> database_;
  const rocksdb::Snapshot* const snapshot_;
};

const rocksdb::Snapshot* unwrap(const SnapshotPtr& snapshot) {
  return snapshot ? static_cast<const RocksSnapshot&>(*snapshot).get() : nullptr;
}

class RocksScan final : public Scan {
 public:
  RocksScan(std::shared_ptr<RocksDatabase> database, const PartitionState& state, ScanOptions options)
      : database_(std::move(database)),
        range_(scan_range(state.id, options)),
        lower_(range_.lower),
        upper_(range_.upper),
        snapshot_(std::move(options.snapshot)),
        left_(options.limit),
        reverse_(options.reverse) {
    if (left_ == 0) return;
    rocksdb::ReadOptions how;
    how.snapshot = unwrap(snapshot_);
    how.iterate_lower_bound = &lower_;
    how.iterate_upper_bound = &upper_;
    how.fill_cache = options.fill_cache;
    iterator_.reset(database_->db().NewIterator(how, database_->family(state.family)));
    const auto& start = range_.start;
    if (!reverse_) {
      iterator_->Seek(start && *start > range_.lower ? slice(*start) : lower_);
    } else if (start && *start < range_.upper) {
      iterator_->SeekForPrev(slice(*start));
    } else {
      iterator_->SeekToLast();
    }
  }

  bool valid() const override { return left_ > 0 && iterator_->Valid(); }
  std::string_view key() const override { return view(iterator_->key()).substr(4); }
  std::string_view value() const override { return view(iterator_->value()); }
  void next() override {
    if (--left_ == 0) return;
    reverse_ ? iterator_->Prev() : iterator_->Next();
  }
  Status status() const override { return iterator_ ? status_from(iterator_->status()) : Status(); }

 private:
  const std::shared_ptr<RocksDatabase> database_;
  const ScanRange range_;
  const Slice lower_;
  const Slice upper_;
  const SnapshotPtr snapshot_;
  size_t left_;
  const bool reverse_;
  std::unique_ptr<rocksdb::Iterator> iterator_;  // null when nothing was asked for; goes before what it points to
};

class RocksStore final : public Store {
 public:
  explicit RocksStore(std::shared_ptr<RocksDatabase> database) : database_(std::move(database)) {}

  Status load_registry() {
    const auto registry = StoreAccess::make(kRegistryId, Family::system_meta, "registry");
    RocksScan scan(database_, *StoreAccess::state(registry), {});
    for (; scan.valid(); scan.next()) {
      const auto key = scan.key();
      const auto value = scan.value();
      if (key == "n" && value.size() == 4) {
        next_id_ = read_id(value);
      } else if (key.starts_with('p') && value.size() == 5 && static_cast<uint8_t>(value[4]) < kFamilies.size()) {
        partitions_.add(StoreAccess::make(read_id(value), kFamilies[static_cast<uint8_t>(value[4])], key.substr(1)));
      } else {
        return Error{ErrorCode::corruption, "Storage error: '" + database_->options().path +
                                                "': the registry of partitions holds an entry that makes no sense"};
      }
    }
    return scan.status();
  }

  Result<std::vector<Partition>> create_partitions(std::span<const std::string_view> names) override {
    if (auto known = partitions_.find_all(names)) return *std::move(known);
    const std::lock_guard lock(registry_mutex_);
    if (names.size() > UINT32_MAX - next_id_) {
      return Error{ErrorCode::limit_exceeded, "Storage error: no partition ids left"};
    }
    const auto made = partitions_.make_missing(names, next_id_);
    TRY(register_partitions(made));
    return *partitions_.find_all(names);
  }

  Result<Partition> partition(std::string_view name) const override {
    if (auto known = partitions_.find(name)) return *known;
    return partition_not_found(name);
  }

  std::vector<std::string> list_partitions() const override { return partitions_.names(); }
  Partition default_partition() const override { return partitions_.default_partition(); }

  Status drop_partition(std::string_view name) override {
    const std::lock_guard lock(registry_mutex_);
    if (name == partitions_.default_partition().name()) return refuse_default_drop();
    const auto known = partitions_.find(name);
    if (!known) return {};
    const auto& state = *StoreAccess::state(*known);
    const auto first = physical_key(state.id, "");
    const auto end = physical_key(state.id + 1, "");
    auto* family = database_->family(state.family);
    rocksdb::WriteBatch batch;
    TRY(status_from(batch.Delete(database_->family(Family::system_meta), registry_key("p", name))));
    TRY(status_from(batch.DeleteRange(family, first, end)));
    partitions_.remove(name);
    close_for_writes(state);
    if (auto written = database_->write(batch, Durability::synced); !written.ok()) {
      state.dropped.store(false);
      partitions_.add(*known);
      return written;
    }
    // Gives back whole files at once. Snapshots do not matter: no read of this partition can begin any more, and those
    // that have begun hold their files.
    const Slice from(first);
    const Slice to(end);
    const auto deleted = rocksdb::DeleteFilesInRange(&database_->db(), family, &from, &to, false);
    if (!deleted.ok()) {
      log::warn("store", "files of a dropped partition stay until they are compacted",
                {{"partition", name}, {"error", deleted.ToString()}});
    }
    return {};
  }

  Result<std::optional<std::string>> get(const Partition& partition, std::string_view key,
                                         const SnapshotPtr& snapshot) const override {
    const auto* state = TRY(live(partition));
    rocksdb::ReadOptions how;
    how.snapshot = unwrap(snapshot);
    rocksdb::PinnableSlice value;
    const auto status =
        database_->db().Get(how, database_->family(state->family), physical_key(state->id, key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return error_from(status);
    return std::string(view(value));
  }

  Result<std::unique_ptr<Scan>> scan(const Partition& partition, ScanOptions options) const override {
    const auto* state = TRY(live(partition));
    return std::make_unique<RocksScan>(database_, *state, std::move(options));
  }

  SnapshotPtr snapshot() const override { return std::make_shared<RocksSnapshot>(database_); }

  Status write(const Batch& batch, Durability durability) override {
    if (batch.empty()) return {};
    const auto claim = TRY(WriteClaim::take(batch));
    rocksdb::WriteBatch operations(batch.bytes() + batch.size() * 12);
    rocksdb::Status built;
    StoreAccess::for_each(batch, [&](const PartitionState& state, bool removes, auto key, auto value) {
      const auto id = physical_key(state.id, "");
      const std::array<Slice, 2> key_parts = {id, slice(key)};
      const Slice value_part = slice(value);
      auto* family = database_->family(state.family);
      const auto added = removes ? operations.Delete(family, {key_parts.data(), 2})
                                 : operations.Put(family, {key_parts.data(), 2}, {&value_part, 1});
      if (built.ok()) built = added;
    });
    TRY(status_from(built));
    return database_->write(operations, durability);
  }

  Status compact(const Partition& partition) override {
    const auto* state = TRY(live(partition));
    const auto first = physical_key(state->id, "");
    const auto end = physical_key(state->id + 1, "");
    const Slice from(first);
    const Slice to(end);
    rocksdb::CompactRangeOptions how;
    how.exclusive_manual_compaction = false;
    how.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    return status_from(database_->db().CompactRange(how, database_->family(state->family), &from, &to));
  }

  Status compact_everything() {
    for (const auto family : kFamilies) {
      TRY(status_from(database_->db().CompactRange({}, database_->family(family), nullptr, nullptr)));
    }
    return {};
  }

  Status flush_memtables() override {
    Status first;
    for (const auto family : kFamilies) {
      const auto flushed = database_->db().Flush({}, database_->family(family));
      if (flushed.ok()) continue;
      log::error("store", "flush of a family failed", {{"family", family_name(family)}, {"error", flushed.ToString()}});
      if (first.ok()) first = error_from(flushed);
    }
    return first;
  }

  Status backup_to(const std::string& directory) override {
    return create_backup(database_->db(), database_->env(), directory);
  }

  std::map<std::string, std::string> stats() const override {
    struct Property {
      const char* shown;
      const std::string& name;
    };
    using Names = rocksdb::DB::Properties;
    const Property properties[] = {
        {"rocksdb_estimate_num_keys", Names::kEstimateNumKeys},
        {"rocksdb_estimate_live_data_size_bytes", Names::kEstimateLiveDataSize},
        {"rocksdb_active_memtable_entries", Names::kNumEntriesActiveMemTable},
        {"rocksdb_immutable_memtable_entries", Names::kNumEntriesImmMemTables},
        {"rocksdb_active_memtable_size_bytes", Names::kCurSizeActiveMemTable},
        {"rocksdb_all_memtables_size_bytes", Names::kCurSizeAllMemTables},
        {"rocksdb_live_sst_files_size_bytes", Names::kLiveSstFilesSize},
        {"rocksdb_total_sst_files_size_bytes", Names::kTotalSstFilesSize},
        {"rocksdb_pending_compaction_bytes", Names::kEstimatePendingCompactionBytes},
    };
    std::map<std::string, std::string> stats = {
        {"storage_backend", "rocksdb"},
        {"storage_partition_count", std::to_string(partitions_.size())},
        {"rocksdb_physical_cf_count", std::to_string(kFamilies.size() + 1)},
    };
    for (const auto& property : properties) {
      uint64_t value = 0;
      if (database_->db().GetAggregatedIntProperty(property.name, &value)) {
        stats.emplace(property.shown, std::to_string(value));
      }
    }
    return stats;
  }

 private:
  // Stores them, then makes them known. Only under registry_mutex_.
  Status register_partitions(const std::vector<Partition>& made) {
    if (made.empty()) return {};
    auto* meta = database_->family(Family::system_meta);
    rocksdb::WriteBatch batch;
    for (const auto& partition : made) {
      const auto& state = *StoreAccess::state(partition);
      auto entry = physical_key(state.id, "");
      entry.push_back(static_cast<char>(state.family));
      TRY(status_from(batch.Put(meta, registry_key("p", state.name), entry)));
    }
    const auto next_id = next_id_ + static_cast<uint32_t>(made.size());
    TRY(status_from(batch.Put(meta, registry_key("n", ""), physical_key(next_id, ""))));
    TRY(database_->write(batch, Durability::synced));
    next_id_ = next_id;
    for (const auto& partition : made) partitions_.add(partition);
    return {};
  }
  static std::string registry_key(std::string_view kind, std::string_view name) {
    return physical_key(kRegistryId, kind).append(name);
  }

  const std::shared_ptr<RocksDatabase> database_;
  PartitionTable partitions_;
  std::mutex registry_mutex_;                          // one create or drop at a time
  uint32_t next_id_ = PartitionTable::kDefaultId + 1;  // guarded by registry_mutex_
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_store(const StoreOptions& options, rocksdb::Env* env) {
  auto database = TRY(RocksDatabase::open(options, env));
  auto store = std::make_unique<RocksStore>(std::move(database));
  TRY(store->load_registry());
  if (options.compact_on_open) TRY(store->compact_everything());
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
  return open_rocks_store(options, rocksdb::Env::Default());
}

}  // namespace kalam::store
