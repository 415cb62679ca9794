#include "query/explain.h"

#include <array>
#include <chrono>

#include "query/insert.h"
#include "query/statements/rows_reply.h"
#include "sql/parse.h"

namespace kalam::query {

namespace {

using Row = std::pair<std::string_view, std::string>;

Result<QueryReply> rows_of(const std::vector<Row>& rows) {
  const DataType text(TypeTag::text);
  RowsReply reply({{"plan_type", text, false, true}, {"plan", text, false, true}});
  for (const auto& [kind, plan] : rows) TRY(reply.add(std::array{Value::text(std::string(kind)), Value::text(plan)}));
  return reply.take();
}

std::string over(const QueryPlan& plan) {
  std::string names;
  for (const auto& identity : plan.identities) {
    names += (names.empty() ? " over " : ", ") + identity.schema + "." + identity.table;
  }
  return names;
}

Result<Row> measured(Select& select, const Select::Ready& ready, std::vector<Value> parameters,
                     const StatementContext& context) {
  const auto begun = std::chrono::steady_clock::now();
  auto rows = TRY(select.run(ready, std::move(parameters), context));
  size_t count = 0;
  std::string unread;
  while (const auto more = TRY(rows.append_json_rows(unread))) {
    count += more;
    unread.clear();
  }
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  return Row{"analyzed_plan", std::to_string(count) + " row(s) in " + std::to_string(took.count()) + " us"};
}

Result<QueryReply> explain_query(const sql::Statement& statement, bool analyze, Select& select,
                                 const StatementContext& context) {
  auto shape = TRY(shaped(statement, context));
  const auto ready = TRY(select.ready(shape, context));
  std::vector<Row> rows = {{"logical_plan", "Query" + over(*ready.plan)},
                           {"physical_plan", ready.plan->prepared->explained()}};
  if (analyze) rows.push_back(TRY(measured(select, ready, std::move(shape.parameters), context)));
  return rows_of(rows);
}

}  // namespace

Result<QueryReply> explain(const sql::Explain& explain, Select& select, ChangeRows& change_rows,
                           const StatementContext& context) {
  const auto statements = TRY(sql::parse(explain.statement));
  const auto& statement = statements.front();
  switch (statement.kind) {
    case sql::StatementKind::select: return explain_query(statement, explain.analyze, select, context);
    case sql::StatementKind::insert: {
      const auto told = TRY(Insert(select, duck::Path::automatic)
                                .explained(statement.text, std::get<sql::Insert>(statement.body), context));
      return rows_of({{"logical_plan", told.logical}, {"physical_plan", told.physical}});
    }
    default: {
      const auto told = TRY(change_rows.explained(statement, context));
      return rows_of({{"logical_plan", told.logical}, {"physical_plan", told.physical}});
    }
  }
}

}  // namespace kalam::query
