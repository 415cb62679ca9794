#include "query/answer.h"

#include "auth/authorize.h"

namespace kalam::query {

namespace {

size_t bytes_of(const Value& value) {
  if (value.is_null()) return 0;
  return value.kind() == ScalarKind::utf8 ? value.as_text().size() : sizeof(int64_t);
}

}  // namespace

Status Answerer::check_parameters(const std::vector<Value>& given, size_t expected) const {
  if (given.size() > options_.parameters_max) {
    return Error{ErrorCode::invalid_operation, "Parameter count exceeded: maximum " +
                                                   std::to_string(options_.parameters_max) +
                                                   " parameters allowed, got " + std::to_string(given.size())};
  }
  for (size_t i = 0; i < given.size(); ++i) {
    if (bytes_of(given[i]) <= options_.parameter_bytes_max) continue;
    return Error{ErrorCode::invalid_operation, "Parameter size exceeded: parameter at index " + std::to_string(i) +
                                                   " is " + std::to_string(bytes_of(given[i])) + " bytes (max " +
                                                   std::to_string(options_.parameter_bytes_max) + " bytes)"};
  }
  if (given.size() != expected) {
    return Error{ErrorCode::invalid_operation, "Parameter count mismatch: expected " + std::to_string(expected) +
                                                   " parameters, got " + std::to_string(given.size())};
  }
  return {};
}

Result<const RowSource*> Answerer::source_of(const duck::QueryTable& table, const Question& question) const {
  const auto& schema = table.schema.empty() ? question.default_schema : table.schema;
  const bool ours = table.catalog.empty() || table.catalog == "kalam";
  const auto* source = ours ? find_(schema, table.table) : nullptr;
  if (!source) {
    return Error{ErrorCode::not_found, "Table not found: table '" + (ours ? "kalam" : table.catalog) + "." + schema +
                                           "." + table.table + "' not found"};
  }
  TRY(auth::authorize(question.viewer, {schema, table.table}));
  return source;
}

Result<QueryReply> Answerer::answer(const sql::Statement& statement, const Question& question) const {
  auto query = TRY(engine_.parse(statement.text));
  TRY(check_parameters(question.parameters, query.parameters()));
  duck::RunInputs inputs{.sources = {}, .parameters = question.parameters, .viewer = question.viewer};
  for (const auto& table : query.tables()) inputs.sources.push_back(TRY(source_of(table, question)));

  auto rows = TRY(engine_.run(std::move(query), std::move(inputs)));
  QueryReply reply{.columns = rows.columns(), .as_user = question.viewer.user.value()};
  while (const auto count = TRY(rows.append_json_rows(reply.rows_json))) reply.row_count += count;
  return reply;
}

}  // namespace kalam::query
