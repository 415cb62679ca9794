#include "query/defaults.h"

#include "types/cast.h"
#include "types/json_value.h"

namespace kalam::query {

namespace {

Result<Value> value_of_function(const ColumnDefault::Function& function, const StatementMoment& moment,
                                const Generators& generators) {
  if (function.name == "NOW" || function.name == "CURRENT_TIMESTAMP") {
    return Value::timestamp_us(moment.now_us, "UTC");
  }
  if (function.name == "CURRENT_USER") return Value::text(moment.viewer.user.value());
  if (function.name == "SNOWFLAKE_ID") return Value::int64(TRY(generators.snowflakes.next()).value());
  if (function.name == "UUID_V7") return Value::text(print_uuid(generators.ids.uuid_v7()));
  if (function.name == "ULID") return Value::text(generators.ids.ulid());
  return Error{ErrorCode::internal, "unknown default function '" + function.name + "'"};
}

}  // namespace

Result<Value> value_of_default(const ColumnDefinition& column, const StatementMoment& moment,
                               const Generators& generators) {
  if (const auto* literal = std::get_if<ColumnDefault::Literal>(&column.default_value.kind)) {
    return coerce(TRY(value_from_json_parameter(literal->json)), column.type, column.name);
  }
  if (const auto* function = std::get_if<ColumnDefault::Function>(&column.default_value.kind)) {
    return coerce(TRY(value_of_function(*function, moment, generators)), column.type, column.name);
  }
  return null_of(column.type);
}

}  // namespace kalam::query
