// The store as one PersistentMap, keyed as on disk: partition id, then key. A snapshot is a copy of the map.

#include <mutex>
#include <utility>

#include "store/detail/partition_state.h"
#include "store/detail/partition_table.h"
#include "store/detail/persistent_map.h"
#include "store/detail/scan_range.h"
#include "store/store.h"

namespace kalam::store {
namespace {

struct MemorySnapshot final : Snapshot {
  explicit MemorySnapshot(PersistentMap content) : map(std::move(content)) {}
  const PersistentMap map;
};

// Seeks anew for every key: no state beside the map, and logarithmic is good enough in memory.
class MemoryScan final : public Scan {
 public:
  MemoryScan(PersistentMap map, ScanRange range, const ScanOptions& options)
      : map_(std::move(map)), range_(std::move(range)), left_(options.limit), reverse_(options.reverse) {
    if (left_ == 0) return;
    const auto& start = range_.start;
    if (reverse_) {
      settle(start && *start < range_.upper ? map_.at_or_before(*start) : map_.before(range_.upper));
    } else {
      settle(map_.at_or_after(start && *start > range_.lower ? *start : range_.lower));
    }
  }

  bool valid() const override { return node_ != nullptr; }
  std::string_view key() const override { return std::string_view(node_->key).substr(4); }
  std::string_view value() const override { return *node_->value; }
  void next() override {
    if (--left_ == 0) {
      node_ = nullptr;
    } else {
      settle(reverse_ ? map_.before(node_->key) : map_.after(node_->key));
    }
  }
  Status status() const override { return {}; }

 private:
  void settle(const PersistentMap::Node* node) {
    node_ = node && node->key >= range_.lower && node->key < range_.upper ? node : nullptr;
  }

  const PersistentMap map_;
  const ScanRange range_;
  size_t left_;
  const bool reverse_;
  const PersistentMap::Node* node_ = nullptr;
};

class MemoryStore final : public Store {
 public:
  Result<std::vector<Partition>> create_partitions(std::span<const std::string_view> names) override {
    const std::lock_guard lock(registry_mutex_);
    for (const auto& made : partitions_.make_missing(names, next_id_)) {
      ++next_id_;
      partitions_.add(made);
    }
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
    partitions_.remove(name);
    const auto& state = *StoreAccess::state(*known);
    close_for_writes(state);
    const std::lock_guard map_lock(map_mutex_);
    map_ = map_.without_range(physical_key(state.id, ""), physical_key(state.id + 1, ""));
    return {};
  }

  Result<std::optional<std::string>> get(const Partition& partition, std::string_view key,
                                         const SnapshotPtr& snapshot) const override {
    const auto* state = TRY(live(partition));
    const auto map = at(snapshot);
    const auto* node = map.find(physical_key(state->id, key));
    if (!node) return std::nullopt;
    return *node->value;
  }

  Result<std::unique_ptr<Scan>> scan(const Partition& partition, ScanOptions options) const override {
    const auto* state = TRY(live(partition));
    return std::make_unique<MemoryScan>(at(options.snapshot), scan_range(state->id, options), options);
  }

  SnapshotPtr snapshot() const override { return std::make_shared<MemorySnapshot>(at(nullptr)); }

  Status write(const Batch& batch, Durability) override {
    const auto claim = TRY(WriteClaim::take(batch));
    const std::lock_guard lock(map_mutex_);
    auto changed = map_;
    StoreAccess::for_each(batch, [&](const PartitionState& state, bool removes, auto key, auto value) {
      const auto bytes = physical_key(state.id, key);
      changed = removes ? changed.without(bytes) : changed.with(bytes, value);
    });
    map_ = std::move(changed);
    return {};
  }

  Status compact(const Partition& partition) override { return TRY(live(partition)), Status(); }
  Status flush_memtables() override { return {}; }
  Status backup_to(const std::string&) override {
    return Error{ErrorCode::not_supported, "Unsupported operation: a store in memory has no backup"};
  }

  std::map<std::string, std::string> stats() const override {
    return {{"storage_backend", "memory"}, {"storage_partition_count", std::to_string(partitions_.size())}};
  }

 private:
  PersistentMap at(const SnapshotPtr& snapshot) const {
    if (snapshot) return static_cast<const MemorySnapshot&>(*snapshot).map;
    const std::lock_guard lock(map_mutex_);
    return map_;
  }

  PartitionTable partitions_;
  std::mutex registry_mutex_;                          // one create or drop at a time
  uint32_t next_id_ = PartitionTable::kDefaultId + 1;  // guarded by registry_mutex_
  mutable std::mutex map_mutex_;
  PersistentMap map_;  // guarded by map_mutex_
};

}  // namespace

std::unique_ptr<Store> open_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace kalam::store
