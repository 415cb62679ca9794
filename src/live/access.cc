#include "live/access.h"

#include "auth/access.h"

namespace kalam::live {

std::optional<Refusal> refuse_table(const Viewer& viewer, const TableDefinition& table) {
  if (auth::check_read(viewer, table).ok()) return std::nullopt;
  const auto* shared = std::get_if<SharedTableOptions>(&table.options);
  if (!shared) return refuse_system_table(viewer, table.id);
  const auto level = shared->access_level.value_or(AccessLevel::private_);
  return Refusal{"UNAUTHORIZED", "Permission denied: Cannot subscribe to shared table '" + table.id.colon() +
                                     "': access level '" + std::string(name_of(level)) +
                                     "' requires elevated privileges."};
}

std::optional<Refusal> refuse_system_table(const Viewer& viewer, const TableId& table) {
  if (is_admin(viewer.role)) return std::nullopt;
  return Refusal{"UNAUTHORIZED", "Permission denied: Cannot subscribe to system table '" + table.colon() +
                                     "': insufficient privileges. Only DBA and system roles can subscribe to system "
                                     "tables."};
}

Refusal refusal_of_text(const Error& error) {
  const bool syntax = error.code == ErrorCode::invalid_input;
  return {"INVALID_SQL",
          std::string(syntax ? "Invalid SQL: Parse error: Failed to parse SQL: " : "Invalid SQL: Invalid SQL: ") +
              error.message};
}

Refusal refusal_of_binding(const Error& error, const std::optional<std::string>& where) {
  if (error.code == ErrorCode::not_supported) {
    return {"INVALID_SQL", "Invalid SQL: Subscription filter cannot be evaluated on changes: " + where.value_or("") +
                               (where ? "" : error.message)};
  }
  return refusal_of_reading(error, "SUBSCRIPTION_FAILED");
}

// What is wrong with rows and names is the client's to know; what is wrong with us is for the log.
Refusal refusal_of_reading(const Error& error, std::string_view code) {
  switch (error.code) {
    case ErrorCode::internal:
    case ErrorCode::io:
    case ErrorCode::corruption:
    case ErrorCode::disk_full: return {std::string(code), "Execution error: Internal error"};
    default: return {std::string(code), "Execution error: " + error.message};
  }
}

}  // namespace kalam::live
