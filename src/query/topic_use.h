// What consumers do with topics, by SQL and over HTTP. Whether they may is for the caller to check.

#pragma once
#include <string>

#include "base/result.h"
#include "query/services.h"
#include "topics/consumers.h"

namespace kalam::query {

// `not_found`: "Topic 'app.orders' does not exist".
Result<catalog::Topic> existing_topic(const TopicId& topic, const Services& services);

// The next messages of a group, claimed for it. A partition that the topic does not have has none.
Result<topics::Consumed> consume(const topics::Consumption& wanted, const Services& services);

// Everything up to `upto` is done. Lower offsets than before change nothing. Waits until it is durable.
Status acknowledge(const topics::PartitionId& partition, const ConsumerGroupId& group, uint64_t upto,
                   const Services& services);

}  // namespace kalam::query
