#include "catalog/information_schema.h"

#include <algorithm>
#include <thread>

namespace kalam::catalog {
namespace {

constexpr char kSchema[] = "information_schema";

// Everything that has columns, as one kind of thing: a user's table, a system table or a view.
struct Listed {
  std::string_view schema;
  std::string_view name;
  bool view = false;
  TableDefinitionPtr table = nullptr;  // one of the three
  const SystemView* system = nullptr;
  std::shared_ptr<const SqlView> sql = nullptr;
};

struct ListedColumn {
  Listed of;
  uint64_t rank = 0;  // from 0, without gaps
  std::string_view name;
  DataType type;
  bool nullable = false;
};

class Listing {
 public:
  Listing(CurrentSnapshot current, const std::vector<std::unique_ptr<SystemView>>& views)
      : current_(std::move(current)), views_(views) {}

  // By schema, then name; information_schema itself comes last, where it comes at all.
  enum class Itself { left_out, last };
  std::vector<Listed> for_viewer(const ScanRequest& request, Itself itself) const {
    constexpr size_t kSchemaColumn = 1, kNameColumn = 2;  // in each view that lists tables
    const auto schema = demanded_text(request, kSchemaColumn);
    const auto name = demanded_text(request, kNameColumn);
    const auto wanted = [&](std::string_view in, std::string_view table) {
      return (!schema || *schema == in) && (!name || *name == table);
    };
    std::vector<Listed> listed, own;
    const auto snapshot = current_();
    for (auto& table : schema ? snapshot->tables(NamespaceId(std::string(*schema))) : snapshot->tables()) {
      if (table->type == TableType::system || !may_read(*table, request.viewer.role)) continue;
      const auto& id = table->id;
      if (wanted(id.ns.value(), id.table.value())) {
        listed.push_back({.schema = id.ns.value(), .name = id.table.value(), .table = table});
      }
    }
    for (const auto& [id, view] : snapshot->views()) {
      if (request.viewer.role == Role::anonymous || !wanted(id.ns.value(), id.table.value())) continue;
      listed.push_back({.schema = id.ns.value(), .name = id.table.value(), .view = true, .sql = {snapshot, &view}});
    }
    for (const auto& view : views_) {
      if (!view->readable_by(request.viewer.role) || !wanted(view->schema(), view->name())) continue;
      auto& into = view->schema() == kSchema ? own : listed;
      into.push_back({.schema = view->schema(),
                      .name = view->name(),
                      .view = view->kind() == SystemView::Kind::view,
                      .system = view.get()});
    }
    std::ranges::sort(listed, {}, [](const Listed& l) { return std::pair(l.schema, l.name); });
    if (itself == Itself::last) listed.insert(listed.end(), own.begin(), own.end());
    return listed;
  }

  std::vector<std::string> schemas(Role role) const {
    std::vector<std::string> names;
    for (const auto& [id, ns] : current_()->namespaces()) names.push_back(id.value());
    if (is_admin(role)) names.push_back("system");
    std::ranges::sort(names);
    return names;
  }

 private:
  CurrentSnapshot current_;
  const std::vector<std::unique_ptr<SystemView>>& views_;
};
using ListingPtr = std::shared_ptr<const Listing>;

std::optional<uint64_t> octets_of(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::text:
    case TypeTag::json:
    case TypeTag::file:
    case TypeTag::bytes: return 2147483647;
    default: return std::nullopt;
  }
}

struct Numeric {
  std::optional<uint64_t> precision, radix, scale;
};
// BIGINT has none: clients of the original know it so.
Numeric numeric_of(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::smallint: return {16, 2, std::nullopt};
    case TypeTag::integer: return {32, 2, std::nullopt};
    case TypeTag::float_:
    case TypeTag::double_: return {24, 2, std::nullopt};
    case TypeTag::decimal: return {type.precision(), 10, type.scale()};
    default: return {};
  }
}

constexpr std::optional<std::string_view> kNoText = std::nullopt;
constexpr std::optional<uint64_t> kNoNumber = std::nullopt;

template <typename Row>
std::unique_ptr<SystemView> make(std::string_view name, std::string_view comment, std::vector<Column<Row>> columns,
                                 typename View<Row>::Open open) {
  return std::make_unique<View<Row>>(kSchema, name, comment, std::move(columns), std::move(open));
}

