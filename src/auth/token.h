// Tokens: who somebody is, signed by this server: JWT with HS256 (spec auth §6.1, §6.2).
//
//   TokenKey key(secret);
//   const auto text = key.mint({.subject = "maria", .expires_s = …, .kind = TokenKind::access, .epoch = …});
//   auto checked = key.verify(text, now_s);          TokenClaims, or what is wrong with it
//
// Always true: claims come out only of a token that this key signed with HS256 and that is valid now. Whether the user
// is still there, and whether the token was revoked, is not known here: see authenticate.h.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "types/role.h"

namespace kalam::auth {

inline constexpr std::string_view kOwnIssuer = "kalamdb";
inline constexpr int64_t kTokenLeewaySeconds = 60;  // clocks of other machines
inline constexpr size_t kTokenBytesMax = 8192;

enum class TokenKind : uint8_t { access, refresh };

struct TokenClaims {
  std::string subject;  // the user's id
  int64_t issued_s = 0;
  int64_t expires_s = 0;
  std::optional<std::string> email = {};
  std::optional<Role> role = {};
  std::optional<TokenKind> kind = {};
  std::optional<int64_t> epoch = {};  // of the user when the token was made

  bool operator==(const TokenClaims&) const = default;
};

enum class TokenFault : uint8_t {
  malformed,        // no JWT, or claims that are missing, of a wrong type or unknown
  wrong_algorithm,  // anything but HS256
  foreign_issuer,
  bad_signature,
  expired,
  not_yet_valid,
  no_subject,
};
std::string_view name_of(TokenFault fault);  // for logs

class TokenKey {
 public:
  explicit TokenKey(std::string secret) : secret_(std::move(secret)) {}

  std::string mint(const TokenClaims& claims) const;
  std::variant<TokenClaims, TokenFault> verify(std::string_view token, int64_t now_s) const;

 private:
  std::string sign(std::string_view text) const;

  const std::string secret_;
};

// Secrets that everybody knows or can guess; why, as a half-sentence. Nothing: it is fit to sign tokens.
std::optional<std::string> weakness_of_secret(std::string_view secret);

}  // namespace kalam::auth
