// Topic: a durable stream of messages, and how far each consumer group has come.

#pragma once
#include "catalog/models/model.h"

namespace kalam::catalog {

struct Topic {
  TopicId topic_id;
  std::string name;
  std::optional<std::string> alias;
  int32_t partitions = 1;
  std::optional<int64_t> retention_seconds;
  std::optional<int64_t> retention_max_bytes;
  Json routes;  // which changes of which tables become messages
  Timestamp created_at;
  Timestamp updated_at;

  bool operator==(const Topic&) const = default;
};

template <>
const Model<Topic>& model<Topic>();

struct TopicOffset {
  TopicId topic_id;
  ConsumerGroupId group_id;
  int32_t partition_id = 0;
  int64_t last_acked_offset = 0;  // never decreases
  Timestamp updated_at;

  bool operator==(const TopicOffset&) const = default;
};

template <>
const Model<TopicOffset>& model<TopicOffset>();

}  // namespace kalam::catalog
