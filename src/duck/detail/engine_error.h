// What DuckDB throws becomes an Error here, in the words of our dialect. Its stack traces and paths, and the text that
// we made of the client's, go to the log at most, never to a client.

#pragma once
#include <duckdb.hpp>
#include <exception>

#include "base/result.h"

namespace kalam::duck {

// Thrown by our own walks inside a call into DuckDB's tree; it carries the finished Error.
class Refusal final : public std::exception {
 public:
  explicit Refusal(Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message.c_str(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
};

Error to_error(const duckdb::ErrorData& error);
Error to_error(const std::exception& exception);

// Runs `work`, which speaks to DuckDB, and turns what it throws into an Error.
template <typename Work>
auto guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return to_error(exception);
  } catch (...) {
    return Error{ErrorCode::internal, "the query engine failed"};
  }
}

}  // namespace kalam::duck
