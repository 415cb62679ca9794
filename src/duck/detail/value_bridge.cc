#include "duck/detail/value_bridge.h"

#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/decimal.hpp>
#include <duckdb/common/types/timestamp.hpp>
#include <duckdb/common/types/uuid.hpp>

#include "types/numeric.h"

namespace kalam::duck {

using duckdb::FlatVector;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::PhysicalType;

namespace {

LogicalType array_of_floats(uint32_t size) { return LogicalType::ARRAY(LogicalType::FLOAT, size); }

duckdb::hugeint_t to_hugeint(Int128 value) {
  duckdb::hugeint_t result;
  result.lower = static_cast<uint64_t>(value);
  result.upper = static_cast<int64_t>(value >> 64);
  return result;
}

Error wrong_kind(const Value& value, const LogicalType& type) {
  return Error{ErrorCode::internal, "a row source gave a value of the wrong kind",
               "kind " + std::to_string(static_cast<int>(value.kind())) + " for " + type.ToString()};
}

template <typename T>
void put(duckdb::Vector& vector, size_t row, T cell) {
  FlatVector::GetData<T>(vector)[row] = cell;
}

bool is_text(ScalarKind kind) { return kind == ScalarKind::utf8 || kind == ScalarKind::large_utf8; }
bool is_bytes(ScalarKind kind) {
  return kind == ScalarKind::binary || kind == ScalarKind::large_binary || kind == ScalarKind::fixed_binary;
}

Status write_decimal(duckdb::Vector& vector, size_t row, const Value& value) {
  const auto& type = vector.GetType();
  const int scale = duckdb::DecimalType::GetScale(type);
  const auto width = duckdb::DecimalType::GetWidth(type);
  auto unscaled = value.as_decimal();
  if (value.scale() != scale) unscaled = TRY(rescale_decimal(unscaled, value.scale(), width, scale));
  if (!fits_decimal(unscaled, width)) return wrong_kind(value, type);
  switch (type.InternalType()) {
    case PhysicalType::INT16: put(vector, row, static_cast<int16_t>(unscaled)); break;
    case PhysicalType::INT32: put(vector, row, static_cast<int32_t>(unscaled)); break;
    case PhysicalType::INT64: put(vector, row, static_cast<int64_t>(unscaled)); break;
    default: put(vector, row, to_hugeint(unscaled));
  }
  return {};
}

Status write_embedding(duckdb::Vector& vector, size_t row, const Value& value) {
  const auto size = duckdb::ArrayType::GetSize(vector.GetType());
  const auto elements = value.as_embedding();
  if (elements.size() != size) return wrong_kind(value, vector.GetType());
  auto& child = duckdb::ArrayVector::GetEntry(vector);
  auto* const to = FlatVector::GetData<float>(child) + row * size;
  std::copy(elements.begin(), elements.end(), to);
  if (value.has_element_validity()) {
    for (size_t i = 0; i < size; ++i) {
      if (!value.element_valid(i)) FlatVector::SetNull(child, row * size + i, true);
    }
  }
  return {};
}

Error no_scalar(const LogicalType& type) {
  return Error{ErrorCode::not_supported, "values of type " + type.ToString() + " are not supported"};
}

Value typed_null(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN: return Value::null(ScalarKind::boolean);
    case LogicalTypeId::TINYINT: return Value::null(ScalarKind::int8);
    case LogicalTypeId::SMALLINT: return Value::null(ScalarKind::int16);
    case LogicalTypeId::INTEGER: return Value::null(ScalarKind::int32);
    case LogicalTypeId::BIGINT: return Value::null(ScalarKind::int64);
    case LogicalTypeId::UTINYINT: return Value::null(ScalarKind::uint8);
    case LogicalTypeId::USMALLINT: return Value::null(ScalarKind::uint16);
    case LogicalTypeId::UINTEGER: return Value::null(ScalarKind::uint32);
    case LogicalTypeId::UBIGINT: return Value::null(ScalarKind::uint64);
    case LogicalTypeId::FLOAT: return Value::null(ScalarKind::float32);
    case LogicalTypeId::DOUBLE: return Value::null(ScalarKind::float64);
    case LogicalTypeId::VARCHAR: return Value::null(ScalarKind::utf8);
    case LogicalTypeId::BLOB: return Value::null(ScalarKind::binary);
    case LogicalTypeId::DATE: return Value::null(ScalarKind::date32);
    case LogicalTypeId::TIME: return Value::null(ScalarKind::time64_us);
    case LogicalTypeId::TIMESTAMP_MS: return Value::null(ScalarKind::timestamp_ms);
    case LogicalTypeId::TIMESTAMP: return Value::null(ScalarKind::timestamp_us);
    case LogicalTypeId::TIMESTAMP_NS: return Value::null(ScalarKind::timestamp_ns);
    case LogicalTypeId::TIMESTAMP_TZ: return Value::null_timestamp(ScalarKind::timestamp_us, "UTC");
    case LogicalTypeId::UUID: return Value::null_fixed_binary(16);
    case LogicalTypeId::DECIMAL:
      return Value::null_decimal(duckdb::DecimalType::GetWidth(type),
                                 static_cast<int8_t>(duckdb::DecimalType::GetScale(type)));
    case LogicalTypeId::ARRAY: return Value::null_embedding(static_cast<int32_t>(duckdb::ArrayType::GetSize(type)));
    default: return Value();
  }
}

Result<Value> read_embedding(duckdb::Vector& vector, size_t index) {
  const auto size = duckdb::ArrayType::GetSize(vector.GetType());
  auto& child = duckdb::ArrayVector::GetEntry(vector);
  duckdb::UnifiedVectorFormat format;
  child.ToUnifiedFormat((index + 1) * size, format);
  std::vector<float> elements(size);
  auto valid = std::make_unique<bool[]>(size);
  bool all_valid = true;
  for (size_t i = 0; i < size; ++i) {
    const auto at = format.sel->get_index(index * size + i);
    valid[i] = format.validity.RowIsValid(at);
    all_valid = all_valid && valid[i];
    if (valid[i]) elements[i] = duckdb::UnifiedVectorFormat::GetData<float>(format)[at];
  }
  if (all_valid) return Value::embedding(elements);
  return Value::embedding(elements, std::span<const bool>(valid.get(), size));
}

}  // namespace

