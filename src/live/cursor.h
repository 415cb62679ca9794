// Cursor: a place in the order of commits of one database, as clients keep it: "9f2c41d07be63a18:458857".

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/ids.h"

namespace kalam::live {

struct Cursor {
  uint64_t epoch = 0;  // of the database
  CommitSeq commit{0};

  bool operator==(const Cursor&) const = default;
};

std::string print_epoch(uint64_t epoch);  // 16 hex digits
std::string print(const Cursor& cursor);
std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace kalam::live
