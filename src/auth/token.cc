#include "auth/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

#include "auth/base64url.h"
#include "auth/secret.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::auth {

namespace {

constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"HS256"})";

std::string_view name_of(TokenKind kind) { return kind == TokenKind::access ? "access" : "refresh"; }

// header.claims.signature
struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  if (token.size() > kTokenBytesMax) return std::nullopt;
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{.header = token.substr(0, first),
               .claims = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

// Of all that a header may say only the algorithm counts: keys that a token brings or points to (jwk, jku, x5u, kid)
// are the choice of whoever made it.
Result<std::string> read_algorithm(std::string_view json_text) {
  std::string algorithm;
  JsonReader json(json_text);
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) {
    if (*key == "alg") algorithm = TRY(json.string());
    else if (*key == "crit") return json.error("an extension that must be understood");
    else TRY(json.raw());
  }
  TRY(json.end());
  return algorithm;
}

struct ReadClaims {
  std::string issuer;
  std::optional<int64_t> not_before_s;
  TokenClaims claims;
};

Result<std::optional<std::string>> text_or_null(JsonReader& json) {
  if (TRY(json.peek()) == JsonReader::Kind::null) {
    TRY(json.null());
    return std::nullopt;
  }
  return std::optional(TRY(json.string()));
}

class ClaimsReader {
 public:
  explicit ClaimsReader(std::string_view text) : json_(text) {}

  Result<ReadClaims> read() {
    UniqueKeys keys;
    TRY(json_.begin_object());
    while (const auto key = TRY(keys.next(json_))) TRY(claim(*key));
    TRY(json_.end());
    if (!subject_ || !issuer_ || !issued_ || !expires_) {
      return Error{ErrorCode::invalid_input, "a claim is missing"};
    }
    return std::move(read_);
  }

 private:
  Status claim(const std::string& key) {
    auto& claims = read_.claims;
    if (key == "sub") subject_ = true, claims.subject = TRY(json_.string());
    else if (key == "iss") issuer_ = true, read_.issuer = TRY(json_.string());
    else if (key == "iat") issued_ = true, claims.issued_s = TRY(json_.integer());
    else if (key == "exp") expires_ = true, claims.expires_s = TRY(json_.integer());
    else if (key == "nbf") read_.not_before_s = TRY(json_.integer());
    else if (key == "email") claims.email = TRY(text_or_null(json_));
    else if (key == "role") return role();
    else if (key == "token_type") return kind();
    else if (key == "epoch") claims.epoch = TRY(json_.integer());
    else TRY(json_.raw());
    return {};
  }
  Status role() {
    const auto text = TRY(text_or_null(json_));
    if (!text) return {};
    const auto role = parse_role(*text);
    // As we write it: another case is no word of ours.
    if (!role || kalam::name_of(*role) != *text) return json_.error("unknown role");
    read_.claims.role = role;
    return {};
  }
  Status kind() {
    const auto text = TRY(text_or_null(json_));
    if (!text) return {};
    for (const auto kind : {TokenKind::access, TokenKind::refresh}) {
      if (*text == name_of(kind)) read_.claims.kind = kind;
    }
    return read_.claims.kind ? Status() : json_.error("unknown kind of token");
  }

  JsonReader json_;
  ReadClaims read_;
  bool subject_ = false, issuer_ = false, issued_ = false, expires_ = false;
};

}  // namespace

std::string_view name_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::malformed: return "malformed";
    case TokenFault::wrong_algorithm: return "wrong algorithm";
    case TokenFault::foreign_issuer: return "issuer not trusted";
    case TokenFault::bad_signature: return "bad signature";
    case TokenFault::expired: return "expired";
    case TokenFault::not_yet_valid: return "not yet valid";
    case TokenFault::no_subject: return "no subject";
  }
  return "malformed";
}

std::string TokenKey::sign(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &length);
  return {reinterpret_cast<const char*>(code.data()), length};
}

std::string TokenKey::mint(const TokenClaims& claims) const {
  std::string body;
  JsonText json(body);
  json.begin_object().key("sub").string(claims.subject).key("iss").string(kOwnIssuer);
  json.key("exp").number(claims.expires_s).key("iat").number(claims.issued_s).key("email");
  if (claims.email) json.string(*claims.email);
  else json.null();
  if (claims.role) json.key("role").string(kalam::name_of(*claims.role));
  if (claims.kind) json.key("token_type").string(name_of(*claims.kind));
  if (claims.epoch) json.key("epoch").number(*claims.epoch);
  json.end_object();
  auto token = to_base64url(kHeader) + "." + to_base64url(body);
  const auto signature = sign(token);
  return token + "." + to_base64url(signature);
}

std::variant<TokenClaims, TokenFault> TokenKey::verify(std::string_view token, int64_t now_s) const {
  const auto parts = split(token);
  if (!parts) return TokenFault::malformed;
  const auto header = from_base64url(parts->header);
  const auto body = from_base64url(parts->claims);
  const auto signature = from_base64url(parts->signature);
  if (!header || !body || !signature) return TokenFault::malformed;
  const auto algorithm = read_algorithm(*header);
  if (!algorithm.ok()) return TokenFault::malformed;
  if (*algorithm != "HS256") return TokenFault::wrong_algorithm;
  const auto expected = sign(parts->signed_text);
  // An HMAC that could not be made equals nothing.
  if (expected.size() != 32 || !equal_in_constant_time(expected, *signature)) return TokenFault::bad_signature;

  auto read = ClaimsReader(*body).read();
  if (!read.ok()) return TokenFault::malformed;
  const auto& claims = read->claims;
  if (read->issuer != kOwnIssuer) return TokenFault::foreign_issuer;
  if (claims.expires_s < now_s - kTokenLeewaySeconds) return TokenFault::expired;
  if (read->not_before_s && *read->not_before_s > now_s + kTokenLeewaySeconds) return TokenFault::not_yet_valid;
  if (claims.issued_s > now_s + kTokenLeewaySeconds) return TokenFault::not_yet_valid;
  if (claims.subject.empty()) return TokenFault::no_subject;
  return std::move(read->claims);
}

std::optional<std::string> weakness_of_secret(std::string_view secret) {
  constexpr std::array<std::string_view, 6> kKnown = {"CHANGE_ME_IN_PRODUCTION",
                                                      "kalamdb-dev-secret-key-change-in-production",
                                                      "your-secret-key-at-least-32-chars-change-me-in-production",
                                                      "test",
                                                      "secret",
                                                      "password"};
  constexpr size_t kBytesMin = 32;
  if (std::ranges::find(kKnown, secret) != kKnown.end()) return "it is a published default";
  if (secret.size() < kBytesMin) {
    return "it has " + std::to_string(secret.size()) + " bytes; at least " + std::to_string(kBytesMin) + " are needed";
  }
  return std::nullopt;
}

}  // namespace kalam::auth
