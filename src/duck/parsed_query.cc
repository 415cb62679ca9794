#include "duck/parsed_query.h"

#include <duckdb.hpp>
#include <duckdb/parser/parser.hpp>

#include "duck/detail/engine_error.h"
#include "duck/detail/parsed_query_impl.h"
#include "duck/detail/statement_walk.h"

namespace kalam::duck {

ParsedQuery::ParsedQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ParsedQuery::ParsedQuery(ParsedQuery&&) noexcept = default;
ParsedQuery& ParsedQuery::operator=(ParsedQuery&&) noexcept = default;
ParsedQuery::~ParsedQuery() = default;

const std::vector<QueryTable>& ParsedQuery::tables() const { return impl_->tables; }

size_t ParsedQuery::parameters() const {
  size_t highest = 0;
  for (const auto& [name, index] : impl_->statement->named_param_map) highest = std::max<size_t>(highest, index);
  return highest;
}

Result<ParsedQuery> ParsedQuery::parse(std::string_view text, const ParseOptions& options) {
  return guarded([&]() -> Result<ParsedQuery> {
    duckdb::ParserOptions parser_options;
    parser_options.max_expression_depth = options.expression_depth_max;
    duckdb::Parser parser(parser_options);
    parser.ParseQuery(std::string(text));
    if (parser.statements.size() != 1) return Error{ErrorCode::invalid_input, "one statement is expected"};
    auto impl = std::make_unique<Impl>();
    impl->statement = std::move(parser.statements[0]);
    // Parameters are numbered; `?` and $name are not of our dialect.
    for (const auto& [name, index] : impl->statement->named_param_map) {
      if (name != std::to_string(index)) return Error{ErrorCode::not_supported, "parameters are written $1, $2, …"};
    }
    StatementWalk walk(options);
    walk.statement(*impl->statement);
    impl->tables = walk.take_tables();
    return ParsedQuery(std::move(impl));
  });
}

}  // namespace kalam::duck
