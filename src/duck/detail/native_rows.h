// The rows of a native plan.

#pragma once
#include <duckdb.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "duck/detail/expression_batch.h"
#include "duck/detail/memory_budget.h"
#include "duck/detail/native_plan.h"
#include "duck/detail/native_stages.h"
#include "duck/detail/row_stream_impl.h"

namespace kalam::duck {

// What a run evaluates expressions with: costly to make, so it is used again by the next. Null: the plan has none.
struct Workspace {
  Workspace(duckdb::ClientContext& context, const NativePlan& plan);
  static bool is_needed(const NativePlan& plan);

  std::unique_ptr<ExpressionBatch> filter;
  std::unique_ptr<ExpressionBatch> grouping;
  std::unique_ptr<ExpressionBatch> having;
  std::unique_ptr<ExpressionBatch> computed;
};

class NativeRows final : public RowStream::Impl {
 public:
  struct Inputs {
    const RowSource& source;
    std::vector<Value> slots;  // of the types of the plan
    Viewer viewer;
    std::stop_token stop;
    size_t rows_max;
    size_t memory_limit_bytes;
    std::unique_ptr<Workspace> workspace;  // null when none is needed
    std::function<void(std::unique_ptr<Workspace>)> give_back;
  };

  // `plan` outlives it: give_back may hold what owns it. Nothing when a count makes no sense: the engine says it
  // better.
  static Result<std::unique_ptr<NativeRows>> start(const NativePlan& plan, Inputs inputs);
  ~NativeRows() override;

  Result<size_t> append_json_rows(std::string& out) override;
  Result<bool> next(std::vector<Value>& row) override;

 private:
  NativeRows(const NativePlan& plan, Inputs inputs);
  Status open(size_t offset, size_t limit);
  Result<bool> take(std::vector<Value>& row);  // as the last stage leaves it

  const NativePlan& plan_;
  Inputs inputs_;
  MemoryBudget budget_;
  std::vector<bool> masked_;  // empty: none is
  Stage rows_;                // before what it uses
  std::vector<Value> row_;
  bool first_ = true;
};

}  // namespace kalam::duck
