#include "auth/password_policy.h"

#include <algorithm>
#include <array>
#include <string>

#include "auth/password.h"

namespace kalam::auth {

namespace {

constexpr std::array<std::string_view, 24> kCommon = {
    "password", "123456", "12345678", "qwerty",   "abc123",   "monkey",   "1234567", "letmein",
    "trustno1", "dragon", "baseball", "iloveyou", "master",   "sunshine", "ashley",  "bailey",
    "passw0rd", "shadow", "123123",   "654321",   "superman", "qazwsx",   "michael", "football"};

Error weak(std::string_view why) { return Error{ErrorCode::invalid_operation, "Weak password: " + std::string(why)}; }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_special(char c) { return !is_upper(c) && !is_lower(c) && !is_digit(c); }

}  // namespace

Status check_password(std::string_view password, PasswordPolicy policy, PasswordLengths lengths) {
  if (password.empty() && policy == PasswordPolicy::any) return weak("Password cannot be empty");
  if (policy >= PasswordPolicy::lengthy && password.size() < lengths.min) {
    return weak("Password must be at least " + std::to_string(lengths.min) + " characters (weak)");
  }
  if (password.size() > kPasswordBytesMax) {
    return weak("Password must be at most 72 characters (bcrypt limit, weak)");
  }
  if (policy >= PasswordPolicy::lengthy && password.size() > lengths.max) {
    return weak("Password must be at most " + std::to_string(lengths.max) + " characters (weak)");
  }
  if (policy == PasswordPolicy::any) return {};
  if (std::ranges::find(kCommon, password) != kCommon.end()) return weak("Password is too common");
  if (policy == PasswordPolicy::lengthy) return {};
  struct Class {
    bool (*has)(char);
    std::string_view name;
  };
  constexpr std::array<Class, 4> kClasses = {{{is_upper, "uppercase letter"},
                                              {is_lower, "lowercase letter"},
                                              {is_digit, "digit"},
                                              {is_special, "special character"}}};
  for (const auto& [has, name] : kClasses) {
    if (std::ranges::none_of(password, has)) {
      return weak("Password must include at least one " + std::string(name));
    }
  }
  return {};
}

}  // namespace kalam::auth
