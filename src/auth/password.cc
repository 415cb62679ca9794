#include "auth/password.h"

#include <crypt.h>
#include <string.h>  // explicit_bzero

#include <array>
#include <memory>

#include "auth/secret.h"

namespace kalam::auth {

namespace {

// crypt_data is 32 KB and holds the password: not for the stack, and wiped before it goes.
struct Wiped {
  void operator()(crypt_data* data) const {
    explicit_bzero(data, sizeof *data);
    delete data;
  }
};

// The hash of `password` under the settings (`$2b$12$salt`) that begin `setting`; empty when crypt refuses them.
std::string crypt_of(std::string_view password, const std::string& setting) {
  const std::unique_ptr<crypt_data, Wiped> data(new crypt_data{});
  std::string text(password);
  const char* const hash = crypt_r(text.c_str(), setting.c_str(), data.get());
  explicit_bzero(text.data(), text.size());
  // Failures are texts that begin with '*'.
  return hash && hash[0] == '$' ? hash : std::string();
}

bool is_bcrypt(std::string_view hash) {
  return hash.size() == 60 && (hash.starts_with("$2b$") || hash.starts_with("$2a$") || hash.starts_with("$2y$"));
}

// crypt ends at the first NUL: what stands behind it would not count.
bool can_be_hashed(std::string_view password) {
  return password.size() <= kPasswordBytesMax && password.find('\0') == std::string_view::npos;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, int cost, Random& random) {
  if (cost < kBcryptCostMin || cost > kBcryptCostMax) {
    return Error{ErrorCode::invalid_input, "bcrypt cost must be between 4 and 31, got " + std::to_string(cost)};
  }
  if (!can_be_hashed(password)) {
    return Error{ErrorCode::invalid_input, "a password has at most 72 bytes, and none of them is NUL"};
  }
  std::array<uint8_t, 16> salt{};
  random.fill(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (!crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), reinterpret_cast<const char*>(salt.data()),
                        static_cast<int>(salt.size()), setting.data(), static_cast<int>(setting.size()))) {
    return Error{ErrorCode::internal, "the system's crypt knows no bcrypt"};
  }
  auto hash = crypt_of(password, setting.data());
  if (!is_bcrypt(hash)) return Error{ErrorCode::internal, "the system's crypt knows no bcrypt"};
  return hash;
}

bool verify_password(std::string_view password, std::string_view hash) {
  if (!is_bcrypt(hash) || !can_be_hashed(password)) return false;
  return equal_in_constant_time(crypt_of(password, std::string(hash)), hash);
}

}  // namespace kalam::auth
