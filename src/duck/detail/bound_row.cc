#include "duck/detail/bound_row.h"

#include <algorithm>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/planner/binder.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression_binder/where_binder.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>

#include "duck/detail/dialect_parser.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/fitted_value.h"
#include "duck/detail/statement_walk.h"
#include "duck/detail/value_bridge.h"
#include "types/cast.h"

namespace kalam::duck {

using duckdb::Expression;
using duckdb::ParsedExpression;

namespace {

// More evaluators than threads that write would be of no use.
constexpr size_t kIdleEvaluatorsMax = 4;

[[noreturn]] void refuse(std::string what) { throw Refusal(Error{ErrorCode::not_supported, std::move(what)}); }

// There is one table, whatever it is called: app.accounts.balance is balance.
void unqualify(ParsedExpression& expression) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) {
    auto& names = expression.Cast<duckdb::ColumnRefExpression>().column_names;
    names.erase(names.begin(), names.end() - 1);
    return;
  }
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      expression, [](duckdb::unique_ptr<ParsedExpression>& child) { unqualify(*child); });
}

duckdb::unique_ptr<ParsedExpression> parse_one(const std::string& text, const DataType& result,
                                               const ParseOptions& options) {
  auto list = parse_expressions(text, options);
  if (list.size() != 1) refuse("one expression is expected: " + text);
  unqualify(*list[0]);
  StatementWalk walk(options);
  if (result == DataType(TypeTag::boolean)) walk.expression(list[0]);
  else walk.stored(list[0]);
  if (!walk.take_tables().empty() || list[0]->HasSubquery()) refuse("an expression over a row reads no tables");
  return std::move(list[0]);
}

size_t column_of(const Expression& reference) {
  return reference.Cast<duckdb::BoundColumnRefExpression>().binding.column_index;
}

void mark_columns(const Expression& expression, std::vector<bool>& reads) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) reads[column_of(expression)] = true;
  duckdb::ExpressionIterator::EnumerateChildren(expression,
                                                [&](const Expression& child) { mark_columns(child, reads); });
}

}  // namespace

BoundRow::BoundRow(duckdb::ClientContext& context, const RowTexts& texts, std::optional<std::vector<ScalarKind>> kinds,
                   const std::vector<Value>* constants)
    : context_(context),
      texts_(texts),
      kinds_(kinds.value_or(std::vector<ScalarKind>())),
      slots_(kinds ? std::optional<std::span<const ScalarKind>>(kinds_) : std::nullopt),
      reads_(texts.columns.size()) {
  std::vector<duckdb::unique_ptr<ParsedExpression>> parsed;
  for (size_t i = 0; i < texts.texts.size(); ++i) {
    parsed.push_back(parse_one(texts.texts[i], texts.results[i], texts.options));
    slots_.number(parsed.back());
  }
  context.RunFunctionInTransaction([&] { bind(std::move(parsed), constants); });  // functions are looked up
}

