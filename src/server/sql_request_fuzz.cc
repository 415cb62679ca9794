// Any body: reading it as an SQL request ends, in a request or in an error of its sender.

#include <cstdlib>

#include "server/sql_request.h"

using kalam::ErrorCode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto request = kalam::server::read_sql_request("application/json", body);
  if (request.ok()) return 0;
  const auto code = request.error().code;
  const bool of_the_sender = code == ErrorCode::invalid_input || code == ErrorCode::invalid_identifier;
  if (!of_the_sender) std::abort();
  return 0;
}
