// Statements whose machinery is still to come: they are authorised and checked, answered where the answer is known
// without it, and refused with one clear sentence otherwise. docs/internals/not-yet.md says when each of them comes.

#include <algorithm>
#include <filesystem>

#include "auth/access.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"
#include "tables/table.h"

namespace kalam::query {

namespace {

Result<TableDefinitionPtr> table_to_maintain(const sql::ObjectName& name, const Services& services,
                                             const Session& session) {
  const auto id = TRY(table_id(name, session));
  auto table = TRY(services.catalog.table(id));
  if (!table) return not_found("Table " + id.dotted() + " not found");
  return table;
}

Error wrong_kind(std::string_view statement, std::string_view kind) {
  return refused(std::string(statement) + " is not supported for " + std::string(kind) + " tables");
}

// Is there anything of the table that only the hot tier holds? Tombstones count: they are to reach the cold tier too.
Result<bool> has_pending_writes(const TableDefinitionPtr& table, const Services& services) {
  if (table->type != TableType::user && table->type != TableType::shared) return false;
  bool found = false;
  const auto opened = TRY(services.tables.open(table));
  TRY(opened->each([&](const tables::Version&) -> Result<bool> {
    found = true;
    return false;
  }));
  return found;
}

Result<NamespaceId> namespace_of(const std::string& written, const Session& session) {
  return parse_namespace_id(written.empty() ? session.current_namespace : written);
}

}  // namespace

Result<QueryReply> run(const sql::FlushTable& flush, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::flush_table));
  const auto table = TRY(table_to_maintain(flush.table, services, session));
  if (table->type == TableType::stream) return wrong_kind("STORAGE FLUSH TABLE", "STREAM");
  if (TRY(has_pending_writes(table, services))) return not_available("STORAGE FLUSH TABLE");
  return QueryReply::done("Storage flush skipped: no pending writes for table '" + table->id.dotted() + "'");
}

Result<QueryReply> run(const sql::FlushAll& flush, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::flush_all));
  const auto ns = TRY(namespace_of(flush.ns, session));
  for (const auto& table : services.catalog.snapshot()->tables(ns)) {
    if (TRY(has_pending_writes(table, services))) return not_available("STORAGE FLUSH ALL");
  }
  return QueryReply::done("Storage flush skipped: no pending writes in namespace '" + ns.value() + "'");
}

Result<QueryReply> run(const sql::CompactTable& compact, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::compact_table));
  const auto table = TRY(table_to_maintain(compact.table, services, session));
  if (table->type == TableType::stream) return wrong_kind("STORAGE COMPACT TABLE", "STREAM");
  if (table->type == TableType::system) return wrong_kind("STORAGE COMPACT TABLE", "SYSTEM");
  return not_available("STORAGE COMPACT TABLE");
}

Result<QueryReply> run(const sql::CompactAll& compact, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::compact_all));
  const auto ns = TRY(namespace_of(compact.ns, session));
  const auto tables = services.catalog.snapshot()->tables(ns);
  const bool compactable = std::ranges::any_of(tables, [](const TableDefinitionPtr& table) {
    return table->type == TableType::user || table->type == TableType::shared;
  });
  if (!compactable) return not_found("No compactable tables found in namespace " + ns.value());
  return not_available("STORAGE COMPACT ALL");
}

Result<QueryReply> run(const sql::BackupDatabase&, const Services&, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::backup));
  return not_available("BACKUP DATABASE");
}

Result<QueryReply> run(const sql::RestoreDatabase& restore, const Services&, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::restore));
  std::error_code error;
  const auto status = std::filesystem::status(restore.path, error);
  if (!std::filesystem::exists(status)) return not_found("Backup directory '" + restore.path + "' not found");
  if (!std::filesystem::is_directory(status)) {
    return refused("'" + restore.path +
                   "' is not a directory. RESTORE DATABASE expects a backup directory, not a file.");
  }
  return not_available("RESTORE DATABASE");
}

Result<QueryReply> run(const sql::ExportUserData&, const Services&, Session&) {
  return not_available("EXPORT USER DATA");
}

Result<QueryReply> run(const sql::KillLiveQuery& kill, const Services& services, Session& session) {
  auto rows = TRY(services.catalog.provided().live.open({.columns = {}, .viewer = session.viewer}));
  catalog::LiveRow row;
  bool found = false, own = false;
  while (!found && TRY(rows(row))) {
    found = row.live_id.value() == kill.live_id;
    own = found && row.user_id == session.viewer.user;
  }
  if (!own) TRY(auth::check(session.viewer.role, auth::Right::kill_live_query));
  // It may have ended by itself since.
  if (!found || !services.kill_live_query || !services.kill_live_query(kill.live_id)) {
    return not_found("Connection not found for live query: " + kill.live_id);
  }
  return QueryReply::done("Live query killed: " + kill.live_id);
}

}  // namespace kalam::query
