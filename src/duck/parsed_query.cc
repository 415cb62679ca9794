#include "duck/parsed_query.h"

#include <algorithm>
#include <duckdb.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/query_node.hpp>
#include <duckdb/parser/result_modifier.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

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

bool ParsedQuery::has_limit() const {
  if (impl_->statement->type != duckdb::StatementType::SELECT_STATEMENT) return false;
  const auto& modifiers = impl_->statement->Cast<duckdb::SelectStatement>().node->modifiers;
  return std::any_of(modifiers.begin(), modifiers.end(), [](const auto& modifier) {
    if (modifier->type == duckdb::ResultModifierType::LIMIT_PERCENT_MODIFIER) return true;
    if (modifier->type != duckdb::ResultModifierType::LIMIT_MODIFIER) return false;
    const auto& limit = modifier->template Cast<duckdb::LimitModifier>().limit;
    if (!limit) return false;  // OFFSET alone
    // LIMIT ALL comes as NULL.
    return limit->GetExpressionClass() != duckdb::ExpressionClass::CONSTANT ||
           !limit->template Cast<duckdb::ConstantExpression>().value.IsNull();
  });
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
