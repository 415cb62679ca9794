// Defaults: what a column gets when a row does not name it.

#pragma once
#include <optional>

#include "base/result.h"
#include "types/generated_ids.h"
#include "types/role.h"
#include "types/schema.h"
#include "types/snowflake.h"
#include "types/value.h"

namespace kalam::query {

// Where generated values come from: one of each in a node.
struct Generators {
  Snowflakes& snowflakes;
  TimeOrderedIds& ids;
};

// What holds for all rows of one statement.
struct StatementMoment {
  int64_t now_us = 0;  // NOW()
  Viewer viewer;       // CURRENT_USER()
};

// The value of a column's default, as a column of its type keeps it. The column has one.
Result<Value> value_of_default(const ColumnDefinition& column, const StatementMoment& moment,
                               const Generators& generators);

}  // namespace kalam::query
