#include "codec/row_plan.h"

#include <algorithm>

#include "base/counters.h"
#include "codec/detail/framed_row.h"
#include "codec/detail/meter.h"
#include "codec/detail/row_frames.h"
#include "codec/detail/row_reader.h"
#include "codec/detail/row_root.h"
#include "types/cast.h"
#include "types/json_value.h"

namespace kalam::codec {
namespace {

// What a column added after the row was written reads as: of the type it has now, the default it was added with.
Result<Value> value_when_absent(const ColumnDefinition& column, std::span<const TableDefinitionPtr> between) {
  const auto* added = &column;
  for (const auto& version : between) {
    const auto* first = version->column(column.id);
    if (!first) continue;
    added = first;
    break;
  }
  const auto* literal = std::get_if<ColumnDefault::Literal>(&added->default_value.kind);
  if (!literal) return null_of(column.type);
  auto given = TRY(value_from_json_parameter(literal->json));
  auto then = TRY(coerce(std::move(given), added->type, column.name));
  return coerce(std::move(then), column.type, column.name);
}

Error refuse(std::string what) { return Error{ErrorCode::corrupt_payload, "row decode failed: " + std::move(what)}; }

Status read_value(detail::RowReader& row, uint32_t place, Value& into) { return row.read(place, into); }
Status read_value(detail::FramedRow& row, uint32_t place, Value& into) {
  if (!row.read(place, into)) return refuse("a value is not sound");
  return {};
}

// The next row of this shape finds a frame.
void learn_frame(detail::RowFrames& frames, RowKind kind, detail::RowReader& reader, std::string_view payload) {
  if (frames.has_met(payload)) return;
  Row row;
  row.values.resize(reader.size());
  for (uint32_t i = 0; i < reader.size(); ++i) {
    if (!reader.read(i, row.values[i]).ok()) return;
  }
  frames.learn(kind, row, payload);
}

}  // namespace

Result<RowPlan> RowPlan::make(const TableDefinition& stored, const TableDefinition& current,
                              std::span<const ColumnId> wanted, std::span<const TableDefinitionPtr> between) {
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
      plan.columns_.push_back(
          {column->name, column->type, column->type, kAbsent, TRY(value_when_absent(*column, between))});
    } else {
      const auto place = static_cast<size_t>(at - stored_columns.begin());
      plan.columns_.push_back({column->name, (*at)->type, column->type, place, null_of(column->type)});
    }
  }
  return plan;
}

Result<RowPlan> RowPlan::make(const TableDefinition& stored, const TableDefinition& current,
                              std::span<const TableDefinitionPtr> between) {
  std::vector<ColumnId> wanted;
  for (const auto* column : current.user_columns()) wanted.push_back(column->id);
  return make(stored, current, wanted, between);
}

Result<RowHead> RowPlan::decode(RowKind kind, std::string_view bytes, std::vector<Value>& values,
                                const Origin& origin) const {
  const auto row = TRY(OpenedRow::open(kind, bytes, origin));
  TRY(decode(row, values));
  return RowHead{row.user(), row.header(), row.table_schema_version(), {}};
}

Status RowPlan::decode(const OpenedRow& row, std::vector<Value>& values) const {
  const auto& schema = row_schema(row.kind_);
  const detail::Timed timed(schema.decode_ns());
  if (row.table_schema_version() != stored_version_) {
    return Error{ErrorCode::internal, "a row of table version " + std::to_string(row.table_schema_version()) +
                                          " was read as one of version " + std::to_string(stored_version_)};
  }
  auto& frames = detail::RowFrames::of_this_thread();
  if (const auto* frame = frames.frame_around(row.kind_, row.payload_)) {
    detail::FramedRow framed(*frame, row.payload_);
    if (decode_from(framed, values).ok()) return {};
  }
  // No frame, or something is wrong: RowReader says what.
  auto reader = detail::RowReader::open(detail::root_of(row.kind_), detail::words_of(row.kind_), row.payload_);
  if (!reader.ok()) return schema.decode_failed(std::move(reader).error());
  if (auto decoded = decode_from(*reader, values); !decoded.ok()) {
    return schema.decode_failed(std::move(decoded).error());
  }
  learn_frame(frames, row.kind_, *reader, row.payload_);
  return {};
}

template <typename Source>
Status RowPlan::decode_from(Source& source, std::vector<Value>& values) const {
  if (source.size() > stored_columns_) {
    return refuse(std::to_string(source.size()) + " values for " + std::to_string(stored_columns_) + " columns");
  }
  values.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    auto& value = values[i];
    if (column.place >= source.size()) {  // added later, or cut off as NULL
      value = column.absent;
      continue;
    }
    TRY(read_value(source, static_cast<uint32_t>(column.place), value));
    const bool fits = value.is_null() ? value.kind() == ScalarKind::null || value.kind() == kind_of(column.stored_type)
                                      : is_kept_as(value, column.stored_type);
    if (!fits) {
      return Error{ErrorCode::invalid_scalar, "row decode failed: " + arrow_debug_name_of(value) +
                                                  " scalar in column '" + column.name + "' of type " +
                                                  column.stored_type.sql_name()};
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
