#include "server/cors.h"

#include <algorithm>

#include "server/http_text.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool contains_ignoring_case(const std::vector<std::string>& words, std::string_view word) {
  return std::any_of(words.begin(), words.end(), [&](const auto& each) { return equal_ignoring_case(each, word); });
}

HttpResponse refused(std::string text) { return plain_text_response(400, std::move(text)); }

}  // namespace

Cors::Cors(CorsOptions options)
    : options_(std::move(options)),
      any_origin_(options_.allowed_origins.empty() || contains(options_.allowed_origins, "*")),
      any_header_(contains(options_.allowed_headers, "*")),
      methods_(joined(options_.allowed_methods)),
      headers_(joined(options_.allowed_headers)),
      exposed_(joined(options_.expose_headers)) {}

bool Cors::allows(std::string_view origin) const { return any_origin_ || contains(options_.allowed_origins, origin); }

std::optional<HttpResponse> Cors::preflight(const HttpRequest& request) const {
  if (request.method != "OPTIONS") return std::nullopt;
  const auto* const method = request.header("Access-Control-Request-Method");
  if (!method) return std::nullopt;
  const auto* const origin = request.header("Origin");
  if (!origin) return refused("Request header `Origin` is required but was not provided");
  if (!allows(*origin)) return refused("Origin is not allowed to make this request");
  if (!contains(options_.allowed_methods, *method)) return refused("Requested method is not allowed");
  const auto* const wanted = request.header("Access-Control-Request-Headers");
  for (const auto name : list_elements(wanted && !any_header_ ? *wanted : std::string_view())) {
    if (!contains_ignoring_case(options_.allowed_headers, name)) {
      return refused("One or more request headers are not allowed");
    }
  }
  HttpResponse response;
  response.headers.emplace_back("Access-Control-Allow-Methods", methods_);
  const auto& headers = any_header_ && wanted ? *wanted : headers_;
  if (!headers.empty()) response.headers.emplace_back("Access-Control-Allow-Headers", headers);
  response.headers.emplace_back("Access-Control-Max-Age", std::to_string(options_.max_age_s));
  return response;
}

void Cors::mark(const HttpRequest& request, HttpHeaders& headers) const {
  const auto* const origin = request.header("Origin");
  if (origin && allows(*origin)) {
    headers.emplace_back("Access-Control-Allow-Origin", *origin);
    if (!exposed_.empty()) headers.emplace_back("Access-Control-Expose-Headers", exposed_);
  }
  if (options_.allow_credentials) headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

}  // namespace kalam::server
