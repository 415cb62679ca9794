#include "auth/digest.h"

#include <openssl/evp.h>

#include <array>

namespace kalam::auth {

Result<std::string> sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return Error{ErrorCode::internal, "SHA-256 is not available"};
  }
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

}  // namespace kalam::auth
