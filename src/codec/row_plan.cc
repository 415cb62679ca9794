#include "codec/row_plan.h"

#include <algorithm>

#include "base/counters.h"
#include "codec/detail/meter.h"
#include "codec/detail/row_reader.h"
#include "codec/detail/row_root.h"
#include "types/cast.h"
#include "types/json_value.h"

namespace kalam::codec {
namespace {

// What a column added after the row was written reads as.
Result<Value> value_when_absent(const ColumnDefinition& column) {
  const auto* literal = std::get_if<ColumnDefault::Literal>(&column.default_value.kind);
  if (column.nullable || !literal) return null_of(column.type);
  return coerce(TRY(value_from_json_parameter(literal->json)), column.type, column.name);
}

Error refuse(std::string what) { return Error{ErrorCode::corrupt_payload, "row decode failed: " + std::move(what)}; }

}  // namespace

Result<RowPlan> RowPlan::make(const TableDefinition& stored, const TableDefinition& current,
                              std::span<const ColumnId> wanted) {
  const auto stored_columns = stored.user_columns();
  RowPlan plan;
  plan.stored_version_ = stored.schema_version;
  plan.stored_columns_ = stored_columns.size();
  for (const auto id : wanted) {
    const auto* column = current.column(id);
    if (!column || is_system_column(column->name)) {
      return Error{ErrorCode::not_found,
                   "no user column with id " + std::to_string(id.value()) + " in " + current.id.dotted()};
    }
    const auto at = std::find_if(stored_columns.begin(), stored_columns.end(),
                                 [id](const auto* candidate) { return candidate->id == id; });
    if (at == stored_columns.end()) {
      plan.columns_.push_back({column->name, column->type, column->type, kAbsent, TRY(value_when_absent(*column))});
    } else {
      const auto place = static_cast<size_t>(at - stored_columns.begin());
      plan.columns_.push_back({column->name, (*at)->type, column->type, place, null_of(column->type)});
    }
  }
  return plan;
}

Result<RowPlan> RowPlan::make(const TableDefinition& stored, const TableDefinition& current) {
  std::vector<ColumnId> wanted;
  for (const auto* column : current.user_columns()) wanted.push_back(column->id);
  return make(stored, current, wanted);
}

Result<RowHead> RowPlan::decode(RowKind kind, std::string_view bytes, std::vector<Value>& values,
                                const Origin& origin) const {
  const auto row = TRY(OpenedRow::open(kind, bytes, origin));
  TRY(decode(row, values));
  return RowHead{row.user(), row.header(), row.table_schema_version(), {}};
}

Status RowPlan::decode(OpenedRow row, std::vector<Value>& values) const {
  const auto& schema = row_schema(row.kind_);
  const detail::Timed timed(schema.decode_ns());
  auto& reader = row.reader_;
  if (reader.table_schema_version() != stored_version_) {
    return Error{ErrorCode::internal, "a row of table version " + std::to_string(reader.table_schema_version()) +
                                          " was read as one of version " + std::to_string(stored_version_)};
  }
  if (reader.size() > stored_columns_) {
    return schema.decode_failed(
        refuse(std::to_string(reader.size()) + " values for " + std::to_string(stored_columns_) + " columns"));
  }
  values.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    auto& value = values[i];
    if (column.place >= reader.size()) {  // added later, or cut off as NULL
      value = column.absent;
      continue;
    }
    if (auto read = reader.read(static_cast<uint32_t>(column.place), value); !read.ok()) {
      return schema.decode_failed(std::move(read).error());
    }
    const bool fits = value.is_null() ? value.kind() == ScalarKind::null || value.kind() == kind_of(column.stored_type)
                                      : is_kept_as(value, column.stored_type);
    if (!fits) {
      return schema.decode_failed(Error{ErrorCode::invalid_scalar, "row decode failed: " + arrow_debug_name_of(value) +
                                                                       " scalar in column '" + column.name +
                                                                       "' of type " + column.stored_type.sql_name()});
    }
    if (value.is_null()) {
      value = null_of(column.current_type);
      continue;
    }
    if (column.stored_type != column.current_type) {
      value = TRY(coerce(std::move(value), column.current_type, column.name));
    }
  }
  return {};
}

}  // namespace kalam::codec
