#include "catalog/models/topic.h"

namespace kalam::catalog {

template <>
const Model<Topic>& model<Topic>() {
  static const Model<Topic> topics{
      .schema = codec::SystemModel::topic,
      .table = "topics",
      .comment = "Durable topics for pub/sub messaging",
      .fields = {
          field<&Topic::topic_id>(1, "topic_id").key().comment("Identity"),
          field<&Topic::name>(2, "name").comment("Name"),
          field<&Topic::alias>(3, "alias").comment("Another name"),
          field<&Topic::partitions>(4, "partitions").comment("Number of partitions"),
          field<&Topic::retention_seconds>(5, "retention_seconds").comment("How long messages are kept"),
          field<&Topic::retention_max_bytes>(6, "retention_max_bytes").comment("How much is kept"),
          field<&Topic::routes>(7, "routes").comment("Tables whose changes become messages"),
          field<&Topic::created_at>(8, "created_at").comment("When the topic was created"),
          field<&Topic::updated_at>(9, "updated_at").comment("When the topic was last changed"),
      }};
  return topics;
}

template <>
const Model<TopicOffset>& model<TopicOffset>() {
  static const Model<TopicOffset> topic_offsets{
      .schema = codec::SystemModel::topic_offset,
      .table = "topic_offsets",
      .comment = "Consumer group offset tracking for topics",
      .fields = {
          field<&TopicOffset::topic_id>(1, "topic_id").key().comment("Topic"),
          field<&TopicOffset::group_id>(2, "group_id").key().comment("Consumer group"),
          field<&TopicOffset::partition_id>(3, "partition_id").key().comment("Partition of the topic"),
          field<&TopicOffset::last_acked_offset>(4, "last_acked_offset").comment("Highest offset acknowledged"),
          field<&TopicOffset::updated_at>(5, "updated_at").comment("When it was acknowledged"),
      }};
  return topic_offsets;
}

}  // namespace kalam::catalog
