// SHA-256.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::auth {

Result<std::string> sha256(std::string_view bytes);  // 32 bytes

}  // namespace kalam::auth
