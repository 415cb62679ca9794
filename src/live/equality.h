// Equality: what a filter asks of one column: `room = 'x' AND …`. Rows without that value cannot meet the filter, so a
// change of theirs need not be held against it: dispatch goes by such values, and costs what matches.

#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "tables/table.h"
#include "types/value.h"

namespace kalam::live {

struct Equality {
  std::string column;
  std::string value;  // value_key()

  bool operator==(const Equality&) const = default;
};

// Equal for values that SQL calls equal, among texts and among integers. None: of another kind, which is not indexed.
std::optional<std::string> value_key(const Value& value);

// The first conjunct of the form `column = constant`, of a column of texts or integers. None: there is none that can be
// read off the text for certain; that costs time, never a change.
std::optional<Equality> equality_of(std::string_view where, const tables::Table& table);

}  // namespace kalam::live
