#include "auth/access.h"
#include "query/sources.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += c;
    text += c;
  }
  return text + '"';
}

// A query that gives what the view will: its columns under the names that were written.
std::string query_of(const sql::CreateView& create) {
  if (create.columns.empty()) return create.query;
  std::string names;
  for (const auto& column : create.columns) names += (names.empty() ? "" : ", ") + quoted(column);
  return "SELECT * FROM (" + create.query + ") AS " + quoted(create.view.name) + "(" + names + ")";
}

// The query must make sense over the tables that it names, and its author must be allowed to read them.
// Names in it are of the view's namespace.
Status check_query(const sql::CreateView& create, const TableId& id, const Services& services, Session session) {
  session.current_namespace = id.ns.value();
  const auto catalog = services.catalog.snapshot();
  auto query = TRY(services.engine.parse(query_of(create), views_of(catalog, session)));
  if (query.parameters() > 0) return Error{ErrorCode::invalid_input, "a view has no parameters"};
  for (const auto& used : query.views()) {
    const auto name = TRY(full_name(used.name, session));
    if (name.dotted() == id.dotted()) return Error{ErrorCode::invalid_input, "a view cannot read itself"};
  }
  const ReadContext context{.services = services, .session = session, .catalog = *catalog};
  std::vector<Source> sources;
  std::vector<duck::SourceShape> shapes;
  for (const auto& table : query.tables()) {
    sources.push_back(TRY(open_source(table, context)));
    shapes.push_back(duck::shape_of(*sources.back().rows));
  }
  TRY(services.engine.prepare(std::move(query), std::move(shapes), {}));
  return {};
}

}  // namespace

Result<QueryReply> run(const sql::CreateView& create, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::create_view));
  const auto id = TRY(table_id(create.view, session));
  if (auto checked = check_query(create, id, services, session); !checked.ok()) {
    return std::move(checked).error().within("Failed to parse CREATE VIEW statement: ");
  }
  TRY(write({commands::CreateView{.id = id,
                                  .query = create.query,
                                  .columns = create.columns,
                                  .created_by = session.viewer.user,
                                  .or_replace = create.or_replace}},
            {}, services, session));
  return QueryReply::done("View " + id.dotted() + " created successfully");
}

Result<QueryReply> run(const sql::DropView& drop, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::drop_view));
  const auto id = TRY(table_id(drop.view, session));
  auto written = write({commands::DropView{id}}, {}, services, session);
  if (written.ok()) return QueryReply::done("View " + id.dotted() + " dropped successfully");
  const bool skipped = drop.if_exists && written.error().code == ErrorCode::not_found;
  if (!skipped) return std::move(written).error();
  return QueryReply::done("View " + id.dotted() + " does not exist (skipped)");
}

}  // namespace kalam::query
