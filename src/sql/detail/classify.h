// Which statement is it? Said by its first words; the first line of the table that fits wins.

#pragma once
#include <optional>

#include "base/result.h"
#include "sql/detail/words.h"
#include "sql/statement.h"

namespace kalam::sql {

struct Classified {
  StatementKind kind = StatementKind::select;
  Gate gate = {};
  Result<Body> (*parse)(Words& words) = nullptr;  // null: the engine reads it
};

// Takes the words that said it; of what the engine reads it takes none. Errors: "Unsupported statement type: …", or the
// parser's message.
Result<Classified> classify(Words& words);

}  // namespace kalam::sql
