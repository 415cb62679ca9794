#include "duck/detail/prepared_query.h"

#include <algorithm>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/planner/planner.hpp>

#include "duck/detail/column_origin.h"
#include "duck/detail/engine_rows.h"
#include "duck/detail/fitted_value.h"
#include "duck/detail/instance_impl.h"
#include "duck/detail/plan_text.h"

namespace kalam::duck {

namespace {

// Each holds a connection and a plan, some tens of KB; more at once are made and dropped.
constexpr size_t kIdlePlansMax = 4;

bool same_shape(const std::vector<SourceColumn>& a, const std::vector<SourceColumn>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SourceColumn& x, const SourceColumn& y) {
    return x.kind == y.kind && x.type == y.type && x.name == y.name;
  });
}

}  // namespace

PreparedQuery::PreparedQuery(Instance& instance, Statement statement, std::vector<QueryTable> tables, Shapes shapes,
                             std::vector<ScalarKind> kinds)
    : instance_(instance),
      written_(std::move(statement)),
      numbered_(written_->Copy()),
      tables_(std::move(tables)),
      shapes_(std::move(shapes)),
      kinds_(std::move(kinds)),
      slots_(kinds_) {
  slots_.number(*numbered_);
}

std::shared_ptr<const PreparedQuery> PreparedQuery::make(Instance& instance, Statement statement,
                                                         std::vector<QueryTable> tables, Shapes shapes,
                                                         std::vector<ScalarKind> kinds) {
  std::shared_ptr<PreparedQuery> made(
      new PreparedQuery(instance, std::move(statement), std::move(tables), std::move(shapes), std::move(kinds)));
  if (made->tables_.size() == 1) made->plan_natively();
  if (!made->native_) made->give_back(made->take_plan());
  return made;
}

void PreparedQuery::plan_natively() {
  if (numbered_->type != duckdb::StatementType::SELECT_STATEMENT) return;
  auto connection = duckdb::make_uniq<duckdb::Connection>(*instance_.impl().database);
  auto& context = *connection->context;
  Running::set(context, duckdb::make_shared_ptr<Running>(shapes_));
  std::unique_ptr<NativePlan> native;
  context.RunFunctionInTransaction(
      [&] {
        duckdb::Planner planner(context);
        planner.CreatePlan(numbered_->Copy());
        auto& plan = planner.plan;
        if (!plan || planner.value_map.size() < slots_.size() || !all_settled(*plan)) return;
        if (planner.properties.always_require_rebind) return;
        auto result = result_columns(planner.names, planner.types, column_origins(*plan));
        // `(_deleted AND b) OR b` speaks of deleted rows, also when the rules make `b` of it.
        write_access_paths(*plan);
        // The optimizer's rules on expressions, and none on plans: what is read here has the form that was bound.
        duckdb::Optimizer(*planner.binder, context).rewriter.VisitOperator(*plan);
        if (!all_settled(*plan)) return;
        native = native_plan(*plan, shapes_);
        if (!native) return;
        native->result = std::move(result);
        for (size_t i = 1; i <= slots_.size(); ++i) {
          native->slots.push_back(planner.value_map.at(std::to_string(i))->return_type);
        }
      },
      false);
  if (!native) return;
  connection_ = std::move(connection);
  native_ = std::move(native);
}

std::string PreparedQuery::explained() const {
  if (native_) return text_of(*native_, tables_.front(), shapes_->front());
  auto plan = take_plan();
  auto text = "DuckDB\n" + plan->explained();
  if (plan->kept()) give_back(std::move(plan));
  return text;
}

std::unique_ptr<EnginePlan> PreparedQuery::take_plan() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto plan = std::move(idle_.back());
      idle_.pop_back();
      return plan;
    }
  }
  return std::make_unique<EnginePlan>(*instance_.impl().database, numbered_->Copy(), shapes_);
}

void PreparedQuery::give_back(std::unique_ptr<EnginePlan> plan) const {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdlePlansMax) idle_.push_back(std::move(plan));
}

