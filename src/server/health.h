// GET /health: does the process answer? Nothing behind it is asked. For this machine only.

#pragma once
#include <string>

#include "server/http_message.h"

namespace kalam::server {

struct BuildInfo {
  std::string version;
  std::string build_date = "unknown";
};

HttpResponse answer_health(const HttpRequest& request, const BuildInfo& build);

}  // namespace kalam::server
