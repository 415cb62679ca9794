// Message: one change of a row, as a topic keeps it.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/ids.h"
#include "types/row_change.h"

namespace kalam::topics {

struct Message {
  TopicId topic;
  uint32_t partition = 0;
  uint64_t offset = 0;
  std::string payload;  // a JSON object
  std::optional<std::string> key = {};
  int64_t timestamp_ms = 0;
  std::optional<UserId> user = {};  // whose row; none: a SHARED table
  ChangeKind kind = ChangeKind::insert;

  bool operator==(const Message&) const = default;
};

std::string_view name_of(ChangeKind kind);   // "insert", "update", "delete": in storage, routes and SQL
std::string_view title_of(ChangeKind kind);  // "Insert", …: in messages and over HTTP
std::optional<ChangeKind> parse_kind(std::string_view name);

Result<std::string> encode(const Message& message);
Result<Message> decode(std::string_view bytes);

}  // namespace kalam::topics
