#include "store/store.h"

#include <algorithm>
#include <array>

#include "store/detail/partition_state.h"

namespace kalam::store {

Family family_of(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kHotTables = {"user_", "shared_", "stream_", "vix_"};
  if (name.starts_with("raft_")) return Family::raft;
  if (name == "topic_offsets") return Family::hot_index;
  if (name == "topic_messages" || name == "write_ids") return Family::hot_data;
  if (std::ranges::any_of(kHotTables, [&](auto prefix) { return name.starts_with(prefix); })) {
    return name.ends_with("_pk_idx") ? Family::hot_index : Family::hot_data;
  }
  if (name == "manifest_pending_write_idx") return Family::system_index;
  if (name.starts_with("system_") && name.ends_with("_idx")) return Family::system_index;
  return Family::system_meta;
}

std::string_view Partition::name() const {
  return state_ ? std::string_view(state_->name) : std::string_view("(none)");
}

uint32_t Batch::index_of(const Partition& partition) {
  if (!ops_.empty() && partitions_[ops_.back().partition] == partition) return ops_.back().partition;
  const auto found = std::ranges::find(partitions_, partition);
  const auto index = static_cast<uint32_t>(found - partitions_.begin());
  if (found == partitions_.end()) partitions_.push_back(partition);
  return index;
}

void Batch::put(const Partition& partition, std::string_view key, std::string_view value) {
  ops_.push_back({index_of(partition), false, key.size(), value.size()});
  data_.append(key).append(value);
}

void Batch::remove(const Partition& partition, std::string_view key) {
  ops_.push_back({index_of(partition), true, key.size(), 0});
  data_.append(key);
}

void Batch::shrink_to(size_t size) {
  for (; ops_.size() > size; ops_.pop_back())
    data_.resize(data_.size() - ops_.back().key_size - ops_.back().value_size);
}

void Batch::clear() {
  partitions_.clear();
  ops_.clear();
  data_.clear();
}

Result<Partition> Store::create_partition(std::string_view name) {
  auto created = TRY(create_partitions({&name, 1}));
  return std::move(created.front());
}

Status Store::put(const Partition& partition, std::string_view key, std::string_view value, Durability durability) {
  Batch batch;
  batch.put(partition, key, value);
  return write(batch, durability);
}

Status Store::remove(const Partition& partition, std::string_view key, Durability durability) {
  Batch batch;
  batch.remove(partition, key);
  return write(batch, durability);
}

}  // namespace kalam::store
