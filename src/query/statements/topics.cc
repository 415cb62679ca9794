#include <array>

#include "auth/access.h"
#include "duck/row_expressions.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/new_job.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"
#include "query/topic_use.h"
#include "tables/table.h"
#include "topics/message.h"
#include "topics/routes.h"

namespace kalam::query {

namespace {

constexpr int64_t kRetentionSeconds = 604'800;
constexpr int64_t kRetentionBytes = 1'073'741'824;
constexpr uint64_t kBytesOfMessage = 512;  // as clean-up jobs reckon

std::string told(std::string_view topic, std::string_view what) {
  return "Topic '" + std::string(topic) + "' " + std::string(what);
}

ChangeKind kind_of(sql::RowOperation operation) {
  switch (operation) {
    case sql::RowOperation::insert: return ChangeKind::insert;
    case sql::RowOperation::update: return ChangeKind::update;
    case sql::RowOperation::remove: return ChangeKind::remove;
  }
  return ChangeKind::insert;
}
topics::Payload payload_of(sql::TopicPayload payload) {
  switch (payload) {
    case sql::TopicPayload::key: return topics::Payload::key;
    case sql::TopicPayload::full: return topics::Payload::full;
    case sql::TopicPayload::diff: return topics::Payload::diff;
  }
  return topics::Payload::full;
}

// The condition must make sense over the rows of the table: it is found here, not when the first row is written.
Status check_filter(const TableDefinitionPtr& table, const std::string& filter, const Services& services) {
  const auto opened = TRY(services.tables.open(table));
  const std::array texts = {filter};
  const std::array results = {DataType(TypeTag::boolean)};
  TRY(duck::RowExpressions::bind(services.engine, opened->columns(), texts, results));
  return {};
}

topics::Start start_of(const sql::Consume& consume) {
  if (const auto* offset = std::get_if<sql::Consume::Offset>(&consume.start)) return offset->offset;
  if (std::holds_alternative<sql::Consume::Earliest>(consume.start)) return topics::Earliest{};
  return topics::Latest{};
}

duck::ResultColumn column(std::string name, TypeTag type, bool not_null = false, bool key = false) {
  return {.name = std::move(name), .type = type, .primary_key = key, .not_null = not_null};
}

Result<QueryReply> messages_reply(const std::vector<topics::Message>& messages) {
  RowsReply reply({column("topic_id", TypeTag::text, true, true), column("partition_id", TypeTag::integer, true, true),
                   column("offset", TypeTag::bigint, true, true), column("key", TypeTag::text),
                   column("payload", TypeTag::bytes, true), column("timestamp_ms", TypeTag::bigint, true),
                   column("user_id", TypeTag::text), column("op", TypeTag::text, true)});
  for (const auto& message : messages) {
    const std::array cells = {Value::text(message.topic.value()),
                              Value::int32(static_cast<int32_t>(message.partition)),
                              Value::int64(static_cast<int64_t>(message.offset)),
                              message.key ? Value::text(*message.key) : Value(),
                              Value::binary(message.payload),
                              Value::int64(message.timestamp_ms),
                              message.user ? Value::text(message.user->value()) : Value(),
                              Value::text(std::string(topics::name_of(message.kind)))};
    TRY(reply.add(cells));
  }
  return reply.take();
}

// Clean-up is part of the command: the job is a record of it, over from the start.
Result<catalog::Job> finished_cleanup(const catalog::Topic& topic, std::string_view reason, const Services& services) {
  uint64_t messages = 0, groups = 0;
  for (int32_t i = 0; services.messages && i < topic.partitions; ++i) {
    const auto extent = TRY(services.messages->extent({topic.topic_id, static_cast<uint32_t>(i)}));
    messages += extent.next - extent.first;
  }
  for (const auto& offset : TRY(catalog::read_all(services.catalog.tables().topic_offsets))) {
    groups += offset.topic_id == topic.topic_id;
  }
  auto job = topic_cleanup(topic.topic_id, reason, services);
  job.status = catalog::JobStatus::completed;
  job.started_at = job.finished_at = job.created_at;
  job.message = "Cleaned up topic '" + topic.name + "' - " + std::to_string(groups) +
                " consumer group offsets deleted, " + std::to_string(messages) + " messages deleted, " +
                std::to_string(kBytesOfMessage * messages) + " bytes freed";
  return job;
}

}  // namespace

Result<QueryReply> run(const sql::CreateTopic& create, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::create_topic));
  const auto now = catalog::timestamp(services.clock.now_ms());
  catalog::Topic topic{.topic_id = TopicId(create.topic),
                       .name = create.topic,
                       .alias = std::nullopt,
                       .partitions = static_cast<int32_t>(create.partitions),
                       .retention_seconds = kRetentionSeconds,
                       .retention_max_bytes = kRetentionBytes,
                       .routes = {"[]"},
                       .created_at = now,
                       .updated_at = now};
  const auto partitions = std::to_string(create.partitions);
  auto written = write({commands::CreateTopic{std::move(topic)}},
                       {{"CREATE_TOPIC", create.topic, "Partitions: " + partitions}}, services, session);
  if (!written.ok()) {
    const bool fine = create.if_not_exists && written.error().code == ErrorCode::already_exists;
    if (!fine) return std::move(written).error();
    return QueryReply::done(told(create.topic, "already exists"));
  }
  return QueryReply::done("Created topic '" + create.topic + "' with " + partitions + " partition(s)");
}

