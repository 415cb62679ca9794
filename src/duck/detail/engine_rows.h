// The rows of a query that DuckDB runs, chunk by chunk.

#pragma once
#include <duckdb.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "duck/detail/engine_plan.h"
#include "duck/detail/row_stream_impl.h"
#include "duck/detail/source_scan.h"

namespace kalam::duck {

class EngineRows final : public RowStream::Impl {
 public:
  // `give_back` takes the plan when the rows were read to the end: only then is its connection free for another run.
  using GiveBack = std::function<void(std::unique_ptr<EnginePlan>)>;

  // Runs `plan`. Throws exceptions of DuckDB.
  static Result<std::unique_ptr<EngineRows>> start(std::unique_ptr<EnginePlan> plan,
                                                   duckdb::shared_ptr<Running> running, const std::stop_token& stop,
                                                   GiveBack give_back);

  Result<size_t> append_json_rows(std::string& out) override;
  Result<bool> next(std::vector<Value>& row) override;

 private:
  EngineRows(std::unique_ptr<EnginePlan> plan, duckdb::shared_ptr<Running> running, GiveBack give_back)
      : running_(std::move(running)), plan_(std::move(plan)), give_back_(std::move(give_back)) {}

  Result<bool> fetch();
  Result<Value> cell(size_t column);
  Error failed(const duckdb::ErrorData& error) const;

  // In the order they are given back, last first: the chunk, the result, the plan.
  duckdb::shared_ptr<Running> running_;
  std::unique_ptr<EnginePlan> plan_;
  GiveBack give_back_;
  duckdb::unique_ptr<duckdb::QueryResult> result_;
  duckdb::unique_ptr<duckdb::DataChunk> chunk_;  // read by next()
  size_t next_row_ = 0;                          // of chunk_
  std::vector<bool> masked_;
  bool first_ = true;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;  // it speaks to the plan
};

}  // namespace kalam::duck
