// The changes of topics: CatalogApply's part that knows of messages and of what groups acknowledged.

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "commands/detail/catalog_apply.h"

namespace kalam::commands::detail {

namespace {

Error no_topic(const TopicId& topic) {
  return Error{ErrorCode::not_found, "Topic '" + topic.value() + "' does not exist"};
}

uint32_t partitions_of(const catalog::Topic& topic) { return static_cast<uint32_t>(std::max(topic.partitions, 0)); }

}  // namespace

Status CatalogApply::make(const CreateTopic& create, Applied&) { return change_.create_topic(create.topic); }
Status CatalogApply::make(const AlterTopic& alter, Applied&) { return change_.alter_topic(alter.topic, alter.before); }

Status CatalogApply::make(const DropTopic& drop, Applied&) {
  const auto* topic = change_.after().topic(drop.id);
  const auto partitions = topic ? partitions_of(*topic) : 0;
  TRY(change_.drop_topic(drop.id));
  TRY(forget_groups(drop.id));
  if (messages_) messages_->remove_extents(change_.batch(), drop.id, partitions);
  dropped_topics_.push_back(drop.id);
  return {};
}

Status CatalogApply::make(const AckOffset& ack, Applied&) {
  const auto* topic = change_.after().topic(ack.topic);
  if (!topic) return no_topic(ack.topic);
  if (ack.partition >= partitions_of(*topic)) {
    return Error{ErrorCode::not_found,
                 "Topic '" + ack.topic.value() + "' has no partition " + std::to_string(ack.partition)};
  }
  if (ack.offset > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Error{ErrorCode::invalid_input, "Invalid offset '" + std::to_string(ack.offset) + "'"};
  }
  const auto& offsets = catalog_.tables().topic_offsets;
  catalog::TopicOffset next{.topic_id = ack.topic,
                            .group_id = ack.group,
                            .partition_id = static_cast<int32_t>(ack.partition),
                            .last_acked_offset = static_cast<int64_t>(ack.offset),
                            .updated_at = catalog::timestamp(at_ms_)};
  const auto stored = TRY(offsets.get({ack.topic, ack.group, next.partition_id}));
  if (stored && stored->last_acked_offset >= next.last_acked_offset) return {};
  return catalog::put(offsets, change_.batch(), next);
}

Status CatalogApply::make(const TrimTopic& trim, Applied&) {
  const auto* topic = change_.after().topic(trim.topic);
  if (!topic) return no_topic(trim.topic);
  if (!messages_) return {};
  const uint32_t first = trim.before ? trim.partition : 0;
  const uint32_t end = trim.before ? trim.partition + 1 : partitions_of(*topic);
  for (uint32_t i = first; i < end && i < partitions_of(*topic); ++i) {
    const topics::PartitionId partition{trim.topic, i};
    auto extent = TRY(messages_->extent(partition));
    const auto before = std::min(trim.before.value_or(extent.next), extent.next);
    if (before <= extent.first) continue;
    extent.first = before;
    messages_->put(change_.batch(), partition, extent);
    trimmed_.emplace_back(partition, extent);
  }
  return trim.before ? Status() : forget_groups(trim.topic);
}

// What they acknowledged. Groups are few.
Status CatalogApply::forget_groups(const TopicId& topic) {
  const auto& offsets = catalog_.tables().topic_offsets;
  for (const auto& offset : TRY(catalog::read_all(offsets))) {
    if (offset.topic_id != topic) continue;
    TRY(offsets.add_remove(change_.batch(), {offset.topic_id, offset.group_id, offset.partition_id}));
  }
  return {};
}

// After it is durable. A crash on the way leaves what MessageLog::settle() removes.
void CatalogApply::clear_messages() const {
  if (!messages_) return;
  const auto tell = [](const TopicId& topic, const Result<uint64_t>& removed) {
    if (removed.ok()) return;
    log::warn("commands", "messages of a topic stay until the next start",
              {{"topic", topic.value()}, {"error", removed.error().message}});
  };
  for (const auto& topic : dropped_topics_) {
    messages_->forget(topic);
    tell(topic, messages_->remove_all(topic));
  }
  for (const auto& [partition, extent] : trimmed_) {
    messages_->published(partition, extent);
    tell(partition.topic, messages_->remove_before(partition, extent.first));
  }
}

}  // namespace kalam::commands::detail
