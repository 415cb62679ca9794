#include "catalog/catalog_views.h"

#include <algorithm>

#include "catalog/stored_view.h"
#include "types/arrow_type.h"

namespace kalam::catalog {
namespace {

TimestampUs micros(int64_t ms) { return timestamp_us(ms * 1000); }

// ------------------------------------------------------------------------------------------------ system.schemas

struct SchemaRow {
  TableDefinition table;
  bool latest = false;
};

constexpr char kSchemasComment[] = "Registry of all table schemas and their histories in the database";

std::optional<std::string> access_level_of(const TableDefinition& table) {
  const auto* shared = std::get_if<SharedTableOptions>(&table.options);
  if (!shared) return std::nullopt;
  return std::string(name_of(shared->access_level.value_or(AccessLevel::private_)));
}

// Where the table's own segments go; nothing for tables that have none.
std::optional<std::string> storage_of(const TableDefinition& table) {
  const auto* storage = storage_id_of(table.options);
  return storage ? std::optional(storage->value()) : std::nullopt;
}

std::vector<Column<SchemaRow>> schemas_columns() {
  using Row = SchemaRow;
  return {
      as_key(column<Row>(1, "table_id", [](const Row& r) { return r.table.id.colon(); })),
      column<Row>(2, "table_name", [](const Row& r) { return r.table.id.table; }),
      column<Row>(3, "namespace_id", [](const Row& r) { return r.table.id.ns; }),
      column<Row>(4, "table_type", [](const Row& r) { return std::string(name_of(r.table.type)); }),
      column<Row>(5, "created_at", [](const Row& r) { return micros(r.table.created_at_ms); }),
      column<Row>(6, "schema_version", [](const Row& r) { return static_cast<int32_t>(r.table.schema_version); }),
      column<Row>(7, "columns", [](const Row& r) { return Json{json_of_columns(r.table.columns)}; }),
      column<Row>(8, "table_comment", [](const Row& r) { return r.table.comment; }),
      column<Row>(9, "updated_at", [](const Row& r) { return micros(r.table.updated_at_ms); }),
      column<Row>(10, "options", [](const Row& r) { return std::optional(Json{json_of(r.table.options)}); }),
      column<Row>(11, "access_level", [](const Row& r) { return access_level_of(r.table); }),
      column<Row>(12, "is_latest", [](const Row& r) { return r.latest; }),
      column<Row>(13, "storage_id", [](const Row& r) { return std::optional(storage_of(r.table).value_or("local")); }),
      column<Row>(14, "use_user_storage",
                  [](const Row& r) {
                    const auto* user = std::get_if<UserTableOptions>(&r.table.options);
                    return user ? std::optional(user->use_user_storage) : std::nullopt;
                  }),
  };
}

// Which versions can match: those of one table, of one namespace, or all.
Result<VersionScan> open_versions(const TableDefinitions& definitions, const ScanRequest& request) {
  constexpr size_t kTableId = 0, kTableName = 1, kNamespaceId = 2;
  if (const auto id = demanded_text(request, kTableId)) {
    // Names hold no colon, so the first one ends the namespace.
    const auto colon = id->find(':');
    if (colon != std::string_view::npos) {
      return definitions.versions_of(
          {NamespaceId(std::string(id->substr(0, colon))), TableName(std::string(id->substr(colon + 1)))});
    }
  }
  if (const auto ns = demanded_text(request, kNamespaceId)) {
    const NamespaceId in{std::string(*ns)};
    if (const auto table = demanded_text(request, kTableName)) {
      return definitions.versions_of({in, TableName(std::string(*table))});
    }
    return definitions.versions_in(in);
  }
  return definitions.versions();
}

// --------------------------------------------------------------------------------- system.tables, system.columns

// A table, or a view that a user made.
struct TableRow {
  TableDefinitionPtr table;  // one of the two
  std::shared_ptr<const SqlView> view;
};

TableId id_of(const TableRow& row) { return row.table ? row.table->id : row.view->id(); }

std::string options_of(const SqlView& view) {
  std::string text;
  JsonText(text).begin_object().key("table_type").string("VIEW").key("sql").string(view.query).end_object();
  return text;
}

TimestampUs micros(Timestamp at) { return TimestampUs(at); }

std::vector<Column<TableRow>> tables_columns() {
  using Row = TableRow;
  return {
      column<Row>(1, "namespace_id", [](const Row& r) { return id_of(r).ns; }),
      column<Row>(2, "table_name", [](const Row& r) { return id_of(r).table; }),
      column<Row>(3, "table_type", [](const Row& r) { return std::string(r.table ? name_of(r.table->type) : "view"); }),
      column<Row>(4, "storage_id", [](const Row& r) { return r.table ? storage_of(*r.table) : std::nullopt; }),
      column<Row>(5, "version",
                  [](const Row& r) { return static_cast<int64_t>(r.table ? r.table->schema_version : 1); }),
      column<Row>(
          6, "options",
          [](const Row& r) { return std::optional(r.table ? json_of(r.table->options) : options_of(*r.view)); }),
      column<Row>(7, "comment", [](const Row& r) { return r.table ? r.table->comment : std::nullopt; }),
      column<Row>(8, "updated_at",
                  [](const Row& r) { return r.table ? micros(r.table->updated_at_ms) : micros(r.view->updated_at); }),
      column<Row>(9, "created_at",
                  [](const Row& r) { return r.table ? micros(r.table->created_at_ms) : micros(r.view->created_at); }),
  };
}

struct ColumnRow {
  TableDefinitionPtr table;
  const ColumnDefinition* column = nullptr;
};

// Primary key columns count 1, 2, 3 in the order of their ordinals.
std::optional<int64_t> key_position(const ColumnRow& row) {
  if (!row.column->primary_key) return std::nullopt;
  int64_t position = 1;
  for (const auto& column : row.table->columns) {
    if (&column == row.column) break;
    position += column.primary_key;
  }
  return position;
}

std::vector<Column<ColumnRow>> columns_columns() {
  using Row = ColumnRow;
  return {
      column<Row>(1, "namespace_id", [](const Row& r) { return r.table->id.ns; }),
      column<Row>(2, "table_name", [](const Row& r) { return r.table->id.table; }),
      column<Row>(3, "version", [](const Row& r) { return static_cast<int64_t>(r.table->schema_version); }),
      column<Row>(4, "column_id", [](const Row& r) { return static_cast<int64_t>(r.column->id.value()); }),
      column<Row>(5, "column_name", [](const Row& r) { return r.column->name; }),
      column<Row>(6, "comment", [](const Row& r) { return r.column->comment; }),
      column<Row>(7, "data_type", [](const Row& r) { return r.column->type.sql_name(); }),
      column<Row>(8, "default_value", [](const Row& r) { return r.column->default_value.sql(); }),
      column<Row>(9, "ordinal", [](const Row& r) { return static_cast<int64_t>(r.column->ordinal); }),
      column<Row>(10, "nullable", [](const Row& r) { return r.column->nullable; }),
      column<Row>(11, "primary_key", [](const Row& r) { return r.column->primary_key; }),
      column<Row>(12, "primary_key_pos", [](const Row& r) { return key_position(r); }),
  };
}

// The tables that a request can mean, by equality on namespace and name.
std::vector<TableDefinitionPtr> tables_for(const CatalogSnapshot& snapshot, const ScanRequest& request) {
  constexpr size_t kNamespaceId = 0, kTableName = 1;
  const auto ns = demanded_text(request, kNamespaceId);
  const auto table = demanded_text(request, kTableName);
  if (ns && table) {
    auto found = snapshot.share({NamespaceId(std::string(*ns)), TableName(std::string(*table))});
    if (!found) return {};
    return {std::move(found)};
  }
  return ns ? snapshot.tables(NamespaceId(std::string(*ns))) : snapshot.tables();
}

// --------------------------------------------------------------------------------------------- describe, datatypes

struct DescribeRow {};

}  // namespace

TableDefinition schemas_definition() {
  std::vector<ColumnSpec> specs;
  for (const auto& column : schemas_columns()) specs.push_back(column.spec);
  const auto next_column_id = specs.size() + 1;
  return system_table_definition("schemas", kSchemasComment, specs, next_column_id);
}

std::unique_ptr<SystemView> make_namespaces_view(CurrentSnapshot current) {
  auto open = [current = std::move(current)](const ScanRequest&) -> Result<Rows<Namespace>> {
    const auto snapshot = current();
    std::vector<Namespace> rows;
    for (const auto& [id, ns] : snapshot->namespaces()) {
      rows.push_back(ns);
      rows.back().table_count = static_cast<int32_t>(snapshot->table_count(id));
    }
    return all_of(std::move(rows));
  };
  return std::make_unique<View<Namespace>>("system", "namespaces", model<Namespace>().comment,
                                           columns_from_model<Namespace>(), std::move(open), SystemView::Kind::table);
}

std::unique_ptr<SystemView> make_schemas_view(const TableDefinitions& definitions) {
  auto open = [&definitions](const ScanRequest& request) -> Result<Rows<SchemaRow>> {
    auto scan = std::make_shared<VersionScan>(TRY(open_versions(definitions, request)));
    // Which version is the latest shows when the next row is another table's.
    auto ahead = std::make_shared<std::optional<TableDefinition>>(TRY(scan->next()));
    return [scan, ahead](SchemaRow& row) -> Result<bool> {
      if (!*ahead) return false;
      row.table = std::move(**ahead);
      *ahead = TRY(scan->next());
      row.latest = !*ahead || (*ahead)->id != row.table.id;
      return true;
    };
  };
  return std::make_unique<View<SchemaRow>>("system", "schemas", kSchemasComment, schemas_columns(), std::move(open),
                                           SystemView::Kind::table);
}

std::unique_ptr<SystemView> make_tables_view(CurrentSnapshot current) {
  auto open = [current = std::move(current)](const ScanRequest& request) -> Result<Rows<TableRow>> {
    const auto snapshot = current();
    std::vector<TableRow> rows;
    for (auto& table : tables_for(*snapshot, request)) rows.push_back({std::move(table), nullptr});
    for (const auto& [id, view] : snapshot->views()) rows.push_back({nullptr, {snapshot, &view}});
    std::ranges::stable_sort(rows, {}, [](const TableRow& row) { return id_of(row); });
    return all_of(std::move(rows));
  };
  return std::make_unique<View<TableRow>>("system", "tables", "Latest version of each table definition, and views",
                                          tables_columns(), std::move(open));
}

std::unique_ptr<SystemView> make_columns_view(CurrentSnapshot current) {
  auto open = [current = std::move(current)](const ScanRequest& request) -> Result<Rows<ColumnRow>> {
    auto tables = tables_for(*current(), request);
    return [tables = std::move(tables), table = size_t{0}, next = size_t{0}](ColumnRow& row) mutable -> Result<bool> {
      while (table < tables.size() && next == tables[table]->columns.size()) {
        ++table;
        next = 0;
      }
      if (table == tables.size()) return false;
      row = {tables[table], &tables[table]->columns[next++]};
      return true;
    };
  };
  return std::make_unique<View<ColumnRow>>("system", "columns", "Columns of the latest version of each table",
                                           columns_columns(), std::move(open));
}

// Never has rows: it names the columns of DESCRIBE TABLE.
std::unique_ptr<SystemView> make_describe_view() {
  using Row = DescribeRow;
  std::vector<Column<Row>> columns = {
      column<Row>(1, "column_name", [](const Row&) { return std::string(); }),
      column<Row>(2, "ordinal_position", [](const Row&) { return int32_t{0}; }),
      column<Row>(3, "column_id", [](const Row&) { return int64_t{0}; }),
      column<Row>(4, "data_type", [](const Row&) { return std::string(); }),
      column<Row>(5, "is_nullable", [](const Row&) { return false; }),
      column<Row>(6, "is_primary_key", [](const Row&) { return false; }),
      column<Row>(7, "column_default", [](const Row&) { return std::optional<std::string>(); }),
      column<Row>(8, "column_comment", [](const Row&) { return std::optional<std::string>(); }),
      column<Row>(9, "schema_version", [](const Row&) { return int32_t{0}; }),
  };
  return std::make_unique<View<Row>>(
      "system", "describe", "Layout of DESCRIBE TABLE", std::move(columns),
      [](const ScanRequest&) -> Result<Rows<Row>> { return all_of(std::vector<Row>()); });
}

std::unique_ptr<SystemView> make_datatypes_view() {
  using Row = ArrowTypeHint;
  std::vector<Column<Row>> columns = {
      column<Row>(1, "arrow_type", [](const Row& r) { return r.arrow_type; }),
      column<Row>(2, "kalam_type", [](const Row& r) { return r.kalam_type; }),
      column<Row>(3, "sql_name", [](const Row& r) { return r.sql_name; }),
      column<Row>(4, "description", [](const Row& r) { return r.description; }),
  };
  return std::make_unique<View<Row>>("system", "datatypes", "Data types and what they are called", std::move(columns),
                                     [](const ScanRequest&) -> Result<Rows<Row>> {
                                       const auto hints = arrow_type_hints();
                                       return all_of(std::vector<Row>(hints.begin(), hints.end()));
                                     });
}

}  // namespace kalam::catalog
