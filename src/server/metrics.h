// GET /metrics: the counters of the process in the Prometheus text format 0.0.4 (spec http-api §12.4).

#pragma once
#include <functional>
#include <string>

#include "server/http_message.h"

namespace kalam::server {

struct MetricsOptions {
  bool enabled = true;
  std::string token = {};  // who sends it as Bearer may read from anywhere; empty: nobody
  std::string version = {};
  std::function<bool(const HttpRequest&)> is_admin = {};  // asked only of requests with another Bearer token
};

HttpResponse answer_metrics(const HttpRequest& request, const MetricsOptions& options);

// All counters, gauges and histograms, and what the system knows of this process.
std::string metrics_text(const std::string& version);

}  // namespace kalam::server
