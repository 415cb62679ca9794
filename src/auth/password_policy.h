// Which passwords may be set: spec auth §3.2. The texts never hold the password.

#pragma once
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace kalam::auth {

enum class PasswordPolicy {
  any,      // not empty, and no longer than what bcrypt sees
  lengthy,  // not too short, and none that everybody tries first
  complex,  // the same, with an upper-case letter, a lower-case one, a digit and something else
};

// Of what is more than `any`, in bytes. bcrypt sees no more than 72 in any case.
struct PasswordLengths {
  size_t min = 8;
  size_t max = 72;
};

// `invalid_operation`: "Weak password: …", the first rule that is broken.
Status check_password(std::string_view password, PasswordPolicy policy, PasswordLengths lengths = {});

}  // namespace kalam::auth
