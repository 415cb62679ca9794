// UUIDs: 16 bytes in RFC 4122 order (big-endian fields), shown with hyphens in lower case.

#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam {

using UuidBytes = std::array<uint8_t, 16>;

// Hyphenated, simple (32 digits), {braced} or urn:uuid:; any case.
Result<UuidBytes> parse_uuid(std::string_view text);

std::string print_uuid(std::string_view bytes);  // 16 of them
std::string print_uuid(const UuidBytes& bytes);

}  // namespace kalam
