#include "duck/detail/engine_plan.h"

#include <duckdb/execution/physical_plan_generator.hpp>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/planner/planner.hpp>

#include "duck/detail/chunk_layout.h"
#include "duck/detail/column_origin.h"
#include "duck/detail/fitted_value.h"
#include "duck/detail/native_plan.h"
#include "duck/detail/value_bridge.h"

namespace kalam::duck {

EnginePlan::EnginePlan(duckdb::DuckDB& database, duckdb::unique_ptr<duckdb::SQLStatement> statement, Shapes shapes,
                       const std::vector<Value>* values)
    : shapes_(std::move(shapes)), connection_(duckdb::make_uniq<duckdb::Connection>(database)) {
  if (values) {
    for (size_t i = 0; i < values->size(); ++i) {
      auto constant = to_engine((*values)[i]);
      if (!constant.ok()) throw duckdb::InvalidInputException(constant.error().message);
      constants_.emplace(std::to_string(i + 1), duckdb::BoundParameterData(*std::move(constant)));
    }
  }
  Running::set(*connection_->context, duckdb::make_shared_ptr<Running>(shapes_));
  auto data = duckdb::make_shared_ptr<duckdb::PreparedStatementData>(statement->type);
  data->unbound_statement = statement->Copy();
  const auto text = statement->query;
  const auto named = statement->named_param_map;
  connection_->context->RunFunctionInTransaction([&] { plan(*statement, *data); }, false);
  prepared_ = duckdb::make_uniq<duckdb::PreparedStatement>(connection_->context, std::move(data), text, named);
}

void EnginePlan::plan(duckdb::SQLStatement& statement, duckdb::PreparedStatementData& data) {
  auto& context = *connection_->context;
  duckdb::Planner planner(context);
  planner.parameter_data = constants_;
  planner.CreatePlan(statement.Copy());
  data.properties = planner.properties;
  data.names = planner.names;
  data.types = planner.types;
  data.value_map = std::move(planner.value_map);
  data.properties.bound_all_parameters = false;  // unless all turns out well
  auto plan = std::move(planner.plan);
  if (!plan || data.value_map.size() + constants_.size() < statement.named_param_map.size()) return;
  origins_ = column_origins(*plan);
  write_access_paths(*plan);
  if (plan->RequireOptimizer()) plan = duckdb::Optimizer(*planner.binder, context).Optimize(std::move(plan));
  write_access_paths(*plan);
  data.properties.bound_all_parameters = all_settled(*plan);
  if (!data.properties.bound_all_parameters) return;
  // A plan for some values is run at once, and once: to plan it anew then would lose its access paths.
  kept_ = !std::exchange(data.properties.always_require_rebind, false) && constants_.empty();
  for (size_t i = 1; kept_ && i <= data.value_map.size(); ++i) {
    slots_.push_back(data.value_map.at(std::to_string(i))->return_type);
  }
  data.physical_plan = duckdb::PhysicalPlanGenerator(context).Plan(std::move(plan));
}

// Without a plan for all values there is none to tell of.
std::string EnginePlan::explained() const {
  if (!prepared_->data->physical_plan) return "a plan of its own for each run, made of its values";
  return prepared_->data->physical_plan->Root().ToString();
}

Result<std::optional<std::vector<Value>>> EnginePlan::fitted_slots(std::span<const Value> slots) const {
  std::vector<Value> values;
  for (size_t i = 0; i < slots_.size(); ++i) {
    auto value = TRY(fitted(slots[i], slots_[i], *connection_->context));
    if (!value) return std::optional<std::vector<Value>>();
    values.push_back(*std::move(value));
  }
  return std::optional(std::move(values));
}

duckdb::unique_ptr<duckdb::QueryResult> EnginePlan::execute(duckdb::shared_ptr<Running> running) {
  Running::set(*connection_->context, running);
  if (!kept_) return prepared_->Execute(constants_, true);
  Parameters parameters;
  for (size_t i = 0; i < slots_.size(); ++i) {
    auto value = to_engine(running->slots[i]);
    if (!value.ok()) running->fail(std::move(value).error());
    // A NULL has the type of its slot: another one would be planned for.
    parameters.emplace(std::to_string(i + 1), duckdb::BoundParameterData(value->DefaultCastAs(slots_[i])));
  }
  return prepared_->Execute(parameters, true);
}

std::vector<ResultColumn> EnginePlan::columns(const duckdb::QueryResult& result) const {
  return result_columns(result.names, result.types, origins_);
}

}  // namespace kalam::duck
