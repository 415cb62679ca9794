#include "duck/detail/plan_text.h"

#include <algorithm>

namespace kalam::duck {

namespace {

using Kind = ColumnCondition::Kind;

bool asks(const AccessPath& path, size_t column, std::initializer_list<Kind> kinds) {
  return std::ranges::any_of(path.conditions, [&](const auto& condition) {
    return condition.column == column && std::ranges::find(kinds, condition.kind) != kinds.end();
  });
}

std::string name_of(const SourceShape& shape, size_t column) {
  const auto& source = shape.columns[column];
  return (source.primary_key ? "primary key " : "") + source.name;
}

// How the rows are found by the column that they are ordered by.
std::string way_of(const AccessPath& path, const SourceShape& shape) {
  if (!shape.order_column) return path.conditions.empty() ? "full scan" : "scan";
  const auto column = *shape.order_column;
  const auto name = name_of(shape, column);
  if (asks(path, column, {Kind::equal})) return "lookup by " + name;
  if (asks(path, column, {Kind::one_of})) return "lookups by " + name;
  if (asks(path, column, {Kind::from, Kind::up_to})) return "range scan by " + name;
  return "full scan in the order of " + name;
}

}  // namespace

std::string text_of(const AccessPath& path, const SourceShape& shape) {
  auto text = way_of(path, shape);
  std::string others;
  for (const auto& condition : path.conditions) {
    if (condition.column == shape.order_column) continue;
    const auto& name = shape.columns[condition.column].name;
    if (others.find(name) == std::string::npos) others += (others.empty() ? "" : ", ") + name;
  }
  if (!others.empty()) text += ", conditions on " + others;
  if (path.with_deleted) text += ", deleted rows too";
  return text;
}

std::string text_of(const NativePlan& plan, const QueryTable& table, const SourceShape& shape) {
  std::vector<std::string> stages;
  if (plan.limit || plan.offset) stages.emplace_back("Limit");
  if (!plan.order.empty()) stages.emplace_back(plan.limit ? "Sort (first rows)" : "Sort");
  if (!plan.computed.empty()) stages.emplace_back("Projection");
  if (!plan.having.empty()) stages.emplace_back("Filter (groups)");
  if (plan.grouping) stages.emplace_back(plan.grouping->keys > 0 ? "Group" : "Aggregate");
  if (!plan.filter.empty() || !plan.exact.empty()) stages.emplace_back("Filter");
  stages.push_back("Scan " + (table.schema.empty() ? "" : table.schema + ".") + table.table + ": " +
                   text_of(plan.path, shape) + (plan.reverse ? ", backwards" : ""));
  std::string text = "Native executor";
  for (size_t i = 0; i < stages.size(); ++i) text += "\n" + std::string(2 * (i + 1), ' ') + stages[i];
  return text;
}

}  // namespace kalam::duck
