#include "topics/message_log.h"

#include <algorithm>
#include <utility>

#include "base/prefix_end.h"
#include "codec/key_codec.h"

namespace kalam::topics {

namespace {

constexpr std::string_view kPartition = "topic_messages";
constexpr std::string_view kEnds = "topic_ends";
constexpr size_t kRemovedAtATime = 1024;

std::string topic_prefix(const TopicId& topic) { return codec::KeyWriter().text(topic.value()).take(); }
std::string partition_prefix(const PartitionId& id) {
  return codec::KeyWriter().text(id.topic.value()).u32(id.partition).take();
}
std::string message_key(const PartitionId& id, uint64_t offset) {
  return codec::KeyWriter(partition_prefix(id)).u64(offset).take();
}
std::string extent_key(const PartitionId& id) {
  return codec::KeyWriter(std::string(kEnds)).text(id.topic.value()).u32(id.partition).take();
}

Result<Extent> read_extent(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  Extent extent;
  extent.first = TRY(reader.u64());
  extent.next = TRY(reader.u64());
  TRY(reader.end());
  return extent;
}

Result<PartitionId> read_extent_key(std::string_view key) {
  codec::KeyReader reader(key.substr(kEnds.size()));
  PartitionId id;
  id.topic = TopicId(TRY(reader.text()));
  id.partition = TRY(reader.u32());
  TRY(reader.end());
  return id;
}

}  // namespace

MessageLog::MessageLog(store::Store& store, store::Partition messages)
    : store_(store), messages_(std::move(messages)) {}

Result<std::unique_ptr<MessageLog>> MessageLog::open(store::Store& store) {
  return std::unique_ptr<MessageLog>(new MessageLog(store, TRY(store.create_partition(kPartition))));
}

Result<Extent> MessageLog::extent(const PartitionId& partition) const {
  const std::lock_guard lock(mutex_);
  auto& known = states_[partition].extent;
  if (!known) {
    const auto stored = TRY(store_.get(store_.default_partition(), extent_key(partition)));
    known = stored ? TRY(read_extent(*stored)) : Extent{};
  }
  return *known;
}

Result<std::vector<Message>> MessageLog::read(const PartitionId& partition, uint64_t from, size_t count_max,
                                              size_t bytes_max) const {
  const auto there = TRY(extent(partition));
  std::vector<Message> messages;
  if (count_max == 0 || from >= there.next) return messages;
  const auto first = std::max(from, there.first);
  auto scan = TRY(store_.scan(messages_, {.prefix = partition_prefix(partition),
                                          .start = message_key(partition, first),
                                          .limit = std::min<uint64_t>(count_max, there.next - first)}));
  size_t bytes = 0;
  for (; scan->valid(); scan->next()) {
    bytes += scan->value().size();
    if (!messages.empty() && bytes > bytes_max) return messages;
    auto message = TRY(decode(scan->value()));
    if (message.offset >= there.next) return messages;  // written, and not yet durable
    messages.push_back(std::move(message));
  }
  TRY(scan->status());
  return messages;
}

Result<uint64_t> MessageLog::first_since(const PartitionId& partition, int64_t timestamp_ms) const {
  const auto there = TRY(extent(partition));
  // Offsets and moments rise together, but for clocks that were set back; then some are kept longer.
  auto from = there.first;
  while (from < there.next) {
    constexpr size_t kLooked = 256;
    const auto messages = TRY(read(partition, from, kLooked, SIZE_MAX));
    if (messages.empty()) break;
    for (const auto& message : messages) {
      if (message.timestamp_ms >= timestamp_ms) return message.offset;
    }
    from = messages.back().offset + 1;
  }
  return there.next;
}

Status MessageLog::put(store::Batch& batch, const Message& message) const {
  const auto bytes = TRY(encode(message));
  batch.put(messages_, message_key({message.topic, message.partition}, message.offset), bytes);
  return {};
}

void MessageLog::put(store::Batch& batch, const PartitionId& partition, const Extent& extent) const {
  batch.put(store_.default_partition(), extent_key(partition),
            codec::KeyWriter().u64(extent.first).u64(extent.next).bytes());
}

void MessageLog::remove_extents(store::Batch& batch, const TopicId& topic, uint32_t partitions) const {
  for (uint32_t i = 0; i < partitions; ++i) batch.remove(store_.default_partition(), extent_key({topic, i}));
}

void MessageLog::published(const PartitionId& partition, const Extent& extent) {
  std::vector<std::function<void()>> woken;
  {
    const std::lock_guard lock(mutex_);
    auto& state = states_[partition];
    state.extent = extent;
    std::erase_if(state.waiters, [&](auto& each) {
      if (each.second.end >= extent.next) return false;
      woken.push_back(std::move(each.second.wake));
      return true;
    });
  }
  for (const auto& wake : woken) wake();
}

void MessageLog::forget(const TopicId& topic) {
  std::vector<std::function<void()>> woken;  // they look again, and find that the topic is gone
  {
    const std::lock_guard lock(mutex_);
    auto at = states_.lower_bound({topic, 0});
    while (at != states_.end() && at->first.topic == topic) {
      for (auto& [number, waiter] : at->second.waiters) woken.push_back(std::move(waiter.wake));
      at = states_.erase(at);
    }
  }
  for (const auto& wake : woken) wake();
}

Result<uint64_t> MessageLog::remove_range(const std::string& prefix, const std::string& end) const {
  uint64_t removed = 0;
  auto scan = TRY(store_.scan(messages_, {.prefix = prefix, .fill_cache = false}));
  store::Batch batch;
  const auto write = [&]() -> Status {
    removed += batch.size();
    // What a crash undoes is removed at the next start.
    TRY(store_.write(batch, store::Durability::buffered));
    batch.clear();
    return {};
  };
  for (; scan->valid() && (end.empty() || scan->key() < end); scan->next()) {
    batch.remove(messages_, scan->key());
    if (batch.size() >= kRemovedAtATime) TRY(write());
  }
  TRY(scan->status());
  if (!batch.empty()) TRY(write());
  return removed;
}

Result<uint64_t> MessageLog::remove_before(const PartitionId& partition, uint64_t first) const {
  return remove_range(partition_prefix(partition), message_key(partition, first));
}

Result<uint64_t> MessageLog::remove_all(const TopicId& topic) const { return remove_range(topic_prefix(topic), {}); }

Status MessageLog::settle(const std::function<bool(const TopicId&)>& exists) const {
  // From topic to topic: a look at one message each.
  std::optional<std::string> start;
  while (true) {
    const auto scan = TRY(store_.scan(messages_, {.start = start, .limit = 1}));
    if (!scan->valid()) {
      TRY(scan->status());
      break;
    }
    const TopicId topic(TRY(codec::KeyReader(scan->key()).text()));
    start = prefix_end(topic_prefix(topic));  // an id ends with a zero, so there is one
    if (!exists(topic)) TRY(remove_all(topic));
  }
  const auto extents =
      TRY(store_.scan(store_.default_partition(), {.prefix = std::string(kEnds), .fill_cache = false}));
  for (; extents->valid(); extents->next()) {
    const auto id = TRY(read_extent_key(extents->key()));
    const auto extent = TRY(read_extent(extents->value()));
    if (exists(id.topic) && extent.first > 0) TRY(remove_before(id, extent.first));
  }
  return extents->status();
}

std::shared_ptr<void> MessageLog::when_beyond(const PartitionId& partition, uint64_t end, std::function<void()> wake) {
  {
    const auto there = extent(partition);
    const std::lock_guard lock(mutex_);
    auto& state = states_[partition];
    if (there.ok() && state.extent.value_or(*there).next <= end) {
      const auto number = waiters_++;
      state.waiters.emplace(number, Waiter{end, std::move(wake)});
      return std::shared_ptr<void>(nullptr, [this, partition, number](void*) {
        const std::lock_guard leaving(mutex_);
        const auto found = states_.find(partition);
        if (found != states_.end()) found->second.waiters.erase(number);
      });
    }
  }
  wake();
  return nullptr;
}

}  // namespace kalam::topics
