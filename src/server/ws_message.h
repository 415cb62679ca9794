// What clients say on a WebSocket (spec websocket §3): one JSON object, by its `type`.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "live/live_queries.h"

namespace kalam::server {

struct WsProtocol {
  bool msgpack = false;
  bool gzip = true;  // as asked for and echoed
  live::Features features = {};

  std::string_view serialization_name() const { return msgpack ? "msgpack" : "json"; }
  std::string_view compression_name() const { return gzip ? "gzip" : "none"; }
};

struct WsAuthenticate {
  std::string token;
  WsProtocol protocol;
};
using WsSubscribe = live::SubscribeRequest;
struct WsNextBatch {
  std::string subscription;
  std::optional<int64_t> after = {};
};
struct WsUnsubscribe {
  std::string subscription;
};
struct WsPing {};

using WsMessage = std::variant<WsAuthenticate, WsSubscribe, WsNextBatch, WsUnsubscribe, WsPing>;

// The error's text goes into the reason of the close: "missing field `sql`".
Result<WsMessage> parse_ws_message(std::string_view json);

// What the server says about who is connected.
// `epoch`: of the database; told to those who asked for a feature.
std::string auth_success_message(std::string_view user, std::string_view role, const WsProtocol& protocol,
                                 std::string_view epoch);
void switch_on(std::string_view feature, live::Features& features);  // unknown ones: nothing
std::string auth_error_message(std::string_view message);

}  // namespace kalam::server
