#include "server/auth_reply.h"

#include "types/temporal.h"

namespace kalam::server {

HttpResponse refusal_response(const AuthRefusal& refusal) {
  std::string body;
  JsonText(body).begin_object().key("error").string(refusal.code).key("message").string(refusal.message).end_object();
  return json_response(refusal.status, std::move(body));
}

std::string print_rfc3339(Micros time) { return print_timestamp(time.count()) + "+00:00"; }

void write_user(JsonText& json, const catalog::User& user) {
  json.begin_object().key("id").string(user.user_id.value()).key("role").string(name_of(user.role)).key("email");
  if (user.email) json.string(*user.email);
  else json.null();
  json.key("created_at").string(print_rfc3339(user.created_at.time_since_epoch()));
  json.key("updated_at").string(print_rfc3339(user.updated_at.time_since_epoch())).end_object();
}

std::string me_body(const catalog::User& user) {
  std::string body;
  JsonText json(body);
  json.begin_object().key("user");
  write_user(json, user);
  json.key("admin_ui_access").boolean(is_admin(user.role)).end_object();
  return body;
}

std::string session_body(const catalog::User& user, const IssuedTokens& tokens) {
  std::string body;
  JsonText json(body);
  json.begin_object().key("user");
  write_user(json, user);
  json.key("admin_ui_access").boolean(is_admin(user.role));
  json.key("expires_at").string(print_rfc3339(tokens.access_expires));
  json.key("access_token").string(tokens.access).key("refresh_token").string(tokens.refresh);
  json.key("refresh_expires_at").string(print_rfc3339(tokens.refresh_expires)).end_object();
  return body;
}

}  // namespace kalam::server
