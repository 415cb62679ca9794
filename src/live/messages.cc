#include "live/messages.h"

#include "types/json_text.h"

namespace kalam::live {

namespace {

void write_control(JsonText& json, const BatchControl& control) {
  json.key("batch_control").begin_object();
  json.key("batch_num").number(control.number);
  json.key("has_more").boolean(control.has_more);
  json.key("status").string(!control.has_more ? "ready" : control.number == 0 ? "loading" : "loading_batch");
  json.key("last_seq_id");
  if (control.last_seq) json.number(*control.last_seq);
  else json.null();
  if (control.cursor) {
    json.key("cursor");
    if (control.has_more || control.cursor->empty()) json.null();
    else json.string(*control.cursor);
  }
  json.end_object();
}

JsonText& begin(JsonText& json, std::string_view type, std::string_view subscription) {
  json.begin_object();
  json.key("type").string(type);
  return json.key("subscription_id").string(subscription);
}

}  // namespace

std::string ack_message(std::string_view subscription, const BatchControl& control, std::string_view schema_json,
                        const std::optional<AckExtras>& extras) {
  std::string text;
  JsonText json(text);
  begin(json, "subscription_ack", subscription);
  json.key("total_rows").number(0);
  write_control(json, control);
  json.key("schema").raw(schema_json);
  if (extras) {
    json.key("cursor").string(extras->cursor);
    if (extras->replay) json.key("replay").boolean(*extras->replay);
  }
  json.end_object();
  return text;
}

std::string batch_message(std::string_view subscription, std::string_view rows_json, const BatchControl& control) {
  std::string text;
  text.reserve(rows_json.size() + 256);
  JsonText json(text);
  begin(json, "initial_data_batch", subscription);
  json.key("rows").begin_array();
  if (!rows_json.empty()) json.raw(rows_json);
  json.end_array();
  write_control(json, control);
  json.end_object();
  return text;
}

std::string error_message(std::string_view subscription, std::string_view code, std::string_view message) {
  std::string text;
  JsonText json(text);
  begin(json, "error", subscription);
  json.key("code").string(code);
  json.key("message").string(message);
  json.end_object();
  return text;
}

std::string resync_message(std::string_view subscription, std::string_view reason) {
  std::string text;
  JsonText json(text);
  begin(json, "resync", subscription);
  json.key("reason").string(reason);
  json.end_object();
  return text;
}

std::string insert_body(std::string_view row_json) {
  return R"(,"change_type":"insert","rows":[)" + std::string(row_json) + "]";
}

std::string update_body(std::string_view row_json, std::string_view old_json) {
  return R"(,"change_type":"update","rows":[)" + std::string(row_json) + R"(],"old_values":[)" + std::string(old_json) +
         "]";
}

std::string delete_body(std::string_view old_json) {
  return R"(,"change_type":"delete","old_values":[)" + std::string(old_json) + "]";
}

std::string change_message(std::string_view subscription, std::string_view body, const ChangeExtras& extras) {
  std::string text;
  text.reserve(subscription.size() + body.size() + extras.key_json.size() + extras.cursor.size() + 80);
  JsonText json(text);
  begin(json, "change", subscription);
  text += body;
  if (!extras.key_json.empty()) json.key("key").raw(extras.key_json);
  if (!extras.cursor.empty()) json.key("cursor").string(extras.cursor);
  if (extras.more) {
    json.key("replay").boolean(true);
    json.key("more").boolean(*extras.more);
  }
  json.end_object();
  return text;
}

std::string frame_change(std::string_view subscription, std::string_view body, std::string_view key_json) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("subscription_id").string(subscription);
  text += body;
  if (!key_json.empty()) json.key("key").raw(key_json);
  json.end_object();
  return text;
}

}  // namespace kalam::live