bool has_scalar(const LogicalType& type) {
  if (type.id() == LogicalTypeId::ARRAY) return duckdb::ArrayType::GetChildType(type).id() == LogicalTypeId::FLOAT;
  return type.id() == LogicalTypeId::SQLNULL || type.id() == LogicalTypeId::HUGEINT ||
         typed_null(type).kind() != ScalarKind::null;
}

Int128 to_int128(duckdb::hugeint_t value) {
  return static_cast<Int128>(static_cast<unsigned __int128>(value.upper) << 64 | value.lower);
}

LogicalType logical_type(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::boolean: return LogicalType::BOOLEAN;
    case TypeTag::smallint: return LogicalType::SMALLINT;
    case TypeTag::integer: return LogicalType::INTEGER;
    case TypeTag::bigint: return LogicalType::BIGINT;
    case TypeTag::double_: return LogicalType::DOUBLE;
    case TypeTag::float_: return LogicalType::FLOAT;
    case TypeTag::text:
    case TypeTag::json:
    case TypeTag::file: return LogicalType::VARCHAR;
    case TypeTag::timestamp: return LogicalType::TIMESTAMP;
    case TypeTag::datetime: return LogicalType::TIMESTAMP_TZ;
    case TypeTag::date: return LogicalType::DATE;
    case TypeTag::time: return LogicalType::TIME;
    case TypeTag::bytes: return LogicalType::BLOB;
    case TypeTag::uuid: return LogicalType::UUID;
    case TypeTag::decimal: return LogicalType::DECIMAL(type.precision(), type.scale());
    case TypeTag::embedding: return array_of_floats(type.dimension());
  }
  return LogicalType::VARCHAR;
}

