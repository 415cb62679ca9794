#include "duck/detail/engine_rows.h"

#include "duck/detail/cell_json.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/value_bridge.h"
#include "types/cast.h"

namespace kalam::duck {

// An error of a source keeps its code on the way through DuckDB.
Error EngineRows::failed(const duckdb::ErrorData& error) const {
  if (auto failure = running_->failure()) return *std::move(failure);
  return to_error(error);
}

Result<std::unique_ptr<EngineRows>> EngineRows::start(std::unique_ptr<EnginePlan> plan,
                                                      duckdb::shared_ptr<Running> running, const std::stop_token& stop,
                                                      GiveBack give_back) {
  std::unique_ptr<EngineRows> rows(new EngineRows(std::move(plan), std::move(running), std::move(give_back)));
  if (stop.stop_requested()) return to_error(duckdb::InterruptException());
  if (stop.stop_possible()) rows->on_stop_.emplace(stop, [plan = rows->plan_.get()] { plan->interrupt(); });
  rows->result_ = rows->plan_->execute(rows->running_);
  if (rows->result_->HasError()) return rows->failed(rows->result_->GetErrorObject());
  rows->columns = rows->plan_->columns(*rows->result_);
  for (const auto& column : rows->columns) rows->masked_.push_back(is_masked(column.name, rows->running_->viewer.role));
  return rows;
}

// The next chunk that has rows; false at the end.
Result<bool> EngineRows::fetch() {
  while (result_ && !cut) {
    duckdb::ErrorData error;
    if (!result_->TryFetch(chunk_, error)) {
      auto failure = failed(error);
      result_.reset();
      on_stop_.reset();
      plan_.reset();
      return failure;
    }
    next_row_ = 0;
    if (chunk_ && chunk_->size() > rows_left) {
      cut = true;
      chunk_->SetCardinality(rows_left);
    }
    if (chunk_ && chunk_->size() > 0) {
      rows_left -= chunk_->size();
      return true;
    }
    if (chunk_) continue;
    result_.reset();
    on_stop_.reset();
    give_back_(std::move(plan_));
  }
  return false;
}

Result<size_t> EngineRows::append_json_rows(std::string& out) {
  return guarded([&]() -> Result<size_t> {
    if (!TRY(fetch())) return size_t{0};
    TRY(duck::append_json_rows(*chunk_, masked_, first_, out));
    first_ = false;
    return static_cast<size_t>(chunk_->size());
  });
}

Result<Value> EngineRows::cell(size_t column) {
  const auto& type = columns[column].type;
  auto& vector = chunk_->data[column];
  auto value = read_value(vector, next_row_);
  if (!value.ok()) {
    if (value.error().code != ErrorCode::not_supported) return value;
    value = Value::text(vector.GetValue(next_row_).ToString());
  }
  if (value->is_null()) return null_of(type);
  if (masked_[column]) return Value::text(std::string(kMasked));
  if (is_kept_as(*value, type)) return value;
  return coerce(*std::move(value), type, columns[column].name);
}

Result<bool> EngineRows::next(std::vector<Value>& row) {
  return guarded([&]() -> Result<bool> {
    if ((!chunk_ || next_row_ == chunk_->size()) && !TRY(fetch())) return false;
    row.clear();
    for (size_t i = 0; i < columns.size(); ++i) row.push_back(TRY(cell(i)));
    ++next_row_;
    return true;
  });
}

}  // namespace kalam::duck
