// /v1/api/auth/…: login, refresh, logout, me, setup and status, as HTTP (spec auth §4 to §8).
//
// What may hash passwords is kept apart from what may not: login() and set_up() belong on workers of their own, so that
// a flood of logins takes no time from statements.

#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include "auth/attempt_rate.h"
#include "auth/authenticate.h"
#include "query/services.h"
#include "server/auth_reply.h"
#include "server/client_address.h"
#include "server/http_message.h"
#include "server/login.h"

namespace kalam::server {

struct AuthEndpointOptions {
  int64_t access_hours = 24;  // a refresh token lives seven times as long
  bool cookie_secure = true;  // cookies of a client that came by https are for https only
  bool public_by_https = false;
  bool allow_remote_setup = false;
  auth::OnLock on_lock = auth::OnLock::keep_tokens;
};

class AuthEndpoint {
 public:
  // All outlive this.
  AuthEndpoint(const query::Services& services, const auth::Authenticator& authenticator, auth::AttemptRate& rate,
               const TrustedProxies& proxies, AuthEndpointOptions options);

  HttpResponse log_in(const HttpRequest& request);
  HttpResponse set_up(const HttpRequest& request);
  // These read the store, too, but hash nothing.
  HttpResponse refresh(const HttpRequest& request);
  HttpResponse me(const HttpRequest& request) const;
  HttpResponse status(const HttpRequest& request) const;
  // Never blocks.
  static HttpResponse log_out(const HttpRequest& request);
  static HttpResponse too_many();  // also when there is no room for a login to wait

 private:
  HttpResponse session_response(const HttpRequest& request, const catalog::User& user) const;
  IssuedTokens issue(const catalog::User& user) const;
  bool allowed_now(const HttpRequest& request);

  const query::Services& services_;
  const auth::Authenticator& authenticator_;
  auth::AttemptRate& rate_;
  const TrustedProxies& proxies_;
  const AuthEndpointOptions options_;
  Login login_;
};

}  // namespace kalam::server
