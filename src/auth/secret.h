// Secrets are compared in a time that does not tell where the first difference is.

#pragma once
#include <string_view>

namespace kalam::auth {

bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace kalam::auth
