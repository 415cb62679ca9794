#include "catalog/first_start.h"

#include "base/log.h"
#include "catalog/catalog_views.h"
#include "catalog/reconcile.h"
#include "catalog/token_epoch.h"

namespace kalam::catalog {
namespace {

constexpr char kTarget[] = "catalog";

ColumnDefinition table_column(std::string_view name, TypeTag type, bool nullable = false) {
  ColumnDefinition column;
  column.name = name;
  column.type = DataType(type);
  column.nullable = nullable;
  return column;
}

TableDefinition dba_table(std::string_view name, std::string_view comment, std::vector<ColumnDefinition> columns,
                          AccessLevel access_level, std::optional<FlushPolicy> flush_policy = std::nullopt) {
  columns.front().primary_key = true;
  TableDefinition table;
  table.id = {NamespaceId("dba"), TableName(std::string(name))};
  table.type = TableType::shared;
  table.columns = numbered_columns(std::move(columns));
  table.last_ordinal = static_cast<uint32_t>(table.columns.size());
  table.next_column_id = table.columns.size() + 1;
  SharedTableOptions options;
  options.access_level = access_level;
  options.flush_policy = flush_policy;
  table.options = options;
  table.comment = std::string(comment);
  table.created_by = UserId("system");
  return table;
}

}  // namespace

std::vector<TableDefinition> system_table_definitions() {
  return {table_definition<User>(),
          table_definition<Namespace>(),
          schemas_definition(),
          table_definition<Storage>(),
          table_definition<Job>(),
          table_definition<JobNode>(),
          table_definition<AuditLogEntry>(),
          table_definition<ManifestCacheEntry>(),
          table_definition<Topic>(),
          table_definition<TopicOffset>()};
}

TableDefinition dba_notifications_definition() {
  auto is_read = table_column("is_read", TypeTag::boolean);
  is_read.default_value.kind = ColumnDefault::Literal{"false"};
  return dba_table("notifications", "Bootstrap-managed shared DBA notifications",
                   {table_column("id", TypeTag::text), table_column("user_id", TypeTag::text),
                    table_column("title", TypeTag::text), table_column("body", TypeTag::text, true), is_read,
                    table_column("created_at", TypeTag::timestamp), table_column("updated_at", TypeTag::timestamp)},
                   AccessLevel::public_);
}

TableDefinition dba_stats_definition() {
  return dba_table("stats", "Bootstrap-managed DBA time-series metrics sampled from system.stats",
                   {table_column("id", TypeTag::text), table_column("node_id", TypeTag::text),
                    table_column("metric_name", TypeTag::text), table_column("metric_value", TypeTag::double_),
                    table_column("metric_unit", TypeTag::text, true), table_column("sampled_at", TypeTag::timestamp)},
                   AccessLevel::dba, FlushPolicy{.rows = 10'000, .interval_seconds = std::nullopt});
}

Status reconcile_system_tables(store::Store& store, const TableDefinitions& definitions, const Clock& clock,
                               Reconciling mode) {
  using Outcome = Reconciled::Outcome;
  size_t created = 0, upgraded = 0, unchanged = 0;
  store::Batch batch;
  for (const auto& expected : system_table_definitions()) {
    const auto stored = TRY(definitions.latest(expected.id));
    const auto reconciled = TRY(reconcile(expected, stored ? &*stored : nullptr, clock.now_ms()));
    switch (reconciled.outcome) {
      case Outcome::created: ++created; break;
      case Outcome::upgraded: ++upgraded; break;
      case Outcome::unchanged: ++unchanged; continue;
    }
    TRY(definitions.put(batch, reconciled.definition));
  }
  if (mode == Reconciling::dry || batch.empty()) return {};
  TRY(store.write(batch));
  log::info(kTarget, "[SchemaRegistry] System schema reconciliation: created=" + std::to_string(created) +
                         ", upgraded=" + std::to_string(upgraded) + ", unchanged=" + std::to_string(unchanged));
  return {};
}

namespace {

Status complete_storages(CatalogChange& change, const FirstStartOptions& options, Timestamp now) {
  if (!change.after().storages().empty()) return {};
  log::info(kTarget, "No storages found, creating default 'local' storage");
  TRY(change.put(Storage{.storage_id = StorageId("local"),
                         .storage_name = "Local Filesystem",
                         .description = "Default local filesystem storage",
                         .storage_type = StorageType::filesystem,
                         .base_directory = options.data_path + "/storage",
                         .credentials = std::nullopt,
                         .config_json = std::nullopt,
                         .shared_tables_template = options.shared_tables_template,
                         .user_tables_template = options.user_tables_template,
                         .created_at = now,
                         .updated_at = now}));
  log::info(kTarget, "Default 'local' storage created successfully");
  return {};
}

Status complete_root(CatalogChange& change, const SystemTables& tables, const FirstStartOptions& options,
                     Timestamp now) {
  const UserId root("root");
  if (TRY(tables.users.get(root))) return {};
  User user;
  user.user_id = root;
  if (options.root_password_hash) user.password_hash = TRY(options.root_password_hash());
  user.role = Role::system;
  user.email = "root@localhost";
  user.auth_type = AuthType::internal;
  user.storage_id = StorageId("local");
  user.created_at = user.updated_at = now;
  user.token_epoch = first_token_epoch(now);
  TRY(change.put(user));
  log::info(kTarget, user.password_hash.empty()
                         ? "✓ Created system user 'root' (no password: run the setup at " + options.public_origin +
                               "/ui/setup or POST /v1/api/auth/setup)"
                         : "✓ Created system user 'root' (remote access enabled via KALAMDB_ROOT_PASSWORD)");
  return {};
}

}  // namespace

Status FirstStart::complete(CatalogChange& change, const FirstStartOptions& options) {
  const auto now = timestamp(change.now_ms_);
  for (const auto* name : {"default", "dba"}) {
    if (!change.after().ns(NamespaceId(name))) TRY(change.store_namespace(NamespaceId(name)));
  }
  TRY(complete_storages(change, options, now));
  for (const auto& expected : {dba_notifications_definition(), dba_stats_definition()}) {
    const auto stored = TRY(change.definitions_->latest(expected.id));
    auto reconciled = TRY(reconcile(expected, stored ? &*stored : nullptr, change.now_ms_));
    if (reconciled.outcome == Reconciled::Outcome::created)
      TRY(change.store_new_table(std::move(reconciled.definition)));
    if (reconciled.outcome == Reconciled::Outcome::upgraded)
      TRY(change.store_version(std::move(reconciled.definition)));
  }
  return complete_root(change, *change.tables_, options, now);
}

}  // namespace kalam::catalog
