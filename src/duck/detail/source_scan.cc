#include "duck/detail/source_scan.h"

#include <duckdb/function/table_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/planner/operator/list.hpp>

#include "duck/detail/plan_text.h"
#include "duck/detail/statement_walk.h"
#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

// The bound scan: constant once planned, shared by every execution of a plan.
struct BoundScan final : TableFunctionData {
  BoundScan(Shapes shapes, size_t source) : shapes(std::move(shapes)), source(source) {}
  const std::vector<SourceColumn>& columns() const { return (*shapes)[source].columns; }
  const Shapes shapes;
  const size_t source;
  AccessPath path;
};

// One execution. Cursors are for one thread, so there is one, and rows keep the order of the source.
struct ScanExecution final : GlobalTableFunctionState {
  std::unique_ptr<RowCursor> cursor;
  std::vector<kalam::Value> row;
  bool ended = false;
  idx_t MaxThreads() const override { return 1; }
};

duckdb::unique_ptr<FunctionData> bind(ClientContext& context, TableFunctionBindInput& input, vector<LogicalType>& types,
                                      vector<string>& names) {
  auto& running = Running::of(context);
  const auto index = static_cast<size_t>(input.inputs[0].GetValue<int32_t>());
  if (index >= running.shapes->size()) throw BinderException("there is no source %d", index);
  auto scan = make_uniq<BoundScan>(running.shapes, index);
  for (const auto& column : scan->columns()) {
    names.push_back(column.name);
    types.push_back(logical_type(column));
  }
  return scan;
}

duckdb::unique_ptr<GlobalTableFunctionState> init(ClientContext& context, TableFunctionInitInput& input) {
  const auto& scan = input.bind_data->Cast<BoundScan>();
  auto& running = Running::of(context);
  ScanRequest request;
  for (const auto id : input.column_ids) {
    if (IsVirtualColumn(id)) throw BinderException("this table has no virtual columns");
    request.columns.push_back(id);
  }
  request.viewer = running.viewer;
  scan.path.narrow(running.slots, request);
  auto execution = make_uniq<ScanExecution>();
  auto cursor = running.sources[scan.source]->open(request);
  if (!cursor.ok()) running.fail(std::move(cursor).error());
  execution->cursor = std::move(*cursor);
  return execution;
}

// Up to one vector of rows; fewer only at the end.
void scan(ClientContext& context, TableFunctionInput& input, DataChunk& output) {
  auto& execution = input.global_state->Cast<ScanExecution>();
  auto& running = Running::of(context);
  idx_t count = 0;
  while (count < STANDARD_VECTOR_SIZE && !execution.ended) {
    auto more = execution.cursor->next(execution.row);
    if (!more.ok()) running.fail(std::move(more).error());
    if (!*more) {
      execution.ended = true;
      break;
    }
    for (size_t i = 0; i < output.ColumnCount(); ++i) {
      auto written = write_value(output.data[i], count, execution.row[i]);
      if (!written.ok()) running.fail(std::move(written).error());
    }
    ++count;
  }
  output.SetCardinality(count);
}

// For EXPLAIN.
InsertionOrderPreservingMap<string> explained(TableFunctionToStringInput& input) {
  InsertionOrderPreservingMap<string> text;
  const auto& scan = input.bind_data->Cast<BoundScan>();
  text["Rows"] = text_of(scan.path, (*scan.shapes)[scan.source]);
  return text;
}

// `rows`: how many of its rows are wanted by what stands above `node`.
void write_paths(LogicalOperator& node, size_t rows) {
  auto below = static_cast<size_t>(SIZE_MAX);
  switch (node.type) {
    case LogicalOperatorType::LOGICAL_GET: {
      auto& get = node.Cast<LogicalGet>();
      if (auto* scan = dynamic_cast<BoundScan*>(get.bind_data.get())) scan->path.limit = rows;
      return;
    }
    case LogicalOperatorType::LOGICAL_FILTER: {
      auto& child = *node.children[0];
      if (child.type != LogicalOperatorType::LOGICAL_GET) break;
      auto& get = child.Cast<LogicalGet>();
      auto* scan = dynamic_cast<BoundScan*>(get.bind_data.get());
      if (!scan) return;
      AccessPath path;
      for (const auto& filter : node.expressions) add_filter(*filter, get, path);
      // What was true before the optimizer is still true; it makes joins of long IN lists, which say less.
      path.with_deleted = path.with_deleted || scan->path.with_deleted;
      if (path.conditions.size() < scan->path.conditions.size()) path.conditions = std::move(scan->path.conditions);
      scan->path = std::move(path);
      return;
    }
    case LogicalOperatorType::LOGICAL_PROJECTION: below = rows; break;
    case LogicalOperatorType::LOGICAL_LIMIT: {
      const auto& limit = node.Cast<LogicalLimit>();
      const auto& offset = limit.offset_val;
      if (limit.limit_val.Type() != LimitNodeType::CONSTANT_VALUE) break;
      if (offset.Type() != LimitNodeType::UNSET && offset.Type() != LimitNodeType::CONSTANT_VALUE) break;
      const size_t skipped = offset.Type() == LimitNodeType::UNSET ? 0 : offset.GetConstantValue();
      if (__builtin_add_overflow(limit.limit_val.GetConstantValue(), skipped, &below)) below = SIZE_MAX;
      below = std::min(below, rows);
      break;
    }
    default: break;
  }
  for (auto& child : node.children) write_paths(*child, below);
}

}  // namespace

Running& Running::of(ClientContext& context) {
  if (auto running = context.registered_state->Get<Running>(kKey)) return *running;
  throw PermissionException("this connection runs no query of ours");
}

void Running::set(ClientContext& context, shared_ptr<Running> running) {
  context.registered_state->Remove(kKey);
  context.registered_state->Insert(kKey, std::move(running));
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
  function.to_string = explained;
  ExtensionLoader(*database.instance, "kalam").RegisterFunction(function);
}

const SourceColumn* scanned_column(const FunctionData* bind_data, size_t column) {
  const auto* bound = dynamic_cast<const BoundScan*>(bind_data);
  return bound && column < bound->columns().size() ? &bound->columns()[column] : nullptr;
}

std::optional<size_t> scanned_source(const FunctionData* bind_data) {
  const auto* bound = dynamic_cast<const BoundScan*>(bind_data);
  return bound ? std::optional(bound->source) : std::nullopt;
}

bool wants_deleted(const FunctionData* bind_data) {
  const auto* bound = dynamic_cast<const BoundScan*>(bind_data);
  return bound && bound->path.with_deleted;
}

void write_access_paths(LogicalOperator& plan) { write_paths(plan, SIZE_MAX); }

}  // namespace kalam::duck
