#include "node/node_views.h"

#include <sys/utsname.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/counters.h"
#include "catalog/catalog.h"
#include "node/database.h"
#include "node/server_log_view.h"
#include "node/topic_stats.h"
#include "server/health.h"
#include "server/process_usage.h"

namespace kalam::node {

namespace {

using catalog::ClusterGroupRow;
using catalog::ClusterRow;
using catalog::StatRow;
using catalog::StatsGroup;

constexpr uint64_t kMiB = uint64_t{1} << 20;

StatRow number(std::string_view name, uint64_t value) { return {std::string(name), std::to_string(value)}; }
StatRow gauged(std::string_view name, std::string_view gauge) {
  return {std::string(name), std::to_string(counters::gauge(gauge).value())};
}

std::string two_decimals(double value) {
  char text[32];
  return {text, static_cast<size_t>(std::snprintf(text, sizeof text, "%.2f", value))};
}

std::vector<StatRow> process_stats() {
  const auto usage = server::process_usage();
  const auto host = server::host_memory();
  return {number("server_uptime_seconds", static_cast<uint64_t>(usage.uptime_seconds)),
          {"server_uptime_human", server::uptime_text(usage.uptime_seconds)},
          number("memory_usage_bytes", usage.resident_bytes),
          number("memory_usage_mb", usage.resident_bytes / kMiB),
          {"memory_usage_source", "rss"},
          number("memory_rss_bytes", usage.resident_bytes),
          number("memory_rss_mb", usage.resident_bytes / kMiB),
          number("memory_virtual_bytes", usage.virtual_bytes),
          number("memory_virtual_mb", usage.virtual_bytes / kMiB),
          number("memory_rss_gap_bytes", 0),  // of the resident size to itself, which is what we call usage
          number("memory_rss_gap_mb", 0),
          {"cpu_usage_percent", two_decimals(usage.cpu_percent())},
          number("system_total_memory_mb", host.total_bytes / kMiB),
          number("system_used_memory_mb", host.used_bytes / kMiB),
          number("thread_count", usage.threads),
          number("pid", static_cast<uint64_t>(::getpid())),
          {"allocator_name", "jemalloc"}};
}

// Cores that two threads of one share count once.
uint64_t physical_cores() {
  std::set<std::pair<std::string, std::string>> cores;
  std::ifstream file("/proc/cpuinfo");
  std::string line, package;
  while (std::getline(file, line)) {
    const auto value = line.substr(std::min(line.find(':'), line.size()));
    if (line.starts_with("physical id")) package = value;
    if (line.starts_with("core id")) cores.emplace(package, value);
  }
  return cores.empty() ? std::max(1U, std::thread::hardware_concurrency()) : cores.size();
}

std::vector<StatRow> host_stats(const NodeFacts& facts) {
  return {number("cpu_logical_cores", std::max(1U, std::thread::hardware_concurrency())),
          number("cpu_physical_cores", physical_cores()),
          number("server_workers_configured", facts.io_threads_configured),
          number("server_workers_effective", facts.io_threads),
          number("max_connections", facts.connections_max),
          number("connection_backlog", facts.backlog),
          number("worker_max_blocking_threads", facts.worker_threads),
          number("datafusion_query_parallelism", facts.query_threads),
          number("datafusion_max_partitions", facts.query_partitions),
          number("datafusion_memory_limit_mb", facts.query_memory_bytes / kMiB)};
}

std::vector<StatRow> file_stats() {
  const auto files = server::open_files();
  return {number("open_files_total",
                 files.regular + files.directories + files.local_sockets + files.network_sockets + files.others),
          number("open_files_regular", files.regular),
          number("open_files_directories", files.directories),
          number("open_files_kqueue", 0),
          number("open_files_unix", files.local_sockets),
          number("open_files_ipv4", files.network_sockets),
          number("open_files_other", files.others)};
}

std::vector<StatRow> connection_stats(Database& database, const NodeFacts& facts) {
  const auto subscriptions = database.live().rows().size();
  return {number("total_live_queries", subscriptions),
          gauged("active_connections", "http_connections"),
          gauged("active_connections_peak", "http_connections_peak"),
          number("max_connections_configured", facts.connections_max),
          number("active_subscriptions", subscriptions),
          gauged("active_subscriptions_peak", "subscriptions_peak"),
          gauged("websocket_sessions", "ws_connections"),
          gauged("websocket_sessions_peak", "ws_connections_peak")};
}

std::vector<StatRow> identity_stats(const NodeFacts& facts) {
  return {number("node_id", server::StandaloneNode{}.node_id),
          {"server_version", facts.version},
          {"server_build_date", facts.build_date},
          {"cluster_mode", "false"}};
}

// A node that stands alone leads all of its groups.
ClusterRow own_row(const NodeFacts& facts, uint64_t last_applied) {
  const server::StandaloneNode alone;
  const auto usage = server::process_usage();
  utsname system{};
  ::uname(&system);
  ClusterRow row;
  row.cluster_id = server::host_name();
  row.node_id = NodeId(alone.node_id);
  row.role = "leader";
  row.status = "active";
  row.api_addr = facts.api_addr;
  row.is_self = row.is_leader = true;
  row.groups_leading = row.total_groups = static_cast<int32_t>(alone.groups);
  row.current_term = 1;
  row.last_applied_log = row.leader_last_log_index = static_cast<int64_t>(last_applied);
  row.hostname = row.cluster_id;
  row.version = facts.version;
  row.memory_mb = static_cast<int64_t>(server::host_memory().total_bytes / kMiB);
  row.memory_usage_mb = static_cast<int64_t>(usage.resident_bytes / kMiB);
  row.cpu_usage_percent = static_cast<float>(usage.cpu_percent());
  row.uptime_seconds = static_cast<int64_t>(usage.uptime_seconds);
  row.uptime_human = server::uptime_text(usage.uptime_seconds);
  row.os = std::string(system.sysname) == "Linux" ? "linux" : system.sysname;
  row.arch = system.machine;
  return row;
}

std::vector<ClusterGroupRow> own_groups(uint64_t last_applied) {
  const server::StandaloneNode alone;
  std::vector<ClusterGroupRow> rows;
  for (const auto& [id, type] : {std::pair(10, "meta"), std::pair(100, "user_data"), std::pair(200, "shared_data")}) {
    ClusterGroupRow row;
    row.group_id = id;
    row.cluster_id = server::host_name();
    row.node_id = NodeId(alone.node_id);
    row.group_type = type;
    row.current_term = 1;
    row.last_log_index = row.last_applied = row.committed = static_cast<int64_t>(last_applied);
    row.state = "Leader";
    row.current_leader = static_cast<int64_t>(alone.node_id);
    row.millis_since_quorum_ack = 0;  // it is its own quorum
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void provide_node_views(Database& database, const NodeFacts& facts) {
  auto& views = database.catalog().provided();
  const auto stats = [&views](StatsGroup group, auto rows) {
    views.stats_of(group).set([rows](const ScanRequest&) { return catalog::all_of(rows()); });
  };
  stats(StatsGroup::process, process_stats);
  stats(StatsGroup::host, [facts] { return host_stats(facts); });
  stats(StatsGroup::files, file_stats);
  stats(StatsGroup::connections, [&database, facts] { return connection_stats(database, facts); });
  stats(StatsGroup::identity, [facts] { return identity_stats(facts); });
  provide_topic_stats(database);
  const auto last_applied = [&database] { return database.services().last_commit().value(); };
  views.cluster.set([facts, last_applied](const ScanRequest&) {
    return catalog::all_of<ClusterRow>({own_row(facts, last_applied())});
  });
  views.cluster_groups.set([last_applied](const ScanRequest&) { return catalog::all_of(own_groups(last_applied())); });
  views.server_logs.set([path = facts.logs_path](const ScanRequest&) { return server_log_rows(path); });
}

}  // namespace kalam::node