std::unique_ptr<SystemView> tables(ListingPtr listing) {
  using Row = Listed;
  return make<Row>(
      "tables", "Tables and views that the viewer may read",
      {
          column<Row>(1, "table_catalog", [](const Row&) { return std::string_view(kCatalogName); }),
          column<Row>(2, "table_schema", [](const Row& r) { return r.schema; }),
          column<Row>(3, "table_name", [](const Row& r) { return r.name; }),
          column<Row>(4, "table_type", [](const Row& r) { return std::string_view(r.view ? "VIEW" : "BASE TABLE"); }),
      },
      [listing](const ScanRequest& request) -> Result<Rows<Row>> {
        return all_of(listing->for_viewer(request, Listing::Itself::last));
      });
}

std::unique_ptr<SystemView> views(ListingPtr listing) {
  using Row = Listed;
  return make<Row>(
      "views", "The same tables and views, with the definitions of SQL views",
      {
          column<Row>(1, "table_catalog", [](const Row&) { return std::string_view(kCatalogName); }),
          column<Row>(2, "table_schema", [](const Row& r) { return r.schema; }),
          column<Row>(3, "table_name", [](const Row& r) { return r.name; }),
          column<Row>(4, "definition",
                      [](const Row& r) { return r.sql ? std::optional<std::string_view>(r.sql->query) : kNoText; }),
      },
      [listing](const ScanRequest& request) -> Result<Rows<Row>> {
        return all_of(listing->for_viewer(request, Listing::Itself::left_out));
      });
}

std::unique_ptr<SystemView> columns(ListingPtr listing) {
  using Row = ListedColumn;
  std::vector<Column<Row>> shown = {
      column<Row>(1, "table_catalog", [](const Row&) { return std::string_view(kCatalogName); }),
      column<Row>(2, "table_schema", [](const Row& r) { return r.of.schema; }),
      column<Row>(3, "table_name", [](const Row& r) { return r.of.name; }),
      column<Row>(4, "column_name", [](const Row& r) { return r.name; }),
      column<Row>(5, "ordinal_position", [](const Row& r) { return r.rank; }),
      column<Row>(6, "column_default", [](const Row&) { return kNoText; }),
      column<Row>(7, "is_nullable", [](const Row& r) { return std::string_view(r.nullable ? "YES" : "NO"); }),
      column<Row>(8, "data_type", [](const Row& r) { return r.type.arrow_name(); }),
      column<Row>(9, "character_maximum_length", [](const Row&) { return kNoNumber; }),
      column<Row>(10, "character_octet_length", [](const Row& r) { return octets_of(r.type); }),
      column<Row>(11, "numeric_precision", [](const Row& r) { return numeric_of(r.type).precision; }),
      column<Row>(12, "numeric_precision_radix", [](const Row& r) { return numeric_of(r.type).radix; }),
      column<Row>(13, "numeric_scale", [](const Row& r) { return numeric_of(r.type).scale; }),
      column<Row>(14, "datetime_precision", [](const Row&) { return kNoNumber; }),
      column<Row>(15, "interval_type", [](const Row&) { return kNoText; }),
  };
  auto open = [listing](const ScanRequest& request) -> Result<Rows<Row>> {
    auto listed = listing->for_viewer(request, Listing::Itself::left_out);
    return [listed = std::move(listed), at = size_t{0}, rank = size_t{0}](Row& row) mutable -> Result<bool> {
      for (; at < listed.size(); ++at, rank = 0) {
        const auto& of = listed[at];
        if (of.table && rank < of.table->columns.size()) {
          const auto& column = of.table->columns[rank];
          row = {of, rank, column.name, column.type, column.nullable};
        } else if (of.system && rank < of.system->columns().size()) {
          const auto& column = of.system->columns()[rank];
          row = {of, rank, column.name, column.type, column.nullable};
        } else {
          continue;
        }
        ++rank;
        return true;
      }
      return false;
    };
  };
  return make<Row>("columns", "Columns of what the viewer may read", std::move(shown), std::move(open));
}

std::unique_ptr<SystemView> schemata(ListingPtr listing) {
  using Row = std::string;
  return make<Row>("schemata", "Namespaces",
                   {
                       column<Row>(1, "catalog_name", [](const Row&) { return std::string_view(kCatalogName); }),
                       column<Row>(2, "schema_name", [](const Row& name) { return std::string_view(name); }),
                       column<Row>(3, "schema_owner", [](const Row&) { return kNoText; }),
                       column<Row>(4, "default_character_set_catalog", [](const Row&) { return kNoText; }),
                       column<Row>(5, "default_character_set_schema", [](const Row&) { return kNoText; }),
                       column<Row>(6, "default_character_set_name", [](const Row&) { return kNoText; }),
                       column<Row>(7, "sql_path", [](const Row&) { return kNoText; }),
                   },
                   [listing](const ScanRequest& request) -> Result<Rows<Row>> {
                     return all_of(listing->schemas(request.viewer.role));
                   });
}

