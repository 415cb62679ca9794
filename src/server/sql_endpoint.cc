#include "server/sql_endpoint.h"

#include "auth/session.h"
#include "base/log.h"
#include "server/sql_error.h"
#include "server/sql_reply.h"
#include "server/sql_request.h"
#include "types/json_value.h"

namespace kalam::server {

namespace {

// The parameters, or what is wrong with the first bad one.
Result<std::vector<Value>> read_parameters(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (size_t i = 0; i < texts.size(); ++i) {
    auto value = value_from_json_parameter(texts[i]);
    if (!value.ok()) return std::move(value).error().within("Parameter $" + std::to_string(i + 1) + " invalid: ");
    values.push_back(std::move(*value));
  }
  return values;
}

}  // namespace

HttpResponse SqlEndpoint::too_large(size_t bytes, size_t bytes_max) {
  auto response =
      error_response(input_failure("Invalid JSON payload: JSON payload (" + std::to_string(bytes) +
                                   " bytes) is larger than allowed (limit: " + std::to_string(bytes_max) + " bytes)."),
                     0);
  response.close = true;  // the rest of the body is still on its way
  return response;
}

HttpResponse SqlEndpoint::overloaded() {
  return error_response({503, "OVERLOADED", "The server is busy; try again", {}}, 0);
}

HttpResponse SqlEndpoint::answer(const HttpRequest& request) const {
  const auto started = clock_.monotonic();
  const auto took_ms = [&] { return static_cast<double>((clock_.monotonic() - started).count()) / 1000; };

  const auto viewer = auth::open_session({.from_loopback = request.from_loopback});
  if (!viewer.ok()) return error_response({401, "UNAUTHORIZED", viewer.error().message, {}}, took_ms());
  const auto read = read_sql_request(request.content_type, request.body);
  if (!read.ok()) return error_response(input_failure(read.error().message), took_ms());
  auto parameters = read_parameters(read->parameters);
  if (!parameters.ok()) return error_response({400, "INVALID_PARAMETER", parameters.error().message, {}}, took_ms());

  query::Request asked;
  asked.sql = read->sql;
  asked.parameters = std::move(*parameters);
  asked.session.actor = asked.session.viewer = *viewer;
  asked.session.current_namespace = read->default_schema;
  asked.session.request_id = request.request_id.empty() ? print_uuid(ids_.uuid_v7()) : std::string(request.request_id);
  const auto replies = runner_.run(std::move(asked));
  if (!replies.failure) return json_response(200, success_body(replies.replies, took_ms()));
  const auto& error = replies.failure->error;
  if (!error.detail.empty()) {
    log::error("server", "statement failed", {{"error", error.message}, {"detail", error.detail}});
  }
  return error_response(shown_to(viewer->role, *replies.failure), took_ms());
}

}  // namespace kalam::server
