#include "topics/message.h"

#include <array>

#include "codec/model_codec.h"

namespace kalam::topics {

namespace {

// schema/system/topic_message.fbs
enum Field : uint16_t { kTopic, kPartition, kOffset, kPayload, kKey, kTimestamp, kUser, kKind };

constexpr std::array kKinds = {ChangeKind::insert, ChangeKind::update, ChangeKind::remove};

const codec::SystemSchema& schema() { return codec::system_schema(codec::SystemModel::topic_message); }

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::insert: return "insert";
    case ChangeKind::update: return "update";
    case ChangeKind::remove: return "delete";
  }
  return "";
}

std::string_view title_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::insert: return "Insert";
    case ChangeKind::update: return "Update";
    case ChangeKind::remove: return "Delete";
  }
  return "";
}

std::optional<ChangeKind> parse_kind(std::string_view name) {
  for (const auto kind : kKinds) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

Result<std::string> encode(const Message& message) {
  static thread_local codec::ModelWriter writer(schema());  // it keeps its memory from one to the next
  writer.text(kTopic, message.topic.value())
      .u32(kPartition, message.partition)
      .u64(kOffset, message.offset)
      .bytes(kPayload, message.payload)
      .i64(kTimestamp, message.timestamp_ms)
      .text(kKind, name_of(message.kind));
  if (message.key) writer.text(kKey, *message.key);
  if (message.user) writer.text(kUser, message.user->value());
  return writer.finish();
}

Result<Message> decode(std::string_view bytes) {
  const auto reader = TRY(codec::ModelReader::open(schema(), bytes, {.partition = "topic_messages", .data_path = {}}));
  Message message;
  message.topic = TopicId(std::string(TRY(reader.text(kTopic))));
  message.partition = TRY(reader.u32(kPartition));
  message.offset = TRY(reader.u64(kOffset));
  message.payload = std::string(TRY(reader.bytes(kPayload)));
  if (const auto key = TRY(reader.text_or_null(kKey))) message.key = std::string(*key);
  message.timestamp_ms = TRY(reader.i64(kTimestamp));
  if (const auto user = TRY(reader.text_or_null(kUser))) message.user = UserId(std::string(*user));
  const auto kind = parse_kind(TRY(reader.text(kKind)));
  if (!kind) return reader.error("its operation is none of insert, update, delete");
  message.kind = *kind;
  return message;
}

}  // namespace kalam::topics
