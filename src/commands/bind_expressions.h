// The expressions of a write that came as text, bound to the table that they are about: what query did where the write
// was made.

#pragma once
#include <functional>
#include <memory>

#include "base/result.h"
#include "commands/command.h"
#include "duck/instance.h"
#include "duck/row_expressions.h"
#include "tables/table.h"

namespace kalam::commands {

using RowExpressionsPtr = std::shared_ptr<const duck::RowExpressions>;
using ExpressionBinder = std::function<Result<RowExpressionsPtr>(const tables::TablePtr&, const KeyedWrite&)>;

// Assigned values are cast to the types of their columns, which the table has.
Result<RowExpressionsPtr> bind_expressions(duck::Instance& engine, const tables::TablePtr& table,
                                           const KeyedWrite& write);

}  // namespace kalam::commands
