#include "server/export_endpoint.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/bearer_error.h"
#include "server/http_text.h"
#include "server/sql_error.h"

namespace kalam::server {

HttpResponse ExportEndpoint::answer(const HttpRequest& request) const {
  const auto who = authenticator_.by_header(request.header("Authorization"));
  if (const auto* const refused = std::get_if<auth::Refused>(&who)) return bearer_error(*refused, 0);
  const auto& viewer = std::get<auth::Identity>(who).viewer;
  const auto& arguments = request.arguments;
  if (!std::all_of(arguments.begin(), arguments.end(), [](const auto& each) { return is_plain_segment(each); })) {
    return error_response({400, "INVALID_INPUT", "Invalid export path", {}}, 0);
  }
  const auto& user = arguments[0];
  const auto& id = arguments[1];
  if (user != viewer.user.value() && !is_admin(viewer.role)) {
    return error_response({403, "PERMISSION_DENIED", "You can only download your own exports", {}}, 0);
  }
  const auto path = directory_ + "/" + user + "/" + id + ".zip";
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return plain_error(404, "Export not found", "EXPORT_NOT_FOUND");
  std::ifstream file(path, std::ios::binary);
  HttpResponse response{.status = 200, .content_type = "application/zip", .body = {}};
  response.body.assign(std::istreambuf_iterator<char>(file), {});
  if (!file) return plain_error(500, "Failed to read export file", "INTERNAL_ERROR");
  response.headers = {{"Content-Disposition", "attachment; filename=\"" + id + ".zip\""}};
  return response;
}

}  // namespace kalam::server
