// Errors of the SQL endpoint: status, code and text for clients (spec http-api §3.6).

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "server/http_message.h"
#include "types/role.h"

namespace kalam::server {

struct SqlFailure {
  unsigned status = 400;
  std::string code;  // "SQL_EXECUTION_ERROR"
  std::string message;
  std::string details;  // the statement that failed; for administrators only
};

// An error of sql::parse: no statement has run.
SqlFailure parse_failure(const Error& error);
// An error of statement number `number` (from 1).
SqlFailure statement_failure(const Error& error, size_t number, std::string_view statement);
// Of the body: 400 INVALID_INPUT.
SqlFailure input_failure(std::string_view what);

// What people without rights may not read is replaced by a sentence for each code.
SqlFailure redacted(SqlFailure failure, const Error& error, Role role);

HttpResponse error_response(const SqlFailure& failure, double took_ms);

}  // namespace kalam::server
