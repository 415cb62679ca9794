#include "catalog/change.h"

#include "catalog/names.h"

namespace kalam::catalog {
namespace {

Error table_not_found(const TableId& table) {
  return Error{ErrorCode::not_found,
               "Table '" + table.table.value() + "' not found in namespace '" + table.ns.value() + "'"};
}

Status check_key(const NewTable& table) {
  size_t keys = 0;
  for (const auto& column : table.columns) keys += column.primary_key;
  if (keys > 1) return refused("Composite PRIMARY KEYs are not supported yet");
  if (keys == 0 && table.type == TableType::user) return refused("User tables require a PRIMARY KEY column");
  if (keys == 0 && table.type == TableType::shared) return refused("Shared tables require a PRIMARY KEY column");
  return {};
}

}  // namespace

Status CatalogChange::create_namespace(std::string_view name) {
  TRY(check_namespace_name(name));
  const auto ns = TRY(parse_namespace_id(name));
  if (after_->ns(ns)) return Error{ErrorCode::already_exists, "Namespace '" + ns.value() + "' already exists"};
  return store_namespace(ns);
}

Status CatalogChange::store_namespace(const NamespaceId& name) {
  Namespace ns{.namespace_id = name,
               .name = name.value(),
               .created_at = timestamp(now_ms_),
               .options = Json{"{}"},
               .table_count = 0};
  TRY(catalog::put(tables_->namespaces, batch_, ns));
  after_->put(std::move(ns));
  return {};
}

Result<std::vector<TableDefinition>> CatalogChange::drop_namespace(const NamespaceId& ns, bool cascade) {
  if (ns.value() == "default" || ns.value() == "dba") {
    return refused("Namespace '" + ns.value() + "' is reserved and cannot be used");
  }
  if (!after_->ns(ns)) return Error{ErrorCode::not_found, "Namespace '" + ns.value() + "' not found"};
  const auto tables = after_->tables(ns);
  if (!tables.empty() && !cascade) {
    return refused("Namespace '" + ns.value() + "' is not empty: " + std::to_string(tables.size()) +
                   " table(s). Use CASCADE to drop them");
  }
  std::vector<TableDefinition> dropped;
  for (const auto& table : tables) dropped.push_back(TRY(drop_table(table->id)));
  const auto views = after_->views();
  for (const auto& [id, view] : views) {
    if (id.ns == ns) TRY(drop_view(id));
  }
  const auto topics = after_->topics();
  for (const auto& [id, topic] : topics) {
    if (id.value().starts_with(ns.value() + ".")) TRY(drop_topic(id));
  }
  TRY(tables_->namespaces.add_remove(batch_, ns));
  after_->remove(ns);
  return dropped;
}

Status CatalogChange::create_table(NewTable table) {
  if (is_system_namespace(table.id.ns.value())) {
    return refused("Cannot create system table '" + table.id.dotted() + "'. System tables are managed internally.");
  }
  TRY(check_table_name(table.id.table.value()));
  const auto& ns = table.id.ns.value();
  if (!after_->ns(table.id.ns)) {
    return refused("Namespace '" + ns + "' does not exist. Create it first with CREATE NAMESPACE " + ns);
  }
  if (table.type == TableType::system) return refused("Cannot create SYSTEM tables via SQL");
  TRY(check_key(table));
  if (after_->table(table.id) || after_->view(table.id)) {
    return Error{ErrorCode::already_exists, "Table " + table.id.dotted() + " already exists"};
  }
  if (const auto* storage = storage_id_of(table.options); storage && !after_->storage(*storage)) {
    return refused("Storage '" + storage->value() + "' does not exist");
  }
  for (const auto& column : table.columns) TRY(check_column_name(column.name));

  TableDefinition definition;
  definition.id = std::move(table.id);
  definition.type = table.type;
  definition.columns = numbered_columns(std::move(table.columns));
  definition.options = std::move(table.options);
  definition.comment = std::move(table.comment);
  definition.created_by = std::move(table.created_by);
  return store_new_table(std::move(definition));
}

Status CatalogChange::store_new_table(TableDefinition definition) {
  if (!generation_) generation_ = TRY(definitions_->last_generation());
  definition.generation = ++*generation_;
  definitions_->put_last_generation(batch_, *generation_);
  definition.schema_version = 1;
  definition.last_ordinal = static_cast<uint32_t>(definition.columns.size());
  definition.next_column_id = definition.columns.size() + 1;
  definition.created_at_ms = definition.updated_at_ms = now_ms_;
  definition.changes = "Initial schema";
  return store_version(std::move(definition));
}

Status CatalogChange::store_version(TableDefinition definition) {
  TRY(definition.check());
  TRY(definitions_->put(batch_, definition));
  after_->put(std::make_shared<const TableDefinition>(std::move(definition)));
  return {};
}

Result<Alteration> CatalogChange::alter_table(const TableId& table, const AlterAction& action,
                                              const TableContents& contents) {
  if (is_system_namespace(table.ns.value())) {
    return refused("Cannot alter system table '" + table.dotted() + "'. System tables are managed internally.");
  }
  const auto* latest = after_->table(table);
  if (!latest) return table_not_found(table);
  auto alteration = TRY(alter(*latest, action, contents, now_ms_));
  if (alteration.changed) TRY(store_version(alteration.after));
  return alteration;
}

Status CatalogChange::put_version(TableDefinition next) {
  const auto* latest = after_->table(next.id);
  if (!latest) return table_not_found(next.id);
  if (next.schema_version != latest->schema_version + 1 || next.generation != latest->generation) {
    return Error{ErrorCode::conflict, "Conflict: table " + next.id.dotted() + " was altered concurrently"};
  }
  return store_version(std::move(next));
}

Result<TableDefinition> CatalogChange::drop_table(const TableId& table) {
  if (is_system_namespace(table.ns.value())) {
    return refused("Cannot drop system table '" + table.dotted() + "'. System tables are managed internally.");
  }
  const auto found = after_->share(table);
  if (!found) return table_not_found(table);
  TRY(definitions_->mark_dropped(batch_, *found));
  after_->remove(table);
  dropped_.push_back(table);
  return *found;
}

Status CatalogChange::put(Storage storage) {
  TRY(catalog::put(tables_->storages, batch_, storage));
  after_->put(std::move(storage));
  return {};
}

Status CatalogChange::put(Topic topic) {
  TRY(catalog::put(tables_->topics, batch_, topic));
  after_->put(std::move(topic));
  return {};
}

Status CatalogChange::put(const User& user) {
  users_changed_ = true;
  return catalog::put(tables_->users, batch_, user);
}

}  // namespace kalam::catalog
