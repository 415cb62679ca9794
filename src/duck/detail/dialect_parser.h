// Text of our dialect to DuckDB's tree: respelled, then parsed with names folded to lower case as they are read.
// Nothing is walked or rewritten yet.

#pragma once
#include <duckdb.hpp>
#include <string_view>

#include "duck/parsed_query.h"

namespace kalam::duck {

// One statement whose parameters are $1, $2, …. Throws exceptions of DuckDB and Refusal.
duckdb::unique_ptr<duckdb::SQLStatement> parse_statement(std::string_view text, const ParseOptions& options);

// A comma separated list, as after SELECT.
duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> parse_expressions(std::string_view text,
                                                                               const ParseOptions& options);

}  // namespace kalam::duck
