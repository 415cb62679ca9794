#include "auth/password_policy.h"

#include <gtest/gtest.h>

#include <string>

namespace kalam::auth {
namespace {

std::string text_of(const Status& status) { return status.ok() ? "" : status.error().message; }

// auth 3.2; auth cases 3 to 7.
TEST(PasswordPolicy, SaysTheFirstRuleThatIsBroken) {
  struct Case {
    std::string password;
    std::string any, lengthy, complex;  // without "Weak password: "; empty: allowed
  };
  const std::string brief = "Password must be at least 8 characters (weak)";
  const std::string large = "Password must be at most 72 characters (bcrypt limit, weak)";
  const Case cases[] = {
      {"", "Password cannot be empty", brief, brief},
      {"x", "", brief, brief},
      {"1234567", "", brief, brief},
      {"12345678", "", "Password is too common", "Password is too common"},
      {"password", "", "Password is too common", "Password is too common"},
      {"sunshine", "", "Password is too common", "Password is too common"},
      {"Password", "", "", "Password must include at least one digit"},
      {std::string(72, 'p'), "", "", "Password must include at least one uppercase letter"},
      {std::string(73, 'p'), large, large, large},
      {"lower case words", "", "", "Password must include at least one uppercase letter"},
      {"UPPER CASE 1", "", "", "Password must include at least one lowercase letter"},
      {"Mixed Case!", "", "", "Password must include at least one digit"},
      {"Simplepass1", "", "", "Password must include at least one special character"},
      {"ValidPass1!", "", "", ""},
      {"Größe 1 mit", "", "", ""},  // bytes beyond ASCII are special characters
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.password);
    const auto expected = [](const std::string& text) { return text.empty() ? "" : "Weak password: " + text; };
    EXPECT_EQ(text_of(check_password(c.password, PasswordPolicy::any)), expected(c.any));
    EXPECT_EQ(text_of(check_password(c.password, PasswordPolicy::lengthy)), expected(c.lengthy));
    EXPECT_EQ(text_of(check_password(c.password, PasswordPolicy::complex)), expected(c.complex));
  }
}

// auth case 8.
TEST(PasswordPolicy, NeverEchoesThePassword) {
  for (const auto* password : {"Zq7", "zq7zq7zq7", "ZQ7ZQ7ZQ7"}) {
    const auto status = check_password(password, PasswordPolicy::complex);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message.find(password), std::string::npos);
    EXPECT_EQ(status.error().detail, "");
    EXPECT_EQ(status.error().code, ErrorCode::invalid_operation);
  }
}

TEST(PasswordPolicy, LengthsMayBeConfigured) {
  const PasswordLengths lengths{.min = 10, .max = 12};
  struct Case {
    std::string_view password;
    PasswordPolicy policy;
    std::string_view text;
  };
  const Case cases[] = {
      {"ninebytes", PasswordPolicy::lengthy, "Weak password: Password must be at least 10 characters (weak)"},
      {"ten--bytes", PasswordPolicy::lengthy, ""},
      {"twelve-bytes", PasswordPolicy::lengthy, ""},
      {"thirteenbytes", PasswordPolicy::lengthy, "Weak password: Password must be at most 12 characters (weak)"},
      {"x", PasswordPolicy::any, ""},
      {"thirteenbytes", PasswordPolicy::any, ""},
  };
  for (const auto& [password, policy, text] : cases) {
    const auto checked = check_password(password, policy, lengths);
    EXPECT_EQ(checked.ok() ? "" : checked.error().message, text) << password;
  }
}

}  // namespace
}  // namespace kalam::auth
