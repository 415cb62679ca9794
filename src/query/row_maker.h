// RowMaker: the values that an INSERT gives for some columns become whole rows: in the order of the table, with its
// defaults, of its types, and without NULLs where none may be.

#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/defaults.h"
#include "types/row.h"
#include "types/schema.h"

namespace kalam::query {

class RowMaker {
 public:
  // `named`: the columns of the statement, in lower case; empty: all of the user's.
  static Result<RowMaker> make(TableDefinitionPtr table, const std::vector<std::string>& named, StatementMoment moment,
                               Generators generators);

  size_t width() const { return places_.size(); }  // values expected of each row

  // One row; `given` are its values, and `defaulted(i)` says which of them is the word DEFAULT. Rows count from 0.
  template <typename IsDefault>
  Result<Row> row(std::span<Value> given, size_t number, IsDefault defaulted) const {
    TRY(check_width(given.size(), number));
    Row made;
    made.values.resize(columns_.size());
    std::vector<bool> set(columns_.size());
    for (size_t i = 0; i < given.size(); ++i) {
      if (defaulted(i)) continue;
      TRY(put(made, places_[i], std::move(given[i]), number));
      set[places_[i]] = true;
    }
    TRY(fill(made, set, number));
    return made;
  }

 private:
  RowMaker(TableDefinitionPtr table, StatementMoment moment, Generators generators)
      : table_(std::move(table)), moment_(std::move(moment)), generators_(generators) {}

  Status check_width(size_t width, size_t number) const;
  Status put(Row& row, size_t place, Value value, size_t number) const;
  Status fill(Row& row, const std::vector<bool>& set, size_t number) const;

  TableDefinitionPtr table_;
  StatementMoment moment_;
  Generators generators_;
  std::vector<const ColumnDefinition*> columns_;  // the user's, by ordinal
  std::vector<size_t> places_;                    // of each given value
};

// `value` as the column keeps it, with the text of a failed statement.
Result<Value> coerced(Value value, const ColumnDefinition& column);

// "NOT NULL constraint violation: column 'a' cannot be NULL (row 1)"; rows count from 0.
Error null_refused(std::string_view column, size_t row);

}  // namespace kalam::query
