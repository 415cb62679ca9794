#include "server/sql_error.h"

#include "server/sql_reply.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

struct Shown {
  unsigned status;
  const char* code;
};

Shown shown(ErrorCode code) {
  switch (code) {
    case ErrorCode::permission_denied: return {403, "PERMISSION_DENIED"};
    case ErrorCode::unauthenticated: return {401, "UNAUTHORIZED"};
    case ErrorCode::not_supported: return {400, "INVALID_SQL"};
    case ErrorCode::overloaded: return {503, "OVERLOADED"};
    case ErrorCode::disk_full:
    case ErrorCode::io: return {503, "STORAGE_READ_ONLY"};
    default: return {400, "SQL_EXECUTION_ERROR"};
  }
}

// Texts that tell a user about his own statement and nothing about the data or the machine.
bool open_to_all(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_operation:
    case ErrorCode::already_exists:
    case ErrorCode::conflict:
    case ErrorCode::unique_violation:
    case ErrorCode::timeout:
    case ErrorCode::permission_denied:
    case ErrorCode::unauthenticated:
    case ErrorCode::overloaded: return true;
    default: return false;
  }
}

}  // namespace

SqlFailure parse_failure(const Error& error) {
  const char* code = "INVALID_SQL";
  if (error.code == ErrorCode::not_found) code = "EMPTY_SQL";
  if (error.code == ErrorCode::invalid_operation) code = "BATCH_PARSE_ERROR";
  return {400, code, error.message, {}};
}

SqlFailure statement_failure(const Error& error, size_t number, std::string_view statement) {
  const auto [status, code] = shown(error.code);
  return {status, code, "Statement " + std::to_string(number) + " failed: " + error.message, std::string(statement)};
}

SqlFailure input_failure(std::string_view what) { return {400, "INVALID_INPUT", std::string(what), {}}; }

SqlFailure redacted(SqlFailure failure, const Error& error, Role role) {
  if (is_admin(role)) return failure;
  failure.details.clear();
  if (open_to_all(error.code) && failure.code != "BATCH_PARSE_ERROR") return failure;
  // How long a text is says nothing that its sender does not know.
  if (error.code == ErrorCode::limit_exceeded && failure.code == "INVALID_SQL") return failure;
  if (failure.code == "BATCH_PARSE_ERROR") failure.message = "Failed to parse SQL batch";
  if (failure.code == "SQL_EXECUTION_ERROR") failure.message = "SQL statement failed";
  if (failure.code == "INVALID_SQL") failure.message = "SQL statement is invalid or not allowed";
  if (failure.code == "STORAGE_READ_ONLY") failure.message = "SQL request failed";
  return failure;
}

HttpResponse error_response(const SqlFailure& failure, double took_ms) {
  std::string body;
  JsonText json(body);
  json.begin_object();
  json.key("status").string("error");
  json.key("results").begin_array().end_array();
  append_took(json, took_ms);
  json.key("error").begin_object();
  json.key("code").string(failure.code);
  json.key("message").string(failure.message);
  if (!failure.details.empty()) json.key("details").string(failure.details);
  json.end_object().end_object();
  auto response = json_response(failure.status, std::move(body));
  if (failure.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace kalam::server
