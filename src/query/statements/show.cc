#include <algorithm>

#include "auth/access.h"
#include "catalog/information_schema.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/rows_reply.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

// The catalog's own views ask for administrators; these statements are for everybody.
Viewer as_system(const Session& session) { return {session.viewer.user, Role::system}; }

Result<const catalog::SystemView*> view_of(std::string_view schema, std::string_view name, const Services& services) {
  if (const auto* view = services.catalog.source(schema, name)) return view;
  return Error{ErrorCode::internal, "there is no view " + std::string(schema) + "." + std::string(name)};
}

Result<QueryReply> show(std::string_view name, const ViewRead& read, const Services& services, const Session& session) {
  return read_view(*TRY(view_of("system", name, services)), read, as_system(session), session.viewer.role);
}

// Rows of information_schema.columns about one relation, as this session sees them; `not_found` when it sees none.
Result<QueryReply> show_columns_of(const sql::ObjectName& relation, std::vector<std::string_view> columns,
                                   const Services& services, const Session& session) {
  const auto id = TRY(table_id(relation, session));
  const auto* view = TRY(view_of("information_schema", "columns", services));
  auto reply = TRY(read_view(
      *view,
      {.columns = std::move(columns), .equal = {{"table_schema", id.ns.value()}, {"table_name", id.table.value()}}},
      session.viewer, session.viewer.role));
  if (reply.row_count == 0) return not_found("Table not found: table 'kalam." + id.dotted() + "' not found");
  return reply;
}

}  // namespace

Result<QueryReply> run(const sql::ShowNamespaces&, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  return read.done(TRY(show("namespaces", {}, services, session)), "SHOW", "NAMESPACES");
}

Result<QueryReply> run(const sql::ShowTables& tables, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  const auto catalog = services.catalog.snapshot();
  const auto& columns = TRY(view_of("system", "schemas", services))->columns();
  const auto place = [&](std::string_view name) {
    return static_cast<size_t>(std::ranges::find(columns, name, &SourceColumn::name) - columns.begin());
  };
  const auto ns = place("namespace_id"), table = place("table_name"), latest = place("is_latest");
  ViewRead wanted;
  if (tables.ns) wanted.equal = {{"namespace_id", *tables.ns}};
  wanted.wanted = [&](std::span<const Value> row) {
    if (!row[latest].as_bool()) return false;
    const auto* definition = catalog->table(row[ns].as_text(), row[table].as_text());
    return definition ? catalog::may_read(*definition, session.viewer.role) : is_admin(session.viewer.role);
  };
  return read.done(TRY(show("schemas", wanted, services, session)), "SHOW", "TABLES");
}

Result<QueryReply> run(const sql::ShowStorages&, const Services& services, Session& session) {
  return show("storages", {}, services, session);
}

Result<QueryReply> run(const sql::ShowManifest&, const Services& services, Session& session) {
  const AuditedRead read(services, session);
  TRY(auth::check(session.viewer.role, auth::Right::show_manifest));
  return read.done(TRY(show("manifest", {}, services, session)), "SHOW", "MANIFEST CACHE");
}

Result<QueryReply> run(const sql::ShowColumns& of, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::show_columns));
  return show_columns_of(of.table,
                         {"table_catalog", "table_schema", "table_name", "column_name", "data_type", "is_nullable"},
                         services, session);
}

Result<QueryReply> run(const sql::DescribeRelation& describe, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::describe));
  return show_columns_of(describe.relation, {"column_name", "data_type", "is_nullable"}, services, session);
}

Result<QueryReply> run(const sql::ShowAll&, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::show_all));
  const auto* view = TRY(view_of("information_schema", "df_settings", services));
  return read_view(*view, {.columns = {"name", "value"}}, session.viewer, session.viewer.role);
}

// Settings of the original's engine are taken and do nothing here; there are no others.
Result<QueryReply> run(const sql::SetSetting& set, const Services&, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::set));
  if (!set.key.starts_with("datafusion.")) return refused("Unknown setting '" + set.key + "'");
  return QueryReply();
}

}  // namespace kalam::query
