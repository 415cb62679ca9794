// Authenticator: bearer token -> who is asking, by the user's record as it is now (spec auth §6.2, §8.1).
//
//   auto answer = authenticator.by_header(request.header("Authorization"));
//   if (const auto* refused = std::get_if<Refused>(&answer)) …   code_of(refused->why), message_of(refused->why)
//   const auto& identity = std::get<Identity>(answer);
//
// Always true: the role is the stored one, the user is there and not dropped, and the token belongs to the user's
// present epoch. What a caller is told never says which of the checks failed.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/token.h"
#include "base/clock.h"
#include "catalog/catalog.h"
#include "types/role.h"

namespace kalam::auth {

struct Identity {
  Viewer viewer;
  int64_t expires_s = 0;  // of the token, in seconds since the Unix epoch; it is accepted for kTokenLeewaySeconds more
  int64_t epoch = 0;      // of the user's tokens when this one was accepted
};

enum class Refusal : uint8_t {
  missing_authorization,
  token_expired,
  invalid_credentials,
  no_such_user,  // or a dropped one; this and the next are invalid_credentials to all but POST /v1/api/auth/refresh
  role_changed,
  unavailable,  // the user's record could not be read: our fault
};
std::string_view code_of(Refusal refusal);     // "MISSING_AUTHORIZATION"
std::string_view message_of(Refusal refusal);  // "Authentication required"
unsigned http_status_of(Refusal refusal);

struct Refused {
  Refusal why = Refusal::invalid_credentials;
  std::string reason = {};  // for the log, never for the caller
};

using Authenticated = std::variant<Identity, Refused>;

struct AuthenticatorOptions {
  bool accept_tokens_without_epoch = false;  // made elsewhere with the shared secret, after the last revocation
};

// Safe from any thread. Reads one user from the store: not for I/O threads.
class Authenticator {
 public:
  // `catalog` and `clock` outlive this.
  Authenticator(const catalog::Catalog& catalog, const Clock& clock, TokenKey key, AuthenticatorOptions options = {})
      : catalog_(catalog), clock_(clock), key_(std::move(key)), options_(options) {}

  // An `Authorization` header; null: there is none.
  Authenticated by_header(const std::string* authorization) const;
  // An access token by itself.
  Authenticated by_token(std::string_view token) const;

  // A token of either kind with its user, for those who tell its faults apart.
  struct Known {
    TokenClaims claims;
    catalog::User user;
  };
  std::variant<Known, Refused> look_up(std::string_view token) const;

  // Are the rights that an identity was given with still as they were? False once the user's tokens were revoked, or
  // the user was dropped. Says nothing about expires_s. An error means nothing is known.
  Result<bool> still_stands(const Identity& identity) const;
  // While it stays what it was before somebody was looked up, there is no need to look again. For any thread.
  uint64_t users_version() const { return catalog_.users_version(); }

  // Nothing is asked of the store.
  const TokenKey& key() const { return key_; }

 private:
  const catalog::Catalog& catalog_;
  const Clock& clock_;
  const TokenKey key_;
  const AuthenticatorOptions options_;
};

int64_t token_epoch_of(const catalog::User& user);

}  // namespace kalam::auth
