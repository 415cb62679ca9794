#include "server/sql_endpoint.h"

#include <array>

#include "base/counters.h"
#include "base/log.h"
#include "server/bearer_error.h"
#include "server/file_placeholder.h"
#include "server/form_request.h"
#include "server/idempotency.h"
#include "server/multipart.h"
#include "server/sql_error.h"
#include "server/sql_reply.h"
#include "server/sql_request.h"
#include "sql/parse.h"
#include "types/ascii.h"
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

// A form, which may bring files, or JSON, which may not.
std::variant<FormRequest, SqlFailure> read_request(const HttpRequest& request, const FileUploads* uploads) {
  if (uploads && MultipartReader::is_multipart(request.content_type)) {
    return read_form_request(request.content_type, request.body, uploads->limits());
  }
  auto read = read_sql_request(request.content_type, request.body);
  if (!read.ok()) return input_failure(read.error().message);
  if (!find_file_placeholders(read->sql).empty()) {
    return input_failure("FILE placeholders require multipart/form-data");
  }
  return FormRequest{std::move(*read), {}};
}

// What the log knows more than the client.
HttpResponse failed(const Viewer& viewer, const query::Failure& failure, const std::string& request_id,
                    double took_ms) {
  const auto& error = failure.error;
  if (!error.detail.empty()) {
    log::error("server", "statement failed",
               {{"request_id", request_id}, {"error", error.message}, {"detail", error.detail}});
  }
  return error_response(shown_to(viewer.role, failure), took_ms);
}

// By the first word of the text, as long as it is one of the frequent ones: labels are few and say nothing of the data.
constexpr std::array<const char*, 6> kKinds = {"select", "insert", "update", "delete", "begin", "other"};

size_t kind_of(std::string_view sql) {
  const auto text = trimmed(sql);
  for (size_t i = 0; i + 1 < kKinds.size(); ++i) {
    const std::string_view kind = kKinds[i];
    if (equal_ignoring_case(text.substr(0, kind.size()), kind)) return i;
  }
  return kKinds.size() - 1;
}

// Looked up once: a statement that is counted takes no lock.
struct KindMeter {
  counters::Counter* done;
  counters::Counter* failed;
  counters::Histogram* took;
};

void count(std::string_view sql, bool failed, Micros took) {
  static const auto meters = [] {
    std::array<KindMeter, kKinds.size()> all{};
    for (size_t i = 0; i < all.size(); ++i) {
      const std::string kind = kKinds[i];
      all[i] = {&counters::counter("sql_statements_total", {{"kind", kind}, {"outcome", "done"}}),
                &counters::counter("sql_statements_total", {{"kind", kind}, {"outcome", "failed"}}),
                &counters::histogram("sql_ns", {{"kind", kind}})};
    }
    return all;
  }();
  const auto& meter = meters[kind_of(sql)];
  (failed ? meter.failed : meter.done)->add();
  meter.took->record(static_cast<uint64_t>(took.count()) * 1000);
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

  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const refused = std::get_if<auth::Refused>(&who)) return bearer_error(*refused, took_ms());
  const auto& viewer = std::get<auth::Identity>(who).viewer;
  if (options_.rate && !options_.rate->allow(viewer.user.value())) {
    return error_response({429, "RATE_LIMIT_EXCEEDED", "Too many queries per second. Please slow down.", {}},
                          took_ms());
  }
  const auto form = read_request(request, options_.uploads);
  if (const auto* const refused = std::get_if<SqlFailure>(&form)) return error_response(*refused, took_ms());
  const auto* const read = &std::get<FormRequest>(form).request;
  auto parameters = read_parameters(read->parameters);
  // A text that is refused anyway is told first; it runs nothing, with or without parameters.
  if (!parameters.ok() && !sql::read_script(read->sql).refusal) {
    return error_response({400, "INVALID_PARAMETER", parameters.error().message, {}}, took_ms());
  }

  auto write_key = write_key_of(request, *read);
  if (!write_key.ok()) return error_response(input_failure(write_key.error().message), took_ms());

  std::optional<Upload> upload;
  if (options_.uploads) {
    auto stored = options_.uploads->store(std::get<FormRequest>(form), viewer);
    if (const auto* const refused = std::get_if<SqlFailure>(&stored)) return error_response(*refused, took_ms());
    upload.emplace(std::get<Upload>(std::move(stored)));
  }

  query::Request asked;
  asked.limits_rows = true;
  asked.sql = upload ? std::string_view(upload->sql()) : std::string_view(read->sql);
  asked.write_key = std::move(*write_key);
  if (parameters.ok()) asked.parameters = std::move(*parameters);
  asked.session.actor = asked.session.viewer = viewer;
  asked.session.current_namespace = read->default_schema;
  asked.session.request_id = request.request_id.empty() ? print_uuid(ids_.uuid_v7()) : std::string(request.request_id);
  asked.session.client_address = request.client;
  const auto request_id = asked.session.request_id;
  const bool may_be_repeated = asked.write_key.has_value();
  const auto replies = runner_.run(std::move(asked));
  if (upload && !replies.failure) {
    // An answer that is given once more comes without a write: the rows name the files of the first time.
    if (may_be_repeated) options_.uploads->keep_named(std::move(*upload));
    else upload->keep();
  }
  auto response = replies.failure ? failed(viewer, *replies.failure, request_id, took_ms())
                                  : json_response(200, success_body(replies.replies, took_ms()));
  if (replies.repeated) response.headers.emplace_back("Idempotency-Replayed", "true");
  const auto took = clock_.monotonic() - started;
  count(read->sql, replies.failure.has_value(), took);
  if (options_.slow_log) {
    SlowRequest slow{.sql = read->sql, .user = viewer.user.value(), .request_id = request_id, .took = took};
    if (replies.failure) slow.error_code = name_of(replies.failure->error.code);
    slow.at_us = clock_.now_us();
    for (const auto& reply : replies.replies) slow.rows += reply.row_count;
    options_.slow_log->record(slow);
  }
  return response;
}

}  // namespace kalam::server
