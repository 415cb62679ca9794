// Bodies of POST /v1/api/auth/login and /setup (spec auth §4.1, §8.2). Strict: unknown fields, fields that stand twice
// and texts that are too long are errors, told as plain text.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::server {

inline constexpr size_t kUserBytesMax = 128;
inline constexpr size_t kPasswordFieldBytesMax = 256;

struct LoginRequest {
  std::string user;
  std::string password;
};
struct SetupRequest {
  std::string user;  // of the new administrator
  std::string password;
  std::string root_password;
  std::optional<std::string> email;
};

Result<LoginRequest> read_login_request(std::string_view content_type, std::string_view body);
Result<SetupRequest> read_setup_request(std::string_view content_type, std::string_view body);

}  // namespace kalam::server
