#include "base/error.h"

namespace kalam {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input: return "invalid_input";
    case ErrorCode::invalid_operation: return "invalid_operation";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::already_exists: return "already_exists";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::permission_denied: return "permission_denied";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::limit_exceeded: return "limit_exceeded";
    case ErrorCode::overloaded: return "overloaded";
    case ErrorCode::timeout: return "timeout";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::not_supported: return "not_supported";
    case ErrorCode::internal: return "internal";
    case ErrorCode::constraint_violation: return "constraint_violation";
    case ErrorCode::invalid_schema_evolution: return "invalid_schema_evolution";
    case ErrorCode::partition_not_found: return "partition_not_found";
    case ErrorCode::io: return "io";
    case ErrorCode::disk_full: return "disk_full";
    case ErrorCode::corruption: return "corruption";
    case ErrorCode::in_use: return "in_use";
    case ErrorCode::unique_violation: return "unique_violation";
    case ErrorCode::invalid_identifier: return "invalid_identifier";
    case ErrorCode::legacy_format: return "legacy_format";
    case ErrorCode::corrupt_envelope: return "corrupt_envelope";
    case ErrorCode::missing_payload: return "missing_payload";
    case ErrorCode::unknown_codec: return "unknown_codec";
    case ErrorCode::schema_id_mismatch: return "schema_id_mismatch";
    case ErrorCode::unsupported_schema_version: return "unsupported_schema_version";
    case ErrorCode::corrupt_payload: return "corrupt_payload";
    case ErrorCode::unknown_scalar_tag: return "unknown_scalar_tag";
    case ErrorCode::invalid_scalar: return "invalid_scalar";
    case ErrorCode::unsupported_command_version: return "unsupported_command_version";
    case ErrorCode::unknown_command_kind: return "unknown_command_kind";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
  out << name_of(error.code) << ": " << error.message;
  if (!error.detail.empty()) out << " (" << error.detail << ")";
  return out;
}

}  // namespace kalam
