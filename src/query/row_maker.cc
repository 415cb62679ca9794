#include "query/row_maker.h"

#include <algorithm>

#include "types/cast.h"

namespace kalam::query {

Result<Value> coerced(Value value, const ColumnDefinition& column) {
  if (is_kept_as(value, column.type)) return value;
  auto kept = coerce(std::move(value), column.type, column.name);
  if (kept.ok()) return kept;
  auto error = std::move(kept).error();
  error.code = ErrorCode::invalid_operation;
  return std::move(error).within("Schema coercion failed: ");
}

Error null_refused(std::string_view column, size_t row) {
  return Error{ErrorCode::constraint_violation, "NOT NULL constraint violation: column '" + std::string(column) +
                                                    "' cannot be NULL (row " + std::to_string(row + 1) + ")"};
}

Result<RowMaker> RowMaker::make(TableDefinitionPtr table, const std::vector<std::string>& named, StatementMoment moment,
                                Generators generators) {
  RowMaker maker(std::move(table), std::move(moment), generators);
  maker.columns_ = maker.table_->user_columns();
  if (named.empty()) {
    for (size_t i = 0; i < maker.columns_.size(); ++i) maker.places_.push_back(i);
    return maker;
  }
  for (const auto& name : named) {
    const auto found = std::find_if(maker.columns_.begin(), maker.columns_.end(),
                                    [&](const auto* column) { return column->name == name; });
    if (found == maker.columns_.end()) {
      return Error{ErrorCode::invalid_operation, "Column '" + name + "' does not exist"};
    }
    const auto place = static_cast<size_t>(found - maker.columns_.begin());
    if (std::find(maker.places_.begin(), maker.places_.end(), place) != maker.places_.end()) {
      return Error{ErrorCode::invalid_operation, "Column '" + name + "' is named twice"};
    }
    maker.places_.push_back(place);
  }
  return maker;
}

Status RowMaker::check_width(size_t width, size_t number) const {
  if (width == places_.size()) return {};
  return Error{ErrorCode::invalid_operation, "Inconsistent data length across values list: got " +
                                                 std::to_string(width) + " values in row " + std::to_string(number) +
                                                 " but expected " + std::to_string(places_.size())};
}

Status RowMaker::put(Row& row, size_t place, Value value, size_t number) const {
  const auto& column = *columns_[place];
  if (value.is_null() && !column.nullable) return null_refused(column.name, number);
  row.values[place] = TRY(coerced(std::move(value), column));
  return {};
}

Status RowMaker::fill(Row& row, const std::vector<bool>& set, size_t number) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (set[i]) continue;
    const auto& column = *columns_[i];
    row.values[i] = TRY(value_of_default(column, moment_, generators_));
    if (!row.values[i].is_null() || column.nullable) continue;
    if (!column.default_value.none()) return null_refused(column.name, number);
    return Error{ErrorCode::constraint_violation, "NOT NULL constraint violation: column '" + column.name +
                                                      "' is missing in row " + std::to_string(number + 1) +
                                                      " (row index " + std::to_string(number) + ")"};
  }
  return {};
}

}  // namespace kalam::query
