#include "commands/detail/expression_row.h"

#include "types/schema.h"

namespace kalam::commands::detail {

const Value& value_at(const Row& row, size_t place) {
  static const Value null;
  return place < row.values.size() ? row.values[place] : null;
}

std::vector<Value> expression_row(const tables::Table& table, const std::vector<bool>& reads, const Row& row,
                                  RowSeq seq, bool deleted) {
  const auto& columns = table.columns();
  std::vector<Value> values(columns.size());
  size_t place = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool read = i < reads.size() && reads[i];
    if (!is_system_column(columns[i].name)) {
      if (read) values[i] = value_at(row, place);
      ++place;
    } else if (read && columns[i].name == "_deleted") {
      values[i] = Value::boolean(deleted);
    } else if (read && columns[i].name == "_seq" && seq != RowSeq(0)) {
      values[i] = Value::int64(seq.value());
    }
  }
  return values;
}

bool holds(const Value& condition) {
  return !condition.is_null() && condition.kind() == ScalarKind::boolean && condition.as_bool();
}

}  // namespace kalam::commands::detail