Status PreparedQuery::check_sources(const std::vector<const RowSource*>& sources) const {
  bool same = sources.size() == shapes_->size();
  for (size_t i = 0; same && i < sources.size(); ++i) {
    same = same_shape(sources[i]->columns(), (*shapes_)[i].columns) &&
           sources[i]->order_column() == (*shapes_)[i].order_column;
  }
  if (!same) return Error{ErrorCode::internal, "a prepared query was run over other tables than it was made for"};
  return {};
}

bool PreparedQuery::was_made_for(const std::vector<Value>& parameters) const {
  if (parameters.size() < kinds_.size()) return false;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (!parameters[i].is_null() && parameters[i].kind() != kinds_[i]) return false;
  }
  return true;
}

Result<std::unique_ptr<RowStream::Impl>> PreparedQuery::run(RunInputs inputs) const {
  TRY(check_sources(inputs.sources));
  if (!was_made_for(inputs.parameters)) {
    std::vector<ScalarKind> kinds;
    for (const auto& parameter : inputs.parameters) kinds.push_back(parameter.kind());
    return make(instance_, written_->Copy(), tables_, shapes_, std::move(kinds))->run(std::move(inputs));
  }
  auto slots = TRY(slots_.values(inputs.parameters, inputs.viewer));
  if (native_ && inputs.path == Path::automatic) {
    if (auto rows = TRY(run_natively(inputs, slots))) return rows;
  }
  return run_engine(std::move(inputs), std::move(slots));
}

// Null: these values are for the engine.
Result<std::unique_ptr<RowStream::Impl>> PreparedQuery::run_natively(const RunInputs& inputs,
                                                                     std::span<const Value> slots) const {
  NativeRows::Inputs run{*inputs.sources.front(),
                         {},
                         inputs.viewer,
                         inputs.stop,
                         inputs.rows_max,
                         instance_.options().memory_limit_bytes,
                         nullptr,
                         nullptr};
  for (size_t i = 0; i < slots.size(); ++i) {
    auto value = TRY(fitted(slots[i], native_->slots[i], *connection_->context));
    if (!value) return std::unique_ptr<RowStream::Impl>();
    run.slots.push_back(*std::move(value));
  }
  if (Workspace::is_needed(*native_)) {
    const std::lock_guard lock(mutex_);
    run.workspace = std::move(workspace_);
  }
  if (Workspace::is_needed(*native_) && !run.workspace) {
    run.workspace = std::make_unique<Workspace>(*connection_->context, *native_);
  }
  run.give_back = [self = shared_from_this()](std::unique_ptr<Workspace> done) {
    const std::lock_guard lock(self->mutex_);
    self->workspace_ = std::move(done);
  };
  return std::unique_ptr<RowStream::Impl>(TRY(NativeRows::start(*native_, std::move(run))));
}

Result<std::unique_ptr<RowStream::Impl>> PreparedQuery::run_engine(RunInputs inputs, std::vector<Value> slots) const {
  auto plan = take_plan();
  auto fitting = plan->kept() ? TRY(plan->fitted_slots(slots)) : std::optional<std::vector<Value>>();
  EngineRows::GiveBack give_back = [](std::unique_ptr<EnginePlan>) {};
  if (fitting) {
    slots = *std::move(fitting);
    give_back = [self = shared_from_this()](std::unique_ptr<EnginePlan> done) { self->give_back(std::move(done)); };
  } else if (plan->kept() || slots_.size() > 0) {
    if (plan->kept()) this->give_back(std::move(plan));
    plan = std::make_unique<EnginePlan>(*instance_.impl().database, numbered_->Copy(), shapes_, &slots);
  }
  auto running =
      duckdb::make_shared_ptr<Running>(shapes_, std::move(inputs.sources), std::move(slots), std::move(inputs.viewer));
  auto rows = TRY(EngineRows::start(std::move(plan), std::move(running), inputs.stop, std::move(give_back)));
  rows->rows_left = inputs.rows_max;
  return std::unique_ptr<RowStream::Impl>(std::move(rows));
}

}  // namespace kalam::duck
