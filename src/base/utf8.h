// UTF-8: is it, and if not, where does it break?

#pragma once
#include <cstddef>
#include <string_view>

namespace kalam {

// The length of the longest beginning of `bytes` that is valid UTF-8 (no overlong forms, no surrogates, at most
// U+10FFFF).
size_t valid_utf8_prefix(std::string_view bytes);

// The length of the character at the start of `bytes` (not empty); 0: there is none.
size_t utf8_character_length(std::string_view bytes);

inline bool is_utf8(std::string_view bytes) { return valid_utf8_prefix(bytes) == bytes.size(); }

// The length of the ill-formed sequence at the start of `bytes`, which is replaced by one U+FFFD: its longest beginning
// that could have become a character, at least one byte (Unicode, "substitution of maximal subparts").
size_t ill_formed_utf8_length(std::string_view bytes);

}  // namespace kalam
