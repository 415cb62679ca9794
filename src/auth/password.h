// Passwords: bcrypt (`$2b$`), by the system's crypt.
//
// Both calls take as long as the cost says (0.2 s at 12): call them from a worker thread. bcrypt sees the first 72
// bytes of a password; longer ones are refused, so that nobody believes in the rest.

#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace kalam::auth {

inline constexpr int kBcryptCostMin = 4;
inline constexpr int kBcryptCostMax = 31;
inline constexpr size_t kPasswordBytesMax = 72;

// `$2b$<cost>$…`, 60 characters, with a fresh salt.
Result<std::string> hash_password(std::string_view password, int cost, Random& random);

// False for the wrong password, and for a hash that is empty or no bcrypt: such a user cannot log in by password.
bool verify_password(std::string_view password, std::string_view hash);

}  // namespace kalam::auth