std::optional<LogicalType> logical_type(ScalarKind kind) {
  switch (kind) {
    case ScalarKind::boolean: return LogicalType::BOOLEAN;
    case ScalarKind::int8: return LogicalType::TINYINT;
    case ScalarKind::int16: return LogicalType::SMALLINT;
    case ScalarKind::int32: return LogicalType::INTEGER;
    case ScalarKind::int64: return LogicalType::BIGINT;
    case ScalarKind::uint8: return LogicalType::UTINYINT;
    case ScalarKind::uint16: return LogicalType::USMALLINT;
    case ScalarKind::uint32: return LogicalType::UINTEGER;
    case ScalarKind::uint64: return LogicalType::UBIGINT;
    case ScalarKind::float32: return LogicalType::FLOAT;
    case ScalarKind::float64: return LogicalType::DOUBLE;
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return LogicalType::VARCHAR;
    case ScalarKind::binary:
    case ScalarKind::large_binary: return LogicalType::BLOB;
    case ScalarKind::date32: return LogicalType::DATE;
    case ScalarKind::time64_us: return LogicalType::TIME;
    default: return std::nullopt;
  }
}

LogicalType logical_type(const SourceColumn& column) {
  switch (column.kind) {
    case ScalarKind::timestamp_ms: return LogicalType::TIMESTAMP_MS;
    case ScalarKind::timestamp_ns: return LogicalType::TIMESTAMP_NS;
    default: break;
  }
  const bool integer = column.kind >= ScalarKind::int8 && column.kind <= ScalarKind::uint64;
  return integer ? *logical_type(column.kind) : logical_type(column.type);
}

DataType inferred_type(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN: return TypeTag::boolean;
    case LogicalTypeId::SMALLINT: return TypeTag::smallint;
    case LogicalTypeId::INTEGER: return TypeTag::integer;
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::HUGEINT: return TypeTag::bigint;
    case LogicalTypeId::FLOAT: return TypeTag::float_;
    case LogicalTypeId::DOUBLE: return TypeTag::double_;
    case LogicalTypeId::DATE: return TypeTag::date;
    case LogicalTypeId::TIME: return TypeTag::time;
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS: return TypeTag::timestamp;
    case LogicalTypeId::TIMESTAMP_TZ: return TypeTag::datetime;
    case LogicalTypeId::BLOB: return TypeTag::bytes;
    case LogicalTypeId::UUID: return TypeTag::uuid;
    case LogicalTypeId::DECIMAL: {
      auto decimal = DataType::decimal(duckdb::DecimalType::GetWidth(type), duckdb::DecimalType::GetScale(type));
      return std::move(decimal).value_or(TypeTag::text);
    }
    case LogicalTypeId::ARRAY: {
      if (duckdb::ArrayType::GetChildType(type).id() != LogicalTypeId::FLOAT) return TypeTag::text;
      auto embedding = DataType::embedding(static_cast<uint32_t>(duckdb::ArrayType::GetSize(type)));
      return std::move(embedding).value_or(TypeTag::text);
    }
    default: return TypeTag::text;
  }
}

