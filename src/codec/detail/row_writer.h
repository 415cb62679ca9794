// Lays out one row payload, front to back, in memory that is large enough.

#pragma once
#include <cstring>
#include <string_view>

#include "base/result.h"
#include "codec/detail/scalar_layout.h"
#include "types/row.h"

namespace kalam::codec::detail {

// The root tables of schema/row.fbs differ only in which of these fields they have, and under which id.
struct RowRoot {
  static constexpr uint16_t kNone = 0xFFFF;
  uint16_t user = kNone;
  uint16_t seq = kNone;
  uint16_t commit_seq = kNone;
  uint16_t deleted = kNone;
  uint16_t fields = kNone;

  constexpr bool has_user() const { return user != kNone; }
};
inline constexpr RowRoot kUserRoot{.user = 0, .seq = 1, .commit_seq = 2, .deleted = 3, .fields = 4};
inline constexpr RowRoot kSharedRoot{.user = RowRoot::kNone, .seq = 0, .commit_seq = 1, .deleted = 2, .fields = 3};
inline constexpr RowRoot kStreamRoot{
    .user = 0, .seq = 1, .commit_seq = RowRoot::kNone, .deleted = RowRoot::kNone, .fields = 2};
inline constexpr RowRoot kSystemRoot{.user = RowRoot::kNone,
                                     .seq = RowRoot::kNone,
                                     .commit_seq = RowRoot::kNone,
                                     .deleted = RowRoot::kNone,
                                     .fields = 0};

struct RowParts {
  std::string_view user;
  RowHeader header;
  uint32_t table_schema_version = 1;
  const Row* row = nullptr;
};

// An upper bound of what write_row needs.
size_t row_bytes_max(const RowParts& parts);
// Writes at `out`, which holds zeros and lies anywhere in memory. The number of bytes written.
Result<size_t> write_row(const RowRoot& root, const RowParts& parts, char* out);

}  // namespace kalam::codec::detail
