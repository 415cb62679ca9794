// For the tests of statements: a database in memory with everything real but the clock and the chance, and people of
// every role who talk to it in SQL.

#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "catalog/catalog.h"
#include "cluster/standalone_log.h"
#include "commands/apply.h"
#include "commands/writer.h"
#include "duck/instance.h"
#include "query/services.h"
#include "query/statements/statements.h"
#include "sql/parse.h"
#include "store/store.h"
#include "tables/tables.h"
#include "types/generated_ids.h"
#include "types/snowflake.h"

namespace kalam::query {

inline constexpr uint64_t kSeed = 20261124;

class StatementsTest : public testing::Test {
 protected:
  StatementsTest()
      : store_(store::open_memory_store()),
        catalog_(must(catalog::Catalog::open(*store_, clock_, random_, catalog_options()))),
        tables_(*store_, *catalog_, clock_),
        engine_(must(duck::Instance::open({}))),
        applier_(must(commands::Applier::open(*store_, *catalog_, tables_))),
        log_(*applier_),
        writer_(log_, clock_),
        snowflakes_(clock_, 1),
        ids_(clock_, random_),
        services_{*catalog_,
                  tables_,
                  writer_,
                  *engine_,
                  clock_,
                  random_,
                  Generators{snowflakes_, ids_},
                  [this] { return applier_->last_commit(); },
                  {.bcrypt_cost = 4}} {}

  static Session session_of(std::string_view user, Role role) {
    const Viewer viewer{UserId(std::string(user)), role};
    return {.viewer = viewer, .actor = viewer, .client_address = "10.0.0.7"};
  }

  // What the statements of one request come to, each as one text: `[column, …] rows` or a message; or "E: …" and the
  // end. Gates are looked at first, as the runner does.
  std::vector<std::string> request(std::string_view text, Session session) {
    auto script = sql::read_script(text);
    for (const auto& statement : script.statements) {
      if (!statement.gate.admits(session.actor.role)) return {"E: " + std::string(statement.gate.refusal)};
    }
    if (script.refusal) {
      if (!script.refusal->gate.admits(session.actor.role)) {
        return {"E: " + std::string(script.refusal->gate.refusal)};
      }
      return {"E: " + script.refusal->error.message};
    }
    std::vector<std::string> answers;
    for (const auto& statement : script.statements) {
      clock_.advance(Millis(1));
      auto as = session;
      if (statement.as_user) as.viewer = {UserId(*statement.as_user), Role::user};
      const auto reply = run_statement(statement, services_, as);
      session.current_namespace = as.current_namespace;
      if (!reply.ok()) {
        answers.push_back("E: " + reply.error().message);
        break;
      }
      answers.push_back(text_of(*reply));
    }
    return answers;
  }
  // Of a request of one statement, or of the last one of several.
  std::string ask(std::string_view text, Session session) { return request(text, std::move(session)).back(); }
  std::string dba(std::string_view text) { return ask(text, session_of("maria", Role::dba)); }
  std::string root(std::string_view text) { return ask(text, session_of("root", Role::system)); }
  std::string service(std::string_view text) { return ask(text, session_of("svc", Role::service)); }
  std::string user(std::string_view text, std::string_view name = "alice") {
    return ask(text, session_of(name, Role::user));
  }

  static std::string text_of(const QueryReply& reply) {
    if (reply.shape != QueryReply::Shape::rows) return reply.message;
    std::string text = "[";
    for (const auto& column : reply.columns) text += (text.size() > 1 ? ", " : "") + column.name;
    return text + "] " + reply.rows_json;
  }

  // A query over the catalog's own views, as an administrator sees them.
  std::string select(std::string_view text) {
    auto query = must(engine_->parse(text));
    duck::RunInputs inputs{.sources = {}, .parameters = {}, .viewer = {UserId("root"), Role::system}};
    for (const auto& table : query.tables()) {
      const auto* view = catalog_->source(table.schema, table.table);
      if (!view) return "E: no view " + table.schema + "." + table.table;
      inputs.sources.push_back(view);
    }
    auto rows = must(engine_->run(std::move(query), std::move(inputs)));
    std::string json;
    while (must(rows.append_json_rows(json)) > 0) {}
    return json;
  }

  // One row of a table, past SQL.
  void insert(std::string_view dotted, const std::optional<std::string>& owner, Value key, std::vector<Value> values) {
    const auto definition = catalog_->snapshot()->share(must(parse_table_id(dotted)));
    commands::RowsWrite rows{.table = definition};
    if (owner) rows.user = UserId(*owner);
    rows.rows.push_back({.kind = ChangeKind::insert, .key = std::move(key), .row = Row{std::move(values)}});
    must(writer_.write(commands::DataWrite{.parts = {std::move(rows)}}));
  }

  static catalog::CatalogOptions catalog_options() {
    catalog::CatalogOptions options;
    options.first_start.data_path = "/data/kalam";
    return options;
  }

  ManualClock clock_;
  SeededRandom random_{kSeed};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<catalog::Catalog> catalog_;
  tables::Tables tables_;
  std::unique_ptr<duck::Instance> engine_;
  std::unique_ptr<commands::Applier> applier_;
  cluster::StandaloneLog log_;
  commands::Writer writer_;
  Snowflakes snowflakes_;
  TimeOrderedIds ids_;
  Services services_;
};

}  // namespace kalam::query
