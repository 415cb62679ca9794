// Shape: a statement with its literals lifted out, so that statements that differ only in them share a plan.
//
//   SELECT * FROM t WHERE id = 7 AND n > $1   ->   SELECT * FROM t WHERE id = $2 AND n > $1   and   [7]
//
// Always true: the shape with the values bound means what the text meant. Lifted is only what certainly decides neither
// a type nor a name: a number or plain text behind a comparison, BETWEEN or inside of IN (…) in a condition, and behind
// SET c =.

#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.h"
#include "types/value.h"

namespace kalam::sql {

struct Shape {
  std::string text;           // with new parameters behind the written ones
  size_t written = 0;         // the highest $n of the statement itself: so many parameters its sender has to give
  std::vector<Value> lifted;  // the values of $written+1, $written+2, …: int64, float64, decimal, text
};

// Of SELECT, UPDATE and DELETE. Another statement, or one with very many literals, is its own shape.
Shape shape_of(const Statement& statement);

}  // namespace kalam::sql
