// Any text as a token is refused, since nobody guesses a signature; any text inside a token of ours is read back.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/base64url.h"
#include "auth/token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kalam::auth;  // NOLINT: a fuzzer of this module
  constexpr int64_t kNow = 1'750'000'000;
  static const TokenKey key("a-secret-of-this-fuzzer-0123456789abcdef");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (std::holds_alternative<TokenClaims>(key.verify(text, kNow))) std::abort();
  const auto bytes = from_base64url(text);
  if (bytes && to_base64url(*bytes) != text) std::abort();  // two texts for the same bytes

  // What is minted with any text in it is read back as it was.
  const TokenClaims claims{.subject = std::string(text),
                           .issued_s = kNow,
                           .expires_s = kNow + 60,
                           .email = std::string(text),
                           .role = kalam::Role::user,
                           .kind = TokenKind::access,
                           .epoch = 1};
  const auto minted = key.mint(claims);
  const auto verified = key.verify(minted, kNow);
  if (const auto* const read = std::get_if<TokenClaims>(&verified)) {
    if (read->epoch != claims.epoch || read->kind != claims.kind || read->role != claims.role) std::abort();
  } else if (!text.empty() && minted.size() <= kTokenBytesMax) {
    std::abort();
  }
  return 0;
}
