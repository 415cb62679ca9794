#include "auth/token.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "auth/base64url.h"

namespace kalam::auth {
namespace {

constexpr std::string_view kSecret = "a-secret-of-this-test-0123456789abcdef";
constexpr int64_t kNow = 1'750'000'000;

std::string text_of(const std::variant<TokenClaims, TokenFault>& verified) {
  const auto* const fault = std::get_if<TokenFault>(&verified);
  return fault ? std::string(name_of(*fault)) : "ok";
}

TEST(Base64url, IsStrict) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd", "fooba"}) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(to_base64url("\xff\xef\xbe"), "_---");
  for (const auto* text : {"Zg==", "Z", "Zh", "Zm9=", "Zm+v", "Zm/v", "Zm 9", "Zm9v\n"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

// auth 30: the claims, in their order.
TEST(Token, Case30_HoldsItsClaims) {
  const TokenKey key{std::string(kSecret)};
  const TokenClaims claims{.subject = "maria",
                           .issued_s = kNow,
                           .expires_s = kNow + 86'400,
                           .email = {},
                           .role = Role::dba,
                           .kind = TokenKind::access,
                           .epoch = 17};
  const auto token = key.mint(claims);
  const auto first = token.find('.');
  EXPECT_EQ(from_base64url(token.substr(0, first)), R"({"typ":"JWT","alg":"HS256"})");
  EXPECT_EQ(from_base64url(token.substr(first + 1, token.rfind('.') - first - 1)),
            R"({"sub":"maria","iss":"kalamdb","exp":1750086400,"iat":1750000000,"email":null,"role":"dba",)"
            R"("token_type":"access","epoch":17})");
  EXPECT_EQ(std::get<TokenClaims>(key.verify(token, kNow)), claims);
}

// A signature that a program of somebody else made (the sample token of jwt.io).
TEST(Token, KnownSignature) {
  const std::string token =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
      ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
  EXPECT_EQ(text_of(TokenKey("your-256-bit-secret").verify(token, kNow)), "malformed");  // no claims of ours
  EXPECT_EQ(text_of(TokenKey("another").verify(token, kNow)), "bad signature");
}

std::string signature(std::string_view text, std::string_view secret, const EVP_MD* digest = EVP_sha256()) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned length = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), code.data(), &length);
  return {reinterpret_cast<const char*>(code.data()), length};
}

constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"HS256"})";

// Any header and claims, with a good HS256 signature whatever the header says.
std::string forge(std::string_view header, std::string_view claims, std::string_view secret = kSecret) {
  const auto text = to_base64url(header) + "." + to_base64url(claims);
  return text + "." + to_base64url(signature(text, secret));
}

std::string claims(std::string_view more = "") {
  return R"({"sub":"maria","iss":"kalamdb","exp":1750000100,"iat":1750000000)" + std::string(more) + "}";
}

