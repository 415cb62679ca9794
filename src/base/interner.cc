#include "base/interner.h"

namespace kalam {
namespace {

// Of a text with the node that holds it: key, slot, next, cached hash.
size_t entry_bytes(std::string_view text) {
  constexpr size_t kNodeBytes = sizeof(std::pair<const std::string, InternedText>) + 2 * sizeof(void*);
  constexpr size_t kInlineMax = 15;
  return kNodeBytes + (text.size() > kInlineMax ? text.size() + 1 : 0);
}

}  // namespace

Interner::Interner(size_t bytes_max) : shards_(kShards) {
  for (const auto* name : {"_seq", "_deleted", "_commit_seq", "user_id", "namespace_id", "table_id", "storage_id",
                           "job_id", "live_query_id"}) {
    static_cast<void>(intern(name));
  }
  bytes_max_ = bytes_max;
}

Result<InternedText> Interner::intern(std::string_view text) {
  if (text.empty()) return InternedText();
  auto& shard = shards_[Hash()(text) % kShards];
  {
    std::shared_lock lock(shard.mutex);
    if (const auto found = shard.texts.find(text); found != shard.texts.end()) return found->second;
  }
  std::unique_lock lock(shard.mutex);
  if (const auto found = shard.texts.find(text); found != shard.texts.end()) return found->second;
  const auto bytes = entry_bytes(text);
  if (const auto held = entry_bytes_.fetch_add(bytes); bytes > bytes_max_ || held > bytes_max_ - bytes) {
    entry_bytes_ -= bytes;
    return Error{ErrorCode::limit_exceeded,
                 "more different ids and names than fit into " + std::to_string(bytes_max_) + " bytes of memory"};
  }
  const auto entry = shard.texts.emplace(std::string(text), InternedText()).first;
  entry->second = take_slot(entry->first);
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
  size_t total = entry_bytes_;
  for (const auto& shard : shards_) {
    std::shared_lock lock(shard.mutex);
    total += shard.texts.bucket_count() * sizeof(void*);
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
