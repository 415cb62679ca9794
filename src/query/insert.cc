#include "query/insert.h"

#include "duck/parsed_write.h"
#include "query/parameters.h"

namespace kalam::query {

namespace {

commands::RowWrite insert_of(Row row, const tables::Table& table) {
  commands::RowWrite write;
  if (table.keyed()) write.key = row.values[*table.key_place()];
  write.row = std::move(row);
  return write;
}

Result<WriteTarget> target_of(const sql::InsertValues& values, const StatementContext& context) {
  TRY(check_parameter_count(context.parameters.size(), values.parameters));
  return find_target({{}, values.target.ns, values.target.name}, WriteKind::insert, context);
}

Result<std::vector<commands::RowWrite>> writes_of(const sql::InsertValues& values, const WriteTarget& target,
                                                  const StatementContext& context) {
  const auto maker = TRY(
      RowMaker::make(target.table->shared_definition(), values.columns, context.moment, context.services.generators));
  std::vector<commands::RowWrite> writes;
  writes.reserve(values.rows());
  std::vector<Value> given;
  for (size_t number = 0; number < values.rows(); ++number) {
    const auto cells = values.row(number);
    given.resize(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      if (const auto* value = std::get_if<Value>(&cells[i])) {
        given[i] = *value;
      } else if (const auto* parameter = std::get_if<sql::ParameterCell>(&cells[i])) {
        given[i] = context.parameters[parameter->index];
      }
    }
    const auto is_default = [&](size_t i) { return std::holds_alternative<sql::DefaultCell>(cells[i]); };
    writes.push_back(insert_of(TRY(maker.row(given, number, is_default)), *target.table));
  }
  return writes;
}

Result<duck::ParsedWrite> parse(std::string_view text, const StatementContext& context) {
  return duck::ParsedWrite::parse(text, context.services.engine.options().parse,
                                  views_of(context.services.catalog.snapshot(), context.session));
}

}  // namespace

Result<QueryReply> Insert::run(std::string_view text, const sql::Insert& insert, const StatementContext& context) {
  return with_retries(context, [&]() -> Result<QueryReply> {
    const bool plain = insert.values && path_ == duck::Path::automatic;
    const auto rows = plain ? TRY(insert_values(*insert.values, context)) : TRY(insert_query(text, context));
    return reply_of_write(WriteKind::insert, rows, context.session);
  });
}

Result<ExplainedWrite> Insert::explained(std::string_view text, const sql::Insert& insert,
                                         const StatementContext& context) {
  if (insert.values) {
    const auto target = TRY(target_of(*insert.values, context));
    return ExplainedWrite{"Insert into " + target.definition().id.dotted(),
                          "Insert\n  Values: " + std::to_string(insert.values->rows()) + " row(s)"};
  }
  const auto parsed = TRY(parse(text, context));
  const auto target = TRY(find_target(parsed.target(), WriteKind::insert, context));
  const auto source = [&]() -> Result<duck::ParsedQuery> { return parsed.source(); };
  const auto ready = TRY(select_.ready(nullptr, source, context.parameters, context));
  return ExplainedWrite{"Insert into " + target.definition().id.dotted(),
                        "Insert\n" + ready.plan->prepared->explained()};
}

Result<size_t> Insert::insert_values(const sql::InsertValues& values, const StatementContext& context) {
  const auto target = TRY(target_of(values, context));
  return write_rows(target, TRY(writes_of(values, target, context)), context);
}

Result<commands::RowsWrite> Insert::rows_of(const sql::InsertValues& values, const StatementContext& context) {
  const auto target = TRY(target_of(values, context));
  return commands::RowsWrite{target.table->shared_definition(), target.user, TRY(writes_of(values, target, context))};
}

Result<size_t> Insert::insert_query(std::string_view text, const StatementContext& context) {
  const auto parsed = TRY(parse(text, context));
  TRY(check_parameter_count(context.parameters.size(), parsed.parameters()));
  const auto target = TRY(find_target(parsed.target(), WriteKind::insert, context));
  const auto maker = TRY(
      RowMaker::make(target.table->shared_definition(), parsed.columns(), context.moment, context.services.generators));
  const auto source = [&]() -> Result<duck::ParsedQuery> { return parsed.source(); };
  const auto ready = TRY(select_.ready(nullptr, source, context.parameters, context));
  auto rows = TRY(select_.run(ready, context.parameters, context));

  std::vector<commands::RowWrite> writes;
  std::vector<Value> given;
  size_t number = 0;
  const auto add = [&](std::span<Value> values) -> Status {
    auto row = TRY(maker.row(values, number, [&](size_t i) { return parsed.is_default(number, i); }));
    writes.push_back(insert_of(std::move(row), *target.table));
    ++number;
    return {};
  };
  while (TRY(rows.next(given))) {
    const auto width = parsed.row_width() == 0 ? given.size() : parsed.row_width();
    for (auto rest = std::span(given); !rest.empty(); rest = rest.subspan(width)) TRY(add(rest.first(width)));
  }
  return write_rows(target, std::move(writes), context);
}

}  // namespace kalam::query