Result<QueryReply> run(const sql::DropTopic& drop, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::drop_topic));
  const auto topic = TRY(existing_topic(TopicId(drop.topic), services));
  const auto& id = topic.topic_id;
  auto job = TRY(finished_cleanup(topic, "drop_topic", services));
  const auto job_id = job.job_id.value();
  TRY(write({commands::DropTopic{id}, commands::PutJob{std::move(job)}},
            {{"DROP_TOPIC", drop.topic, "Cleanup Job: " + job_id}}, services, session));
  if (services.consumers) services.consumers->forget(id);
  return QueryReply::done("Dropped topic '" + drop.topic + "' and scheduled cleanup job [" + job_id + "]");
}

Result<QueryReply> run(const sql::ClearTopic& clear, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::clear_topic));
  const auto topic = TRY(existing_topic(TopicId(clear.topic), services));
  auto job = TRY(finished_cleanup(topic, "clear_topic", services));
  const auto job_id = job.job_id.value();
  TRY(write({commands::TrimTopic{.topic = topic.topic_id}, commands::PutJob{std::move(job)}}, {}, services, session));
  if (services.consumers) services.consumers->forget(topic.topic_id);
  return QueryReply::done("Scheduled cleanup job [" + job_id + "] for topic '" + clear.topic + "'");
}

Result<QueryReply> run(const sql::AddTopicSource& add, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::alter_topic));
  const auto before = TRY(existing_topic(TopicId(add.topic), services));
  auto topic = before;
  const auto id = TRY(table_id(add.table, session));
  const auto table = TRY(existing_table(id, services));
  if (table->type == TableType::system) return refused("A system table cannot be the source of a topic");
  if (add.filter) TRY(check_filter(table, *add.filter, services));
  auto routes = topics::with_route(
      topic.routes.text,
      {.table = id, .on = kind_of(add.operation), .payload = payload_of(add.payload), .filter = add.filter});
  if (!routes.ok()) {
    auto error = std::move(routes).error();
    if (error.code == ErrorCode::already_exists) error.message += " in topic '" + add.topic + "'";
    return error;
  }
  topic.routes = {*std::move(routes)};
  topic.updated_at = catalog::timestamp(services.clock.now_ms());
  const auto source = id.dotted() + " ON " + std::string(topics::title_of(kind_of(add.operation)));
  TRY(write({commands::AlterTopic{std::move(topic), before}}, {}, services, session));
  return QueryReply::done("Added source " + source + " to topic '" + add.topic + "'");
}

// With a group, what is returned counts as done at once: a statement has no second step.
Result<QueryReply> run(const sql::Consume& consume, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::consume_topic));
  const topics::PartitionId partition{TopicId(consume.topic), 0};
  TRY(existing_topic(partition.topic, services));
  if (!consume.group) {
    if (!services.consumers) return messages_reply({});
    return messages_reply(TRY(services.consumers->read(partition, start_of(consume), consume.limit)).messages);
  }
  const ConsumerGroupId group(*consume.group);
  const auto consumed = TRY(query::consume(
      {.partition = partition, .group = group, .start = start_of(consume), .count_max = consume.limit}, services));
  if (!consumed.messages.empty()) TRY(acknowledge(partition, group, consumed.messages.back().offset, services));
  return messages_reply(consumed.messages);
}

Result<QueryReply> run(const sql::Ack& ack, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::acknowledge_topic));
  const topics::PartitionId partition{TopicId(ack.topic), ack.partition};
  const ConsumerGroupId group(ack.group);
  TRY(acknowledge(partition, group, ack.offset, services));
  const auto stored = TRY(
      services.catalog.tables().topic_offsets.get({partition.topic, group, static_cast<int32_t>(partition.partition)}));
  RowsReply reply({column("topic", TypeTag::text), column("group_id", TypeTag::text),
                   column("partition", TypeTag::integer), column("committed_offset", TypeTag::bigint)});
  const std::array cells = {Value::text(ack.topic), Value::text(ack.group),
                            Value::int32(static_cast<int32_t>(ack.partition)),
                            Value::int64(stored ? stored->last_acked_offset : static_cast<int64_t>(ack.offset))};
  TRY(reply.add(cells));
  return reply.take();
}

}  // namespace kalam::query
