// Statement: one statement of a request, taken apart as far as its text goes.
//
// Pure data. Names are folded to lower case (topics, users, storages and ids keep their case); an empty namespace means
// "the current one", which only the caller knows. What needs a catalog (does it exist, may he) is not asked here.
// Queries and DML keep their text: the engine reads it.

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/insert_values.h"
#include "sql/object_name.h"
#include "sql/subscription.h"
#include "types/data_type.h"
#include "types/role.h"
#include "types/schema.h"

namespace kalam::sql {

// Queries and rows.
struct Select {};
struct Insert {
  std::optional<InsertValues> values;  // the fast form; empty: the engine reads the text
};
struct Update {};
struct Delete {};

// Commands of the engine.
struct Explain {
  bool analyze = false;
  bool verbose = false;
  std::string statement;  // what is explained: a query or, without `analyze`, a DML statement
};
struct SetSetting {
  std::string key;    // folded
  std::string value;  // a text without its quotes, else as written
};
struct ShowColumns {
  ObjectName table;
};
struct ShowAll {};
struct DescribeRelation {  // DESCRIBE x, DESC x
  ObjectName relation;
};

// Namespaces.
struct CreateNamespace {
  std::string name;
  bool if_not_exists = false;
};
struct AlterNamespace {
  struct Option {
    std::string key;   // as written
    std::string json;  // a JSON string, number or boolean
  };
  std::string name;
  std::vector<Option> options;
};
struct DropNamespace {
  std::string name;
  bool if_exists = false;
  bool cascade = false;
};
struct ShowNamespaces {};
struct UseNamespace {
  std::string name;
};

// Tables and views.
struct ColumnSpec {
  std::string name;
  DataType type;
  ColumnDefault default_value;
  bool nullable = true;
  bool primary_key = false;  // implies NOT NULL
  std::optional<std::string> comment;
};
// What WITH (…) said; empty: not said.
struct TableOptionsWritten {
  std::optional<std::string> storage_id;
  std::optional<bool> use_user_storage;
  std::optional<FlushPolicy> flush_policy;
  std::optional<uint32_t> deleted_retention_hours;
  std::optional<uint64_t> ttl_seconds;
  std::optional<AccessLevel> access_level;
};
// Checked here: options against the kind (a plain CREATE TABLE counts as SHARED), columns against each other. Left to
// the caller: rules for names, whether the kind needs a key, everything about the namespace.
struct CreateTable {
  ObjectName table;
  bool if_not_exists = false;
  std::optional<TableType> kind;  // CREATE USER TABLE or TYPE = 'USER'; empty: plain CREATE TABLE
  std::vector<ColumnSpec> columns;
  TableOptionsWritten options;
};

struct AddColumn {
  ColumnSpec column;
};
struct DropColumn {
  std::string column;
  bool if_exists = false;
};
struct RenameColumn {
  std::string column;
  std::string new_name;
};
struct ModifyColumn {
  std::string column;
  DataType type;
  std::optional<bool> nullable;  // empty: not said
};
struct SetNullable {
  std::string column;
  bool nullable = true;  // false: SET NOT NULL
};
struct SetDefault {
  std::string column;
  ColumnDefault default_value;  // none: DROP DEFAULT
};
struct SetAccessLevel {
  AccessLevel level = AccessLevel::private_;
};
enum class VectorMetric : uint8_t { cosine, l2, dot };
struct CreateVectorIndex {
  std::string column;
  VectorMetric metric = VectorMetric::cosine;
};
struct DropVectorIndex {
  std::string column;
};
struct AlterTable {
  ObjectName table;
  std::optional<TableType> kind;  // ALTER USER TABLE
  std::variant<AddColumn, DropColumn, RenameColumn, ModifyColumn, SetNullable, SetDefault, SetAccessLevel,
               CreateVectorIndex, DropVectorIndex>
      action;
};
struct DropTable {
  ObjectName table;
  std::optional<TableType> kind;  // DROP USER TABLE
  bool if_exists = false;
};
struct CreateView {
  ObjectName view;
  bool or_replace = false;
  bool if_not_exists = false;
  std::vector<std::string> columns;  // empty: those of the query
  std::string query;
};
struct DropView {
  ObjectName view;
  bool if_exists = false;
};
struct ShowTables {
  std::optional<std::string> ns;  // SHOW TABLES IN ns
};
struct DescribeTable {
  ObjectName table;
  bool history = false;
};
struct ShowStats {
  ObjectName table;
};
struct ShowManifest {};

// Storages.
enum class StorageType : uint8_t { filesystem, s3, gcs, azure };
struct CreateStorage {
  std::string id;
  StorageType type = StorageType::filesystem;
  std::string name;  // the id if none was given
  std::optional<std::string> description;
  std::string base_directory;          // of a bucket: s3://bucket
  std::string shared_tables_template;  // empty: the server's default
  std::string user_tables_template;
  std::optional<std::string> credentials;  // JSON as written, not checked
  std::optional<std::string> config;
};
struct AlterStorage {  // empty: unchanged; at least one is given
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> shared_tables_template;
  std::optional<std::string> user_tables_template;
  std::optional<std::string> config;
};
struct DropStorage {
  std::string id;
  bool if_exists = false;
};
struct ShowStorages {};
struct CheckStorage {
  std::string id;
  bool extended = false;
};

// Flush and compaction.
struct FlushTable {
  ObjectName table;  // always qualified
};
struct FlushAll {
  std::string ns;  // empty: the current one
};
struct CompactTable {
  ObjectName table;  // always qualified
};
struct CompactAll {
  std::string ns;  // empty: the current one
};

// Topics. A topic's name is one text, `namespace.topic` when it is a good one.
struct CreateTopic {
  std::string topic;
  uint32_t partitions = 1;
  bool if_not_exists = false;
};
struct DropTopic {
  std::string topic;
};
struct ClearTopic {
  std::string topic;
};
enum class RowOperation : uint8_t { insert, update, remove };
enum class TopicPayload : uint8_t { key, full, diff };
struct AddTopicSource {
  std::string topic;
  ObjectName table;
  RowOperation operation = RowOperation::insert;
  std::optional<std::string> filter;  // an expression
  TopicPayload payload = TopicPayload::full;
};
struct Consume {
  struct Latest {};
  struct Earliest {};
  struct Offset {
    uint64_t offset = 0;
  };
  std::string topic;
  std::optional<std::string> group;
  std::variant<Latest, Earliest, Offset> start;
  uint64_t limit = 100;
};
struct Ack {
  std::string topic;
  std::string group;
  uint32_t partition = 0;
  uint64_t offset = 0;
};

// Users.
struct CreateUser {
  struct Password {
    std::string password;
  };
  struct OAuth {
    std::optional<std::string> json;  // as written, not checked
  };
  struct Internal {};
  std::string name;
  std::variant<Password, OAuth, Internal> auth;
  Role role = Role::user;
  std::optional<std::string> email;
};
struct SetPassword {
  std::string password;
};
struct SetRole {
  Role role = Role::user;
};
struct SetEmail {
  std::string email;
};
struct RevokeTokens {};
struct Unlock {};
enum class StorageMode : uint8_t { table, region };
struct SetStorageMode {
  StorageMode mode = StorageMode::table;
};
struct SetStorageId {
  std::optional<std::string> storage_id;  // empty: NULL
};
struct SetOAuth {
  std::string json;
};
struct AlterUser {
  std::string name;
  std::variant<SetPassword, SetRole, SetEmail, RevokeTokens, Unlock, SetStorageMode, SetStorageId, SetOAuth> action;
};
struct DropUser {
  std::string name;
  bool if_exists = false;
};

// Jobs, live queries, backups.
struct KillJob {
  std::string job_id;
};
struct KillLiveQuery {
  std::string live_id;
};
struct SubscribeTo {
  SubscriptionQuery query;
  std::optional<uint64_t> last_rows;
  std::optional<uint64_t> batch_size;
  std::optional<int64_t> from_seq;
};
struct BackupDatabase {
  std::string path;
};
struct RestoreDatabase {
  std::string path;
};
struct ExportUserData {};
struct ShowExport {};

// Cluster.
struct ClusterSnapshot {};
struct ClusterPurge {
  uint64_t upto = 0;
};
struct ClusterTriggerElection {};
struct ClusterTransferLeader {
  uint64_t node_id = 0;
};
struct ClusterJoin {
  uint64_t node_id = 0;
  std::string rpc_address;
  std::string api_address;
};
struct ClusterLeave {
  uint64_t node_id = 0;
};
struct ClusterRebalance {};
struct ClusterStepDown {};
struct ClusterClear {};

// Transactions.
struct Begin {};
struct Commit {};
struct Rollback {};

// In the order of Body, so that a statement's kind is the index of its body.
enum class StatementKind : uint8_t {
  select,  // SELECT, WITH, (SELECT
  insert,
  update,
  remove,  // DELETE
  explain,
  set_setting,
  show_columns,
  show_all,
  describe_relation,
  create_namespace,
  alter_namespace,
  drop_namespace,
  show_namespaces,
  use_namespace,
  create_table,
  alter_table,
  drop_table,
  create_view,
  drop_view,
  show_tables,
  describe_table,
  show_stats,
  show_manifest,
  create_storage,
  alter_storage,
  drop_storage,
  show_storages,
  check_storage,
  flush_table,
  flush_all,
  compact_table,
  compact_all,
  create_topic,
  drop_topic,
  clear_topic,
  add_topic_source,
  consume,
  ack,
  create_user,
  alter_user,
  drop_user,
  kill_job,
  kill_live_query,
  subscribe_to,
  backup_database,
  restore_database,
  export_user_data,
  show_export,
  cluster_snapshot,
  cluster_purge,
  cluster_trigger_election,
  cluster_transfer_leader,
  cluster_join,
  cluster_leave,
  cluster_rebalance,
  cluster_step_down,
  cluster_clear,
  begin,
  commit,
  rollback,
};
inline constexpr size_t kStatementKinds = static_cast<size_t>(StatementKind::rollback) + 1;

using Body =
    std::variant<Select, Insert, Update, Delete, Explain, SetSetting, ShowColumns, ShowAll, DescribeRelation,
                 CreateNamespace, AlterNamespace, DropNamespace, ShowNamespaces, UseNamespace, CreateTable, AlterTable,
                 DropTable, CreateView, DropView, ShowTables, DescribeTable, ShowStats, ShowManifest, CreateStorage,
                 AlterStorage, DropStorage, ShowStorages, CheckStorage, FlushTable, FlushAll, CompactTable, CompactAll,
                 CreateTopic, DropTopic, ClearTopic, AddTopicSource, Consume, Ack, CreateUser, AlterUser, DropUser,
                 KillJob, KillLiveQuery, SubscribeTo, BackupDatabase, RestoreDatabase, ExportUserData, ShowExport,
                 ClusterSnapshot, ClusterPurge, ClusterTriggerElection, ClusterTransferLeader, ClusterJoin,
                 ClusterLeave, ClusterRebalance, ClusterStepDown, ClusterClear, Begin, Commit, Rollback>;
static_assert(std::variant_size_v<Body> == kStatementKinds);

// What running a statement changes, as transactions see it.
enum class Effect : uint8_t {
  reads,     // nothing
  session,   // this request only: USE, SET, BEGIN, COMMIT, ROLLBACK
  rows,      // INSERT, UPDATE, DELETE: part of an open transaction
  delivers,  // CONSUME, ACK: at once, whether a transaction is open or not
  commands,  // everything else that is replicated: refused inside an explicit transaction
};

// The rule about roles that holds before a statement is even read to its end. Handlers have rules of their own.
struct Gate {
  Role at_least = Role::anonymous;  // anonymous: open to all
  std::string_view refusal = {};    // for permission_denied

  bool admits(Role role) const { return role >= at_least; }
};

std::string_view name_of(StatementKind kind);  // "CREATE TABLE": in messages
Effect effect_of(StatementKind kind);
Gate gate_of(StatementKind kind);  // DESC x has a text of its own: see Statement::gate

struct Statement {
  StatementKind kind = StatementKind::select;
  // Without comments and without its semicolon. For the engine, CURRENT_USER and CURRENT_ROLE have parentheses. Of a
  // wrapped statement: what is inside.
  std::string text = {};
  Body body = {};
  std::optional<std::string> as_user = {};  // EXECUTE AS USER 'x' (…)
  Gate gate = {};

  std::string_view name() const { return name_of(kind); }
  Effect effect() const { return effect_of(kind); }
  bool writes() const { return effect() >= Effect::rows; }
};

}  // namespace kalam::sql
