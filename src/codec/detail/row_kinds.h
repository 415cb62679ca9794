// What differs between the kinds of rows: the fields of the root table, and the words of error texts.

#pragma once
#include <string_view>

#include "codec/detail/row_writer.h"
#include "codec/row_codec.h"

namespace kalam::codec::detail {

inline const RowRoot& root_of(RowKind kind) {
  switch (kind) {
    case RowKind::user: return kUserRoot;
    case RowKind::shared: return kSharedRoot;
    case RowKind::stream: return kStreamRoot;
    case RowKind::system: break;
  }
  return kSystemRoot;
}

inline std::string_view words_of(RowKind kind) {
  switch (kind) {
    case RowKind::user: return "user table row";
    case RowKind::shared: return "shared table row";
    case RowKind::stream: return "stream row";
    case RowKind::system: break;
  }
  return "system table row";
}

}  // namespace kalam::codec::detail
