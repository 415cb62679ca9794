// What a Partition points to, and the only way into the private parts of Partition and Batch.

#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "store/store.h"

namespace kalam::store {

struct PartitionState {
  const uint32_t id;  // in front of every key of the partition, big-endian; never reused
  const Family family;
  const std::string name;
  // A drop sets `dropped`, then waits until no writer is inside; a writer enters first and looks second. So after a
  // drop nothing can be written behind its back.
  mutable std::atomic<bool> dropped{false};
  mutable std::atomic<uint32_t> writers{0};
};

class StoreAccess {
 public:
  static Partition make(uint32_t id, Family family, std::string_view name) {
    Partition partition;
    partition.state_ = std::make_shared<const PartitionState>(id, family, std::string(name));
    return partition;
  }
  static const PartitionState* state(const Partition& partition) { return partition.state_.get(); }
  static const std::vector<Partition>& partitions(const Batch& batch) { return batch.partitions_; }

  // Calls visit(state, removes, key, value) for every operation, in order; all partitions are assigned ones.
  template <typename Visit>
  static void for_each(const Batch& batch, Visit&& visit) {
    std::string_view rest = batch.data_;
    for (const auto& op : batch.ops_) {
      const auto key = rest.substr(0, op.key_size);
      const auto value = rest.substr(op.key_size, op.value_size);
      rest.remove_prefix(op.key_size + op.value_size);
      visit(*state(batch.partitions_[op.partition]), op.removes, key, value);
    }
  }
};

inline Error partition_not_found(std::string_view name) {
  return {.code = ErrorCode::partition_not_found, .message = "Partition not found: " + std::string(name)};
}

inline Error refuse_default_drop() {
  return {.code = ErrorCode::invalid_operation,
          .message = "Unsupported operation: partition 'default' cannot be dropped"};
}

// The live state of a partition, or `partition_not_found`.
inline Result<const PartitionState*> live(const Partition& partition) {
  const auto* state = StoreAccess::state(partition);
  if (!state || state->dropped.load()) return partition_not_found(partition.name());
  return state;
}

// The key as it lies in the engine.
inline std::string physical_key(uint32_t id, std::string_view key) {
  std::string bytes;
  bytes.reserve(4 + key.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(id >> shift));
  return bytes.append(key);
}

// Holds the partitions of a batch against being dropped while it is written.
class WriteClaim {
 public:
  static Result<WriteClaim> take(const Batch& batch) {
    WriteClaim claim(&batch);
    for (const auto& partition : StoreAccess::partitions(batch)) {
      const auto* state = StoreAccess::state(partition);
      if (!state) return partition_not_found("");
      state->writers.fetch_add(1);
      ++claim.entered_;
      if (state->dropped.load()) return partition_not_found(state->name);
    }
    return claim;
  }
  WriteClaim(WriteClaim&& other) noexcept : batch_(other.batch_), entered_(std::exchange(other.entered_, 0)) {}
  WriteClaim& operator=(WriteClaim&&) = delete;
  ~WriteClaim() {
    for (size_t i = 0; i < entered_; ++i) {
      const auto* state = StoreAccess::state(StoreAccess::partitions(*batch_)[i]);
      if (state->writers.fetch_sub(1) == 1 && state->dropped.load()) state->writers.notify_all();
    }
  }

 private:
  explicit WriteClaim(const Batch* batch) : batch_(batch) {}
  const Batch* batch_;
  size_t entered_ = 0;  // of the partitions, from the front
};

// From here on no write begins; returns when the last one has ended.
inline void close_for_writes(const PartitionState& state) {
  state.dropped.store(true);
  for (auto inside = state.writers.load(); inside != 0; inside = state.writers.load()) state.writers.wait(inside);
}

}  // namespace kalam::store