// auth 31, 32, 40: what an attacker, a slow clock or another server may send.
TEST(Token, Cases31_32_40_AcceptsNothingButItsOwn) {
  struct Case {
    std::string_view what;
    std::string token;
    std::string_view expected;
  };
  const auto with_header = [](std::string_view header) { return forge(header, claims()); };
  const auto with_claims = [](std::string_view body) { return forge(kHeader, body); };
  const auto good = forge(kHeader, claims());
  const auto unsigned_text = good.substr(0, good.rfind('.') + 1);
  const auto hs512 = to_base64url(R"({"alg":"HS512"})") + "." + to_base64url(claims());
  const Case cases[] = {
      {"ours", good, "ok"},
      {"no text", "", "malformed"},
      {"garbage", "garbage", "malformed"},
      {"two parts", "a.b", "malformed"},
      {"four parts", good + ".e30", "malformed"},
      {"padding", good + "=", "malformed"},
      {"something behind", good + " x", "malformed"},
      {"too long", std::string(kTokenBytesMax, 'a') + good, "malformed"},
      {"no signature", unsigned_text, "bad signature"},
      {"half a signature", good.substr(0, good.size() - 11), "bad signature"},
      {"signature of another secret", forge(kHeader, claims(), "not the secret"), "bad signature"},
      {"signature of no secret", forge(kHeader, claims(), ""), "bad signature"},
      {"alg none", with_header(R"({"alg":"none"})"), "wrong algorithm"},
      {"alg none, unsigned", to_base64url(R"({"alg":"none"})") + "." + to_base64url(claims()) + ".", "wrong algorithm"},
      {"alg None", with_header(R"({"alg":"None"})"), "wrong algorithm"},
      {"alg missing", with_header(R"({"typ":"JWT"})"), "wrong algorithm"},
      {"alg in another case", with_header(R"({"alg":"hs256"})"), "wrong algorithm"},
      {"alg RS256 over the secret", with_header(R"({"alg":"RS256"})"), "wrong algorithm"},
      {"alg HS384", with_header(R"({"alg":"HS384"})"), "wrong algorithm"},
      {"alg HS512, rightly signed", hs512 + "." + to_base64url(signature(hs512, kSecret, EVP_sha512())),
       "wrong algorithm"},
      {"alg twice", with_header(R"({"alg":"HS256","alg":"none"})"), "malformed"},
      {"alg a number", with_header(R"({"alg":256})"), "malformed"},
      {"crit", with_header(R"({"alg":"HS256","crit":["exp"]})"), "malformed"},
      {"a key of its own counts for nothing",
       with_header(R"({"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"kid":"../x"})"), "ok"},
      {"header no object", with_header("[]"), "malformed"},
      {"header no JSON", with_header("\xff"), "malformed"},
      {"claims no object", with_claims("7"), "malformed"},
      {"claims and more", with_claims(claims() + " 1"), "malformed"},
      {"a claim twice", with_claims(claims(R"(,"sub":"root")")), "malformed"},
      {"foreign issuer", with_claims(R"({"sub":"m","iss":"https://x","exp":1750000100,"iat":1750000000})"),
       "issuer not trusted"},
      {"no issuer", with_claims(R"({"sub":"m","exp":1750000100,"iat":1750000000})"), "malformed"},
      {"no subject", with_claims(R"({"iss":"kalamdb","exp":1750000100,"iat":1750000000})"), "malformed"},
      {"empty subject", with_claims(R"({"sub":"","iss":"kalamdb","exp":1750000100,"iat":1750000000})"), "no subject"},
      {"no exp", with_claims(R"({"sub":"m","iss":"kalamdb","iat":1750000000})"), "malformed"},
      {"no iat", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1750000100})"), "malformed"},
      {"exp a text", with_claims(R"({"sub":"m","iss":"kalamdb","exp":"1750000100","iat":1750000000})"), "malformed"},
      {"exp a fraction", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1750000100.5,"iat":1750000000})"),
       "malformed"},
      {"exp beyond int64", with_claims(R"({"sub":"m","iss":"kalamdb","exp":99999999999999999999,"iat":1})"),
       "malformed"},
      {"exp the greatest", with_claims(R"({"sub":"m","iss":"kalamdb","exp":9223372036854775807,"iat":1})"), "ok"},
      {"exp the least", with_claims(R"({"sub":"m","iss":"kalamdb","exp":-9223372036854775808,"iat":1})"), "expired"},
      {"expired 60 s ago", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1749999940,"iat":1})"), "ok"},
      {"expired 61 s ago", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1749999939,"iat":1})"), "expired"},
      {"expired, and by another issuer", with_claims(R"({"sub":"m","iss":"x","exp":1,"iat":1})"), "issuer not trusted"},
      {"nbf in 60 s", with_claims(claims(R"(,"nbf":1750000060)")), "ok"},
      {"nbf in 61 s", with_claims(claims(R"(,"nbf":1750000061)")), "not yet valid"},
      {"made in 60 s", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1760000000,"iat":1750000060})"), "ok"},
      {"made in 61 s", with_claims(R"({"sub":"m","iss":"kalamdb","exp":1760000000,"iat":1750000061})"),
       "not yet valid"},
      {"unknown role", with_claims(claims(R"(,"role":"god")")), "malformed"},
      {"role in another case", with_claims(claims(R"(,"role":"DBA")")), "malformed"},
      {"no role", with_claims(claims(R"(,"role":null)")), "ok"},
      {"unknown kind", with_claims(claims(R"(,"token_type":"id")")), "malformed"},
      {"epoch a text", with_claims(claims(R"(,"epoch":"1")")), "malformed"},
      {"other claims", with_claims(claims(R"(,"aud":["x"],"scope":{"a":1})")), "ok"},
  };
  for (const auto& [what, token, expected] : cases) {
    EXPECT_EQ(text_of(TokenKey{std::string(kSecret)}.verify(token, kNow)), expected) << what;
  }
}

// Each single character of a token counts.
TEST(Token, AnyChangedCharacterIsRefused) {
  const TokenKey key{std::string(kSecret)};
  const auto good = forge(kHeader, claims());
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'A', 'z', '-', '.'}) {
      if (good[i] == c) continue;
      auto changed = good;
      changed[i] = c;
      EXPECT_NE(text_of(key.verify(changed, kNow)), "ok") << i << c;
    }
  }
}

// auth 6.7, case 64.
TEST(Token, Case64_SecretsThatEverybodyKnowsAreWeak) {
  for (const auto* secret :
       {"", "test", "secret", "password", "0123456789", "CHANGE_ME_IN_PRODUCTION",
        "kalamdb-dev-secret-key-change-in-production", "your-secret-key-at-least-32-chars-change-me-in-production",
        "31-characters-are-just-too-few!"}) {
    EXPECT_TRUE(weakness_of_secret(secret)) << secret;
  }
  EXPECT_FALSE(weakness_of_secret("32-characters-are-just-enough-!!"));
}

}  // namespace
}  // namespace kalam::auth
