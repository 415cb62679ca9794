#include "live/cursor.h"

#include <charconv>
#include <cstdio>

namespace kalam::live {

std::string print_epoch(uint64_t epoch) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(epoch));
  return text;
}

std::string print(const Cursor& cursor) {
  return print_epoch(cursor.epoch) + ":" + std::to_string(cursor.commit.value());
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  constexpr size_t kEpochDigits = 16;
  if (text.size() < kEpochDigits + 2 || text[kEpochDigits] != ':') return std::nullopt;
  uint64_t epoch = 0, commit = 0;
  const auto* middle = text.data() + kEpochDigits;
  const auto* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), middle, epoch, 16);
  const auto second = std::from_chars(middle + 1, end, commit);
  if (first.ec != std::errc() || first.ptr != middle || second.ec != std::errc() || second.ptr != end) {
    return std::nullopt;
  }
  return Cursor{epoch, CommitSeq(commit)};
}

}  // namespace kalam::live
