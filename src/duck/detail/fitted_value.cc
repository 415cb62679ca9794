#include "duck/detail/fitted_value.h"

#include <cmath>
#include <duckdb/common/exception/conversion_exception.hpp>
#include <duckdb/common/types/decimal.hpp>

#include "duck/detail/value_bridge.h"
#include "types/numeric.h"

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

// Beyond these a double is not the only one that an integer is nearest to.
constexpr double kExactIntegersMax = 9007199254740992.0;

// A double as an integer or a decimal, if it is exactly that: 5.0, 9.99.
Result<std::optional<Value>> fitted_double(double number, const LogicalType& type) {
  using Fitted = std::optional<Value>;
  if (type.IsIntegral() && std::abs(number) < kExactIntegersMax && number == std::trunc(number)) {
    duckdb::Value integer;
    std::string message;
    const auto whole = duckdb::Value::BIGINT(static_cast<int64_t>(number));
    if (whole.DefaultTryCastAs(type, integer, &message)) return Fitted(TRY(from_engine(integer)));
  }
  if (type.id() == LogicalTypeId::DECIMAL) {
    const auto width = duckdb::DecimalType::GetWidth(type);
    const auto scale = duckdb::DecimalType::GetScale(type);
    const auto unscaled = decimal_from_double(number, width, scale);
    if (unscaled.ok() && decimal_to_f64(*unscaled, scale) == number) {
      return Fitted(Value::decimal(*unscaled, width, static_cast<int8_t>(scale)));
    }
  }
  return Fitted();
}

// Does a value of one type mean the same when it is made one of the other, provided that it can be?
bool keeps_meaning(const duckdb::Value& value, const LogicalType& to) {
  const auto& from = value.type();
  if (from.IsIntegral()) return to.IsNumeric() || to.id() == LogicalTypeId::VARCHAR;
  switch (from.id()) {
    case LogicalTypeId::VARCHAR: return true;
    case LogicalTypeId::FLOAT: return to.id() == LogicalTypeId::DOUBLE;
    case LogicalTypeId::DATE: return to.id() == LogicalTypeId::TIMESTAMP || to.id() == LogicalTypeId::TIMESTAMP_NS;
    case LogicalTypeId::DECIMAL:
      if (to.id() == LogicalTypeId::DOUBLE || to.id() == LogicalTypeId::FLOAT) return true;
      return to.id() == LogicalTypeId::DECIMAL &&
             duckdb::DecimalType::GetScale(from) <= duckdb::DecimalType::GetScale(to);
    default: return false;
  }
}

}  // namespace

Result<std::optional<Value>> fitted(const Value& value, const LogicalType& type, duckdb::ClientContext& context) {
  using Fitted = std::optional<Value>;
  if (value.is_null()) return Fitted(Value());
  if (fits_as_it_is(value.kind(), type.id())) return Fitted(value);
  if (value.kind() == ScalarKind::float64 && (type.IsIntegral() || type.id() == LogicalTypeId::DECIMAL)) {
    return fitted_double(value.as_double(), type);
  }
  auto engine = TRY(to_engine(value));
  if (engine.type() != type) {
    if (!keeps_meaning(engine, type)) return Fitted();
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
