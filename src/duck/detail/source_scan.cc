#include "duck/detail/source_scan.h"

#include <duckdb/function/table_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/planner/filter/list.hpp>
#include <duckdb/planner/table_filter_state.hpp>
#include <duckdb/storage/table/column_segment.hpp>

#include "duck/detail/statement_walk.h"
#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

// The bound scan: constant, shared by every execution of a plan.
struct BoundScan final : TableFunctionData {
  explicit BoundScan(const RowSource& source) : source(source) {}
  const RowSource& source;
};

// One execution. Cursors are for one thread, so there is one.
struct ScanExecution final : GlobalTableFunctionState {
  std::vector<size_t> columns;           // to be read, those of filters included
  std::vector<size_t> output;            // positions in `columns` that leave the scan
  optional_ptr<TableFilterSet> filters;  // by position in `columns`; owned by the plan
  vector<duckdb::unique_ptr<TableFilterState>> filter_states;
  std::unique_ptr<RowCursor> cursor;
  std::vector<kalam::Value> row;
  DataChunk read;
  bool ended = false;
  idx_t MaxThreads() const override { return 1; }
};

// Adds what a filter says about equality. The rest narrows nothing: it is applied to the rows either way.
void add_equalities(const TableFilter& filter, size_t column, std::vector<ScanRequest::Equal>& equal) {
  switch (filter.filter_type) {
    case TableFilterType::CONSTANT_COMPARISON: {
      const auto& comparison = filter.Cast<ConstantFilter>();
      if (comparison.comparison_type != ExpressionType::COMPARE_EQUAL) return;
      auto value = from_engine(comparison.constant);
      if (value.ok()) equal.push_back({column, std::move(*value)});
      return;
    }
    case TableFilterType::CONJUNCTION_AND:
      for (const auto& child : filter.Cast<ConjunctionAndFilter>().child_filters) add_equalities(*child, column, equal);
      return;
    case TableFilterType::OPTIONAL_FILTER:
      if (const auto& child = filter.Cast<OptionalFilter>().child_filter) add_equalities(*child, column, equal);
      return;
    default: return;
  }
}

duckdb::unique_ptr<FunctionData> bind(ClientContext& context, TableFunctionBindInput& input, vector<LogicalType>& types,
                                      vector<string>& names) {
  auto& running = Running::of(context);
  const auto index = static_cast<size_t>(input.inputs[0].GetValue<int32_t>());
  if (index >= running.sources.size()) throw BinderException("there is no source %d", index);
  const auto& source = *running.sources[index];
  for (const auto& column : source.columns()) {
    names.push_back(column.name);
    types.push_back(logical_type(column));
  }
  return make_uniq<BoundScan>(source);
}

duckdb::unique_ptr<GlobalTableFunctionState> init(ClientContext& context, TableFunctionInitInput& input) {
  const auto& source = input.bind_data->Cast<BoundScan>().source;
  auto& running = Running::of(context);
  auto execution = make_uniq<ScanExecution>();
  vector<LogicalType> types;
  for (const auto id : input.column_ids) {
    if (IsVirtualColumn(id)) throw BinderException("this table has no virtual columns");
    execution->columns.push_back(id);
    types.push_back(logical_type(source.columns()[id]));
  }
  // Columns that only a filter needs are read, but do not leave the scan (filter_prune).
  if (input.CanRemoveFilterColumns()) {
    execution->output.assign(input.projection_ids.begin(), input.projection_ids.end());
  } else {
    for (size_t i = 0; i < input.column_ids.size(); ++i) execution->output.push_back(i);
  }
  ScanRequest request;
  request.columns = execution->columns;
  request.viewer = running.viewer;
  execution->filters = input.filters;
  if (input.filters) {
    for (const auto& [position, filter] : input.filters->filters) {
      add_equalities(*filter, execution->columns[position], request.equal);
      execution->filter_states.push_back(TableFilterState::Initialize(context, *filter));
    }
  }
  execution->read.Initialize(context, types);
  auto cursor = source.open(request);
  if (!cursor.ok()) running.fail(std::move(cursor).error());
  execution->cursor = std::move(*cursor);
  return execution;
}

// Reads up to one vector of rows; fewer only at the end.
idx_t read_rows(ScanExecution& execution, Running& running) {
  idx_t count = 0;
  while (count < STANDARD_VECTOR_SIZE) {
    auto more = execution.cursor->next(execution.row);
    if (!more.ok()) running.fail(std::move(more).error());
    if (!*more) {
      execution.ended = true;
      break;
    }
    for (size_t i = 0; i < execution.columns.size(); ++i) {
      auto written = write_value(execution.read.data[i], count, execution.row[i]);
      if (!written.ok()) running.fail(std::move(written).error());
    }
    ++count;
  }
  return count;
}

void scan(ClientContext& context, TableFunctionInput& input, DataChunk& output) {
  auto& execution = input.global_state->Cast<ScanExecution>();
  auto& running = Running::of(context);
  while (!execution.ended) {
    execution.read.Reset();
    const auto count = read_rows(execution, running);
    execution.read.SetCardinality(count);
    // DuckDB's own evaluation, so that a pushed filter means exactly what it meant in the plan.
    SelectionVector selected;
    idx_t kept = count;
    size_t state = 0;
    if (execution.filters && count > 0) {
      for (const auto& [position, filter] : execution.filters->filters) {
        auto& column = execution.read.data[position];
        UnifiedVectorFormat format;
        column.ToUnifiedFormat(count, format);
        ColumnSegment::FilterSelection(selected, column, format, *filter, *execution.filter_states[state++], count,
                                       kept);
      }
    }
    if (kept == 0) continue;
    for (size_t i = 0; i < execution.output.size(); ++i) {
      auto& column = execution.read.data[execution.output[i]];
      if (kept < count) output.data[i].Slice(column, selected, kept);
      else output.data[i].Reference(column);
    }
    output.SetCardinality(kept);
    return;
  }
}

}  // namespace

Running& Running::of(ClientContext& context) {
  if (auto running = context.registered_state->Get<Running>(kKey)) return *running;
  throw PermissionException("this connection runs no query of ours");
}

void Running::fail(Error error) {
  const auto message = error.message;
  {
    std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
  }
  throw InvalidInputException(message);
}

std::optional<Error> Running::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void register_source_scan(DuckDB& database) {
  TableFunction function(kScanFunction, {LogicalType::INTEGER}, scan, bind, init);
  function.projection_pushdown = true;
  function.filter_pushdown = true;
  function.filter_prune = true;
  ExtensionLoader(*database.instance, "kalam").RegisterFunction(function);
}

const SourceColumn* scanned_column(const FunctionData* bind_data, size_t column) {
  const auto* bound = dynamic_cast<const BoundScan*>(bind_data);
  if (!bound || column >= bound->source.columns().size()) return nullptr;
  return &bound->source.columns()[column];
}

}  // namespace kalam::duck
