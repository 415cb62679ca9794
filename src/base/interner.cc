#include "base/interner.h"

namespace kalam {

Interner::Interner() : shards_(kShards) {
  for (const auto* name : {"_seq", "_deleted", "_commit_seq", "user_id", "namespace_id", "table_id", "storage_id",
                           "job_id", "live_query_id"}) {
    intern(name);
  }
}

InternedText Interner::intern(std::string_view text) {
  if (text.empty()) return {};
  auto& shard = shards_[Hash()(text) % kShards];
  {
    std::shared_lock lock(shard.mutex);
    if (const auto found = shard.texts.find(text); found != shard.texts.end()) return found->second;
  }
  std::unique_lock lock(shard.mutex);
  const auto [entry, added] = shard.texts.try_emplace(std::string(text));
  if (added) entry->second = take_slot(entry->first);
  return entry->second;
}

InternedText Interner::take_slot(const std::string& text) {
  std::lock_guard lock(slots_mutex_);
  // Slots cannot run out before memory does: 2^32 texts of one byte each are more than 300 GB of nodes.
  const auto slot = next_slot_++;
  const auto place = place_of(slot);
  auto& block = blocks_[place.block];
  if (!block) block = std::make_unique<const std::string*[]>(kFirstBlockSlots << place.block);
  block[place.index] = &text;
  return InternedText(slot);
}

// Whoever holds a slot got it from the thread that filled it, by the shard's lock or by whatever handed it over; and
// that thread saw the block under slots_mutex_. So both are there to be read.
std::string_view Interner::view(InternedText text) const {
  if (text == InternedText()) return {};
  const auto place = place_of(text.slot_);
  return *blocks_[place.block][place.index];
}

size_t Interner::unique_texts() const {
  size_t count = 0;
  for (const auto& shard : shards_) {
    std::shared_lock lock(shard.mutex);
    count += shard.texts.size();
  }
  return count;
}

size_t Interner::bytes() const {
  size_t total = 0;
  for (const auto& shard : shards_) {
    std::shared_lock lock(shard.mutex);
    total += shard.texts.bucket_count() * sizeof(void*);
    for (const auto& entry : shard.texts) {
      total += sizeof(entry) + 2 * sizeof(void*);  // the node: text, slot, next, cached hash
      if (entry.first.capacity() > 15) total += entry.first.capacity() + 1;
    }
  }
  std::lock_guard lock(slots_mutex_);
  for (size_t block = 0; block < kBlocks && blocks_[block]; ++block)
    total += (kFirstBlockSlots << block) * sizeof(void*);
  return total;
}

Interner& Interner::process() {
  static auto& all = *new Interner();  // never destroyed: ids in globals may outlive main
  return all;
}

}  // namespace kalam
