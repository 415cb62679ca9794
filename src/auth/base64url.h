// base64url without padding (RFC 4648 §5), as the parts of a JWT are written.

#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kalam::auth {

std::string to_base64url(std::string_view bytes);

// Strict: one text for each sequence of bytes, so that two different tokens never say the same.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace kalam::auth
