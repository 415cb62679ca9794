// RowExpressions: SQL expressions over the row of one table, bound once and evaluated on rows as Values, with the very
// functions and rules of queries. What a WHERE means in a SELECT it means here.
//
// Always true: nothing volatile and nothing that reads other rows gets in (`not_supported`): the same row and the same
// parameters give the same values on every machine.

#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/role.h"
#include "types/row_source.h"
#include "types/value.h"

namespace kalam::duck {

class Instance;

// Immutable: shared by threads. Outlived by the instance it was bound in.
class RowExpressions {
 public:
  virtual ~RowExpressions() = default;

  // `texts` are expressions over `columns`, `$1` is the first parameter; `results`: what each is cast to, boolean for
  // conditions; `names`: of the columns that results are stored in; an empty one in front is their condition, and where
  // that does not hold they are NULL: nobody may ask what 1 / x would be where x is 0.
  static Result<std::shared_ptr<const RowExpressions>> bind(Instance& instance, std::span<const SourceColumn> columns,
                                                            std::span<const std::string> texts,
                                                            std::span<const DataType> results,
                                                            std::span<const std::string> names = {});

  virtual const std::vector<std::string>& texts() const = 0;
  virtual size_t parameters() const = 0;
  // Which of the columns any of the expressions reads: the others may be NULL in `row`.
  virtual const std::vector<bool>& reads() const = 0;

  // The value of each expression, in order.
  virtual Status evaluate(std::span<const Value> row, std::span<const Value> parameters, const Viewer& viewer,
                          std::vector<Value>& out) const = 0;
};

}  // namespace kalam::duck
