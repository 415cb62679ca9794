#include "commands/detail/topic_filter.h"

#include "commands/detail/expression_row.h"

namespace kalam::commands::detail {

Result<bool> TopicFilter::accepts(const TableDefinitionPtr& definition, const std::string& filter, const Row& row,
                                  RowSeq seq, bool deleted) const {
  const auto table = TRY(tables_.open(definition));
  KeyedWrite condition;
  condition.table = definition;
  condition.texts = {filter};
  condition.has_condition = true;
  const auto expression = TRY(expressions_.of(table, condition));
  std::vector<Value> values;
  TRY(expression->evaluate(expression_row(*table, expression->reads(), row, seq, deleted), {}, {}, values));
  return values.size() == 1 && holds(values.front());
}

}  // namespace kalam::commands::detail
