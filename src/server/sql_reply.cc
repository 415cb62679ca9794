#include "server/sql_reply.h"

#include <cmath>

#include "types/column_json.h"

namespace kalam::server {

namespace {

void append_reply(JsonText& json, const query::QueryReply& reply) {
  const bool has_rows = reply.shape == query::QueryReply::Shape::rows;
  json.begin_object();
  if (has_rows) {
    json.key("schema").begin_array();
    for (size_t i = 0; i < reply.columns.size(); ++i) {
      const auto& column = reply.columns[i];
      write_column(json, i, column.name, column.type, column.primary_key, column.not_null);
    }
    json.end_array();
    json.key("rows").begin_array();
    if (!reply.rows_json.empty()) json.raw(reply.rows_json);
    json.end_array();
  }
  json.key("row_count").number(reply.row_count);
  if (!has_rows) json.key("message").string(reply.message);
  json.key("as_user").string(reply.as_user);
  if (reply.truncated) json.key("truncated").boolean(true);
  json.end_object();
}

}  // namespace

void append_took(JsonText& json, double took_ms) { json.key("took").number(std::round(took_ms * 1000) / 1000); }

std::string success_body(const std::vector<query::QueryReply>& replies, double took_ms) {
  std::string body;
  size_t bytes = 256;
  for (const auto& reply : replies) bytes += reply.rows_json.size() + 128 * reply.columns.size();
  body.reserve(bytes);
  JsonText json(body);
  json.begin_object();
  json.key("status").string("success");
  json.key("results").begin_array();
  for (const auto& reply : replies) append_reply(json, reply);
  json.end_array();
  append_took(json, took_ms);
  // Only an answer of one result with rows says that there was no error.
  if (replies.size() == 1 && replies.front().shape == query::QueryReply::Shape::rows) json.key("error").null();
  json.end_object();
  return body;
}

}  // namespace kalam::server
