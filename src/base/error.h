// Error: what went wrong, as a value. The code is for programs, the message for people, the detail for logs.

#pragma once
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace kalam {

enum class ErrorCode : uint8_t {
  // Whose fault, in general.
  invalid_input,      // the caller's text or bytes make no sense
  invalid_operation,  // understood, but not allowed on this object or in this state
  not_found,
  already_exists,
  conflict,  // somebody else was faster
  permission_denied,
  unauthenticated,
  limit_exceeded,  // a configured limit of size, depth or number
  overloaded,      // try again later
  timeout,
  cancelled,
  not_supported,
  internal,  // our mistake
  // Tables.
  constraint_violation,      // rows break, or would break, a promise of their table
  invalid_schema_evolution,  // stored rows could not be read any more
  // Store.
  partition_not_found,
  io,  // the disk said no; `message` names the file
  disk_full,
  corruption,  // bytes on disk are not what was written
  in_use,      // another process holds the directory
  unique_violation,
  // Persisted bytes: see codec/envelope.h.
  invalid_identifier,
  legacy_format,
  corrupt_envelope,
  missing_payload,
  unknown_codec,
  schema_id_mismatch,
  unsupported_schema_version,
  corrupt_payload,
  unknown_scalar_tag,
  invalid_scalar,
  unsupported_command_version,
  unknown_command_kind,
};

// snake_case, stable: used in logs and metrics.
std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message = {};  // a sentence a user may read; never holds secrets or rows of others
  std::string detail = {};   // for the log: ids, file names, causes

  // The same error, told from further outside: `context` goes in front of the message.
  Error within(std::string_view context) && {
    message.insert(0, std::string(context));
    return std::move(*this);
  }
  bool operator==(const Error&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Error& error);

// Understood, and not allowed: `invalid_operation`.
inline Error refused(std::string message) { return {ErrorCode::invalid_operation, std::move(message), {}}; }

}  // namespace kalam
