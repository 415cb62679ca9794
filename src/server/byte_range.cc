#include "server/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "types/ascii.h"

namespace kalam::server {

namespace {

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

ByteRange read_byte_range(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!equal_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return {};
  const auto range = trimmed(header.substr(kUnit.size()));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(range.substr(0, dash));
  const auto last = number(range.substr(dash + 1));
  if (dash == 0) {  // the last n bytes
    if (!last) return {};
    if (*last == 0 || size == 0) return {ByteRange::Wants::unsatisfiable, 0, 0};
    const auto length = std::min(*last, size);
    return {ByteRange::Wants::part, size - length, length};
  }
  const bool open_end = dash + 1 == range.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return {};
  if (*first >= size) return {ByteRange::Wants::unsatisfiable, 0, 0};
  const auto end = open_end ? size - 1 : std::min(*last, size - 1);
  return {ByteRange::Wants::part, *first, end - *first + 1};
}

}  // namespace kalam::server
