// Writes one row behind the bytes that are there: its frame, the numbers in it, the tail.

#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/row_codec.h"

namespace kalam::codec::detail {

struct RowParts {
  std::string_view user;
  RowHeader header;
  uint32_t table_schema_version = 1;
  const Row* row = nullptr;
};

// With its envelope. Nothing is written when the row cannot be stored.
Status write_row(RowKind kind, const RowParts& parts, std::string& out);

}  // namespace kalam::codec::detail
