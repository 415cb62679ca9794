#include "commands/bind_expressions.h"

#include "tables/table_reader.h"

namespace kalam::commands {

Result<RowExpressionsPtr> bind_expressions(duck::Instance& engine, const tables::TablePtr& table,
                                           const KeyedWrite& write) {
  std::vector<DataType> results;
  std::vector<std::string> names;
  if (write.has_condition) {
    results.emplace_back(TypeTag::boolean);
    names.emplace_back();
  }
  const auto columns = table->definition().user_columns();
  for (const auto place : write.assigned) {
    results.push_back(columns[place]->type);
    names.push_back(columns[place]->name);
  }
  const tables::TableReader shape(table, {});
  return duck::RowExpressions::bind(engine, shape.columns(), write.texts, results, names);
}

}  // namespace kalam::commands
