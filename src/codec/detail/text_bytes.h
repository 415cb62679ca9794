// For the hot paths: most texts of rows are short and ASCII, and a call costs more than looking at one or copying it.

#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/utf8.h"

namespace kalam::codec::detail {

// is_utf8.
inline bool is_text(std::string_view bytes) {
  typedef uint64_t Block __attribute__((vector_size(16)));
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  const auto size = bytes.size();
  const auto load = [&]<typename Word>(size_t at, Word word) {
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    return word;
  };
  uint64_t seen = 0;
  // The last word overlaps those before.
  if (size >= 16) {
    auto blocks = load(size - 16, Block{});
    for (size_t at = 0; at + 16 < size; at += 16) blocks |= load(at, Block{});
    seen = blocks[0] | blocks[1];
  } else if (size >= 8) {
    seen = load(0, uint64_t{0}) | load(size - 8, uint64_t{0});
  } else if (size >= 4) {
    seen = load(0, uint32_t{0}) | load(size - 4, uint32_t{0});
  } else {
    for (const char byte : bytes) seen |= static_cast<uint8_t>(byte);
  }
  return (seen & kHighBits) == 0 || is_utf8(bytes);
}

// memcpy. The last part overlaps those before.
inline void copy_text(char* to, std::string_view bytes) {
  const char* from = bytes.data();
  const size_t size = bytes.size();
  const auto copy = [&]<size_t N>(std::integral_constant<size_t, N>) {
    for (size_t at = 0; at + N < size; at += N) std::memcpy(to + at, from + at, N);
    std::memcpy(to + size - N, from + size - N, N);
  };
  if (size > 128) std::memcpy(to, from, size);
  else if (size >= 16) copy(std::integral_constant<size_t, 16>());
  else if (size >= 4) copy(std::integral_constant<size_t, 4>());
  else
    for (size_t at = 0; at < size; ++at) to[at] = from[at];
}

}  // namespace kalam::codec::detail
