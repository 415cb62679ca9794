// TopicFilter: the filters of topics' sources, bound to their tables as the expressions of writes are.

#pragma once
#include <string>

#include "commands/detail/bound_expressions.h"
#include "tables/tables.h"

namespace kalam::commands::detail {

class TopicFilter {
 public:
  TopicFilter(const tables::Tables& tables, BoundExpressions& expressions)
      : tables_(tables), expressions_(expressions) {}

  Result<bool> accepts(const TableDefinitionPtr& table, const std::string& filter, const Row& row, RowSeq seq,
                       bool deleted) const;

 private:
  const tables::Tables& tables_;
  BoundExpressions& expressions_;
};

}  // namespace kalam::commands::detail
