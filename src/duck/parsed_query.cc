#include "duck/parsed_query.h"

#include <duckdb.hpp>

#include "duck/detail/dialect_parser.h"
#include "duck/detail/engine_error.h"
#include "duck/detail/parsed_query_impl.h"
#include "duck/detail/statement_walk.h"

namespace kalam::duck {

ParsedQuery::ParsedQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ParsedQuery::ParsedQuery(ParsedQuery&&) noexcept = default;
ParsedQuery& ParsedQuery::operator=(ParsedQuery&&) noexcept = default;
ParsedQuery::~ParsedQuery() = default;

const std::vector<QueryTable>& ParsedQuery::tables() const { return impl_->tables; }
const std::vector<UsedView>& ParsedQuery::views() const { return impl_->views; }

size_t ParsedQuery::parameters() const {
  size_t highest = 0;
  for (const auto& [name, index] : impl_->statement->named_param_map) highest = std::max<size_t>(highest, index);
  return highest;
}

Result<ParsedQuery> ParsedQuery::parse(std::string_view text, const ParseOptions& options, const ViewLookup& views) {
  return guarded([&]() -> Result<ParsedQuery> {
    auto impl = std::make_unique<Impl>();
    impl->statement = parse_statement(text, options);
    StatementWalk walk(options, views);
    walk.statement(*impl->statement);
    impl->tables = walk.take_tables();
    impl->views = walk.take_views();
    return ParsedQuery(std::move(impl));
  });
}

}  // namespace kalam::duck
