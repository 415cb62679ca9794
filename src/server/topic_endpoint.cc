#include "server/topic_endpoint.h"

#include <algorithm>

#include "auth/access.h"
#include "auth/base64url.h"
#include "base/log.h"
#include "query/topic_use.h"
#include "server/bearer_error.h"
#include "server/sql_error.h"
#include "server/topic_request.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

HttpResponse failure(const Error& error, std::string_view what) {
  if (error.code == ErrorCode::not_found) return plain_error(404, error.message, "NOT_FOUND");
  log::error("server", "a topic request failed", {{"error", error.message}, {"detail", error.detail}});
  return plain_error(500, "Failed to " + std::string(what), "INTERNAL_ERROR");
}

std::string to_base64(std::string_view bytes) {
  auto text = auth::to_base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string consumed_json(const topics::Consumed& consumed, uint64_t limit) {
  std::string body;
  JsonText json(body);
  json.begin_object().key("messages").begin_array();
  for (const auto& message : consumed.messages) {
    json.begin_object();
    json.key("topic_id").string(message.topic.value());
    json.key("partition_id").number(message.partition);
    json.key("offset").number(message.offset);
    json.key("payload").string(to_base64(message.payload));
    json.key("key");
    if (message.key) json.string(*message.key);
    else json.null();
    json.key("timestamp_ms").number(message.timestamp_ms);
    if (message.user) json.key("user").string(message.user->value());
    json.key("op").string(topics::title_of(message.kind));
    json.end_object();
  }
  json.end_array();
  json.key("next_offset").number(consumed.next_offset);
  json.key("has_more").boolean(consumed.messages.size() == limit);
  json.end_object();
  return body;
}

}  // namespace

HttpResponse TopicEndpoint::consume(const HttpRequest& request) const {
  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const refused = std::get_if<auth::Refused>(&who)) return bearer_error(*refused, 0);
  const auto wanted = read_consume_request(request.content_type, request.body);
  if (!wanted.ok()) return plain_error(400, "Json deserialize error: " + wanted.error().message, "INVALID_INPUT");
  if (!auth::check(std::get<auth::Identity>(who).viewer.role, auth::Right::consume_topic).ok()) {
    return plain_error(403, "Topic consumption requires service, dba, or system role", "FORBIDDEN");
  }
  const topics::Consumption consumption{.partition = {TopicId(wanted->topic), wanted->partition},
                                        .group = ConsumerGroupId(wanted->group),
                                        .start = wanted->start,
                                        .count_max = wanted->limit};
  const auto consumed = query::consume(consumption, services_);
  if (!consumed.ok()) return failure(consumed.error(), "fetch messages");
  auto response = json_response(200, consumed_json(*consumed, wanted->limit));
  if (!consumed->messages.empty() || wanted->limit == 0) return response;
  const auto now = std::chrono::steady_clock::now();
  const auto until = request.held_until.value_or(now + wanted->wait);
  if (until <= now) return response;
  auto again = until;
  if (consumed->overdue_at) again = std::min(again, now + (*consumed->overdue_at - services_.clock.monotonic()));
  response.hold =
      HttpHold{.until = until,
               .again = again,
               .when_ready = [messages = services_.messages, partition = consumption.partition,
                              offset = consumed->waits_for](std::function<void()> wake) -> std::shared_ptr<void> {
                 return messages->when_beyond(partition, offset, std::move(wake));
               }};
  return response;
}

HttpResponse TopicEndpoint::acknowledge(const HttpRequest& request) const {
  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const refused = std::get_if<auth::Refused>(&who)) return bearer_error(*refused, 0);
  const auto& viewer = std::get<auth::Identity>(who).viewer;
  const auto wanted = read_ack_request(request.content_type, request.body);
  if (!wanted.ok()) return plain_error(400, "Json deserialize error: " + wanted.error().message, "INVALID_INPUT");
  if (!auth::check(viewer.role, auth::Right::acknowledge_topic).ok()) {
    return plain_error(403, "Topic acknowledgment requires service, dba, or system role", "FORBIDDEN");
  }
  const auto done = query::acknowledge({TopicId(wanted->topic), wanted->partition}, ConsumerGroupId(wanted->group),
                                       wanted->upto, services_);
  if (!done.ok()) return failure(done.error(), "acknowledge offset");
  std::string body;
  JsonText json(body);
  json.begin_object().key("success").boolean(true).key("acknowledged_offset").number(wanted->upto).end_object();
  return json_response(200, std::move(body));
}

}  // namespace kalam::server
