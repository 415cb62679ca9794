#include "duck/detail/engine_error.h"

#include <new>

namespace kalam::duck {

namespace {

ErrorCode code_of(duckdb::ExceptionType type) {
  using duckdb::ExceptionType;
  switch (type) {
    case ExceptionType::PARSER:
    case ExceptionType::SYNTAX:
    case ExceptionType::BINDER:
    case ExceptionType::CATALOG:
    case ExceptionType::CONVERSION:
    case ExceptionType::OUT_OF_RANGE:
    case ExceptionType::DIVIDE_BY_ZERO:
    case ExceptionType::MISMATCH_TYPE:
    case ExceptionType::INVALID_TYPE:
    case ExceptionType::INVALID_INPUT:
    case ExceptionType::EXPRESSION:
    case ExceptionType::DECIMAL:
    case ExceptionType::PARAMETER_NOT_RESOLVED:
    case ExceptionType::PARAMETER_NOT_ALLOWED:
    case ExceptionType::UNKNOWN_TYPE: return ErrorCode::invalid_input;
    case ExceptionType::NOT_IMPLEMENTED: return ErrorCode::not_supported;
    case ExceptionType::PERMISSION: return ErrorCode::permission_denied;
    case ExceptionType::OUT_OF_MEMORY:
    case ExceptionType::OBJECT_SIZE: return ErrorCode::limit_exceeded;
    case ExceptionType::INTERRUPT: return ErrorCode::cancelled;
    default: return ErrorCode::internal;
  }
}

}  // namespace

Error to_error(const duckdb::ErrorData& error) {
  const auto code = code_of(error.Type());
  // Internal errors carry a stack trace with the paths of this machine.
  if (code == ErrorCode::internal) return Error{code, "the query engine failed", error.RawMessage()};
  return Error{code, error.RawMessage()};
}

Error to_error(const std::exception& exception) {
  if (dynamic_cast<const std::bad_alloc*>(&exception)) return Error{ErrorCode::limit_exceeded, "out of memory"};
  return to_error(duckdb::ErrorData(exception));
}

}  // namespace kalam::duck
