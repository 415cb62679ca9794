#include "types/uuid.h"

#include <cassert>

#include "types/ascii.h"

namespace kalam {
namespace {

bool hyphen_behind(size_t byte) { return byte == 3 || byte == 5 || byte == 7 || byte == 9; }

}  // namespace

Result<UuidBytes> parse_uuid(std::string_view text) {
  const auto fail = [](std::string why) { return Error{ErrorCode::invalid_input, std::move(why)}; };
  auto digits = text;
  bool hyphens = text.size() == 36;
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    digits = text.substr(1, 36);
    hyphens = true;
  } else if (text.size() == 45 && (text.starts_with("urn:uuid:") || text.starts_with("URN:UUID:"))) {
    digits = text.substr(9);
    hyphens = true;
  } else if (text.size() != 36 && text.size() != 32) {
    return fail("expected 32 hex digits, with or without hyphens, braces or urn:uuid:, found " +
                std::to_string(text.size()) + " characters");
  }

  UuidBytes bytes{};
  size_t at = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_digit(digits[at]);
    const int low = hex_digit(digits[at + 1]);
    if (high < 0 || low < 0) return fail("expected a hex digit at position " + std::to_string(high < 0 ? at : at + 1));
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
    at += 2;
    if (hyphens && hyphen_behind(i) && digits[at++] != '-')
      return fail("expected a hyphen at position " + std::to_string(at - 1));
  }
  return bytes;
}

std::string print_uuid(std::string_view bytes) {
  assert(bytes.size() == 16);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < 16; ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 15]);
    if (hyphen_behind(i)) text.push_back('-');
  }
  return text;
}

std::string print_uuid(const UuidBytes& bytes) {
  return print_uuid(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace kalam
