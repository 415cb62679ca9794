#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace kalam {
namespace {

struct Sequence {
  size_t length = 0;  // bytes that fit together
  bool complete = false;
};

// Reads one character beyond ASCII. The second byte has a range of its own after E0, ED, F0 and F4: that is what keeps
// overlong forms, surrogates and numbers above U+10FFFF out.
Sequence sequence_at(std::string_view bytes) {
  const auto lead = static_cast<uint8_t>(bytes[0]);
  size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  else return {1, false};

  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < length; ++i) {
    if (i >= bytes.size()) return {i, false};
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (byte < low || byte > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

}  // namespace

size_t valid_utf8_prefix(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    // Most text is ASCII: eight bytes at a time.
    while (at + 8 <= bytes.size()) {
      uint64_t word;
      std::memcpy(&word, bytes.data() + at, 8);
      if (word & 0x8080808080808080u) break;
      at += 8;
    }
    if (at == bytes.size()) break;
    if (static_cast<uint8_t>(bytes[at]) < 0x80) {
      ++at;
      continue;
    }
    const auto sequence = sequence_at(bytes.substr(at));
    if (!sequence.complete) return at;
    at += sequence.length;
  }
  return at;
}

size_t utf8_character_length(std::string_view bytes) {
  if (static_cast<uint8_t>(bytes[0]) < 0x80) return 1;
  const auto sequence = sequence_at(bytes);
  return sequence.complete ? sequence.length : 0;
}

size_t ill_formed_utf8_length(std::string_view bytes) { return sequence_at(bytes).length; }

}  // namespace kalam