Status write_value(duckdb::Vector& vector, size_t row, const Value& value) {
  if (value.is_null()) {
    FlatVector::SetNull(vector, row, true);
    return {};
  }
  const auto& type = vector.GetType();
  const auto kind = value.kind();
  // Writes the cell when the value is of the kind that the column holds.
  const auto put_if = [&](bool fits, auto cell) -> Status {
    if (!fits) return wrong_kind(value, type);
    put(vector, row, cell());
    return {};
  };
  const auto integer = [&](ScalarKind wanted, auto sample) {
    return put_if(kind == wanted, [&] { return static_cast<decltype(sample)>(value.as_int64()); });
  };
  const auto natural = [&](ScalarKind wanted, auto sample) {
    return put_if(kind == wanted, [&] { return static_cast<decltype(sample)>(value.as_uint64()); });
  };
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN: return put_if(kind == ScalarKind::boolean, [&] { return value.as_bool(); });
    case LogicalTypeId::TINYINT: return integer(ScalarKind::int8, int8_t{});
    case LogicalTypeId::SMALLINT: return integer(ScalarKind::int16, int16_t{});
    case LogicalTypeId::INTEGER: return integer(ScalarKind::int32, int32_t{});
    case LogicalTypeId::BIGINT: return integer(ScalarKind::int64, int64_t{});
    case LogicalTypeId::DATE: return integer(ScalarKind::date32, int32_t{});
    case LogicalTypeId::TIME: return integer(ScalarKind::time64_us, int64_t{});
    case LogicalTypeId::TIMESTAMP_MS: return integer(ScalarKind::timestamp_ms, int64_t{});
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ: return integer(ScalarKind::timestamp_us, int64_t{});
    case LogicalTypeId::TIMESTAMP_NS: return integer(ScalarKind::timestamp_ns, int64_t{});
    case LogicalTypeId::UTINYINT: return natural(ScalarKind::uint8, uint8_t{});
    case LogicalTypeId::USMALLINT: return natural(ScalarKind::uint16, uint16_t{});
    case LogicalTypeId::UINTEGER: return natural(ScalarKind::uint32, uint32_t{});
    case LogicalTypeId::UBIGINT: return natural(ScalarKind::uint64, uint64_t{});
    case LogicalTypeId::FLOAT: return put_if(kind == ScalarKind::float32, [&] { return value.as_float(); });
    case LogicalTypeId::DOUBLE: return put_if(kind == ScalarKind::float64, [&] { return value.as_double(); });
    case LogicalTypeId::VARCHAR:
      return put_if(is_text(kind), [&] {
        const auto text = value.as_text();
        return duckdb::StringVector::AddStringOrBlob(vector, text.data(), text.size());
      });
    case LogicalTypeId::BLOB:
      return put_if(is_bytes(kind), [&] {
        const auto bytes = value.as_bytes();
        return duckdb::StringVector::AddStringOrBlob(vector, bytes.data(), bytes.size());
      });
    case LogicalTypeId::UUID:
      return put_if(kind == ScalarKind::fixed_binary && value.size() == 16, [&] {
        return duckdb::UUID::FromBlob(reinterpret_cast<duckdb::const_data_ptr_t>(value.as_bytes().data()));
      });
    case LogicalTypeId::DECIMAL:
      if (kind != ScalarKind::decimal128) return wrong_kind(value, type);
      return write_decimal(vector, row, value);
    case LogicalTypeId::HUGEINT:  // a sum on its way through Values
      return put_if(kind == ScalarKind::decimal128 && value.scale() == 0,
                    [&] { return to_hugeint(value.as_decimal()); });
    case LogicalTypeId::ARRAY:
      if (kind != ScalarKind::embedding) return wrong_kind(value, type);
      return write_embedding(vector, row, value);
    default: return wrong_kind(value, type);
  }
}

