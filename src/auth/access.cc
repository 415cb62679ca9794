#include "auth/access.h"

#include <array>
#include <string>
#include <string_view>

#include "catalog/information_schema.h"
#include "catalog/names.h"

namespace kalam::auth {

namespace {

Error denied(std::string message) { return Error{ErrorCode::permission_denied, std::move(message)}; }
Error unauthorized(std::string_view message) { return denied("Unauthorized: " + std::string(message)); }

struct Rule {
  Right right;
  Role least;
  std::string_view refused;
};

// By Right.
constexpr std::array<Rule, kRights> kRules = {{
    {Right::create_namespace, Role::dba, "Insufficient privileges to create namespace. DBA or System role required."},
    {Right::alter_namespace, Role::dba, "Insufficient privileges to alter namespace. DBA or System role required."},
    {Right::drop_namespace, Role::dba, "Insufficient privileges to drop namespace. DBA or System role required."},
    {Right::create_storage, Role::dba, "Insufficient privileges to create storage. DBA or System role required."},
    {Right::alter_storage, Role::dba, "Insufficient privileges to alter storage. DBA or System role required."},
    {Right::drop_storage, Role::dba, "Insufficient privileges to drop storage. DBA or System role required."},
    {Right::check_storage, Role::dba, "Insufficient privileges to check storage health. DBA or System role required."},
    {Right::create_view, Role::dba, "Only DBA or System roles can create views"},
    {Right::drop_view, Role::dba, "Only DBA or System roles can drop views"},
    {Right::create_user, Role::dba, "CREATE USER requires DBA or System role"},
    {Right::alter_user, Role::dba, "ALTER USER requires DBA or System role"},
    {Right::drop_user, Role::dba, "DROP USER requires DBA or System role"},
    {Right::create_topic, Role::dba, "CREATE TOPIC requires DBA or System role"},
    {Right::alter_topic, Role::dba, "ALTER TOPIC requires DBA or System role"},
    {Right::drop_topic, Role::dba, "DROP TOPIC requires DBA or System role"},
    {Right::clear_topic, Role::dba, "CLEAR TOPIC requires DBA or System role"},
    {Right::consume_topic, Role::service, "Only service, dba, or system roles can consume from topics"},
    {Right::acknowledge_topic, Role::service, "Only service, dba, or system roles can acknowledge topic offsets"},
    {Right::flush_table, Role::service, "STORAGE FLUSH TABLE requires Service, DBA, or System role"},
    {Right::flush_all, Role::service, "STORAGE FLUSH ALL requires Service, DBA, or System role"},
    {Right::compact_table, Role::service, "STORAGE COMPACT TABLE requires Service, DBA, or System role"},
    {Right::compact_all, Role::service, "STORAGE COMPACT ALL requires Service, DBA, or System role"},
    {Right::kill_job, Role::dba, "KILL JOB requires DBA or System role"},
    {Right::kill_live_query, Role::dba, "KILL LIVE QUERY requires DBA or System role"},
    {Right::cluster, Role::dba, "CLUSTER requires DBA or System role"},
    {Right::backup, Role::dba, "BACKUP DATABASE requires DBA or System role"},
    {Right::restore, Role::dba, "RESTORE DATABASE requires DBA or System role"},
    {Right::explain, Role::dba, "EXPLAIN requires DBA or System role"},
    {Right::set, Role::dba, "SET requires DBA or System role"},
    {Right::show_columns, Role::dba, "SHOW COLUMNS requires DBA or System role"},
    {Right::show_all, Role::dba, "SHOW ALL requires DBA or System role"},
    {Right::show_manifest, Role::dba, "SHOW MANIFEST requires DBA or System role"},
    {Right::describe, Role::dba, "DESCRIBE requires DBA or System role"},
}};
static_assert([] {
  for (size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<size_t>(kRules[i].right) != i) return false;
  }
  return true;
}());

// The topic statements that are refused when they run say so as denials of access do.
bool is_topic_use(Right right) { return right == Right::consume_topic || right == Right::acknowledge_topic; }

Error no_access(const Viewer& viewer, const TableDefinition& table, std::string_view reason) {
  return denied("Access denied: Role '" + std::string(variant_name(viewer.role)) + "' cannot access table '" +
                table.id.dotted() + "'. " + std::string(reason));
}

AccessLevel level_of(const TableDefinition& table) {
  const auto* shared = std::get_if<SharedTableOptions>(&table.options);
  return shared ? shared->access_level.value_or(AccessLevel::private_) : AccessLevel::private_;
}

std::string with_level(std::string_view what, const TableDefinition& table) {
  return std::string(what) + " (access_level=" + std::string(variant_name(level_of(table))) + ")";
}

Error managed_internally(std::string_view verb, const TableId& table) {
  return Error{ErrorCode::invalid_operation, "Cannot " + std::string(verb) + " system table '" + table.dotted() +
                                                 "'. System tables are managed internally."};
}

Status check_logged_in(Role role) {
  if (role != Role::anonymous) return {};
  return unauthorized(
      "Anonymous users can only SELECT from public tables. Please authenticate to perform write operations.");
}

bool may_write(const TableDefinition& table, Role role) {
  if (table.type != TableType::shared) return role >= Role::user;
  return role >= (level_of(table) == AccessLevel::dba ? Role::dba : Role::service);
}

// A definition is everybody's, so a user changes only what he made himself; and who may not write a table may not open
// it to himself by changing its access level.
bool may_alter(const Viewer& viewer, const TableDefinition& table) {
  if (table.type == TableType::shared) return viewer.role >= Role::service && may_write(table, viewer.role);
  return viewer.role >= Role::service || table.created_by == viewer.user;
}

std::string_view name_of(RowWriteKind kind) {
  switch (kind) {
    case RowWriteKind::insert: return "insert";
    case RowWriteKind::update: return "update";
    case RowWriteKind::remove: return "delete";
  }
  return "";
}

Error no_system_write(const TableId& table, RowWriteKind kind) {
  return refused("Cannot " + std::string(name_of(kind)) + " system table '" + table.dotted() + "'");
}

}  // namespace

