// BoundExpressions: expressions that came as text, bound once for each version of a table and each text: a hot UPDATE
// is the same text again and again.

#pragma once
#include <string>
#include <unordered_map>
#include <utility>

#include "commands/bind_expressions.h"

namespace kalam::commands::detail {

class BoundExpressions {
 public:
  explicit BoundExpressions(ExpressionBinder bind) : bind_(std::move(bind)) {}

  // Null: the write has none.
  Result<RowExpressionsPtr> of(const tables::TablePtr& table, const KeyedWrite& write);

 private:
  const ExpressionBinder bind_;
  std::unordered_map<std::string, RowExpressionsPtr> bound_;
};

}  // namespace kalam::commands::detail
