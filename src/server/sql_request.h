// The body of POST /v1/api/sql, read strictly; members we do not know are skipped.

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/json_reader.h"

namespace kalam::server {

struct SqlRequest {
  std::string sql;
  std::vector<std::string> parameters;  // each a JSON value as it was written
  std::string default_schema = "default";
};

// The array of `params`, each value as it was written. A number that no double can hold is refused.
Result<std::vector<std::string>> read_parameter_texts(JsonReader& json);

// `invalid_input`, with a message that begins "Invalid JSON payload: ".
Result<SqlRequest> read_sql_request(std::string_view content_type, std::string_view body);

}  // namespace kalam::server
