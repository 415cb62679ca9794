// The root tables of schema/row.fbs differ only in which of these fields they have, and under which id.

#pragma once
#include <cstdint>
#include <string_view>

#include "codec/row_codec.h"

namespace kalam::codec::detail {

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

inline const RowRoot& root_of(RowKind kind) {
  switch (kind) {
    case RowKind::user: return kUserRoot;
    case RowKind::shared: return kSharedRoot;
    case RowKind::stream: return kStreamRoot;
    case RowKind::system: break;
  }
  return kSystemRoot;
}

// The words in error texts.
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
