#include "server/ws_message.h"

#include <charconv>
#include <limits>
#include <vector>

#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

constexpr size_t kFeaturesMax = 32;

Error invalid(std::string message) { return {ErrorCode::invalid_input, std::move(message)}; }
Error missing(std::string_view field) { return invalid("missing field `" + std::string(field) + "`"); }

// The members of one object, as written; of two with one name the last counts.
class Members {
 public:
  static Result<Members> read(std::string_view json) {
    Members members;
    JsonReader reader(json);
    TRY(reader.begin_object());
    while (auto key = TRY(reader.key())) members.all_.emplace_back(std::move(*key), TRY(reader.raw()));
    TRY(reader.end());
    return members;
  }

  // Null and absent: none.
  std::optional<std::string_view> find(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : all_) {
      if (key == name) found = value;
    }
    return found == "null" ? std::nullopt : found;
  }

  Result<std::string> text(std::string_view name) const {
    const auto value = find(name);
    if (!value) return missing(name);
    auto text = JsonReader(*value).string();
    if (!text.ok()) return invalid("invalid type: " + what_is(*value) + ", expected a string");
    return text;
  }
  // Also as decimal text, where JavaScript could not say the number.
  Result<std::optional<int64_t>> integer(std::string_view name, bool or_text) const {
    const auto value = find(name);
    if (!value) return std::optional<int64_t>();
    if (auto number = JsonReader(*value).integer(); number.ok()) return std::optional(*number);
    if (auto text = JsonReader(*value).string(); or_text && text.ok()) {
      int64_t number = 0;
      const auto* end = text->data() + text->size();
      const auto parsed = std::from_chars(text->data(), end, number);
      if (parsed.ec == std::errc() && parsed.ptr == end) return std::optional(number);
    }
    return invalid("invalid type: " + what_is(*value) + ", expected an integer for `" + std::string(name) + "`");
  }
  Result<std::optional<uint64_t>> size(std::string_view name, uint64_t max, std::string_view type) const {
    const auto value = find(name);
    if (!value) return std::optional<uint64_t>();
    const auto number = JsonReader(*value).integer();
    if (!number.ok()) return invalid("invalid type: " + what_is(*value) + ", expected " + std::string(type));
    if (*number < 0 || static_cast<uint64_t>(*number) > max) {
      return invalid("invalid value: integer `" + std::to_string(*number) + "`, expected " + std::string(type));
    }
    return std::optional(static_cast<uint64_t>(*number));
  }

 private:
  static std::string what_is(std::string_view value) {
    switch (value.front()) {
      case '"': return "string " + std::string(value);
      case '{': return "map";
      case '[': return "sequence";
      case 't':
      case 'f': return "boolean `" + std::string(value) + "`";
      default: return "integer `" + std::string(value) + "`";
    }
  }

  std::vector<std::pair<std::string, std::string_view>> all_;
};

Status read_features(std::string_view json, live::Features& on) {
  JsonReader reader(json);
  TRY(reader.begin_array());
  size_t count = 0;
  while (TRY(reader.element())) {
    switch_on(TRY(reader.string()), on);
    if (++count > kFeaturesMax) return invalid("more than 32 features");
  }
  return {};
}

Result<WsProtocol> read_protocol(std::string_view json) {
  const auto members = TRY(Members::read(json));
  WsProtocol protocol;
  if (members.find("serialization")) {
    const auto name = TRY(members.text("serialization"));
    if (name != "json" && name != "msgpack") {
      return invalid("unknown variant `" + name + "`, expected `json` or `msgpack`");
    }
    protocol.msgpack = name == "msgpack";
  }
  if (members.find("compression")) {
    const auto name = TRY(members.text("compression"));
    if (name != "gzip" && name != "none") return invalid("unknown variant `" + name + "`, expected `none` or `gzip`");
    protocol.gzip = name == "gzip";
  }
  if (const auto features = members.find("features")) TRY(read_features(*features, protocol.features));
  return protocol;
}

Result<WsAuthenticate> read_authenticate(const Members& members) {
  const auto method = TRY(members.text("method"));
  if (method != "jwt") return invalid("unknown variant `" + method + "`, expected `jwt`");
  WsAuthenticate message;
  message.token = TRY(members.text("token"));
  if (const auto protocol = members.find("protocol")) message.protocol = TRY(read_protocol(*protocol));
  return message;
}

Result<WsSubscribe> read_subscribe(const Members& members) {
  const auto inner = members.find("subscription");
  if (!inner) return missing("subscription");
  const auto subscription = TRY(Members::read(*inner));
  WsSubscribe message;
  message.id = TRY(subscription.text("id"));
  message.sql = TRY(subscription.text("sql"));
  const auto given = subscription.find("options");
  if (!given) return message;
  const auto options = TRY(Members::read(*given));
  auto& read = message.options.emplace();
  read.batch_size = TRY(options.size("batch_size", std::numeric_limits<int64_t>::max(), "usize"));
  if (const auto rows = TRY(options.size("last_rows", std::numeric_limits<uint32_t>::max(), "u32"))) {
    read.last_rows = static_cast<uint32_t>(*rows);
  }
  read.from = TRY(options.integer("from", true));
  if (!read.from) read.from = TRY(options.integer("from_seq_id", true));
  if (options.find("cursor")) read.cursor = TRY(options.text("cursor"));
  return message;
}

}  // namespace

Result<WsMessage> parse_ws_message(std::string_view json) {
  const auto members = TRY(Members::read(json));
  const auto type = TRY(members.text("type"));
  if (type == "authenticate") return WsMessage(TRY(read_authenticate(members)));
  if (type == "subscribe") return WsMessage(TRY(read_subscribe(members)));
  if (type == "next_batch") {
    WsNextBatch message;
    message.subscription = TRY(members.text("subscription_id"));
    message.after = TRY(members.integer("last_seq_id", true));
    return WsMessage(std::move(message));
  }
  if (type == "unsubscribe") return WsMessage(WsUnsubscribe{TRY(members.text("subscription_id"))});
  if (type == "ping") return WsMessage(WsPing{});
  return invalid("unknown variant `" + type +
                 "`, expected one of `authenticate`, `subscribe`, `next_batch`, `unsubscribe`, `ping`");
}

void switch_on(std::string_view feature, live::Features& features) {
  if (feature == "exact_resume") features.exact_resume = true;
  if (feature == "frames") features.frames = true;
}

std::string auth_success_message(std::string_view user, std::string_view role, const WsProtocol& protocol,
                                 std::string_view epoch) {
  const auto& features = protocol.features;
  const bool any = features.exact_resume || features.frames;
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("type").string("auth_success");
  json.key("user").string(user);
  json.key("role").string(role);
  json.key("protocol").begin_object();
  json.key("serialization").string(protocol.serialization_name());
  json.key("compression").string(protocol.compression_name());
  if (any) {
    json.key("features").begin_array();
    if (features.exact_resume) json.string("exact_resume");
    if (features.frames) json.string("frames");
    json.end_array();
  }
  json.end_object();
  if (any) json.key("epoch").string(epoch);
  json.end_object();
  return text;
}

std::string auth_error_message(std::string_view message) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  json.key("type").string("auth_error");
  json.key("message").string(message);
  json.end_object();
  return text;
}

}  // namespace kalam::server
