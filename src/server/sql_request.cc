#include "server/sql_request.h"

#include <cmath>
#include <cstdlib>
#include <set>

#include "catalog/names.h"
#include "server/json_body.h"
#include "types/ascii.h"
#include "types/json_reader.h"

namespace kalam::server {

namespace {

Result<SqlRequest> read_members(std::string_view body) {
  SqlRequest request;
  std::set<std::string, std::less<>> seen;
  JsonReader json(body);
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    // Of two values for one of ours nobody can say which is meant.
    const bool known = *key == "sql" || *key == "params" || *key == "namespace_id";
    if (known && !seen.insert(*key).second) return json.error("duplicate field `" + *key + "`");
    const bool null = TRY(json.peek()) == JsonReader::Kind::null;
    if (*key == "sql") request.sql = TRY(json.string());
    else if (*key == "params" && !null) request.parameters = TRY(read_parameter_texts(json));
    else if (*key == "namespace_id" && !null) request.default_schema = ascii_lower(TRY(json.string()));
    else TRY(json.raw());
  }
  TRY(json.end());
  if (!seen.contains("sql")) return json.error("missing field `sql`");
  return request;
}

// A name that no namespace can have. Those that nobody may create exist all the same.
Status check_namespace(std::string_view name) {
  if (catalog::is_reserved_namespace(name)) return {};
  return catalog::check_namespace_name(name);
}

}  // namespace

Result<std::vector<std::string>> read_parameter_texts(JsonReader& json) {
  std::vector<std::string> texts;
  TRY(json.begin_array());
  while (TRY(json.element())) {
    const bool is_number = TRY(json.peek()) == JsonReader::Kind::number;
    texts.emplace_back(TRY(json.raw()));
    if (is_number && std::isinf(std::strtod(texts.back().c_str(), nullptr))) return json.error("number out of range");
  }
  return texts;
}

Result<SqlRequest> read_sql_request(std::string_view content_type, std::string_view body) {
  if (!is_json(content_type)) return Error{ErrorCode::invalid_input, "Invalid JSON payload: Content type error"};
  auto request = read_members(body);
  if (!request.ok()) return std::move(request).error().within("Invalid JSON payload: Json deserialize error: ");
  TRY(check_namespace(request->default_schema));
  return request;
}

}  // namespace kalam::server
