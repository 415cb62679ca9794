#include "base/interner.h"

namespace kalam {

Interner::Interner() : shards_(kShards) {
  for (const auto* name : {"_seq", "_deleted", "_commit_seq", "user_id", "namespace_id", "table_id", "storage_id",
                           "job_id", "live_query_id"}) {
    intern(name);
  }
}

InternedText Interner::intern(std::string_view text) {
  auto& shard = shards_[Hash()(text) % kShards];
  {
    std::shared_lock lock(shard.mutex);
    if (const auto found = shard.texts.find(text); found != shard.texts.end()) return InternedText(&*found);
  }
  std::unique_lock lock(shard.mutex);
  return InternedText(&*shard.texts.emplace(text).first);
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
    for (const auto& text : shard.texts) {
      total += sizeof(std::string) + 2 * sizeof(void*);  // the node: text, next, cached hash
      if (text.capacity() > 15) total += text.capacity() + 1;
    }
  }
  return total;
}

Interner& Interner::process() {
  static auto& all = *new Interner();  // never destroyed: ids in globals may outlive main
  return all;
}

}  // namespace kalam
