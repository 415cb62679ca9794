#include "topics/consumers.h"

#include <algorithm>
#include <utility>

namespace kalam::topics {

std::shared_ptr<Consumers::Group> Consumers::group(const GroupKey& key) {
  const std::lock_guard lock(mutex_);
  auto& found = groups_[key];
  if (!found) found = std::make_shared<Group>();
  return found;
}

void Consumers::forget(const TopicId& topic) {
  const std::lock_guard lock(mutex_);
  std::erase_if(groups_, [&](const auto& each) { return each.first.first.topic == topic; });
}

Result<uint64_t> Consumers::offset_of(const Start& start, const PartitionId& partition) const {
  const auto there = TRY(log_.extent(partition));
  if (const auto* offset = std::get_if<uint64_t>(&start)) return *offset;
  return std::holds_alternative<Earliest>(start) ? there.first : there.next;
}

// Takes out what was handed to somebody who has not acknowledged it in time; none: nothing is overdue.
std::optional<Consumers::Claim> Consumers::overdue(Group& group, uint64_t first_open) const {
  const auto now = clock_.monotonic();
  while (!group.claims.empty()) {
    auto claim = group.claims.front();
    claim.from = std::max(claim.from, first_open);
    const bool open = claim.from < claim.to;
    if (open && claim.until > now) return std::nullopt;
    group.claims.pop_front();
    if (open) return claim;
  }
  return std::nullopt;
}

Result<Consumed> Consumers::consume(const Consumption& wanted) {
  const auto group = this->group({wanted.partition, wanted.group});
  const std::lock_guard lock(group->mutex);
  const auto acknowledged = TRY(acknowledged_(wanted.partition, wanted.group));
  const auto stands = acknowledged ? *acknowledged + 1 : TRY(offset_of(wanted.start, wanted.partition));
  if (!group->cursor) group->cursor = stands;
  if (acknowledged) group->cursor = std::max(*group->cursor, *acknowledged + 1);

  const auto count = std::min<uint64_t>(wanted.count_max, options_.messages_max);
  Consumed consumed;
  consumed.next_offset = stands;
  if (count == 0) return consumed;
  const auto again = overdue(*group, acknowledged ? *acknowledged + 1 : 0);
  const auto from = again ? again->from : *group->cursor;
  const auto most = again ? std::min(count, again->to - again->from) : count;
  auto read = log_.read(wanted.partition, from, most, options_.bytes_max);
  if (!read.ok()) {
    if (again) group->claims.push_front(*again);
    return std::move(read).error();
  }
  consumed.messages = *std::move(read);
  // What the log has no more, because its time was over, is nobody's any more.
  if (again) std::erase_if(consumed.messages, [&](const Message& each) { return each.offset >= again->to; });
  if (consumed.messages.empty()) {
    consumed.waits_for = *group->cursor;
    if (!group->claims.empty()) consumed.overdue_at = group->claims.front().until;
    return consumed;
  }
  const auto end = consumed.messages.back().offset + 1;
  if (again && end < again->to) group->claims.push_front({end, again->to, again->until});
  if (!again) group->cursor = end;
  group->claims.push_back({consumed.messages.front().offset, end, clock_.monotonic() + options_.claimed_for});
  consumed.next_offset = end;
  return consumed;
}

Result<Consumed> Consumers::read(const PartitionId& partition, const Start& start, uint64_t count_max) const {
  Consumed consumed;
  consumed.next_offset = TRY(offset_of(start, partition));
  const auto count = std::min<uint64_t>(count_max, options_.messages_max);
  consumed.messages = TRY(log_.read(partition, consumed.next_offset, count, options_.bytes_max));
  if (!consumed.messages.empty()) consumed.next_offset = consumed.messages.back().offset + 1;
  return consumed;
}

}  // namespace kalam::topics
