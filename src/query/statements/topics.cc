#include <array>

#include "auth/access.h"
#include "duck/row_expressions.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/new_job.h"
#include "query/statements/statements.h"
#include "tables/table.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::query {

namespace {

constexpr int64_t kRetentionSeconds = 604'800;
constexpr int64_t kRetentionBytes = 1'073'741'824;

std::string told(std::string_view topic, std::string_view what) {
  return "Topic '" + std::string(topic) + "' " + std::string(what);
}

Result<catalog::Topic> existing_topic(const std::string& name, const Services& services) {
  const auto catalog = services.catalog.snapshot();
  const auto* topic = catalog->topic(TopicId(name));
  if (!topic) return not_found(told(name, "does not exist"));
  return *topic;
}

std::string_view name_of(sql::RowOperation operation) {
  switch (operation) {
    case sql::RowOperation::insert: return "insert";
    case sql::RowOperation::update: return "update";
    case sql::RowOperation::remove: return "delete";
  }
  return "";
}
std::string_view title_of(sql::RowOperation operation) {
  switch (operation) {
    case sql::RowOperation::insert: return "Insert";
    case sql::RowOperation::update: return "Update";
    case sql::RowOperation::remove: return "Delete";
  }
  return "";
}
std::string_view name_of(sql::TopicPayload payload) {
  switch (payload) {
    case sql::TopicPayload::key: return "key";
    case sql::TopicPayload::full: return "full";
    case sql::TopicPayload::diff: return "diff";
  }
  return "";
}

// The condition must make sense over the rows of the table: it is found here, not when the first row is written.
Status check_filter(const TableDefinitionPtr& table, const std::string& filter, const Services& services) {
  const auto opened = TRY(services.tables.open(table));
  const std::array texts = {filter};
  const std::array results = {DataType(TypeTag::boolean)};
  TRY(duck::RowExpressions::bind(services.engine, opened->columns(), texts, results));
  return {};
}

std::string route_json(const TableId& table, const sql::AddTopicSource& add) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("table_id").string(table.dotted());
  json.key("op").string(name_of(add.operation));
  json.key("payload_mode").string(name_of(add.payload));
  json.key("filter_expr");
  if (add.filter) json.string(*add.filter);
  else json.null();
  json.key("partition_key_expr").null();
  json.end_object();
  return text;
}

struct Route {
  std::string table;
  std::string operation;
};

Result<Route> read_route(std::string_view text) {
  Route route;
  JsonReader json(text);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (*key == "table_id") route.table = TRY(json.string());
    else if (*key == "op") route.operation = TRY(json.string());
    else TRY(json.raw());
  }
  TRY(json.end());
  return route;
}

// The routes of a topic with one more; `already_exists` when it is there.
Result<std::string> with_route(const catalog::Topic& topic, const TableId& table, const sql::AddTopicSource& add) {
  std::string text;
  JsonText out(text);
  out.begin_array();
  JsonReader in(topic.routes.text);
  TRY(in.begin_array());
  while (TRY(in.element())) {
    const auto each = TRY(in.raw());
    const auto route = TRY(read_route(each));
    if (route.table == table.dotted() && route.operation == name_of(add.operation)) {
      return Error{ErrorCode::already_exists, "Route for " + table.dotted() + " ON " +
                                                  std::string(title_of(add.operation)) + " already exists in topic '" +
                                                  topic.topic_id.value() + "'"};
    }
    out.raw(each);
  }
  TRY(in.end());
  out.raw(route_json(table, add));
  out.end_array();
  return text;
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
  const TopicId id(drop.topic);
  auto job = topic_cleanup(id, "drop_topic", services);
  const auto job_id = job.job_id.value();
  TRY(write({commands::DropTopic{id}, commands::PutJob{std::move(job)}},
            {{"DROP_TOPIC", drop.topic, "Cleanup Job: " + job_id}}, services, session));
  return QueryReply::done("Dropped topic '" + drop.topic + "' and scheduled cleanup job [" + job_id + "]");
}

Result<QueryReply> run(const sql::ClearTopic& clear, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::clear_topic));
  const auto topic = TRY(existing_topic(clear.topic, services));
  auto job = topic_cleanup(topic.topic_id, "clear_topic", services);
  const auto job_id = job.job_id.value();
  TRY(write({commands::PutJob{std::move(job)}}, {}, services, session));
  return QueryReply::done("Scheduled cleanup job [" + job_id + "] for topic '" + clear.topic + "'");
}

Result<QueryReply> run(const sql::AddTopicSource& add, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::alter_topic));
  const auto before = TRY(existing_topic(add.topic, services));
  auto topic = before;
  const auto id = TRY(table_id(add.table, session));
  const auto table = TRY(existing_table(id, services));
  if (table->type == TableType::system) return refused("A system table cannot be the source of a topic");
  if (add.filter) TRY(check_filter(table, *add.filter, services));
  topic.routes = {TRY(with_route(topic, id, add))};
  topic.updated_at = catalog::timestamp(services.clock.now_ms());
  const auto source = id.dotted() + " ON " + std::string(title_of(add.operation));
  TRY(write({commands::AlterTopic{std::move(topic), before}}, {}, services, session));
  return QueryReply::done("Added source " + source + " to topic '" + add.topic + "'");
}

Result<QueryReply> run(const sql::Consume& consume, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::consume_topic));
  TRY(existing_topic(consume.topic, services));
  return not_available("CONSUME");
}

Result<QueryReply> run(const sql::Ack& ack, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::acknowledge_topic));
  TRY(existing_topic(ack.topic, services));
  return not_available("ACK");
}

}  // namespace kalam::query