Status check(Role role, Right right) {
  const auto& rule = kRules[static_cast<size_t>(right)];
  if (role >= rule.least) return {};
  if (is_topic_use(right)) return denied("Permission denied: " + std::string(rule.refused));
  return unauthorized(rule.refused);
}

Status check_read(const Viewer& viewer, const TableDefinition& table) {
  if (catalog::may_read(table, viewer.role)) return {};
  switch (table.type) {
    case TableType::system: return no_access(viewer, table, "System tables require 'dba' or 'system' role.");
    case TableType::shared: return no_access(viewer, table, with_level("Shared table access denied", table));
    case TableType::user:
    case TableType::stream: break;
  }
  return no_access(viewer, table, "User tables require user/service or admin role");
}

Status check_write_to_namespace(const TableId& table, RowWriteKind kind) {
  if (!catalog::is_system_namespace(table.ns.value())) return {};
  return no_system_write(table, kind);
}

Status check_write(const Viewer& viewer, const TableDefinition& table, RowWriteKind kind) {
  TRY(check_write_to_namespace(table.id, kind));
  if (table.type == TableType::system) return no_system_write(table.id, kind);
  if (may_write(table, viewer.role)) return {};
  if (table.type == TableType::shared) {
    // To change rows one has to find them: whoever may not read is told that.
    if (kind != RowWriteKind::insert) TRY(check_read(viewer, table));
    return no_access(viewer, table, with_level("Shared table write denied", table));
  }
  return no_access(viewer, table, "User table write denied due to insufficient privileges.");
}

Status check_create_table(const Viewer& viewer, const TableId& table, TableType type) {
  TRY(check_logged_in(viewer.role));
  const auto least = type == TableType::system ? Role::system : type == TableType::shared ? Role::service : Role::user;
  if (viewer.role < least) {
    return unauthorized("Insufficient privileges to create " + std::string(kalam::name_of(type)) + " tables");
  }
  if (catalog::is_system_namespace(table.ns.value())) return managed_internally("create", table);
  if (type == TableType::system) {
    return Error{ErrorCode::invalid_operation, "Cannot create SYSTEM tables via SQL"};
  }
  return {};
}

Status check_alter_table(const Viewer& viewer, const TableId& table, const TableDefinition* definition) {
  TRY(check_logged_in(viewer.role));
  const bool of_the_system = catalog::is_system_namespace(table.ns.value());
  const bool allowed = of_the_system ? is_admin(viewer.role) : !definition || may_alter(viewer, *definition);
  if (!allowed) return unauthorized("Insufficient privileges to alter table");
  return of_the_system ? managed_internally("alter", table) : Status();
}

Status check_drop_table(const Viewer& viewer, const TableId& table) {
  TRY(check_logged_in(viewer.role));
  if (catalog::is_system_namespace(table.ns.value())) return managed_internally("drop", table);
  if (!is_admin(viewer.role)) return unauthorized("Insufficient privileges to drop this table");
  return {};
}

}  // namespace kalam::auth
