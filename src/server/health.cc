#include "server/health.h"

#include "types/json_text.h"

namespace kalam::server {

HttpResponse answer_health(const HttpRequest& request, const BuildInfo& build) {
  std::string body;
  JsonText json(body);
  if (!request.from_loopback) {
    json.begin_object().key("error").string("Access denied. Health endpoint is localhost-only.").end_object();
    return json_response(403, std::move(body));
  }
  json.begin_object();
  json.key("api_version").string("v1");
  json.key("build_date").string(build.build_date);
  json.key("status").string("healthy");
  json.key("version").string(build.version);
  json.end_object();
  return json_response(200, std::move(body));
}

}  // namespace kalam::server
