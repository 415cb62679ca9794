#include "query/sources.h"

#include <algorithm>

#include "auth/access.h"
#include "auth/authorize.h"

namespace kalam::query {

Error table_not_found(const FullName& name) {
  return {ErrorCode::not_found, "Table not found: table 'kalam." + name.dotted() + "' not found", {}};
}

Result<FullName> full_name(const duck::QueryTable& written, const Session& session) {
  FullName name{written.schema.empty() ? session.current_namespace : written.schema, written.table};
  if (!written.catalog.empty() && written.catalog != "kalam") {
    return Error{ErrorCode::not_found,
                 "Table not found: table '" + written.catalog + "." + name.dotted() + "' not found"};
  }
  return name;
}

namespace {

std::optional<duck::View> view_named(const duck::QueryTable& written, const catalog::CatalogSnapshot& catalog,
                                     const Session& session) {
  const auto name = full_name(written, session);
  if (!name.ok()) return std::nullopt;  // of another catalog: what a table is told
  const auto* view = catalog.view(name->schema, name->table);
  if (!view) return std::nullopt;
  auto columns = catalog::names_of(view->columns);
  if (!columns.ok()) return std::nullopt;
  return duck::View{name->schema, view->query, std::move(*columns)};
}

}  // namespace

duck::ViewLookup views_of(std::shared_ptr<const catalog::CatalogSnapshot> catalog, const Session& session) {
  return [catalog = std::move(catalog), &session](const duck::QueryTable& written) {
    return view_named(written, *catalog, session);
  };
}

bool unchanged(const std::vector<duck::UsedView>& views, const catalog::CatalogSnapshot& catalog,
               const Session& session) {
  return std::ranges::all_of(views,
                             [&](const auto& used) { return view_named(used.name, catalog, session) == used.view; });
}

std::optional<UserId> partition_of(const TableDefinition& table, const Session& session) {
  if (table.type == TableType::shared) return std::nullopt;
  return session.viewer.user;
}

std::unique_ptr<tables::TableReader> open_reader(tables::TablePtr table, const ReadContext& context) {
  tables::ReadPoint point;
  point.user = partition_of(table->definition(), context.session);
  point.now_ms = context.services.clock.now_ms();
  point.snapshot = context.snapshot;
  if (context.transaction && table->keyed()) {
    point.snapshot = context.transaction->snapshot();
    point.staged = context.transaction->staged(table->definition().id, point.user);
  }
  return std::make_unique<tables::TableReader>(std::move(table), std::move(point));
}

Result<Source> open_source(const duck::QueryTable& written, const ReadContext& context) {
  const auto name = TRY(full_name(written, context.session));
  Source source;
  source.identity.schema = name.schema;
  source.identity.table = name.table;
  if (const auto* view = context.services.catalog.source(name.schema, name.table)) {
    TRY(auth::authorize(context.session.viewer, {name.schema, name.table}));
    source.rows = view;
    return source;
  }
  source.definition = context.catalog.share({NamespaceId(name.schema), TableName(name.table)});
  if (!source.definition) return table_not_found(name);
  TRY(auth::check_read(context.session.viewer, *source.definition));
  source.identity.generation = source.definition->generation;
  source.identity.version = source.definition->schema_version;
  source.reader = open_reader(TRY(context.services.tables.open(source.definition)), context);
  source.rows = source.reader.get();
  return source;
}

}  // namespace kalam::query
