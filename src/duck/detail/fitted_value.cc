#include "duck/detail/fitted_value.h"

#include <duckdb/common/exception/conversion_exception.hpp>

#include "duck/detail/value_bridge.h"

namespace kalam::duck {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

namespace {

// Most values come in the very kind that their place wants.
bool fits_as_it_is(ScalarKind kind, LogicalTypeId type) {
  switch (type) {
    case LogicalTypeId::BIGINT: return kind == ScalarKind::int64;
    case LogicalTypeId::INTEGER: return kind == ScalarKind::int32;
    case LogicalTypeId::VARCHAR: return kind == ScalarKind::utf8;
    case LogicalTypeId::DOUBLE: return kind == ScalarKind::float64;
    case LogicalTypeId::BOOLEAN: return kind == ScalarKind::boolean;
    case LogicalTypeId::TIMESTAMP_MS: return kind == ScalarKind::timestamp_ms;
    default: return false;
  }
}

// Does a value of one type mean the same when it is made one of the other, provided that it can be?
bool keeps_meaning(const LogicalType& from, const LogicalType& to) {
  if (from.IsIntegral()) return to.IsNumeric() || to.id() == LogicalTypeId::VARCHAR;
  switch (from.id()) {
    case LogicalTypeId::VARCHAR: return true;
    case LogicalTypeId::FLOAT: return to.id() == LogicalTypeId::DOUBLE;
    case LogicalTypeId::DATE: return to.id() == LogicalTypeId::TIMESTAMP || to.id() == LogicalTypeId::TIMESTAMP_NS;
    default: return false;
  }
}

}  // namespace

Result<std::optional<Value>> fitted(const Value& value, const LogicalType& type, duckdb::ClientContext& context) {
  using Fitted = std::optional<Value>;
  if (value.is_null()) return Fitted(Value());
  if (fits_as_it_is(value.kind(), type.id())) return Fitted(value);
  auto engine = TRY(to_engine(value));
  if (engine.type() != type) {
    if (!keeps_meaning(engine.type(), type)) return Fitted();
    duckdb::Value cast;
    std::string message;
    if (!engine.TryCastAs(context, type, cast, &message)) {
      if (engine.type().id() == LogicalTypeId::VARCHAR) throw duckdb::ConversionException(message);
      return Fitted();
    }
    engine = std::move(cast);
  }
  return Fitted(TRY(from_engine(engine)));
}

}  // namespace kalam::duck
