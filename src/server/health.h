// Health: does the process answer? For this machine only; nothing behind it is asked.

#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "server/http_message.h"

namespace kalam::server {

struct BuildInfo {
  std::string version;
  std::string build_date = "unknown";
};

// GET /health and /v1/api/healthcheck.
HttpResponse answer_health(const HttpRequest& request, const BuildInfo& build);

// A server without peers: it leads all of its groups.
struct StandaloneNode {
  uint64_t node_id = 1;
  uint64_t groups = 3;                                                  // metadata, users' tables, shared tables
  std::string api_addr = {};                                            // "127.0.0.1:8080"
  std::function<uint64_t()> last_applied = [] { return uint64_t{0}; };  // commit; does not block
};
// GET /v1/api/cluster/health.
HttpResponse answer_cluster_health(const HttpRequest& request, const BuildInfo& build, const StandaloneNode& node);

}  // namespace kalam::server
