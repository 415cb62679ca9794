// ExactFilter: conditions on single columns, checked on Values, with the values of one run. No engine is asked.

#pragma once
#include <span>
#include <vector>

#include "duck/detail/access_path.h"
#include "types/value.h"

namespace kalam::duck {

class ExactFilter {
 public:
  // `conditions`: their columns are places in a row.
  ExactFilter(const std::vector<ColumnCondition>& conditions, std::span<const Value> slots);

  // As in WHERE: what is neither true nor false does not pass.
  bool passes(std::span<const Value> row) const;

 private:
  struct Check {
    ColumnCondition::Kind kind;
    size_t column;
    bool inclusive;
    std::vector<Value> values;  // ascending, without NULLs
  };
  static bool passes(const Check& check, const Value& value);

  std::vector<Check> checks_;
};

}  // namespace kalam::duck
