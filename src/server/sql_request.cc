#include "server/sql_request.h"

#include "server/json_body.h"
#include "types/ascii.h"
#include "types/json_reader.h"

namespace kalam::server {

namespace {

Status read_parameters(JsonReader& json, std::vector<std::string>& parameters) {
  TRY(json.begin_array());
  while (TRY(json.element())) parameters.emplace_back(TRY(json.raw()));
  return {};
}

Result<SqlRequest> read_members(std::string_view body) {
  SqlRequest request;
  bool has_sql = false;
  JsonReader json(body);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    const bool null = TRY(json.peek()) == JsonReader::Kind::null;
    if (*key == "sql") {
      request.sql = TRY(json.string());
      has_sql = true;
    } else if (*key == "params" && !null) {
      request.parameters.clear();
      TRY(read_parameters(json, request.parameters));
    } else if (*key == "namespace_id" && !null) {
      request.default_schema = ascii_lower(TRY(json.string()));
    } else {
      TRY(json.raw());
    }
  }
  TRY(json.end());
  if (!has_sql) return Error{ErrorCode::invalid_input, "missing field `sql`"};
  return request;
}

}  // namespace

Result<SqlRequest> read_sql_request(std::string_view content_type, std::string_view body) {
  if (!is_json(content_type)) return Error{ErrorCode::invalid_input, "Invalid JSON payload: Content type error"};
  auto request = read_members(body);
  if (!request.ok()) return std::move(request).error().within("Invalid JSON payload: ");
  return request;
}

}  // namespace kalam::server
