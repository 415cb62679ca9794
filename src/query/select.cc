#include "query/select.h"

#include "base/counters.h"
#include "query/parameters.h"
#include "sql/fingerprint.h"

namespace kalam::query {

namespace {

std::string plan_key(std::string_view shape, const std::vector<Value>& parameters, const Session& session) {
  std::string key;
  key.reserve(session.current_namespace.size() + 2 + parameters.size() + shape.size());
  key += session.current_namespace;
  key += '\0';
  for (const auto& parameter : parameters) key += static_cast<char>('A' + static_cast<int>(parameter.kind()));
  key += '\0';
  key += shape;
  return key;
}

}  // namespace

Result<ShapedStatement> shaped(const sql::Statement& statement, const StatementContext& context) {
  auto shape = sql::shape_of(statement);
  TRY(check_parameter_count(context.parameters.size(), shape.written));
  ShapedStatement made;
  made.text = std::move(shape.text);
  made.parameters.reserve(context.parameters.size() + shape.lifted.size());
  made.parameters.insert(made.parameters.end(), context.parameters.begin(), context.parameters.end());
  for (auto& literal : shape.lifted) made.parameters.push_back(std::move(literal));
  made.key = plan_key(made.text, made.parameters, context.session);
  return made;
}

Result<OpenSources> OpenSources::open(const std::vector<duck::QueryTable>& tables, const StatementContext& context) {
  OpenSources opened;
  if (tables.empty()) return opened;
  if (context.transaction) TRY(context.transaction->touch("access"));
  // Before the catalog's: rows that are seen were written with definitions that are seen.
  const auto snapshot = tables.size() > 1 ? context.services.tables.store().snapshot() : nullptr;
  const auto catalog = context.services.catalog.snapshot();
  const ReadContext read{context.services, context.session, *catalog, context.transaction, snapshot};
  opened.sources_.reserve(tables.size());
  for (const auto& table : tables) opened.sources_.push_back(TRY(open_source(table, read)));
  return opened;
}

bool OpenSources::fits(const QueryPlan& plan) const {
  if (plan.identities.size() != sources_.size()) return false;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].identity != plan.identities[i]) return false;
  }
  return true;
}

std::vector<SourceIdentity> OpenSources::identities() const {
  std::vector<SourceIdentity> identities;
  for (const auto& source : sources_) identities.push_back(source.identity);
  return identities;
}

std::vector<duck::SourceShape> OpenSources::shapes() const {
  std::vector<duck::SourceShape> shapes;
  for (const auto& source : sources_) shapes.push_back(duck::shape_of(*source.rows));
  return shapes;
}

std::vector<const RowSource*> OpenSources::rows() const {
  std::vector<const RowSource*> rows;
  rows.reserve(sources_.size());
  for (const auto& source : sources_) rows.push_back(source.rows);
  return rows;
}

Result<std::shared_ptr<const QueryPlan>> Select::make_plan(duck::ParsedQuery query, const OpenSources& sources,
                                                           const std::vector<Value>& parameters) {
  auto plan = std::make_shared<QueryPlan>();
  plan->tables = query.tables();
  plan->identities = sources.identities();
  plan->views = query.views();
  plan->has_limit = query.has_limit();
  std::vector<ScalarKind> kinds;
  kinds.reserve(parameters.size());
  for (const auto& parameter : parameters) kinds.push_back(parameter.kind());
  plan->prepared = TRY(engine_.prepare(std::move(query), sources.shapes(), std::move(kinds)));
  return std::shared_ptr<const QueryPlan>(std::move(plan));
}

Result<Select::Ready> Select::ready(std::shared_ptr<const QueryPlan> kept,
                                    const std::function<Result<duck::ParsedQuery>()>& parse,
                                    const std::vector<Value>& parameters, const StatementContext& context) {
  if (kept && unchanged(kept->views, *context.services.catalog.snapshot(), context.session)) {
    auto sources = OpenSources::open(kept->tables, context);
    // What cannot be opened may be a view by now.
    if (sources.ok() && sources->fits(*kept)) return Ready{std::move(kept), std::move(*sources)};
  }
  auto query = TRY(parse());
  auto sources = TRY(OpenSources::open(query.tables(), context));
  auto plan = TRY(make_plan(std::move(query), sources, parameters));
  return Ready{std::move(plan), std::move(sources)};
}

Result<Select::Ready> Select::ready(const ShapedStatement& shape, const StatementContext& context) {
  const auto kept = plans_.find(shape.key);
  const auto parse = [&] {
    return engine_.parse(shape.text, views_of(context.services.catalog.snapshot(), context.session));
  };
  auto ready = TRY(this->ready(kept, parse, shape.parameters, context));
  if (ready.plan != kept) plans_.put(shape.key, ready.plan);
  return ready;
}

Result<duck::RowStream> Select::run(const Ready& ready, std::vector<Value> parameters, const StatementContext& context,
                                    size_t rows_max) {
  duck::RunInputs inputs;
  inputs.sources = ready.sources.rows();
  inputs.parameters = std::move(parameters);
  inputs.viewer = context.session.viewer;
  inputs.path = path_;
  inputs.stop = context.stop;
  inputs.rows_max = rows_max;
  return engine_.run(ready.plan->prepared, std::move(inputs));
}

Result<QueryReply> Select::run(const sql::Statement& statement, const StatementContext& context,
                               const RowLimits& limits) {
  auto shape = TRY(shaped(statement, context));
  const auto ready = TRY(this->ready(shape, context));
  auto rows = TRY(run(ready, std::move(shape.parameters), context, limits.rows_max(ready.plan->has_limit)));
  QueryReply reply;
  reply.columns = rows.columns();
  reply.as_user = context.session.viewer.user.value();
  while (const auto count = TRY(rows.append_json_rows(reply.rows_json))) reply.row_count += count;
  reply.truncated = rows.cut();
  static auto& truncated = counters::counter("results_truncated_total");
  if (reply.truncated) truncated.add();
  return reply;
}

}  // namespace kalam::query
