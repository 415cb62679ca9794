#include "query/statements/default_check.h"

#include "query/defaults.h"

namespace kalam::query {

Status check_default(const ColumnDefinition& column, const Services& services, const Session& session) {
  if (column.default_value.none()) return {};
  const StatementMoment moment{services.clock.now_us(), session.viewer};
  auto value = value_of_default(column, moment, services.generators);
  if (value.ok()) return {};
  auto error = std::move(value).error();
  error.code = ErrorCode::invalid_operation;
  return std::move(error).within("DEFAULT of column '" + column.name + "' does not fit its type: ");
}

}  // namespace kalam::query
