// The views whose rows belong to modules above: subscriptions, sessions, transactions, logs, the cluster, settings,
// metrics. Their columns are here; each owner registers a function that gives the rows (Catalog::provided()).

#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "catalog/system_view.h"
#include "types/ids.h"

namespace kalam::catalog {

struct LiveRow {  // by live_id
  LiveQueryId live_id;
  ConnectionId connection_id;
  SubscriptionId subscription_id;
  NamespaceId namespace_id;
  TableName table_name;
  UserId user_id;
  std::string query;
  std::optional<Json> options;
  std::string status = "active";
  TimestampUs created_at;
  TimestampUs last_update;
  int64_t changes = 0;
  NodeId node_id{0};
  TimestampUs last_ping_at;
};

struct SessionRow {  // by last_seen_at descending, then session_id
  std::string session_id;
  std::optional<int64_t> backend_pid;
  std::optional<std::string> current_schema;
  std::string state;
  std::optional<TransactionId> transaction_id;
  std::optional<std::string> transaction_state;
  bool transaction_has_writes = false;
  std::optional<std::string> client_addr;
  std::string transport;
  TimestampUs opened_at;
  TimestampUs last_seen_at;
  std::optional<std::string> last_method;
};

struct TransactionRow {  // by origin, then transaction_id
  TransactionId transaction_id;
  std::string owner_id;
  std::string origin;
  std::string state;
  int64_t age_ms = 0;
  int64_t idle_ms = 0;
  int64_t write_count = 0;
  int64_t write_bytes = 0;
  int64_t touched_tables_count = 0;
  int64_t snapshot_commit_seq = 0;
};

struct StatRow {
  std::string metric_name;
  std::string metric_value;
};

struct SettingRow {
  std::string name;
  std::string value;
  std::string description;
  std::string category;
};

struct ServerLogRow {  // in the order of the file
  std::string timestamp;
  std::string level;
  std::optional<std::string> thread;
  std::optional<std::string> target;
  std::optional<int64_t> line;
  std::string message;
};

struct ClusterRow {  // by node_id
  std::string cluster_id;
  NodeId node_id{0};
  std::string role;
  std::string status;
  std::string rpc_addr;
  std::string api_addr;
  bool is_self = false;
  bool is_leader = false;
  int32_t groups_leading = 0;
  int32_t total_groups = 0;
  std::optional<int64_t> current_term;
  std::optional<int64_t> last_applied_log;
  std::optional<int64_t> leader_last_log_index;
  std::optional<int64_t> snapshot_index;
  std::optional<int16_t> catchup_progress_pct;
  std::optional<int64_t> replication_lag;
  std::optional<std::string> hostname;
  std::optional<std::string> version;
  std::optional<int64_t> memory_mb;
  std::optional<int64_t> memory_usage_mb;
  std::optional<float> cpu_usage_percent;
  std::optional<int64_t> uptime_seconds;
  std::optional<std::string> uptime_human;
  std::optional<std::string> os;
  std::optional<std::string> arch;
};

struct ClusterGroupRow {  // meta, user shards, shared shards
  int64_t group_id = 0;
  std::string cluster_id;
  NodeId node_id{0};
  std::string group_type;
  std::optional<int64_t> current_term;
  std::optional<Json> vote;
  std::optional<int64_t> last_log_index;
  std::optional<int64_t> last_applied;
  std::optional<int64_t> snapshot;
  std::optional<int64_t> purged;
  std::optional<int64_t> committed;
  std::optional<std::string> state;
  std::optional<int64_t> current_leader;
  std::optional<int64_t> millis_since_quorum_ack;
};

struct RoutineRow {
  std::string name;
  std::optional<bool> is_deterministic;
  std::optional<std::string> data_type;
  std::optional<std::string> function_type;  // SCALAR, AGGREGATE, WINDOW
  std::optional<std::string> description;
  std::optional<std::string> syntax_example;
};

struct ParameterRow {
  std::string routine;
  uint64_t ordinal_position = 0;
  std::string parameter_mode;  // IN, OUT
  std::optional<std::string> parameter_name;
  std::string data_type;
  std::optional<std::string> parameter_default;
  bool is_variadic = false;
  SmallUnsigned rid;  // tells apart the signatures of one name
};

// The metrics of system.stats come in this order; within a group in the order of its provider. The catalog itself
// provides `catalog`, `store`, `jobs`, `storages`, `schema_cache` and `interner`.
enum class StatsGroup : uint8_t {
  process,
  host,
  files,
  catalog,
  store,
  jobs,
  storages,
  connections,
  schema_cache,
  topics,
  interner,
  identity,
};
inline constexpr size_t kStatsGroups = 12;

struct ProvidedViews {
  ProvidedRows<LiveRow> live;
  ProvidedRows<SessionRow> sessions;
  ProvidedRows<TransactionRow> transactions;
  ProvidedRows<SettingRow> settings;
  ProvidedRows<ServerLogRow> server_logs;
  ProvidedRows<ClusterRow> cluster;
  ProvidedRows<ClusterGroupRow> cluster_groups;
  ProvidedRows<RoutineRow> routines;      // information_schema
  ProvidedRows<ParameterRow> parameters;  // information_schema
  std::array<ProvidedRows<StatRow>, kStatsGroups> stats;

  ProvidedRows<StatRow>& stats_of(StatsGroup group) { return stats[static_cast<size_t>(group)]; }
};

// The views of schema `system`. `provided` outlives them.
std::vector<std::unique_ptr<SystemView>> make_provided_views(const ProvidedViews& provided);

}  // namespace kalam::catalog
