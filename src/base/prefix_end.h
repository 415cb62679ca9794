// The bound of a prefix, in any ordered space of byte keys.

#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kalam {

// The smallest key above every key that starts with `prefix`; empty when there is none (only 0xFF bytes, or nothing).
inline std::optional<std::string> prefix_end(std::string_view prefix) {
  const auto last = prefix.find_last_not_of('\xFF');
  if (last == std::string_view::npos) return std::nullopt;
  std::string end(prefix.substr(0, last + 1));
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace kalam
