// InsertValues: an INSERT of plain values, read without the engine.
//
//   INSERT INTO t [(a, b)] VALUES (1, 'x'), ($1, DEFAULT)
//
// Always true: it means exactly what the engine makes of the same text. Whatever is not certain has no fast form.

#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/object_name.h"
#include "types/value.h"

namespace kalam::sql {

struct DefaultCell {  // the word DEFAULT
  bool operator==(const DefaultCell&) const = default;
};
struct ParameterCell {
  size_t index = 0;  // from 0: $1 is 0
  bool operator==(const ParameterCell&) const = default;
};
// A literal: NULL (untyped), boolean, int64, float64, decimal (digits behind a point, exact) or text.
using Cell = std::variant<Value, ParameterCell, DefaultCell>;

struct InsertValues {
  ObjectName target;
  std::vector<std::string> columns;  // folded; empty: none named
  size_t width = 0;                  // cells of each row, at least one
  std::vector<Cell> cells;           // row after row
  size_t parameters = 0;             // the highest $n

  size_t rows() const { return width == 0 ? 0 : cells.size() / width; }
  std::span<const Cell> row(size_t index) const { return {cells.data() + index * width, width}; }
  bool operator==(const InsertValues&) const = default;
};

// `text` is one statement as Statement::text gives it. Nothing: not in the fast form, or not for sure.
std::optional<InsertValues> read_insert_values(std::string_view text);

// The same as SQL again.
std::string print(const InsertValues& insert);

}  // namespace kalam::sql
