// MessageLog: the partitions of all topics on disk.
//
//   topic_messages:     (topic, partition, offset) -> Message
//   default partition:  "topic_ends" (topic, partition) -> first and next offset
//
// What lies before `first` was cleared or has outlived its retention: nobody sees it any more, and it goes in the
// background of the one who said so, or at the next start.

#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "topics/message.h"

namespace kalam::topics {

struct PartitionId {
  TopicId topic;
  uint32_t partition = 0;
  auto operator<=>(const PartitionId&) const = default;
  bool operator==(const PartitionId&) const = default;
};

// The offsets that are there: [first, next).
struct Extent {
  uint64_t first = 0;
  uint64_t next = 0;
  bool operator==(const Extent&) const = default;
};

// Safe from any thread.
class MessageLog {
 public:
  static Result<std::unique_ptr<MessageLog>> open(store::Store& store);

  Result<Extent> extent(const PartitionId& partition) const;
  // In the order of offsets, from `from` on; at least one when there is one, however large.
  Result<std::vector<Message>> read(const PartitionId& partition, uint64_t from, size_t count_max,
                                    size_t bytes_max) const;
  // The first offset of a message that is not older; the end when all are.
  Result<uint64_t> first_since(const PartitionId& partition, int64_t timestamp_ms) const;

  // For the one who applies: into his batch, and once it is durable.
  Status put(store::Batch& batch, const Message& message) const;
  void put(store::Batch& batch, const PartitionId& partition, const Extent& extent) const;
  void remove_extents(store::Batch& batch, const TopicId& topic, uint32_t partitions) const;
  void published(const PartitionId& partition, const Extent& extent);  // wakes who waits for it
  void forget(const TopicId& topic);

  // Messages before `first`, and all of a topic that is gone. Not atomic; repeating it goes on.
  Result<uint64_t> remove_before(const PartitionId& partition, uint64_t first) const;
  Result<uint64_t> remove_all(const TopicId& topic) const;
  // At a start: what a crash left of topics that are gone, and before the first offsets.
  Status settle(const std::function<bool(const TopicId&)>& exists) const;

  // Calls `wake` once, from any thread, when the partition has messages beyond `end`; at once when it has them. Ends
  // with the returned object.
  std::shared_ptr<void> when_beyond(const PartitionId& partition, uint64_t end, std::function<void()> wake);

 private:
  struct Waiter {
    uint64_t end = 0;
    std::function<void()> wake;
  };
  struct State {
    std::optional<Extent> extent;  // as far as it is known here
    std::map<uint64_t, Waiter> waiters;
  };

  MessageLog(store::Store& store, store::Partition messages);
  Result<uint64_t> remove_range(const std::string& prefix, const std::string& end) const;

  store::Store& store_;
  const store::Partition messages_;
  mutable std::mutex mutex_;
  mutable std::map<PartitionId, State> states_;  // guarded by mutex_
  uint64_t waiters_ = 0;                         // guarded by mutex_
};

}  // namespace kalam::topics
