// What DuckDB throws becomes an Error here; its stack traces and paths go to the log, never to a client.

#pragma once
#include <duckdb.hpp>
#include <exception>

#include "base/result.h"

namespace kalam::duck {

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
