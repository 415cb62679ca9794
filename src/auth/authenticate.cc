#include "auth/authenticate.h"

#include <algorithm>

#include "types/ascii.h"

namespace kalam::auth {

namespace {

Refused invalid(std::string_view reason) { return {Refusal::invalid_credentials, std::string(reason)}; }

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

}  // namespace

std::string_view code_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::missing_authorization: return "MISSING_AUTHORIZATION";
    case Refusal::token_expired: return "TOKEN_EXPIRED";
    case Refusal::no_such_user:
    case Refusal::role_changed:
    case Refusal::invalid_credentials: return "INVALID_CREDENTIALS";
    case Refusal::unavailable: return "AUTHENTICATION_ERROR";
  }
  return "AUTHENTICATION_ERROR";
}

std::string_view message_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::missing_authorization: return "Authentication required";
    case Refusal::unavailable: return "Authentication failed";
    default: return "Invalid credentials";
  }
}

unsigned http_status_of(Refusal refusal) { return refusal == Refusal::unavailable ? 500 : 401; }

int64_t token_epoch_of(const catalog::User& user) { return user.token_epoch.value_or(0); }

Authenticated Authenticator::by_header(const std::string* authorization) const {
  if (!authorization) return Refused{Refusal::missing_authorization, "no Authorization header"};
  if (!is_visible_ascii(*authorization)) return invalid("the Authorization header is no ASCII");
  constexpr std::string_view kScheme = "Bearer";
  const auto text = trimmed(*authorization);
  if (!text.starts_with(kScheme)) return invalid("the Authorization header is no Bearer header");
  return by_token(trimmed(text.substr(kScheme.size())));
}

Authenticated Authenticator::by_token(std::string_view token) const {
  auto found = look_up(token);
  if (auto* const refused = std::get_if<Refused>(&found)) return std::move(*refused);
  auto& [claims, user] = std::get<Known>(found);
  if (claims.kind != TokenKind::access) return invalid("not an access token");
  return Identity{
      .viewer = {std::move(user.user_id), user.role}, .expires_s = claims.expires_s, .epoch = token_epoch_of(user)};
}

std::variant<Authenticator::Known, Refused> Authenticator::look_up(std::string_view token) const {
  if (token.empty()) return invalid("no token");
  auto verified = key_.verify(token, clock_.now_ms() / 1000);
  if (const auto* const fault = std::get_if<TokenFault>(&verified)) {
    return Refused{*fault == TokenFault::expired ? Refusal::token_expired : Refusal::invalid_credentials,
                   std::string(name_of(*fault))};
  }
  auto& claims = std::get<TokenClaims>(verified);
  auto stored = catalog_.tables().users.get(UserId(claims.subject));
  if (!stored.ok()) return Refused{Refusal::unavailable, stored.error().message};
  if (!*stored || (*stored)->deleted_at) return Refused{Refusal::no_such_user, "no such user"};
  auto& user = **stored;
  if (claims.role && *claims.role != user.role) return Refused{Refusal::role_changed, "not the user's role"};
  if (claims.epoch) {
    if (*claims.epoch != token_epoch_of(user)) return invalid("revoked");
  } else {
    if (!options_.accept_tokens_without_epoch) return invalid("no epoch");
    if (user.revoked_at && catalog::timestamp(claims.issued_s * 1000) <= *user.revoked_at) return invalid("revoked");
  }
  return Known{std::move(claims), std::move(user)};
}

Result<bool> Authenticator::still_stands(const Identity& identity) const {
  const auto user = TRY(catalog_.tables().users.get(identity.viewer.user));
  return user && !user->deleted_at && user->role == identity.viewer.role && token_epoch_of(*user) == identity.epoch;
}

}  // namespace kalam::auth
