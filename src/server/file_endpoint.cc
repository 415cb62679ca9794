#include "server/file_endpoint.h"

#include <algorithm>
#include <optional>

#include "auth/access.h"
#include "base/log.h"
#include "catalog/names.h"
#include "files/media_type.h"
#include "query/impersonation.h"
#include "server/bearer_error.h"
#include "server/byte_range.h"
#include "server/file_uploads.h"
#include "server/http_text.h"
#include "server/sql_error.h"
#include "types/ascii.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

HttpResponse refusal(unsigned status, std::string code, std::string message) {
  return error_response({status, std::move(code), std::move(message), {}}, 0);
}

HttpResponse not_found(std::string_view what, std::string_view code = {}) {
  std::string body;
  JsonText json(body);
  json.begin_object().key("error").string(what);
  if (!code.empty()) json.key("code").string(code);
  json.end_object();
  return json_response(404, std::move(body));
}

std::string level_of(const TableDefinition& table) {
  const auto* options = std::get_if<SharedTableOptions>(&table.options);
  return std::string(variant_name(options && options->access_level ? *options->access_level : AccessLevel::private_));
}

// Whose files; or why not.
std::variant<UserId, HttpResponse> owner_of(const TableDefinition& table, const std::optional<std::string>& user_id,
                                            const Viewer& viewer, const query::Services& services) {
  if (table.type == TableType::shared) {
    if (user_id) return refusal(400, "INVALID_INPUT", "user_id is only valid for user tables");
    if (auth::check_read(viewer, table).ok()) return viewer.user;
    return refusal(403, "PERMISSION_DENIED", "Shared table access denied (access_level=" + level_of(table) + ")");
  }
  if (!user_id || *user_id == viewer.user.value()) return viewer.user;
  auto target = query::impersonate(viewer, *user_id, services);
  if (target.ok()) return std::move(target->user);
  if (target.error().code == ErrorCode::invalid_input) return refusal(400, "INVALID_INPUT", target.error().message);
  return refusal(403, "PERMISSION_DENIED", "Requested user is not allowed for the current role");
}

bool names(const std::string* header, const std::string& etag) {
  return header && (*header == "*" || header->find(etag) != std::string::npos);
}

Result<HttpResponse> content(const files::ReadableFile& file, const std::string& sha256, const HttpRequest& request) {
  const auto etag = "\"" + sha256 + "\"";
  const auto type = files::media_type_of_name(file.stored_name());
  HttpResponse response;
  response.content_type = std::string(type);
  const std::string disposition = files::is_shown_inline(type) ? "inline" : "attachment";
  response.headers = {{"Content-Disposition", disposition + "; filename=\"" + file.stored_name() + "\""},
                      {"ETag", etag},
                      {"Accept-Ranges", "bytes"},
                      {"Cache-Control", "private, no-cache"},
                      {"Content-Security-Policy", "sandbox; default-src 'none'"}};
  if (names(request.header("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  const auto* wanted = request.header("Range");
  const auto* only_of = request.header("If-Range");
  ByteRange range;
  if (wanted && (!only_of || *only_of == etag)) range = read_byte_range(*wanted, file.size());
  const auto size = std::to_string(file.size());
  if (range.wants == ByteRange::Wants::unsatisfiable) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + size);
    return response;
  }
  if (range.wants == ByteRange::Wants::whole) {
    response.body = TRY(file.read(0, file.size()));
    return response;
  }
  response.status = 206;
  response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.first + range.length - 1) + "/" + size);
  response.body = TRY(file.read(range.first, range.length));
  return response;
}

}  // namespace

HttpResponse FileEndpoint::answer(const HttpRequest& request) const {
  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const refused = std::get_if<auth::Refused>(&who)) return bearer_error(*refused, 0);
  return answer(request, std::get<auth::Identity>(who).viewer);
}

HttpResponse FileEndpoint::answer(const HttpRequest& request, const Viewer& viewer) const {
  const auto& arguments = request.arguments;
  if (!std::all_of(arguments.begin(), arguments.end(), [](const auto& each) { return is_plain_segment(each); })) {
    return refusal(400, "INVALID_INPUT", "Invalid file path");
  }
  const TableId id{NamespaceId(ascii_lower(arguments[0])), TableName(ascii_lower(arguments[1]))};
  const auto table = services_.catalog.snapshot()->share(id);
  const bool of_system = catalog::is_system_namespace(id.ns.value());
  if (!table && !of_system) return not_found("Table '" + id.colon() + "' not found");
  if (of_system || table->type == TableType::stream || table->type == TableType::system) {
    return refusal(400, "INVALID_INPUT", "File storage is not supported for stream or system tables");
  }
  auto owner = owner_of(*table, parameter_of(request.query, "user_id"), viewer, services_);
  if (auto* refused = std::get_if<HttpResponse>(&owner)) return std::move(*refused);
  if (!is_file_folder(arguments[2])) return refusal(400, "INVALID_INPUT", "Invalid file path");

  const auto read = [&]() -> Result<HttpResponse> {
    const auto scope = TRY(file_scope(services_.catalog, *table, std::get<UserId>(owner)));
    const auto file = TRY(store_.find(scope, arguments[2], arguments[3]));
    return content(file, TRY(store_.sha256(file)), request);
  };
  auto response = read();
  if (response.ok()) return std::move(*response);
  if (response.error().code != ErrorCode::not_found) {
    log::error("server", "a file cannot be read",
               {{"table", id.dotted()}, {"error", response.error().message}, {"detail", response.error().detail}});
  }
  return not_found("File not found", "FILE_NOT_FOUND");
}

}  // namespace kalam::server
