#include "server/health.h"

#include <cmath>

#include "server/process_usage.h"
#include "types/json_text.h"

namespace kalam::server {

namespace {

HttpResponse for_localhost_only(std::string_view what) {
  std::string body;
  JsonText(body).begin_object().key("error").string("Access denied. " + std::string(what)).end_object();
  return json_response(403, std::move(body));
}

void append_self(JsonText& json, const StandaloneNode& node, const std::string& host) {
  const auto usage = process_usage();
  json.begin_object();
  json.key("node_id").number(node.node_id);
  json.key("role").string("leader");
  json.key("status").string("active");
  json.key("api_addr").string(node.api_addr);
  json.key("is_self").boolean(true);
  json.key("is_leader").boolean(true);
  json.key("replication_lag").null();
  json.key("catchup_progress_pct").null();
  json.key("hostname").string(host);
  json.key("memory_usage_mb").number(usage.resident_bytes >> 20);
  json.key("cpu_usage_percent").number(std::round(100 * usage.cpu_percent()) / 100);
  json.key("uptime_seconds").number(static_cast<uint64_t>(usage.uptime_seconds));
  json.key("uptime_human").string(uptime_text(usage.uptime_seconds));
  json.end_object();
}

}  // namespace

HttpResponse answer_health(const HttpRequest& request, const BuildInfo& build) {
  if (!request.from_localhost) return for_localhost_only("Health endpoint is localhost-only.");
  std::string body;
  JsonText json(body);
  json.begin_object();
  json.key("api_version").string("v1");
  json.key("build_date").string(build.build_date);
  json.key("status").string("healthy");
  json.key("version").string(build.version);
  json.end_object();
  return json_response(200, std::move(body));
}

HttpResponse answer_cluster_health(const HttpRequest& request, const BuildInfo& build, const StandaloneNode& node) {
  if (!request.from_localhost) return for_localhost_only("Cluster health is localhost-only.");
  const auto host = host_name();
  std::string body;
  JsonText json(body);
  json.begin_object();
  json.key("status").string("healthy");
  json.key("version").string(build.version);
  json.key("build_date").string(build.build_date);
  json.key("is_cluster_mode").boolean(true);  // clients of the original read it so, standalone too
  json.key("cluster_id").string(host);
  json.key("node_id").number(node.node_id);
  json.key("is_leader").boolean(true);
  json.key("total_groups").number(node.groups);
  json.key("groups_leading").number(node.groups);
  json.key("current_term").number(1);
  json.key("last_applied").number(node.last_applied());
  json.key("millis_since_quorum_ack").number(0);  // it is its own quorum
  json.key("nodes").begin_array();
  append_self(json, node, host);
  json.end_array().end_object();
  return json_response(200, std::move(body));
}

}  // namespace kalam::server
