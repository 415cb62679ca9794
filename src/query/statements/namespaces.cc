#include <algorithm>

#include "auth/access.h"
#include "catalog/names.h"
#include "query/statements/audited_write.h"
#include "query/statements/naming.h"
#include "query/statements/new_job.h"
#include "query/statements/statements.h"
#include "types/ascii.h"
#include "types/json_text.h"

namespace kalam::query {

namespace {

std::string told(std::string_view ns, std::string_view what) {
  return "Namespace '" + std::string(ns) + "' " + std::string(what);
}

// An object; of a key that was written twice the last value counts.
std::string json_of(const std::vector<sql::AlterNamespace::Option>& options) {
  std::string text;
  JsonText json(text);
  json.begin_object();
  for (auto option = options.begin(); option != options.end(); ++option) {
    const bool again =
        std::any_of(option + 1, options.end(), [&](const auto& later) { return later.key == option->key; });
    if (!again) json.key(option->key).raw(option->json);
  }
  json.end_object();
  return text;
}

bool lies_in(const TopicId& topic, const NamespaceId& ns) {
  return equal_ignoring_case(topic.value().substr(0, topic.value().find('.')), ns.value());
}

// What DROP NAMESPACE does to a namespace as it is in `catalog`: when that is no longer so, apply refuses the whole.
struct NamespaceDrop {
  std::vector<commands::Change> changes = {};
  std::vector<Audited> audited = {};
};

NamespaceDrop drop_of(const NamespaceId& ns, bool cascade, const catalog::CatalogSnapshot& catalog,
                      const Services& services) {
  NamespaceDrop drop;
  for (const auto& table : cascade ? catalog.tables(ns) : std::vector<TableDefinitionPtr>()) {
    auto job = table_cleanup(*table, catalog, services);
    drop.audited.push_back({"DROP_TABLE", table->id.dotted(),
                            "CASCADE from DROP NAMESPACE. Type: " + std::string(variant_name(table->type)) +
                                ", Cleanup Job: " + job.job_id.value()});
    drop.changes.push_back(commands::DropTable{table->id});
    drop.changes.push_back(commands::PutJob{std::move(job)});
  }
  for (const auto& [id, topic] : catalog.topics()) {
    if (!lies_in(id, ns)) continue;
    drop.changes.push_back(commands::DropTopic{id});
    drop.changes.push_back(commands::PutJob{topic_cleanup(id, "drop_topic", services)});
  }
  drop.changes.push_back(commands::DropNamespace{ns});
  drop.audited.push_back({"DROP_NAMESPACE", ns.value()});
  return drop;
}

}  // namespace

Result<QueryReply> run(const sql::CreateNamespace& create, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::create_namespace));
  TRY(catalog::check_namespace_name(create.name));
  auto written = write({commands::CreateNamespace{create.name, session.viewer.user}},
                       {{"CREATE_NAMESPACE", create.name}}, services, session);
  if (!written.ok()) {
    const bool fine = create.if_not_exists && written.error().code == ErrorCode::already_exists;
    if (!fine) return std::move(written).error();
    return QueryReply::done(told(create.name, "already exists"));
  }
  return QueryReply::done(told(create.name, "created successfully"));
}

Result<QueryReply> run(const sql::AlterNamespace& alter, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::alter_namespace));
  const auto ns = TRY(parse_namespace_id(alter.name));
  const auto options = json_of(alter.options);
  TRY(write({commands::AlterNamespace{ns, options}}, {{"ALTER_NAMESPACE", ns.value(), "Options updated: " + options}},
            services, session));
  return QueryReply::done(told(ns.value(), "altered successfully"));
}

Result<QueryReply> run(const sql::DropNamespace& drop, const Services& services, Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::drop_namespace));
  const auto ns = TRY(parse_namespace_id(drop.name));
  constexpr int kAttempts = 5;  // tables may come and go meanwhile
  for (int attempt = 1;; ++attempt) {
    const auto catalog = services.catalog.snapshot();
    if (drop.if_exists && !catalog->ns(ns)) return QueryReply::done(told(ns.value(), "does not exist"));
    auto planned = drop_of(ns, drop.cascade, *catalog, services);
    auto written = write(std::move(planned.changes), std::move(planned.audited), services, session);
    if (written.ok()) return QueryReply::done(told(ns.value(), "dropped successfully"));
    const bool changed = drop.cascade && services.catalog.snapshot() != catalog;
    if (!changed || attempt == kAttempts) return std::move(written).error();
  }
}

Result<QueryReply> run(const sql::UseNamespace& use, const Services& services, Session& session) {
  const auto ns = TRY(parse_namespace_id(use.name));
  // Those of the system are no rows of the catalog, but hold tables all the same.
  const bool there =
      ns.value() == "system" || ns.value() == "information_schema" || services.catalog.snapshot()->ns(ns);
  if (!there) return not_found(told(ns.value(), "does not exist"));
  session.current_namespace = ns.value();
  return QueryReply::done("Namespace switched to '" + ns.value() + "'");
}

}  // namespace kalam::query
