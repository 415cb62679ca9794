#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

namespace kalam {

struct Sha256::Context {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  bool sound = digest && EVP_DigestInit_ex(digest, EVP_sha256(), nullptr) == 1;

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(digest); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  auto& context = *context_;
  context.sound = context.sound && EVP_DigestUpdate(context.digest, bytes.data(), bytes.size()) == 1;
}

Result<std::string> Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!context_->sound || EVP_DigestFinal_ex(context_->digest, digest.data(), &size) != 1) {
    return Error{ErrorCode::internal, "SHA-256 is not available"};
  }
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

Result<std::string> sha256(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.finish();
}

}  // namespace kalam
