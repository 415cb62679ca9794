#include "server/topic_request.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "server/json_body.h"
#include "types/json_reader.h"

namespace kalam::server {

namespace {

constexpr uint64_t kWaitMaxSeconds = 60;
constexpr size_t kNameBytesMax = 256;

Error wrong(std::string text) { return Error{ErrorCode::invalid_input, std::move(text)}; }
Error missing(std::string_view field) { return wrong("missing field `" + std::string(field) + "`"); }

Result<std::string> read_name(JsonReader& json, std::string_view field) {
  auto name = TRY(json.string());
  if (name.size() > kNameBytesMax) {
    return wrong(std::string(field) + " exceeds " + std::to_string(kNameBytesMax) + " bytes");
  }
  return name;
}

Result<uint32_t> read_partition(JsonReader& json) {
  const auto number = TRY(json.unsigned_integer());
  if (number > std::numeric_limits<uint32_t>::max()) return wrong("partition_id is too large");
  return static_cast<uint32_t>(number);
}

// "latest", "earliest", {"Offset": n}.
Result<topics::Start> read_start(JsonReader& json) {
  if (TRY(json.peek()) == JsonReader::Kind::string) {
    const auto word = ascii_lower(TRY(json.string()));
    if (word == "latest") return topics::Start(topics::Latest{});
    if (word == "earliest") return topics::Start(topics::Earliest{});
    return wrong("unknown variant `" + word + "`, expected one of `latest`, `earliest`, `offset`");
  }
  std::optional<uint64_t> offset;
  TRY(json.begin_object());
  while (const auto key = TRY(json.key())) {
    if (*key != "Offset" && *key != "offset") return wrong("unknown variant `" + *key + "`, expected `offset`");
    offset = TRY(json.unsigned_integer());
  }
  if (!offset) return wrong("start is an empty object");
  return topics::Start(*offset);
}

Status skip_null(JsonReader& json, bool& null) {
  null = TRY(json.peek()) == JsonReader::Kind::null;
  return null ? json.null() : Status();
}

// Goes through the members of an object; `read` takes the values that it knows and says whether it did.
template <typename Read>
Status each_member(std::string_view content_type, std::string_view body, Read read) {
  if (!is_json(content_type)) return wrong("Content type error");
  JsonReader json(body);
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) {
    if (!TRY(read(*key, json))) TRY(json.raw());
  }
  return json.end();
}

}  // namespace

Result<ConsumeRequest> read_consume_request(std::string_view content_type, std::string_view body) {
  ConsumeRequest request;
  bool has_topic = false, has_group = false;
  const auto read = [&](const std::string& key, JsonReader& json) -> Result<bool> {
    if (key == "topic_id") {
      request.topic = TRY(read_name(json, key));
      has_topic = true;
    } else if (key == "group_id") {
      request.group = TRY(read_name(json, key));
      has_group = true;
    } else if (key == "partition_id") {
      request.partition = TRY(read_partition(json));
    } else if (key == "start") {
      request.start = TRY(read_start(json));
    } else if (key == "limit") {
      request.limit = TRY(json.unsigned_integer());
    } else if (key == "timeout_seconds") {
      bool null = false;
      TRY(skip_null(json, null));
      if (!null) request.wait = std::chrono::seconds(std::min(TRY(json.unsigned_integer()), kWaitMaxSeconds));
    } else {
      return false;
    }
    return true;
  };
  TRY(each_member(content_type, body, read));
  if (!has_topic) return missing("topic_id");
  if (!has_group) return missing("group_id");
  return request;
}

Result<AckRequest> read_ack_request(std::string_view content_type, std::string_view body) {
  AckRequest request;
  bool has_topic = false, has_group = false, has_offset = false;
  const auto read = [&](const std::string& key, JsonReader& json) -> Result<bool> {
    if (key == "topic_id") {
      request.topic = TRY(read_name(json, key));
      has_topic = true;
    } else if (key == "group_id") {
      request.group = TRY(read_name(json, key));
      has_group = true;
    } else if (key == "partition_id") {
      request.partition = TRY(read_partition(json));
    } else if (key == "upto_offset") {
      request.upto = TRY(json.unsigned_integer());
      has_offset = true;
    } else {
      return false;
    }
    return true;
  };
  TRY(each_member(content_type, body, read));
  if (!has_topic) return missing("topic_id");
  if (!has_group) return missing("group_id");
  if (!has_offset) return missing("upto_offset");
  return request;
}

}  // namespace kalam::server
