// GET /v1/ws: WebSockets of clients with live queries (spec websocket).
//
//   Upgraded -> origin, shutdown -> 101 -> WsSession (one I/O thread for its life) <-> live::LiveQueries on workers

#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auth/attempt_rate.h"
#include "auth/authenticate.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/workers.h"
#include "live/live_queries.h"

namespace kalam::server {

class UpgradeHandler;  // server/detail/upgrade.h

struct WsOptions {
  size_t message_bytes_max = 1'048'576;  // of a client, after assembly and inflating
  uint64_t messages_per_second = 50;     // text messages of one connection
  size_t queue_bytes_max = 4u << 20;     // of messages that a client has not taken yet
  size_t queues_bytes_max = 256u << 20;  // of all of them together
  std::chrono::milliseconds auth_timeout{3'000};
  std::chrono::milliseconds client_timeout{10'000};
  std::chrono::milliseconds heartbeat_interval{5'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::vector<std::string> allowed_origins = {};  // empty, or with "*": all
  bool strict_origin_check = false;               // who names no origin is refused when there is a list
};

// All outlive the handler and the workers' last task.
struct WsServices {
  live::LiveQueries& live;
  const auth::Authenticator& authenticator;
  auth::AttemptRate& attempts;
  Workers& workers;
  const Clock& clock;
  Random& random;
};

std::shared_ptr<UpgradeHandler> make_ws_handler(const WsServices& services, WsOptions options);

}  // namespace kalam::server
