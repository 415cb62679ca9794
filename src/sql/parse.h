// parse: the text of a request -> its statements.
//
//   text -> tokens -> cut at `;` -> first words -> Statement
//
// Pure: knows no catalog and no storage. Always true: nothing that leaves here is longer, or has brackets nested
// deeper, than the limits, so no parser behind it ever sees a text made to exhaust it.

#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/statement.h"

namespace kalam::sql {

struct ParseLimits {
  size_t text_bytes = 1'048'576;
  size_t bracket_depth = 150;
};

// All statements of a text, in order; at least one. Errors:
//   limit_exceeded      "SQL query too long: <n> bytes (maximum <m> bytes)", or brackets nested too deep
//   not_found           "No SQL statements provided"
//   invalid_operation   the text cannot be cut into statements: "Failed to parse SQL batch: …"
//   invalid_input       a statement that makes no sense by itself
//   not_supported       "Unsupported statement type: …"
Result<std::vector<Statement>> parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace kalam::sql