std::unique_ptr<SystemView> df_settings(std::vector<EngineSetting> settings) {
  using Row = EngineSetting;
  return make<Row>("df_settings", "Settings of the query engine",
                   {
                       column<&Row::name>(1, "name"),
                       column<&Row::value>(2, "value"),
                       column<&Row::description>(3, "description"),
                   },
                   [settings = std::move(settings)](const ScanRequest&) -> Result<Rows<Row>> {
                     return all_of(std::vector<Row>(settings));
                   });
}

std::unique_ptr<SystemView> routines(const ProvidedRows<RoutineRow>& provided) {
  using Row = RoutineRow;
  constexpr auto catalog = [](const Row&) { return std::string_view(kCatalogName); };
  constexpr auto schema = [](const Row&) { return std::string_view("public"); };
  return make<Row>("routines", "Functions",
                   {
                       column<Row>(1, "specific_catalog", catalog),
                       column<Row>(2, "specific_schema", schema),
                       column<&Row::name>(3, "specific_name"),
                       column<Row>(4, "routine_catalog", catalog),
                       column<Row>(5, "routine_schema", schema),
                       column<&Row::name>(6, "routine_name"),
                       column<Row>(7, "routine_type", [](const Row&) { return std::string_view("FUNCTION"); }),
                       column<&Row::is_deterministic>(8, "is_deterministic"),
                       column<&Row::data_type>(9, "data_type"),
                       column<&Row::function_type>(10, "function_type"),
                       column<&Row::description>(11, "description"),
                       column<&Row::syntax_example>(12, "syntax_example"),
                   },
                   [&provided](const ScanRequest& request) { return provided.open(request); });
}

std::unique_ptr<SystemView> parameters(const ProvidedRows<ParameterRow>& provided) {
  using Row = ParameterRow;
  return make<Row>("parameters", "Parameters of functions",
                   {
                       column<Row>(1, "specific_catalog", [](const Row&) { return std::string_view(kCatalogName); }),
                       column<Row>(2, "specific_schema", [](const Row&) { return std::string_view("public"); }),
                       column<&Row::routine>(3, "specific_name"),
                       column<&Row::ordinal_position>(4, "ordinal_position"),
                       column<&Row::parameter_mode>(5, "parameter_mode"),
                       column<&Row::parameter_name>(6, "parameter_name"),
                       column<&Row::data_type>(7, "data_type"),
                       column<&Row::parameter_default>(8, "parameter_default"),
                       column<&Row::is_variadic>(9, "is_variadic"),
                       column<&Row::rid>(10, "rid"),
                   },
                   [&provided](const ScanRequest& request) { return provided.open(request); });
}

}  // namespace

bool may_read(const TableDefinition& table, Role role) {
  if (role == Role::anonymous) return false;
  if (table.type == TableType::system) return is_admin(role);
  const auto* shared = std::get_if<SharedTableOptions>(&table.options);
  if (!shared) return true;
  switch (shared->access_level.value_or(AccessLevel::private_)) {
    case AccessLevel::public_: return true;
    case AccessLevel::private_:
    case AccessLevel::restricted: return role >= Role::service;
    case AccessLevel::dba: return is_admin(role);
  }
  return false;
}

std::vector<EngineSetting> default_engine_settings() {
  const auto cores = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  return {
      {"datafusion.catalog.default_catalog", kCatalogName, "Catalog of unqualified names"},
      {"datafusion.catalog.default_schema", "default", "Schema of unqualified names"},
      {"datafusion.catalog.information_schema", "true", "Is there an information_schema?"},
      {"datafusion.execution.batch_size", "8192", "Rows per batch"},
      {"datafusion.execution.target_partitions", cores, "Threads of one query"},
      {"datafusion.execution.time_zone", "+00:00", "Time zone of the session"},
  };
}

std::vector<std::unique_ptr<SystemView>> make_information_schema(
    CurrentSnapshot current, const std::vector<std::unique_ptr<SystemView>>& system_views,
    const ProvidedViews& provided, std::vector<EngineSetting> settings) {
  const auto listing = std::make_shared<const Listing>(std::move(current), system_views);
  std::vector<std::unique_ptr<SystemView>> made;
  made.push_back(tables(listing));
  made.push_back(views(listing));
  made.push_back(columns(listing));
  made.push_back(schemata(listing));
  made.push_back(df_settings(std::move(settings)));
  made.push_back(routines(provided.routines));
  made.push_back(parameters(provided.parameters));
  return made;
}

}  // namespace kalam::catalog
