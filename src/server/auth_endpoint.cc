#include "server/auth_endpoint.h"

#include <algorithm>

#include "base/log.h"
#include "server/auth_request.h"
#include "server/cookies.h"
#include "server/setup.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

constexpr int64_t kRefreshTimesAccess = 7;

int64_t seconds(Micros time) { return std::chrono::floor<std::chrono::seconds>(time).count(); }

AuthRefusal unauthorized(std::string_view message) { return {401, "unauthorized", std::string(message)}; }

// Of `Authorization: Bearer <token>`, the scheme in any case.
std::variant<std::string, AuthRefusal> token_of_header(const std::string& header) {
  if (std::ranges::any_of(header, [](char c) { return c < ' ' || c > '~'; })) {
    return unauthorized("Authorization header contains invalid characters");
  }
  const auto text = trimmed(header);
  const auto blank = text.find(' ');
  if (!equal_ignoring_case(text.substr(0, blank), "Bearer")) {
    return unauthorized("Authorization header must use Bearer token");
  }
  if (blank == std::string_view::npos) return unauthorized("Bearer token missing");
  return std::string(trimmed(text.substr(blank)));
}

// Why a token was refused, as the /auth routes say it.
AuthRefusal refused_token(const auth::Refused& refused, std::string_view when_unavailable) {
  switch (refused.why) {
    case auth::Refusal::unavailable:
      log::error("server", "a user could not be read", {{"error", refused.reason}});
      return internal_failure(when_unavailable);
    case auth::Refusal::no_such_user: return unauthorized("User no longer valid");
    case auth::Refusal::role_changed: return unauthorized("Token role does not match user role");
    default: return unauthorized("Invalid credentials");
  }
}

}  // namespace

AuthEndpoint::AuthEndpoint(const query::Services& services, const auth::Authenticator& authenticator,
                           auth::AttemptRate& rate, const TrustedProxies& proxies, AuthEndpointOptions options)
    : services_(services),
      authenticator_(authenticator),
      rate_(rate),
      proxies_(proxies),
      options_(options),
      login_(services, options.on_lock) {}

bool AuthEndpoint::allowed_now(const HttpRequest& request) {
  return rate_.allow(request.client.empty() ? "unknown" : request.client);
}

HttpResponse AuthEndpoint::too_many() {
  return refusal_response({429, "rate_limited", "Too many authentication attempts. Please retry shortly."});
}

HttpResponse AuthEndpoint::log_in(const HttpRequest& request) {
  auto read = read_login_request(request.content_type, request.body);
  if (!read.ok()) return plain_text_response(400, read.error().message);
  if (!allowed_now(request)) return too_many();
  const auto answer = login_.check({.user = std::move(read->user),
                                    .password = std::move(read->password),
                                    .client_address = request.client,
                                    .from_localhost = request.from_localhost,
                                    .request_id = request.request_id});
  if (const auto* const refusal = std::get_if<AuthRefusal>(&answer)) return refusal_response(*refusal);
  return session_response(request, std::get<catalog::User>(answer));
}

HttpResponse AuthEndpoint::refresh(const HttpRequest& request) {
  if (!allowed_now(request)) return too_many();
  auto token = cookie(request, kRefreshCookie);
  if (!token) {
    const auto* const header = request.header("Authorization");
    if (!header) return refusal_response(unauthorized("No refresh token found"));
    auto of_header = token_of_header(*header);
    if (const auto* const refusal = std::get_if<AuthRefusal>(&of_header)) return refusal_response(*refusal);
    token = std::get<std::string>(std::move(of_header));
  }
  const auto found = authenticator_.look_up(*token);
  if (const auto* const refused = std::get_if<auth::Refused>(&found)) {
    return refusal_response(refused_token(*refused, "Failed to refresh token"));
  }
  const auto& [claims, user] = std::get<auth::Authenticator::Known>(found);
  if (claims.kind != auth::TokenKind::refresh) {
    return refusal_response(unauthorized("Refresh endpoint requires a refresh token"));
  }
  return session_response(request, user);
}

