#include "duck/detail/engine_error.h"

#include <new>
#include <optional>

#include "types/ascii.h"

namespace kalam::duck {

namespace {

using duckdb::ExceptionType;

ErrorCode code_of(ExceptionType type) {
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
    case ExceptionType::UNKNOWN_TYPE:
    case ExceptionType::NOT_IMPLEMENTED: return ErrorCode::invalid_input;
    case ExceptionType::PERMISSION: return ErrorCode::permission_denied;
    case ExceptionType::OUT_OF_MEMORY:
    case ExceptionType::OBJECT_SIZE: return ErrorCode::limit_exceeded;
    case ExceptionType::INTERRUPT: return ErrorCode::cancelled;
    default: return ErrorCode::internal;
  }
}

// The words alone: behind them DuckDB quotes a line of the text, which is ours, not the client's.
std::string_view words_of(std::string_view message) {
  for (const std::string_view end : {"\n\nLINE ", "\nLINE ", "\n\nStack Trace"}) {
    message = message.substr(0, message.find(end));
  }
  return trimmed(message);
}

// The text between the first two quotes behind `from`.
std::string_view quoted_in(std::string_view message, size_t from = 0) {
  from = message.find('"', from);
  if (from == std::string_view::npos) return {};
  return message.substr(from + 1, message.find('"', from + 1) - from - 1);
}

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// Referenced column "c" not found …, Referenced table "t" not found …, Table "t" does not have a column named "c" …
Error unknown_column(std::string_view words) {
  std::string message = "Invalid operation: Schema error: No field named " + std::string(quoted_in(words));
  if (const auto column = words.find("a column named"); column != std::string_view::npos) {
    message += "." + std::string(quoted_in(words, column));
  }
  message += '.';
  constexpr std::string_view kCandidates = "Candidate bindings: ";
  if (const auto found = words.find(kCandidates); found != std::string_view::npos) {
    message += " Valid fields are ";
    for (const char c : words.substr(words.find('"', found))) {
      if (c != '"') message += c;
    }
    message += '.';
  }
  return Error{ErrorCode::invalid_operation, std::move(message)};
}

std::optional<Error> in_our_words(ExceptionType type, std::string_view words) {
  const auto execution = [](std::string_view what) {
    return Error{ErrorCode::invalid_input, "Execution error: " + std::string(what)};
  };
  switch (type) {
    case ExceptionType::PARSER:
    case ExceptionType::SYNTAX:
      if (words.find("SELECT INTO not supported") != std::string_view::npos) {
        return Error{ErrorCode::not_supported, "Unsupported statement type: SELECT INTO"};
      }
      return execution("sql parser error: " + std::string(words));
    case ExceptionType::BINDER:
      if (starts_with(words, "Referenced column \"") || starts_with(words, "Referenced table \"") ||
          (starts_with(words, "Table \"") && words.find("does not have a column named") != std::string_view::npos)) {
        return unknown_column(words);
      }
      if (starts_with(words, "Ambiguous reference to column name")) {
        return Error{ErrorCode::invalid_operation,
                     "Invalid operation: Schema error: Ambiguous reference to unqualified field " +
                         std::string(quoted_in(words))};
      }
      break;
    case ExceptionType::CATALOG:
      if (words.find("unction with name") != std::string_view::npos) {
        auto name = words.substr(words.find("unction with name") + 18);
        name = name.substr(0, name.find(' '));
        return execution("Invalid function '" + std::string(trimmed(name)) + "'.");
      }
      return execution("the statement names something that does not exist");
    case ExceptionType::DIVIDE_BY_ZERO: return execution("Arrow error: Divide by zero error");
    case ExceptionType::OUT_OF_RANGE:
      if (starts_with(words, "Overflow") || words.find("out of range") != std::string_view::npos) {
        return execution("Arrow error: Arithmetic overflow: " + std::string(words));
      }
      break;
    case ExceptionType::PARAMETER_NOT_RESOLVED:
      return execution("Parameter binding error: the type of a parameter is not known");
    case ExceptionType::OUT_OF_MEMORY:
      return Error{ErrorCode::limit_exceeded, "the query needs more memory than one query may use"};
    case ExceptionType::INTERRUPT: return Error{ErrorCode::cancelled, "the query was cancelled"};
    case ExceptionType::PERMISSION: return Error{ErrorCode::permission_denied, "Permission denied: not allowed"};
    default: break;
  }
  return std::nullopt;
}

}  // namespace

Error to_error(const duckdb::ErrorData& error) {
  const auto code = code_of(error.Type());
  // Internal errors carry a stack trace with the paths of this machine.
  if (code == ErrorCode::internal) return Error{code, "the query engine failed", error.RawMessage()};
  const auto words = words_of(error.RawMessage());
  if (auto ours = in_our_words(error.Type(), words)) return *std::move(ours);
  return Error{code, "Execution error: " + std::string(words)};
}

Error to_error(const std::exception& exception) {
  if (const auto* refusal = dynamic_cast<const Refusal*>(&exception)) return refusal->error();
  if (dynamic_cast<const std::bad_alloc*>(&exception)) return Error{ErrorCode::limit_exceeded, "out of memory"};
  return to_error(duckdb::ErrorData(exception));
}

}  // namespace kalam::duck
