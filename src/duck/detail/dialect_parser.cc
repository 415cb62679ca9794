#include "duck/detail/dialect_parser.h"

#include <duckdb/parser/parser.hpp>

#include "duck/detail/engine_error.h"
#include "duck/detail/respelling.h"

namespace kalam::duck {

namespace {

duckdb::ParserOptions parser_options(const ParseOptions& options) {
  duckdb::ParserOptions made;
  made.preserve_identifier_case = false;
  made.max_expression_depth = options.expression_depth_max;
  return made;
}

std::string spelling_of(std::string_view text) {
  auto spelled = respelled(text);
  if (!spelled.ok()) throw Refusal(std::move(spelled).error());
  return *std::move(spelled);
}

}  // namespace

duckdb::unique_ptr<duckdb::SQLStatement> parse_statement(std::string_view text, const ParseOptions& options) {
  duckdb::Parser parser(parser_options(options));
  parser.ParseQuery(spelling_of(text));
  if (parser.statements.size() != 1) {
    throw Refusal(Error{ErrorCode::invalid_input, "sql parser error: one statement is expected"});
  }
  auto statement = std::move(parser.statements[0]);
  // Parameters are numbered; $name is not of our dialect.
  for (const auto& [name, index] : statement->named_param_map) {
    if (name != std::to_string(index)) {
      throw Refusal(Error{ErrorCode::invalid_input, "Parameter binding error: parameters are written $1, $2, …"});
    }
  }
  return statement;
}

duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> parse_expressions(std::string_view text,
                                                                               const ParseOptions& options) {
  return duckdb::Parser::ParseExpressionList(spelling_of(text), parser_options(options));
}

}  // namespace kalam::duck
