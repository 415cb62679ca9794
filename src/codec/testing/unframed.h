// Rows read by RowReader alone, which knows no frames: what every other way of reading is held against.

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "codec/detail/row_reader.h"
#include "codec/detail/row_root.h"
#include "codec/row_codec.h"

namespace kalam::codec::testing {

struct Unframed {
  std::string user;
  RowHeader header;
  uint32_t table_schema_version = 0;
  std::vector<Value> values;
};

inline Result<Unframed> read_unframed(RowKind kind, std::string_view payload) {
  auto reader = TRY(detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), payload));
  Unframed row{std::string(reader.user()), reader.header(), reader.table_schema_version(), {}};
  row.values.resize(reader.size());
  for (uint32_t i = 0; i < reader.size(); ++i) TRY(reader.read(i, row.values[i]));
  return row;
}

// Do both say the same, errors too?
template <typename AnyRow>
bool agree(const Result<Unframed>& unframed, const Result<AnyRow>& row) {
  if (unframed.ok() != row.ok()) return false;
  if (!row.ok()) return unframed.error().code == row.error().code && unframed.error().message == row.error().message;
  if (unframed->table_schema_version != row->table_schema_version || unframed->values != row->row.values) return false;
  if constexpr (requires { row->user; }) {
    if (unframed->user != row->user.text()) return false;
  }
  if constexpr (requires { row->header; }) return unframed->header == row->header;
  else if constexpr (requires { row->seq; }) return unframed->header.seq == row->seq;
  else return true;
}

}  // namespace kalam::codec::testing
