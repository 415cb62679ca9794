// parse: the text of a request -> its statements.
//
//   text -> tokens -> cut at `;` -> EXECUTE AS USER -> first words -> Statement
//
// Pure: knows no catalog and no storage. Always true: nothing that leaves here is longer, or has brackets nested
// deeper, than the limits, so no parser behind it ever sees a text made to exhaust it.

#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/statement.h"

namespace kalam::sql {

struct ParseLimits {
  size_t text_bytes = 1'048'576;
  size_t bracket_depth = 150;
  size_t statements = 10'000;
};

// Why a text, or one statement of it, was refused. By code:
//   limit_exceeded      "SQL query too long: <n> bytes (maximum <m> bytes)", or brackets nested too deep, or too many
//   statements not_found           "No SQL statements provided" invalid_operation   the text cannot be cut into
//   statements: "Failed to parse SQL batch: …" invalid_identifier  the wrapper EXECUTE AS USER is wrong: "EXECUTE AS
//   USER must wrap SQL in parentheses" invalid_input       a statement that makes no sense by itself not_supported
//   "Unsupported statement type: …"
struct Refusal {
  Error error;
  Gate gate = {};  // of the statement that is at fault: who may not give it is told that instead
};

// The statements of a text, in order, up to the first that is refused. At least one, or a refusal.
struct Script {
  std::vector<Statement> statements;
  std::optional<Refusal> refusal;
};

// To answer as the dialect wants: check the gates of all statements in order, then the refusal's, then its error.
Script read_script(std::string_view text, const ParseLimits& limits = {});

// The same for callers without roles: all statements, or the error of the first that is refused.
Result<std::vector<Statement>> parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace kalam::sql