Result<Value> read_value(duckdb::Vector& vector, size_t row) {
  const auto& type = vector.GetType();
  if (!has_scalar(type)) return no_scalar(type);
  duckdb::UnifiedVectorFormat format;
  vector.ToUnifiedFormat(row + 1, format);
  const auto index = format.sel->get_index(row);
  if (!format.validity.RowIsValid(index)) return typed_null(type);
  const auto cell = [&]<typename T>(T) { return duckdb::UnifiedVectorFormat::GetData<T>(format)[index]; };
  const auto bytes = [&] {
    const auto& text = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format)[index];
    return std::string(text.GetData(), text.GetSize());
  };
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN: return Value::boolean(cell(bool{}));
    case LogicalTypeId::TINYINT: return Value::int8(cell(int8_t{}));
    case LogicalTypeId::SMALLINT: return Value::int16(cell(int16_t{}));
    case LogicalTypeId::INTEGER: return Value::int32(cell(int32_t{}));
    case LogicalTypeId::BIGINT: return Value::int64(cell(int64_t{}));
    case LogicalTypeId::UTINYINT: return Value::uint8(cell(uint8_t{}));
    case LogicalTypeId::USMALLINT: return Value::uint16(cell(uint16_t{}));
    case LogicalTypeId::UINTEGER: return Value::uint32(cell(uint32_t{}));
    case LogicalTypeId::UBIGINT: return Value::uint64(cell(uint64_t{}));
    case LogicalTypeId::FLOAT: return Value::float32(cell(float{}));
    case LogicalTypeId::DOUBLE: return Value::float64(cell(double{}));
    case LogicalTypeId::VARCHAR: return Value::text(bytes());
    case LogicalTypeId::BLOB: return Value::binary(bytes());
    case LogicalTypeId::DATE: return Value::date(cell(int32_t{}));
    case LogicalTypeId::TIME: return Value::time(cell(int64_t{}));
    case LogicalTypeId::TIMESTAMP_MS: return Value::timestamp_ms(cell(int64_t{}));
    case LogicalTypeId::TIMESTAMP: return Value::timestamp_us(cell(int64_t{}));
    case LogicalTypeId::TIMESTAMP_NS: return Value::timestamp_ns(cell(int64_t{}));
    case LogicalTypeId::TIMESTAMP_TZ: return Value::timestamp_us(cell(int64_t{}), "UTC");
    case LogicalTypeId::UUID: {
      std::array<uint8_t, 16> uuid{};
      duckdb::UUID::ToBlob(cell(duckdb::hugeint_t{}), uuid.data());
      return Value::uuid(uuid);
    }
    case LogicalTypeId::DECIMAL: {
      const auto width = duckdb::DecimalType::GetWidth(type);
      const auto scale = static_cast<int8_t>(duckdb::DecimalType::GetScale(type));
      switch (type.InternalType()) {
        case PhysicalType::INT16: return Value::decimal(cell(int16_t{}), width, scale);
        case PhysicalType::INT32: return Value::decimal(cell(int32_t{}), width, scale);
        case PhysicalType::INT64: return Value::decimal(cell(int64_t{}), width, scale);
        default: return Value::decimal(to_int128(cell(duckdb::hugeint_t{})), width, scale);
      }
    }
    case LogicalTypeId::HUGEINT: {
      const auto number = to_int128(cell(duckdb::hugeint_t{}));
      if (!fits_decimal(number, kDecimalDigitsMax)) {
        return Error{ErrorCode::invalid_input, "number out of range: " + print_int128(number)};
      }
      return Value::decimal(number, kDecimalDigitsMax, 0);
    }
    case LogicalTypeId::ARRAY: return read_embedding(vector, index);
    default: return Value();
  }
}

Result<Value> from_engine(const duckdb::Value& value) {
  duckdb::Vector vector(value);
  return read_value(vector, 0);
}

Result<duckdb::Value> to_engine(const Value& value) {
  SourceColumn column;
  column.kind = value.kind();
  switch (value.kind()) {
    case ScalarKind::null: return duckdb::Value();
    case ScalarKind::boolean: column.type = TypeTag::boolean; break;
    case ScalarKind::float32: column.type = TypeTag::float_; break;
    case ScalarKind::float64: column.type = TypeTag::double_; break;
    case ScalarKind::binary:
    case ScalarKind::large_binary: column.type = TypeTag::bytes; break;
    case ScalarKind::fixed_binary: column.type = value.size() == 16 ? TypeTag::uuid : TypeTag::bytes; break;
    case ScalarKind::date32: column.type = TypeTag::date; break;
    case ScalarKind::time64_us: column.type = TypeTag::time; break;
    case ScalarKind::timestamp_us: column.type = value.zone().empty() ? TypeTag::timestamp : TypeTag::datetime; break;
    case ScalarKind::decimal128:
      column.type = TRY(DataType::decimal(value.precision(), static_cast<uint32_t>(value.scale())));
      break;
    case ScalarKind::embedding: column.type = TRY(DataType::embedding(static_cast<uint32_t>(value.size()))); break;
    default: break;  // texts, and what the kind alone says
  }
  duckdb::Vector vector(logical_type(column), 1);
  TRY(write_value(vector, 0, value));
  return vector.GetValue(0);
}

}  // namespace kalam::duck