void BoundRow::bind(std::vector<duckdb::unique_ptr<ParsedExpression>> parsed, const std::vector<Value>* constants) {
  duckdb::case_insensitive_map_t<duckdb::BoundParameterData> values;
  if (constants) {
    for (size_t i = 0; i < constants->size(); ++i) {
      auto constant = to_engine((*constants)[i]);
      if (!constant.ok()) throw Refusal(std::move(constant).error());
      values.emplace(std::to_string(i + 1), duckdb::BoundParameterData(*std::move(constant)));
    }
  }
  duckdb::BoundParameterMap parameters(values);
  const auto binder = duckdb::Binder::CreateBinder(context_);
  binder->SetParameters(parameters);
  duckdb::vector<duckdb::string> names;
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& column : texts_.columns) {
    names.push_back(column.name);
    types.push_back(logical_type(column));
  }
  binder->bind_context.AddGenericBinding(0, "row", names, types);
  for (size_t i = 0; i < parsed.size(); ++i) {
    duckdb::WhereBinder where(*binder, context_);
    where.target_type = duckdb::LogicalType(duckdb::LogicalTypeId::INVALID);  // values keep their type
    duckdb::unique_ptr<Expression> expression;
    try {
      expression = where.Bind(parsed[i]);
    } catch (const duckdb::ParameterNotResolvedException&) {
      // A decimal on its own: its kind alone is no type. Its value is one.
      if (constants || kinds_.empty()) throw;
      settled_ = false;
      return;
    }
    if (texts_.results[i] == DataType(TypeTag::boolean)) {
      expression =
          duckdb::BoundCastExpression::AddCastToType(context_, std::move(expression), duckdb::LogicalType::BOOLEAN);
    }
    if (expression->HasSubquery() || expression->IsAggregate() || expression->IsWindow()) {
      refuse("an expression over a row reads no other rows: " + texts_.texts[i]);
    }
    if (!is_deterministic(*expression)) refuse("not the same for everybody: " + texts_.texts[i]);
    settled_ = settled_ && is_settled(*expression);
    mark_columns(*expression, reads_);
    expressions_.push_back(std::move(expression));
  }
  if (!settled_) return;
  // The optimizer's rules on expressions: constants folded, LIKE 'a%' a prefix, casts moved to constants.
  duckdb::LogicalProjection holder(0, std::move(expressions_));
  duckdb::Optimizer optimizer(*binder, context_);
  optimizer.rewriter.VisitOperator(holder);
  expressions_ = std::move(holder.expressions);
  for (auto& expression : expressions_) {
    layout_.refer(expression, column_of);
    result_types_.push_back(expression->return_type);
  }
}

std::unique_ptr<BoundRow::Evaluator> BoundRow::take() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto evaluator = std::move(idle_.back());
      idle_.pop_back();
      return evaluator;
    }
  }
  auto evaluator = std::make_unique<Evaluator>();
  auto& allocator = duckdb::Allocator::DefaultAllocator();
  if (const auto types = layout_.types(); !types.empty()) evaluator->input.Initialize(allocator, types, 1);
  evaluator->output.Initialize(allocator, result_types_);
  evaluator->executor = std::make_unique<duckdb::ExpressionExecutor>(context_, expressions_);
  return evaluator;
}

Result<bool> BoundRow::fill(Evaluator& evaluator, std::span<const Value> row, std::span<const Value> slots) const {
  evaluator.input.Reset();
  const auto& inputs = layout_.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto& input = inputs[i];
    auto& vector = evaluator.input.data[i];
    if (!input.slot) {
      if (input.index >= row.size()) return Error{ErrorCode::internal, "a row is shorter than its columns"};
      TRY(write_value(vector, 0, row[input.index]));
      continue;
    }
    const auto value = TRY(fitted(slots[input.index], input.type, context_));
    if (!value) return false;
    TRY(write_value(vector, 0, *value));
  }
  evaluator.input.SetCardinality(1);
  return true;
}

Result<Value> BoundRow::result(Evaluator& evaluator, size_t index) const {
  const auto& type = texts_.results[index];
  auto value = TRY(read_value(evaluator.output.data[index], 0));
  if (value.is_null()) return null_of(type);
  if (is_kept_as(value, type)) return value;
  if (!texts_.stored(index)) return coerce(std::move(value), type, texts_.texts[index]);
  auto kept = coerce(std::move(value), type, texts_.names[index]);
  if (kept.ok()) return kept;
  // As INSERT tells it.
  return Error{ErrorCode::invalid_operation, "Schema coercion failed: " + kept.error().message};
}

Result<bool> BoundRow::evaluate(std::span<const Value> row, std::span<const Value> slots,
                                std::vector<Value>& out) const {
  auto evaluator = take();
  if (!TRY(fill(*evaluator, row, slots))) return false;
  evaluator->output.Reset();
  evaluator->executor->SetChunk(evaluator->input);
  out.clear();
  bool holds = true;
  for (size_t i = 0; i < expressions_.size(); ++i) {
    if (!holds) {
      out.push_back(null_of(texts_.results[i]));
      continue;
    }
    evaluator->executor->ExecuteExpression(i, evaluator->output.data[i]);
    out.push_back(TRY(result(*evaluator, i)));
    if (texts_.condition(i)) holds = !out.back().is_null() && out.back().as_bool();
  }
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleEvaluatorsMax) idle_.push_back(std::move(evaluator));
  return true;
}

}  // namespace kalam::duck
