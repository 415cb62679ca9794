#include "catalog/provided_views.h"

namespace kalam::catalog {
namespace {

template <typename Row>
std::unique_ptr<SystemView> view_of(std::string_view name, std::string_view comment, std::vector<Column<Row>> columns,
                                    const ProvidedRows<Row>& provided) {
  return std::make_unique<View<Row>>("system", name, comment, std::move(columns),
                                     [&provided](const ScanRequest& request) { return provided.open(request); });
}

std::unique_ptr<SystemView> live(const ProvidedRows<LiveRow>& provided) {
  using Row = LiveRow;
  return view_of<Row>("live", "Open subscriptions of this node",
                      {
                          as_key(column<&Row::live_id>(1, "live_id")),
                          column<&Row::connection_id>(2, "connection_id"),
                          column<&Row::subscription_id>(3, "subscription_id"),
                          column<&Row::namespace_id>(4, "namespace_id"),
                          column<&Row::table_name>(5, "table_name"),
                          column<&Row::user_id>(6, "user_id"),
                          column<&Row::query>(7, "query"),
                          column<&Row::options>(8, "options"),
                          column<&Row::status>(9, "status"),
                          column<&Row::created_at>(10, "created_at"),
                          column<&Row::last_update>(11, "last_update"),
                          column<&Row::changes>(12, "changes"),
                          column<&Row::node_id>(13, "node_id"),
                          column<&Row::last_ping_at>(14, "last_ping_at"),
                      },
                      provided);
}

std::unique_ptr<SystemView> sessions(const ProvidedRows<SessionRow>& provided) {
  using Row = SessionRow;
  return view_of<Row>("sessions", "Sessions of the PostgreSQL bridge",
                      {
                          column<&Row::session_id>(1, "session_id"),
                          column<&Row::backend_pid>(2, "backend_pid"),
                          column<&Row::current_schema>(3, "current_schema"),
                          column<&Row::state>(4, "state"),
                          column<&Row::transaction_id>(5, "transaction_id"),
                          column<&Row::transaction_state>(6, "transaction_state"),
                          column<&Row::transaction_has_writes>(7, "transaction_has_writes"),
                          column<&Row::client_addr>(8, "client_addr"),
                          column<&Row::transport>(9, "transport"),
                          column<&Row::opened_at>(10, "opened_at"),
                          column<&Row::last_seen_at>(11, "last_seen_at"),
                          column<&Row::last_method>(12, "last_method"),
                      },
                      provided);
}

std::unique_ptr<SystemView> transactions(const ProvidedRows<TransactionRow>& provided) {
  using Row = TransactionRow;
  return view_of<Row>("transactions", "Open explicit transactions",
                      {
                          column<&Row::transaction_id>(1, "transaction_id"),
                          column<&Row::owner_id>(2, "owner_id"),
                          column<&Row::origin>(3, "origin"),
                          column<&Row::state>(4, "state"),
                          column<&Row::age_ms>(5, "age_ms"),
                          column<&Row::idle_ms>(6, "idle_ms"),
                          column<&Row::write_count>(7, "write_count"),
                          column<&Row::write_bytes>(8, "write_bytes"),
                          column<&Row::touched_tables_count>(9, "touched_tables_count"),
                          column<&Row::snapshot_commit_seq>(10, "snapshot_commit_seq"),
                      },
                      provided);
}

std::unique_ptr<SystemView> settings(const ProvidedRows<SettingRow>& provided) {
  using Row = SettingRow;
  return view_of<Row>("settings", "Effective configuration",
                      {
                          column<&Row::name>(1, "name"),
                          column<&Row::value>(2, "value"),
                          column<&Row::description>(3, "description"),
                          column<&Row::category>(4, "category"),
                      },
                      provided);
}

std::unique_ptr<SystemView> server_logs(const ProvidedRows<ServerLogRow>& provided) {
  using Row = ServerLogRow;
  return view_of<Row>("server_logs", "The log file of this node",
                      {
                          column<&Row::timestamp>(1, "timestamp"),
                          column<&Row::level>(2, "level"),
                          column<&Row::thread>(3, "thread"),
                          column<&Row::target>(4, "target"),
                          column<&Row::line>(5, "line"),
                          column<&Row::message>(6, "message"),
                      },
                      provided);
}

std::unique_ptr<SystemView> cluster(const ProvidedRows<ClusterRow>& provided) {
  using Row = ClusterRow;
  return view_of<Row>("cluster", "Members of the cluster",
                      {
                          column<&Row::cluster_id>(1, "cluster_id"),
                          column<&Row::node_id>(2, "node_id"),
                          column<&Row::role>(3, "role"),
                          column<&Row::status>(4, "status"),
                          column<&Row::rpc_addr>(5, "rpc_addr"),
                          column<&Row::api_addr>(6, "api_addr"),
                          column<&Row::is_self>(7, "is_self"),
                          column<&Row::is_leader>(8, "is_leader"),
                          column<&Row::groups_leading>(9, "groups_leading"),
                          column<&Row::total_groups>(10, "total_groups"),
                          column<&Row::current_term>(11, "current_term"),
                          column<&Row::last_applied_log>(12, "last_applied_log"),
                          column<&Row::leader_last_log_index>(13, "leader_last_log_index"),
                          column<&Row::snapshot_index>(14, "snapshot_index"),
                          column<&Row::catchup_progress_pct>(15, "catchup_progress_pct"),
                          column<&Row::replication_lag>(16, "replication_lag"),
                          column<&Row::hostname>(17, "hostname"),
                          column<&Row::version>(18, "version"),
                          column<&Row::memory_mb>(19, "memory_mb"),
                          column<&Row::memory_usage_mb>(20, "memory_usage_mb"),
                          column<&Row::cpu_usage_percent>(21, "cpu_usage_percent"),
                          column<&Row::uptime_seconds>(22, "uptime_seconds"),
                          column<&Row::uptime_human>(23, "uptime_human"),
                          column<&Row::os>(24, "os"),
                          column<&Row::arch>(25, "arch"),
                      },
                      provided);
}

std::unique_ptr<SystemView> cluster_groups(const ProvidedRows<ClusterGroupRow>& provided) {
  using Row = ClusterGroupRow;
  return view_of<Row>("cluster_groups", "Raft groups of this node",
                      {
                          column<&Row::group_id>(1, "group_id"),
                          column<&Row::cluster_id>(2, "cluster_id"),
                          column<&Row::node_id>(3, "node_id"),
                          column<&Row::group_type>(4, "group_type"),
                          column<&Row::current_term>(5, "current_term"),
                          column<&Row::vote>(6, "vote"),
                          column<&Row::last_log_index>(7, "last_log_index"),
                          column<&Row::last_applied>(8, "last_applied"),
                          column<&Row::snapshot>(9, "snapshot"),
                          column<&Row::purged>(10, "purged"),
                          column<&Row::committed>(11, "committed"),
                          column<&Row::state>(12, "state"),
                          column<&Row::current_leader>(13, "current_leader"),
                          column<&Row::millis_since_quorum_ack>(14, "millis_since_quorum_ack"),
                      },
                      provided);
}

std::unique_ptr<SystemView> stats(const ProvidedViews& provided) {
  using Row = StatRow;
  auto open = [&provided](const ScanRequest& request) -> Result<Rows<Row>> {
    std::vector<Row> rows;
    for (const auto& group : provided.stats) {
      auto more = TRY(group.open(request));
      for (Row row; TRY(more(row));) rows.push_back(std::move(row));
    }
    return all_of(std::move(rows));
  };
  std::vector<Column<Row>> columns = {
      column<&Row::metric_name>(1, "metric_name"),
      column<&Row::metric_value>(2, "metric_value"),
  };
  return std::make_unique<View<Row>>("system", "stats", "Metrics of this node, computed now", std::move(columns),
                                     std::move(open));
}

}  // namespace

std::vector<std::unique_ptr<SystemView>> make_provided_views(const ProvidedViews& provided) {
  std::vector<std::unique_ptr<SystemView>> views;
  views.push_back(live(provided.live));
  views.push_back(sessions(provided.sessions));
  views.push_back(transactions(provided.transactions));
  views.push_back(stats(provided));
  views.push_back(settings(provided.settings));
  views.push_back(server_logs(provided.server_logs));
  views.push_back(cluster(provided.cluster));
  views.push_back(cluster_groups(provided.cluster_groups));
  return views;
}

}  // namespace kalam::catalog
