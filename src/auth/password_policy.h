// Which passwords may be set: spec auth §3.2. The texts never hold the password.

#pragma once
#include <string_view>

#include "base/result.h"

namespace kalam::auth {

enum class PasswordPolicy {
  any,      // not empty, and no longer than what bcrypt sees
  lengthy,  // 8 bytes at least, and none that everybody tries first
  complex,  // the same, with an upper-case letter, a lower-case one, a digit and something else
};

// `invalid_operation`: "Weak password: …", the first rule that is broken.
Status check_password(std::string_view password, PasswordPolicy policy);

}  // namespace kalam::auth
