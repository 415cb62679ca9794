// RowLimits: where an operator has the results of clients' SELECTs cut.

#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace kalam::query {

struct RowLimits {
  size_t without_limit = 0;  // of a SELECT that has no LIMIT itself; 0: none
  size_t max = 0;            // of any; 0: none

  size_t rows_max(bool has_limit) const {
    const auto most = [](size_t rows) { return rows == 0 ? SIZE_MAX : rows; };
    return has_limit ? most(max) : std::min(most(without_limit), most(max));
  }
};

}  // namespace kalam::query
