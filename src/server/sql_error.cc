#include "server/sql_error.h"

#include "server/slow_log.h"
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
    case ErrorCode::not_supported:
    case ErrorCode::invalid_input: return {400, "INVALID_SQL"};
    case ErrorCode::overloaded: return {503, "OVERLOADED"};
    case ErrorCode::disk_full:
    case ErrorCode::io: return {503, "STORAGE_READ_ONLY"};
    default: return {400, "SQL_EXECUTION_ERROR"};
  }
}

// What the engine made of a text that got as far as running.
bool is_of_execution(const Error& error) { return error.message.starts_with("Execution error: "); }

// The kind of an error, as texts begin with it (spec sql, the table at its top).
std::string_view kind_text(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid_input: return "Invalid SQL: ";
    case ErrorCode::invalid_operation: return "Invalid operation: ";
    case ErrorCode::already_exists:
    case ErrorCode::unique_violation: return "Already exists: ";
    case ErrorCode::not_found: return "Not found: ";
    case ErrorCode::constraint_violation: return "Constraint violation: ";
    case ErrorCode::conflict: return "Conflict: ";
    case ErrorCode::permission_denied: return error.message.starts_with("Access denied") ? "Permission denied: " : "";
    default: return "";
  }
}

// Texts that name their kind themselves.
bool names_its_kind(std::string_view message) {
  for (const auto kind : {"Table not found: ", "Namespace not found: ", "Unauthorized: ", "Permission denied: ",
                          "Invalid SQL: ", "Execution error: "}) {
    if (message.starts_with(kind)) return true;
  }
  return false;
}

std::string text_of(const Error& error) {
  if (names_its_kind(error.message)) return error.message;
  return std::string(kind_text(error)) + error.message;
}

constexpr std::string_view kNotOnShared = "EXECUTE AS USER is not allowed on SHARED tables ";

// The wrapping is refused, not the statement in it: no statement is told of.
bool is_of_impersonation(const Error& error) {
  return error.message.starts_with("Unauthorized: EXECUTE AS USER is not authorized: ") ||
         error.message.starts_with(kNotOnShared);
}

// Texts that tell a user about his own statement and nothing about the data or the machine.
bool open_to_all(const Error& error) {
  if (is_of_execution(error) || error.message.starts_with(kNotOnShared)) return false;
  switch (error.code) {
    case ErrorCode::not_found:
      return !error.message.starts_with("Table not found") && !error.message.starts_with("Table '");
    case ErrorCode::invalid_operation:
    case ErrorCode::already_exists:
    case ErrorCode::unique_violation:
    case ErrorCode::conflict:
    case ErrorCode::constraint_violation:
    case ErrorCode::invalid_schema_evolution:
    case ErrorCode::limit_exceeded:
    case ErrorCode::timeout:
    case ErrorCode::cancelled:
    case ErrorCode::not_supported:
    case ErrorCode::invalid_input:
    case ErrorCode::permission_denied:
    case ErrorCode::unauthenticated:
    case ErrorCode::overloaded: return true;
    default: return false;
  }
}

SqlFailure parse_failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::not_found: return {400, "EMPTY_SQL", error.message, {}};
    case ErrorCode::invalid_operation: return {400, "BATCH_PARSE_ERROR", error.message, {}};
    case ErrorCode::invalid_identifier: return {400, "INVALID_INPUT", error.message, {}};
    default: return {400, "INVALID_SQL", error.message, {}};
  }
}

// A key that came with another request says nothing about this one's statements.
bool is_reused_key(const Error& error) {
  return error.code == ErrorCode::conflict &&
         error.message.ends_with("Idempotency-Key was used with a different request");
}

// A password is not shown again, not even to whoever sent it.
std::string without_secrets(const std::string& sql) {
  auto redacted = loggable_sql(sql);
  return redacted.find("[REDACTED]") == std::string::npos ? sql : redacted;
}

SqlFailure whole_text(const query::Failure& failure) {
  const auto& error = failure.error;
  if (is_reused_key(error)) {
    return {422, "IDEMPOTENCY_KEY_REUSED", "Idempotency-Key was used with a different request", {}};
  }
  switch (failure.phase) {
    case query::Failure::Phase::parsing: return parse_failure(error);
    case query::Failure::Phase::rights: return {403, "PERMISSION_DENIED", error.message, {}};
    case query::Failure::Phase::parameters: return {400, "PARAMS_WITH_BATCH", error.message, {}};
    case query::Failure::Phase::ending: return {400, "SQL_EXECUTION_ERROR", error.message, {}};
    case query::Failure::Phase::running: break;
  }
  auto [status, code] = shown(error.code);
  if (is_of_execution(error) && status == 400) code = "SQL_EXECUTION_ERROR";
  if (is_of_impersonation(error)) return {status, code, error.message, {}};
  return {status, code, "Statement " + std::to_string(failure.statement) + " failed: " + text_of(error),
          without_secrets(failure.statement_text)};
}

// Of how a text is cut and classified only its length may be known; the sender has that already.
bool readable_by_all(const query::Failure& failure, const SqlFailure& told) {
  switch (failure.phase) {
    case query::Failure::Phase::parsing:
      return told.code == "EMPTY_SQL" || told.code == "INVALID_INPUT" ||
             failure.error.code == ErrorCode::limit_exceeded;
    case query::Failure::Phase::ending: return false;
    case query::Failure::Phase::rights:
    case query::Failure::Phase::parameters: return true;
    case query::Failure::Phase::running: return open_to_all(failure.error);
  }
  return false;
}

}  // namespace

SqlFailure input_failure(std::string_view what) { return {400, "INVALID_INPUT", std::string(what), {}}; }

SqlFailure shown_to(Role role, const query::Failure& failure) {
  auto told = whole_text(failure);
  if (is_admin(role)) return told;
  told.details.clear();
  if (readable_by_all(failure, told)) return told;
  if (told.code == "BATCH_PARSE_ERROR") told.message = "Failed to parse SQL batch";
  if (told.code == "SQL_EXECUTION_ERROR") told.message = "SQL statement failed";
  if (told.code == "INVALID_SQL") told.message = "SQL statement is invalid or not allowed";
  if (told.code == "STORAGE_READ_ONLY") told.message = "SQL request failed";
  return told;
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

HttpResponse plain_error(unsigned status, std::string_view text, std::string_view code) {
  std::string body;
  JsonText(body).begin_object().key("error").string(text).key("code").string(code).end_object();
  return json_response(status, std::move(body));
}

}  // namespace kalam::server
