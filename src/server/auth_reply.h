// What the /v1/api/auth routes answer (spec auth §4.2, §4.4): bodies as JSON, times as RFC 3339.

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalog/models/user.h"
#include "server/http_message.h"
#include "types/json_text.h"

namespace kalam::server {

struct AuthRefusal {
  unsigned status = 401;
  std::string code = "unauthorized";
  std::string message = "Invalid credentials";
};
HttpResponse refusal_response(const AuthRefusal& refusal);

inline AuthRefusal internal_failure(std::string_view what) { return {500, "internal_error", std::string(what)}; }

// 2026-05-06T10:00:00.456+00:00, with as many digits behind the point as there are: 0, 3 or 6.
std::string print_rfc3339(Micros time);

// {"id":…,"role":…,"email":…,"created_at":…,"updated_at":…}
void write_user(JsonText& json, const catalog::User& user);
std::string me_body(const catalog::User& user);

struct IssuedTokens {
  std::string access;
  std::string refresh;
  Micros access_expires{0};
  Micros refresh_expires{0};
};
std::string session_body(const catalog::User& user, const IssuedTokens& tokens);

}  // namespace kalam::server
