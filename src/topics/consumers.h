// Consumers: what the members of consumer groups were handed.
//
// A group goes through a partition once, all its members together: what one was handed is claimed, and is handed to
// another when it was not acknowledged in time. Claims are in memory; how far a group has acknowledged is in
// `system.topic_offsets`. After a restart a group goes on behind that: at least once.

#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "topics/message_log.h"

namespace kalam::topics {

struct Latest {};
struct Earliest {};
using Start = std::variant<Latest, Earliest, uint64_t>;  // the last: an offset

struct Consumption {
  PartitionId partition;
  ConsumerGroupId group;
  Start start = Latest{};  // of a group that has neither acknowledged nor been handed anything
  uint64_t count_max = 100;
};

struct Consumed {
  std::vector<Message> messages;
  uint64_t next_offset = 0;  // behind the last message; where the group stands when there is none
  // When there is no message: one from here on would be handed out, and at this moment one that was handed out before.
  uint64_t waits_for = 0;
  std::optional<Micros> overdue_at = {};
};

struct ConsumersOptions {
  Micros claimed_for = std::chrono::seconds(60);
  size_t messages_max = 10'000;
  size_t bytes_max = size_t{8} << 20;
};

// The last offset that a group has acknowledged.
using Acknowledged = std::function<Result<std::optional<uint64_t>>(const PartitionId&, const ConsumerGroupId&)>;

// Safe from any thread.
class Consumers {
 public:
  // All that is passed outlives this.
  Consumers(const MessageLog& log, Acknowledged acknowledged, const Clock& clock, const ConsumersOptions& options)
      : log_(log), acknowledged_(std::move(acknowledged)), clock_(clock), options_(options) {}

  Result<Consumed> consume(const Consumption& wanted);
  // Reads on for somebody without a group: nothing is claimed.
  Result<Consumed> read(const PartitionId& partition, const Start& start, uint64_t count_max) const;

  void forget(const TopicId& topic);  // it is gone or cleared

 private:
  struct Claim {
    uint64_t from = 0;
    uint64_t to = 0;  // exclusive
    Micros until{0};
  };
  struct Group {
    std::mutex mutex;
    std::optional<uint64_t> cursor;  // the first offset that nobody was handed
    std::deque<Claim> claims;        // in the order in which they end
  };
  using GroupKey = std::pair<PartitionId, ConsumerGroupId>;

  std::shared_ptr<Group> group(const GroupKey& key);
  Result<uint64_t> offset_of(const Start& start, const PartitionId& partition) const;
  std::optional<Claim> overdue(Group& group, uint64_t first_open) const;

  const MessageLog& log_;
  const Acknowledged acknowledged_;
  const Clock& clock_;
  const ConsumersOptions options_;
  std::mutex mutex_;
  std::map<GroupKey, std::shared_ptr<Group>> groups_;  // guarded by mutex_
};

}  // namespace kalam::topics
