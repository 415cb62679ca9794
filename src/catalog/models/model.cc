#include "catalog/models/model.h"

namespace kalam::catalog {

std::string impossible(const ColumnSpec& spec, std::string_view stored) {
  return spec.name + " cannot be '" + std::string(stored.substr(0, 100)) + "'";
}

void append_embedded(JsonText& json, std::string_view text) {
  if (check_json(text).ok()) json.raw(text);
  else json.string(text);
}

Result<std::string> read_embedded(JsonReader& json) {
  if (TRY(json.peek()) == JsonReader::Kind::string) return json.string();
  return std::string(TRY(json.raw()));
}

TableDefinition system_table_definition(std::string_view table, std::string_view comment,
                                        const std::vector<ColumnSpec>& columns, uint64_t next_column_id) {
  TableDefinition definition;
  definition.id = {NamespaceId("system"), TableName(std::string(table))};
  definition.type = TableType::system;
  definition.options = SystemTableOptions{};
  definition.comment = std::string(comment);
  definition.changes = "Initial schema";
  definition.next_column_id = next_column_id;
  for (const auto& spec : columns) {
    ColumnDefinition column;
    column.id = spec.id;
    column.name = spec.name;
    if (!spec.comment.empty()) column.comment = spec.comment;
    column.type = spec.type;
    column.default_value = spec.default_value;
    column.ordinal = ++definition.last_ordinal;
    column.nullable = spec.nullable;
    column.primary_key = spec.primary_key;
    definition.columns.push_back(std::move(column));
  }
  return definition;
}

}  // namespace kalam::catalog
