#include "sql/statement.h"

#include <array>

namespace kalam::sql {

namespace {

struct KindFacts {
  StatementKind kind;
  std::string_view name;
  Effect effect;
  std::string_view refusal = {};  // for everybody but dba and system; empty: open to all
};

constexpr std::string_view kNamespaces = "Admin privileges (DBA or System role) required for namespace operations";
constexpr std::string_view kStorages = "Admin privileges (DBA or System role) required for storage operations";
constexpr std::string_view kTopics = "Admin privileges (DBA or System role) required for topic management";
constexpr std::string_view kUsers = "Admin privileges (DBA or System role) required for user management";
constexpr std::string_view kCluster = "Admin privileges (DBA or System role) required for cluster operations";

using enum StatementKind;
constexpr std::array<KindFacts, kStatementKinds> kFacts = {{
    {select, "SELECT", Effect::reads},
    {insert, "INSERT", Effect::rows},
    {update, "UPDATE", Effect::rows},
    {remove, "DELETE", Effect::rows},
    {explain, "EXPLAIN", Effect::reads, "Admin privileges (DBA or System role) required for EXPLAIN commands"},
    {set_setting, "SET", Effect::session, "Admin privileges (DBA or System role) required for SET commands"},
    {show_columns, "SHOW COLUMNS", Effect::reads, "Admin privileges (DBA or System role) required for SHOW COLUMNS"},
    {show_all, "SHOW ALL", Effect::reads, "Admin privileges (DBA or System role) required for SHOW ALL"},
    {describe_relation, "DESCRIBE", Effect::reads, "Admin privileges (DBA or System role) required for DESCRIBE"},
    {create_namespace, "CREATE NAMESPACE", Effect::commands, kNamespaces},
    {alter_namespace, "ALTER NAMESPACE", Effect::commands, kNamespaces},
    {drop_namespace, "DROP NAMESPACE", Effect::commands, kNamespaces},
    {show_namespaces, "SHOW NAMESPACES", Effect::reads},
    {use_namespace, "USE", Effect::session},
    {create_table, "CREATE TABLE", Effect::commands},
    {alter_table, "ALTER TABLE", Effect::commands},
    {drop_table, "DROP TABLE", Effect::commands},
    {create_view, "CREATE VIEW", Effect::commands},
    {drop_view, "DROP VIEW", Effect::commands},
    {show_tables, "SHOW TABLES", Effect::reads},
    {describe_table, "DESCRIBE TABLE", Effect::reads},
    {show_stats, "SHOW STATS", Effect::reads},
    {show_manifest, "SHOW MANIFEST", Effect::reads},
    {create_storage, "CREATE STORAGE", Effect::commands, kStorages},
    {alter_storage, "ALTER STORAGE", Effect::commands, kStorages},
    {drop_storage, "DROP STORAGE", Effect::commands, kStorages},
    {show_storages, "SHOW STORAGES", Effect::reads},
    {check_storage, "STORAGE CHECK", Effect::reads, kStorages},
    {flush_table, "STORAGE FLUSH TABLE", Effect::commands},
    {flush_all, "STORAGE FLUSH ALL", Effect::commands},
    {compact_table, "STORAGE COMPACT TABLE", Effect::commands},
    {compact_all, "STORAGE COMPACT ALL", Effect::commands},
    {create_topic, "CREATE TOPIC", Effect::commands, kTopics},
    {drop_topic, "DROP TOPIC", Effect::commands, kTopics},
    {clear_topic, "CLEAR TOPIC", Effect::commands, kTopics},
    {add_topic_source, "ALTER TOPIC", Effect::commands, kTopics},
    {consume, "CONSUME", Effect::delivers},
    {ack, "ACK", Effect::delivers},
    {create_user, "CREATE USER", Effect::commands, kUsers},
    {alter_user, "ALTER USER", Effect::commands},
    {drop_user, "DROP USER", Effect::commands, kUsers},
    {kill_job, "KILL JOB", Effect::commands, "Admin privileges (DBA or System role) required for job management"},
    {kill_live_query, "KILL LIVE QUERY", Effect::commands},
    {subscribe_to, "SUBSCRIBE TO", Effect::reads},
    {backup_database, "BACKUP DATABASE", Effect::commands,
     "Admin privileges (DBA or System role) required for backup operations"},
    {restore_database, "RESTORE DATABASE", Effect::commands,
     "Admin privileges (DBA or System role) required for restore operations"},
    {export_user_data, "EXPORT USER DATA", Effect::commands},
    {show_export, "SHOW EXPORT", Effect::reads},
    {cluster_snapshot, "CLUSTER SNAPSHOT", Effect::commands, kCluster},
    {cluster_purge, "CLUSTER PURGE", Effect::commands, kCluster},
    {cluster_trigger_election, "CLUSTER TRIGGER-ELECTION", Effect::commands, kCluster},
    {cluster_transfer_leader, "CLUSTER TRANSFER-LEADER", Effect::commands, kCluster},
    {cluster_join, "CLUSTER JOIN", Effect::commands, kCluster},
    {cluster_leave, "CLUSTER LEAVE", Effect::commands, kCluster},
    {cluster_rebalance, "CLUSTER REBALANCE", Effect::commands, kCluster},
    {cluster_step_down, "CLUSTER STEPDOWN", Effect::commands, kCluster},
    {cluster_clear, "CLUSTER CLEAR", Effect::commands, kCluster},
    {begin, "BEGIN", Effect::session},
    {commit, "COMMIT", Effect::session},
    {rollback, "ROLLBACK", Effect::session},
}};

constexpr bool in_order() {
  for (size_t i = 0; i < kFacts.size(); ++i) {
    if (static_cast<size_t>(kFacts[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order());

const KindFacts& facts_of(StatementKind kind) { return kFacts[static_cast<size_t>(kind)]; }

}  // namespace

std::string_view name_of(StatementKind kind) { return facts_of(kind).name; }

Effect effect_of(StatementKind kind) { return facts_of(kind).effect; }

Gate gate_of(StatementKind kind) {
  const auto refusal = facts_of(kind).refusal;
  return {refusal.empty() ? Role::anonymous : Role::dba, refusal};
}

}  // namespace kalam::sql
