#include "auth/access.h"
#include "query/statements/audited_write.h"
#include "query/statements/default_check.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

// A plain CREATE TABLE of somebody in the namespace that has his name is about his own rows.
TableType kind_of(const sql::CreateTable& create, const TableId& id, const Session& session) {
  if (create.kind) return *create.kind;
  const bool own = session.viewer.role <= Role::service && id.ns.value() == session.viewer.user.value();
  return own ? TableType::user : TableType::shared;
}

TableOptions options_of(const sql::TableOptionsWritten& written, TableType type) {
  const auto storage_id = StorageId(written.storage_id.value_or("local"));
  switch (type) {
    case TableType::user:
      return UserTableOptions{.storage_id = storage_id,
                              .use_user_storage = written.use_user_storage.value_or(false),
                              .flush_policy = written.flush_policy,
                              .deleted_retention_hours = written.deleted_retention_hours};
    case TableType::shared:
      return SharedTableOptions{.storage_id = storage_id,
                                .access_level = written.access_level.value_or(AccessLevel::private_),
                                .flush_policy = written.flush_policy,
                                .deleted_retention_hours = written.deleted_retention_hours};
    case TableType::stream:
      return StreamTableOptions{.ttl_seconds = written.ttl_seconds.value_or(StreamTableOptions().ttl_seconds),
                                .deleted_retention_hours = written.deleted_retention_hours};
    case TableType::system: break;
  }
  return SystemTableOptions();
}

ColumnDefinition column_of(const sql::ColumnSpec& spec) {
  ColumnDefinition column;
  column.name = spec.name;
  column.type = spec.type;
  column.default_value = spec.default_value;
  column.comment = spec.comment;
  column.nullable = spec.nullable && !spec.primary_key;
  column.primary_key = spec.primary_key;
  return column;
}

}  // namespace

Result<QueryReply> run(const sql::CreateTable& create, const Services& services, Session& session) {
  const auto id = TRY(table_id(create.table, session));
  const auto type = kind_of(create, id, session);
  TRY(auth::check_create_table(session.viewer, id, type));
  catalog::NewTable table{.id = id,
                          .type = type,
                          .columns = {},
                          .options = options_of(create.options, type),
                          .created_by = session.viewer.user};
  for (const auto& spec : create.columns) table.columns.push_back(column_of(spec));
  // Streams have no segments, so their definition keeps no storage; that it exists is asked all the same.
  if (type == TableType::stream && create.options.storage_id &&
      !services.catalog.snapshot()->storage(StorageId(*create.options.storage_id))) {
    return refused("Storage '" + *create.options.storage_id + "' does not exist");
  }
  for (const auto& column : table.columns) TRY(check_default(column, services, session));

  const auto kind = std::string(name_of(type));
  auto written = write({commands::CreateTable{std::move(table)}}, {{"CREATE_TABLE", id.dotted(), "Type: " + kind}},
                       services, session);
  const bool there = !written.ok() && create.if_not_exists && written.error().code == ErrorCode::already_exists;
  if (!written.ok() && !there) return std::move(written).error();
  return QueryReply::done("CREATE TABLE via Raft consensus: " + kind + " table " + id.dotted() +
                          " created successfully");
}

}  // namespace kalam::query
