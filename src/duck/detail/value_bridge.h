// Types and values across the border: ours <-> DuckDB's, in both directions.
//
//   DataType -> LogicalType   what a column of that type is inside the engine
//   LogicalType -> DataType   what clients are told of a computed column
//   Value <-> Vector          one cell at a time

#pragma once
#include <duckdb.hpp>
#include <optional>

#include "base/result.h"
#include "types/data_type.h"
#include "types/row_source.h"
#include "types/value.h"

namespace kalam::duck {

duckdb::LogicalType logical_type(const DataType& type);
// Of a kind that says all about its values; none: of the others.
std::optional<duckdb::LogicalType> logical_type(ScalarKind kind);
// By what the values of the column are: a TIMESTAMP may hold milliseconds, a BIGINT unsigned numbers.
duckdb::LogicalType logical_type(const SourceColumn& column);

// Can values of this type be Values? INTERVAL, STRUCT and lists of anything but FLOAT[n] cannot.
bool has_scalar(const duckdb::LogicalType& type);

// TEXT when there is none that fits. A HUGEINT is a BIGINT: it is the sum of some.
DataType inferred_type(const duckdb::LogicalType& type);

// Writes row `row` of a flat vector of `logical_type(column)`. `internal` when the value is of another kind.
Status write_value(duckdb::Vector& vector, size_t row, const Value& value);

// `not_supported` for types without a scalar of ours.
Result<Value> read_value(duckdb::Vector& vector, size_t row);
Int128 to_int128(duckdb::hugeint_t value);

Result<Value> from_engine(const duckdb::Value& value);
Result<duckdb::Value> to_engine(const Value& value);

}  // namespace kalam::duck
