// Cors: which pages of other origins may call this server, and how they are told (spec http-api §8.3).
//
// An origin that is not allowed still gets its simple requests answered, but no browser shows it the answer.

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_message.h"

namespace kalam::server {

struct CorsOptions {
  std::vector<std::string> allowed_origins = {};  // empty, or with a `*`: any
  std::vector<std::string> allowed_methods = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
  std::vector<std::string> allowed_headers = {"Authorization",    "Content-Type",    "Accept",      "Origin",
                                              "X-Requested-With", "Idempotency-Key", "X-Request-ID"};  // `*`: any
  std::vector<std::string> expose_headers = {"Idempotency-Replayed", "Retry-After"};
  bool allow_credentials = false;
  uint64_t max_age_s = 3600;
};

class Cors {
 public:
  explicit Cors(CorsOptions options);

  // The answer to a preflight, on whatever path; nothing: the request is none.
  std::optional<HttpResponse> preflight(const HttpRequest& request) const;
  // What belongs on every answer to `request`, that to a preflight included.
  void mark(const HttpRequest& request, HttpHeaders& headers) const;

 private:
  bool allows(std::string_view origin) const;

  const CorsOptions options_;
  bool any_origin_ = false;
  bool any_header_ = false;
  std::string methods_, headers_, exposed_;  // as lists of a header
};

}  // namespace kalam::server
