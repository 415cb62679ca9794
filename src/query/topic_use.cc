#include "query/topic_use.h"

#include <limits>

namespace kalam::query {

namespace {

Error not_available() { return Error{ErrorCode::not_supported, "there are no topics in this database"}; }

bool has_partition(const catalog::Topic& topic, uint32_t partition) {
  return topic.partitions > 0 && partition < static_cast<uint32_t>(topic.partitions);
}

}  // namespace

Result<catalog::Topic> existing_topic(const TopicId& topic, const Services& services) {
  const auto catalog = services.catalog.snapshot();
  const auto* found = catalog->topic(topic);
  if (!found) return Error{ErrorCode::not_found, "Topic '" + topic.value() + "' does not exist"};
  return *found;
}

Result<topics::Consumed> consume(const topics::Consumption& wanted, const Services& services) {
  const auto topic = TRY(existing_topic(wanted.partition.topic, services));
  if (!services.consumers) return not_available();
  if (has_partition(topic, wanted.partition.partition)) return services.consumers->consume(wanted);
  topics::Consumed none;
  none.waits_for = std::numeric_limits<uint64_t>::max();
  if (const auto* offset = std::get_if<uint64_t>(&wanted.start)) none.next_offset = *offset;
  return none;
}

Status acknowledge(const topics::PartitionId& partition, const ConsumerGroupId& group, uint64_t upto,
                   const Services& services) {
  const auto topic = TRY(existing_topic(partition.topic, services));
  if (!has_partition(topic, partition.partition)) {
    return Error{ErrorCode::not_found,
                 "Topic '" + partition.topic.value() + "' has no partition " + std::to_string(partition.partition)};
  }
  commands::CatalogWrite write{.changes = {commands::AckOffset{partition.topic, group, partition.partition, upto}},
                               .at_ms = services.clock.now_ms()};
  TRY(services.writer.write(std::move(write)));
  return {};
}

}  // namespace kalam::query
