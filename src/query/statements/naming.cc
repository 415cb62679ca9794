#include "query/statements/naming.h"

namespace kalam::query {

Error not_found(std::string message) { return Error{ErrorCode::not_found, std::move(message)}; }

Error no_such_table(const TableId& id) {
  return not_found("Table '" + id.table.value() + "' not found in namespace '" + id.ns.value() + "'");
}

Error not_available(std::string_view statement) {
  return Error{ErrorCode::not_supported, std::string(statement) + " is not available yet"};
}

Result<TableId> table_id(const sql::ObjectName& name, const Session& session) {
  auto ns = TRY(parse_namespace_id(name.ns.empty() ? session.current_namespace : name.ns));
  return TableId{std::move(ns), TRY(parse_table_name(name.name))};
}

Result<TableDefinitionPtr> existing_table(const TableId& id, const Services& services) {
  auto table = TRY(services.catalog.table(id));
  if (!table) return no_such_table(id);
  return table;
}

Status check_kind(const TableDefinition& table, const std::optional<TableType>& written) {
  if (!written || *written == table.type) return {};
  return refused(table.id.dotted() + " is a " + std::string(name_of(table.type)) + " table");
}

}  // namespace kalam::query
