// Dialect: what an expression means in our SQL, where DuckDB means something else by it.
//
//   parsed expression, children first -> literals typed, operators and functions exchanged -> DuckDB's binder
//
// What can be said by a function of its own is registered in the instance instead (functions.h), so that it holds
// wherever expressions are bound. docs/internals/dialect.md lists what was decided.

#pragma once
#include <duckdb.hpp>
#include <duckdb/parser/parsed_expression.hpp>
#include <string>

namespace kalam::duck {

using ExpressionPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

// Rewrites one node whose children are rewritten already. Throws Refusal for what has no meaning in our dialect.
void rewrite(ExpressionPointer& expression);

// Does this one keep the decimal literals that stand right under it? A comparison with a DECIMAL column is exact.
bool compares(const duckdb::ParsedExpression& expression);
bool is_decimal_literal(const duckdb::ParsedExpression& expression);

// The name of a result column that got none: of the expression as it was written.
std::string output_name(const duckdb::ParsedExpression& expression);

}  // namespace kalam::duck
