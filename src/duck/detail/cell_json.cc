#include "duck/detail/cell_json.h"

#include "duck/detail/value_json.h"

#include <cmath>
#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/decimal.hpp>
#include <duckdb/common/types/timestamp.hpp>
#include <duckdb/common/types/uuid.hpp>

#include "duck/detail/value_bridge.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam::duck {

using duckdb::LogicalTypeId;
using duckdb::PhysicalType;
using duckdb::UnifiedVectorFormat;

namespace {

using Cells = duckdb::RecursiveUnifiedVectorFormat;  // a vector and its children, each with selection and validity

Error no_json(const duckdb::LogicalType& type) {
  return Error{ErrorCode::not_supported, "Unsupported ScalarValue conversion to JSON: " + type.ToString()};
}

Status append_real(JsonText& json, double value) {
  if (!std::isfinite(value)) return refused("Invalid float value");
  json.number(value);
  return {};
}

// The engine keeps ±infinity as the two ends of the range; no client could tell them from a time.
template <typename Integer>
Status append_temporal(JsonText& json, Integer value, bool finite) {
  if (!finite) return no_json_of_infinity();
  json.number(value);
  return {};
}

void append_decimal(JsonText& json, const Cells& cells, duckdb::idx_t index) {
  const auto cell = [&]<typename T>(T) { return UnifiedVectorFormat::GetData<T>(cells.unified)[index]; };
  const auto scale = duckdb::DecimalType::GetScale(cells.logical_type);
  switch (cells.logical_type.InternalType()) {
    case PhysicalType::INT16: json.string(print_decimal(cell(int16_t{}), scale)); return;
    case PhysicalType::INT32: json.string(print_decimal(cell(int32_t{}), scale)); return;
    case PhysicalType::INT64: json.string(print_decimal(cell(int64_t{}), scale)); return;
    default: json.string(print_decimal(to_int128(cell(duckdb::hugeint_t{})), scale));
  }
}

Status append_cell(JsonText& json, const Cells& cells, duckdb::idx_t row) {
  const auto& format = cells.unified;
  const auto index = format.sel->get_index(row);
  if (!format.validity.RowIsValid(index)) return json.null(), Status();
  const auto cell = [&]<typename T>(T) { return UnifiedVectorFormat::GetData<T>(format)[index]; };
  const auto elements = [&](duckdb::idx_t from, duckdb::idx_t count) -> Status {
    json.begin_array();
    for (duckdb::idx_t i = 0; i < count; ++i) TRY(append_cell(json, cells.children[0], from + i));
    json.end_array();
    return {};
  };
  const auto& type = cells.logical_type;
  switch (type.id()) {
    case LogicalTypeId::SQLNULL: json.null(); return {};
    case LogicalTypeId::BOOLEAN: json.boolean(cell(bool{})); return {};
    case LogicalTypeId::TINYINT: json.number(cell(int8_t{})); return {};
    case LogicalTypeId::SMALLINT: json.number(cell(int16_t{})); return {};
    case LogicalTypeId::INTEGER: json.number(cell(int32_t{})); return {};
    case LogicalTypeId::UTINYINT: json.number(cell(uint8_t{})); return {};
    case LogicalTypeId::USMALLINT: json.number(cell(uint16_t{})); return {};
    case LogicalTypeId::UINTEGER: json.number(cell(uint32_t{})); return {};
    case LogicalTypeId::BIGINT: json.quoted_number(cell(int64_t{})); return {};
    case LogicalTypeId::UBIGINT: json.quoted_number(cell(uint64_t{})); return {};
    case LogicalTypeId::HUGEINT: json.string(print_int128(to_int128(cell(duckdb::hugeint_t{})))); return {};
    case LogicalTypeId::FLOAT: return append_real(json, cell(float{}));
    case LogicalTypeId::DOUBLE: return append_real(json, cell(double{}));
    case LogicalTypeId::VARCHAR: {
      const auto& text = UnifiedVectorFormat::GetData<duckdb::string_t>(format)[index];  // short texts lie inline
      json.string({text.GetData(), text.GetSize()});
      return {};
    }
    case LogicalTypeId::BLOB: {
      const auto& bytes = UnifiedVectorFormat::GetData<duckdb::string_t>(format)[index];
      json.begin_array();
      for (duckdb::idx_t i = 0; i < bytes.GetSize(); ++i) json.number(static_cast<uint8_t>(bytes.GetData()[i]));
      json.end_array();
      return {};
    }
    case LogicalTypeId::DECIMAL: append_decimal(json, cells, index); return {};
    case LogicalTypeId::DATE: {
      const auto date = cell(duckdb::date_t{});
      return append_temporal(json, date.days, duckdb::Date::IsFinite(date));
    }
    case LogicalTypeId::TIME: json.number(cell(duckdb::dtime_t{}).micros); return {};
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
    case LogicalTypeId::TIMESTAMP_MS: {
      const auto timestamp = cell(duckdb::timestamp_t{});
      return append_temporal(json, timestamp.value, duckdb::Timestamp::IsFinite(timestamp));
    }
    case LogicalTypeId::TIMESTAMP_NS: {
      const auto timestamp = cell(duckdb::timestamp_t{});  // shown in microseconds, as all computed times
      const auto micros = timestamp.value / 1000 - (timestamp.value % 1000 < 0 ? 1 : 0);
      return append_temporal(json, micros, duckdb::Timestamp::IsFinite(timestamp));
    }
    case LogicalTypeId::UUID: {
      char text[36];
      duckdb::UUID::ToString(cell(duckdb::hugeint_t{}), text);
      json.string({text, sizeof text});
      return {};
    }
    case LogicalTypeId::LIST: {
      const auto entry = cell(duckdb::list_entry_t{});
      return elements(entry.offset, entry.length);
    }
    case LogicalTypeId::ARRAY: {
      const auto size = duckdb::ArrayType::GetSize(type);
      return elements(index * size, size);
    }
    default: return no_json(type);
  }
}

bool is_valid(const Cells& cells, duckdb::idx_t row) {
  return cells.unified.validity.RowIsValid(cells.unified.sel->get_index(row));
}

}  // namespace

Status append_json_rows(duckdb::DataChunk& chunk, const std::vector<bool>& masked, bool first, std::string& out) {
  std::vector<Cells> columns(chunk.ColumnCount());
  for (size_t i = 0; i < columns.size(); ++i) {
    duckdb::Vector::RecursiveToUnifiedFormat(chunk.data[i], chunk.size(), columns[i]);
  }
  const auto before = out.size();
  for (duckdb::idx_t row = 0; row < chunk.size(); ++row) {
    if (!first || row > 0) out += ',';
    JsonText json(out);
    json.begin_array();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (masked[i] && is_valid(columns[i], row)) {
        json.string("***");
        continue;
      }
      auto appended = append_cell(json, columns[i], row);
      if (!appended.ok()) {
        out.resize(before);
        return appended;
      }
    }
    json.end_array();
  }
  return {};
}

}  // namespace kalam::duck
