#include "server/bearer_error.h"

#include "base/log.h"
#include "types/json_text.h"

namespace kalam::server {

HttpResponse bearer_error(const auth::Refused& refused, double took_ms) {
  const auto code = auth::code_of(refused.why);
  if (refused.why == auth::Refusal::unavailable) {
    log::error("server", "a user could not be read", {{"error", refused.reason}});
  } else {
    log::debug("server", "request refused", {{"code", code}, {"reason", refused.reason}});
  }
  std::string body;
  JsonText json(body);
  json.begin_object().key("error").begin_object().key("code").string(code);
  json.key("message").string(auth::message_of(refused.why)).end_object();
  json.key("results").begin_array().end_array().key("status").string("error").key("took").number(took_ms).end_object();
  return json_response(auth::http_status_of(refused.why), std::move(body));
}

}  // namespace kalam::server
