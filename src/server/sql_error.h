// Errors of the SQL endpoint: status, code and text for clients (spec http-api §3.6).

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "query/runner.h"
#include "server/http_message.h"
#include "types/role.h"

namespace kalam::server {

struct SqlFailure {
  unsigned status = 400;
  std::string code;  // "SQL_EXECUTION_ERROR"
  std::string message;
  std::string details;  // the statement that failed; for administrators only
};

// What a role may read of a failed request: people without rights get a sentence for each code instead of what tells
// about the data or the machine.
SqlFailure shown_to(Role role, const query::Failure& failure);
// Of the body: 400 INVALID_INPUT.
SqlFailure input_failure(std::string_view what);

HttpResponse error_response(const SqlFailure& failure, double took_ms);

// {"error":"…","code":"…"}: how routes that are not about SQL say it.
HttpResponse plain_error(unsigned status, std::string_view text, std::string_view code);

}  // namespace kalam::server
