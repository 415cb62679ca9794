#include "commands/bind_expressions.h"

#include "tables/table_reader.h"

namespace kalam::commands {

Result<RowExpressionsPtr> bind_expressions(duck::Instance& engine, const tables::TablePtr& table,
                                           const KeyedWrite& write) {
  std::vector<DataType> results;
  if (write.has_condition) {
    results.emplace_back(TypeTag::boolean);
  }
  const auto columns = table->definition().user_columns();
  for (const auto place : write.assigned) {
    results.push_back(columns[place]->type);
  }
  const tables::TableReader shape(table, {});
  return duck::RowExpressions::bind(engine, shape.columns(), write.texts, results);
}

}  // namespace kalam::commands