HttpResponse AuthEndpoint::me(const HttpRequest& request) const {
  std::optional<std::string> token;
  if (const auto* const header = request.header("Authorization")) {
    // No way back to the cookie: who sends a header means it.
    auto of_header = token_of_header(*header);
    if (const auto* const refusal = std::get_if<AuthRefusal>(&of_header)) return refusal_response(*refusal);
    token = std::get<std::string>(std::move(of_header));
  } else {
    token = cookie(request, kAccessCookie);
  }
  if (!token) return refusal_response(unauthorized("No auth token found"));
  const auto found = authenticator_.look_up(*token);
  if (const auto* const refused = std::get_if<auth::Refused>(&found)) {
    if (refused->why == auth::Refusal::unavailable) {
      return refusal_response(refused_token(*refused, "Authentication failed"));
    }
    return refusal_response(unauthorized("Invalid credentials"));
  }
  const auto& [claims, user] = std::get<auth::Authenticator::Known>(found);
  if (claims.kind != auth::TokenKind::access) return refusal_response(unauthorized("Invalid credentials"));
  return json_response(200, me_body(user));
}

HttpResponse AuthEndpoint::log_out(const HttpRequest&) {
  auto response = json_response(200, R"({"message":"Logged out successfully"})");
  for (const auto name : {kAccessCookie, kRefreshCookie}) {
    response.headers.emplace_back("Set-Cookie", set_cookie(name, "", 0, CookieScheme::any));
  }
  return response;
}

HttpResponse AuthEndpoint::status(const HttpRequest& request) const {
  if (!options_.allow_remote_setup && !request.from_localhost) {
    return refusal_response({403, "forbidden", "Setup status can only be checked from localhost"});
  }
  const auto needed = needs_setup(services_);
  if (!needed.ok()) {
    log::error("server", "the setup status is unknown", {{"error", needed.error().message}});
    return refusal_response(internal_failure("Failed to check setup status"));
  }
  std::string body;
  JsonText(body)
      .begin_object()
      .key("message")
      .string(*needed ? "Server requires initial setup. Call POST /v1/api/auth/setup with user, password, "
                        "root_password, and optional email."
                      : "Server is configured and ready.")
      .key("needs_setup")
      .boolean(*needed)
      .end_object();
  return json_response(200, std::move(body));
}

HttpResponse AuthEndpoint::set_up(const HttpRequest& request) {
  const auto read = read_setup_request(request.content_type, request.body);
  if (!read.ok()) return plain_text_response(400, read.error().message);
  if (!allowed_now(request)) {
    return refusal_response({429, "rate_limited", "Too many setup attempts. Please retry shortly."});
  }
  if (!options_.allow_remote_setup && !request.from_localhost) {
    return refusal_response({403, "forbidden", "Server setup can only be performed from localhost"});
  }
  const auto answer = server::set_up(*read, services_, request.client, request.request_id);
  if (const auto* const refusal = std::get_if<AuthRefusal>(&answer)) return refusal_response(*refusal);
  const auto& user = std::get<catalog::User>(answer);
  std::string body;
  JsonText json(body);
  json.begin_object().key("user");
  write_user(json, user);
  json.key("message")
      .string("Server setup complete. Root password configured and DBA user '" + user.user_id.value() +
              "' created. Please login to continue.")
      .end_object();
  return json_response(200, std::move(body));
}

HttpResponse AuthEndpoint::session_response(const HttpRequest& request, const catalog::User& user) const {
  const auto tokens = issue(user);
  const bool https = options_.public_by_https || came_by_https(request, proxies_);
  const auto scheme = options_.cookie_secure && https ? CookieScheme::https_only : CookieScheme::any;
  auto response = json_response(200, session_body(user, tokens));
  response.headers.emplace_back("Set-Cookie",
                                set_cookie(kAccessCookie, tokens.access, seconds(tokens.access_expires), scheme));
  response.headers.emplace_back("Set-Cookie",
                                set_cookie(kRefreshCookie, tokens.refresh, seconds(tokens.refresh_expires), scheme));
  return response;
}

IssuedTokens AuthEndpoint::issue(const catalog::User& user) const {
  const auto now = services_.clock.now();
  const auto lifetime = std::chrono::hours(options_.access_hours);
  IssuedTokens tokens;
  tokens.access_expires = now + lifetime;
  tokens.refresh_expires = now + kRefreshTimesAccess * lifetime;
  auth::TokenClaims claims{.subject = user.user_id.value(),
                           .issued_s = seconds(now),
                           .expires_s = seconds(tokens.access_expires),
                           .email = user.email,
                           .role = user.role,
                           .kind = auth::TokenKind::access,
                           .epoch = auth::token_epoch_of(user)};
  tokens.access = authenticator_.key().mint(claims);
  claims.kind = auth::TokenKind::refresh;
  claims.expires_s = seconds(tokens.refresh_expires);
  tokens.refresh = authenticator_.key().mint(claims);
  return tokens;
}

}  // namespace kalam::server
