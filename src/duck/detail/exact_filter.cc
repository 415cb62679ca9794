#include "duck/detail/exact_filter.h"

#include <algorithm>

#include "types/order.h"

namespace kalam::duck {

namespace {

// The two kinds that keys have, without a call.
std::weak_ordering ordered(const Value& a, const Value& b) {
  if (a.kind() == ScalarKind::int64 && b.kind() == ScalarKind::int64) return a.as_int64() <=> b.as_int64();
  if (a.kind() == ScalarKind::utf8 && b.kind() == ScalarKind::utf8) return a.as_text() <=> b.as_text();
  return compare(a, b);
}

}  // namespace

ExactFilter::ExactFilter(const std::vector<ColumnCondition>& conditions, std::span<const Value> slots) {
  checks_.reserve(conditions.size());
  for (const auto& condition : conditions) {
    auto& check = checks_.emplace_back(Check{condition.kind, condition.column, condition.inclusive, {}});
    for (const auto& known : condition.values) {
      if (const auto& value = value_of(known, slots); !value.is_null()) check.values.push_back(value);
    }
    std::sort(check.values.begin(), check.values.end(), [](const auto& a, const auto& b) { return ordered(a, b) < 0; });
  }
}

bool ExactFilter::passes(const Check& check, const Value& value) {
  if (value.is_null() || check.values.empty()) return false;
  if (check.kind == ColumnCondition::Kind::one_of) {
    const auto at = std::lower_bound(check.values.begin(), check.values.end(), value,
                                     [](const auto& a, const auto& b) { return ordered(a, b) < 0; });
    return at != check.values.end() && ordered(*at, value) == 0;
  }
  const auto order = ordered(value, check.values.front());
  switch (check.kind) {
    case ColumnCondition::Kind::from: return order > 0 || (check.inclusive && order == 0);
    case ColumnCondition::Kind::up_to: return order < 0 || (check.inclusive && order == 0);
    default: return order == 0;
  }
}

bool ExactFilter::passes(std::span<const Value> row) const {
  return std::all_of(checks_.begin(), checks_.end(),
                     [&](const Check& check) { return passes(check, row[check.column]); });
}

}  // namespace kalam::duck
