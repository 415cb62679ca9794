#include "query/change_rows.h"

#include <algorithm>

#include "query/row_maker.h"
#include "types/cast.h"

namespace kalam::query {

// Of one shape of statement on one version of its table.
struct ChangeRows::Plan {
  duck::QueryTable target;
  WriteKind kind = WriteKind::update;
  SourceIdentity identity;
  std::vector<size_t> assigned;  // places in Row::values

  // Worked out by apply.
  bool keyed = false;
  std::shared_ptr<const duck::RowExpressions> expressions;  // null: a DELETE by key alone has none
  std::variant<Value, size_t> key;                          // as duck::ParsedWrite::Keyed
  bool has_condition = false;

  // Worked out here: `SELECT <all columns>, _seq, <assigned values> …`; its plan, once one was made.
  std::shared_ptr<const duck::ParsedWrite> parsed;
  std::shared_ptr<const QueryPlan> query;
};

namespace {

// Where the assigned columns are in a row. System columns and the key are not for assignment.
Result<std::vector<size_t>> assigned_places(const TableDefinition& table, const std::vector<std::string>& assigned) {
  const auto columns = table.user_columns();
  std::vector<size_t> places;
  for (const auto& name : assigned) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const auto* column) { return column->name == name; });
    if (found == columns.end()) {
      if (is_system_column(name)) return refused("UPDATE cannot modify system column '" + name + "'");
      return refused("No field named " + name + ".");
    }
    if ((*found)->primary_key) return refused("UPDATE cannot modify primary key column '" + name + "'");
    const auto place = static_cast<size_t>(found - columns.begin());
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      return refused("Column '" + name + "' is assigned twice");
    }
    places.push_back(place);
  }
  return places;
}

// The key that `WHERE key = given` means, when that is certain: a query decides about the rest.
std::optional<Value> key_meant(const Value& given, const ColumnDefinition& column) {
  if (given.is_null()) return std::nullopt;
  const auto kind = kind_of(column.type);
  const bool integer = kind >= ScalarKind::int8 && kind <= ScalarKind::int64;
  const bool same = given.kind() == kind || (given.kind() == ScalarKind::int64 && integer);
  if (!same && given.kind() != ScalarKind::utf8) return std::nullopt;
  if (!same && integer) return std::nullopt;  // a text that is a number: or is it?
  auto key = coerce(given, column.type, column.name);
  if (!key.ok()) return std::nullopt;
  return std::move(*key);
}

WriteKind kind_of_write(const duck::ParsedWrite& parsed) {
  return parsed.kind() == duck::ParsedWrite::Kind::remove ? WriteKind::remove : WriteKind::update;
}

SourceIdentity identity_of(const TableDefinition& table) {
  return {table.id.ns.value(), table.id.table.value(), table.generation, table.schema_version};
}

std::vector<std::string> leading_columns(const TableDefinition& table) {
  std::vector<std::string> names;
  for (const auto* column : table.user_columns()) names.push_back(column->name);
  names.emplace_back("_seq");
  return names;
}

}  // namespace

Result<ChangeRows::Planned> ChangeRows::planned(const ShapedStatement& shaped, const StatementContext& context) {
  if (auto kept = plans_.find(shaped.key)) {
    auto target = TRY(find_target(kept->target, kept->kind, context));
    const bool same_views = unchanged(kept->parsed->views(), *context.services.catalog.snapshot(), context.session);
    if (same_views && identity_of(target.definition()) == kept->identity)
      return Planned{std::move(kept), std::move(target)};
  }
  auto parsed = TRY(duck::ParsedWrite::parse(shaped.text, engine_.options().parse,
                                             views_of(context.services.catalog.snapshot(), context.session)));
  auto target = TRY(find_target(parsed.target(), kind_of_write(parsed), context));
  auto plan = TRY(make_plan(std::move(parsed), target));
  plans_.put(shaped.key, plan);
  return Planned{std::move(plan), std::move(target)};
}

Result<std::shared_ptr<const ChangeRows::Plan>> ChangeRows::make_plan(duck::ParsedWrite parsed,
                                                                      const WriteTarget& target) const {
  auto plan = std::make_shared<Plan>();
  plan->target = parsed.target();
  plan->kind = kind_of_write(parsed);
  plan->identity = identity_of(target.definition());
  plan->assigned = TRY(assigned_places(target.definition(), parsed.assigned()));
  const auto keys = target.definition().primary_key();
  if (auto keyed = target.table->keyed() ? parsed.keyed(keys.front()->name) : std::nullopt) {
    std::vector<std::string> texts;
    std::vector<DataType> results;
    std::vector<std::string> names;
    plan->has_condition = keyed->condition.has_value();
    if (keyed->condition) {
      texts.push_back(std::move(*keyed->condition));
      results.emplace_back(TypeTag::boolean);
      names.emplace_back();
    }
    const auto columns = target.definition().user_columns();
    for (size_t i = 0; i < keyed->values.size(); ++i) {
      texts.push_back(std::move(keyed->values[i]));
      results.push_back(columns[plan->assigned[i]]->type);
      names.push_back(columns[plan->assigned[i]]->name);
    }
    plan->key = std::move(keyed->key);
    const tables::TableReader shape(target.table, {});
    auto bound = texts.empty() ? Result<std::shared_ptr<const duck::RowExpressions>>(nullptr)
                               : duck::RowExpressions::bind(engine_, shape.columns(), texts, results, names);
    // What cannot be bound so may still be a query; that one then says what is wrong with it.
    plan->keyed = bound.ok();
    if (bound.ok()) plan->expressions = std::move(*bound);
  }
  plan->parsed = std::make_shared<const duck::ParsedWrite>(std::move(parsed));
  return std::shared_ptr<const Plan>(std::move(plan));
}

// Nothing when the statement has to be worked out by a query.
std::optional<commands::KeyedWrite> ChangeRows::command_of(const Planned& planned, const ShapedStatement& shaped,
                                                           const StatementContext& context) {
  const auto& [plan, target] = planned;
  if (!plan->keyed) return std::nullopt;
  const auto* constant = std::get_if<Value>(&plan->key);
  const auto& given = constant ? *constant : shaped.parameters[std::get<size_t>(plan->key)];
  auto key = key_meant(given, *target.definition().primary_key().front());
  if (!key) return std::nullopt;
  commands::KeyedWrite write;
  write.table = target.table->shared_definition();
  write.user = target.user;
  write.kind = plan->kind == WriteKind::remove ? ChangeKind::remove : ChangeKind::update;
  write.key = std::move(*key);
  write.expressions = plan->expressions;
  write.has_condition = plan->has_condition;
  write.assigned = plan->assigned;
  write.parameters = shaped.parameters;
  write.viewer = context.session.viewer;
  return write;
}

Result<Select::Ready> ChangeRows::touched_rows(const Planned& planned, const ShapedStatement& shaped,
                                               const StatementContext& context) {
  const auto& plan = *planned.plan;
  const auto touched = [&]() -> Result<duck::ParsedQuery> {
    return plan.parsed->touched(leading_columns(planned.target.definition()));
  };
  auto ready = TRY(select_.ready(plan.query, touched, shaped.parameters, context));
  if (ready.plan != plan.query) {
    auto next = std::make_shared<Plan>(plan);
    next->query = ready.plan;
    plans_.put(shaped.key, std::move(next));
  }
  return ready;
}

Result<size_t> ChangeRows::change_by_query(const Planned& planned, const ShapedStatement& shaped,
                                           const StatementContext& context) {
  const auto& target = planned.target;
  const auto& plan = *planned.plan;
  const auto columns = target.definition().user_columns();
  const auto ready = TRY(touched_rows(planned, shaped, context));
  auto rows = TRY(select_.run(ready, shaped.parameters, context));

  std::vector<commands::RowWrite> writes;
  std::vector<Value> values;
  for (size_t number = 0; TRY(rows.next(values)); ++number) {
    commands::RowWrite write;
    write.kind = plan.kind == WriteKind::remove ? ChangeKind::remove : ChangeKind::update;
    const auto& seq = values[columns.size()];
    if (!seq.is_null()) write.expected = RowSeq(seq.as_int64());
    const auto first_assigned = columns.size() + 1;
    bool changed = write.kind == ChangeKind::remove;
    for (size_t i = 0; i < plan.assigned.size(); ++i) {
      const auto place = plan.assigned[i];
      const auto& column = *columns[place];
      auto value = TRY(coerced(std::move(values[first_assigned + i]), column));
      if (value.is_null() && !column.nullable) return null_refused(column.name, number);
      if (value == values[place]) continue;
      values[place] = std::move(value);
      changed = true;
    }
    if (!changed) continue;
    values.resize(columns.size());
    if (target.table->keyed()) write.key = values[*target.table->key_place()];
    else if (write.expected) write.seq = *std::exchange(write.expected, std::nullopt);
    write.row.values = std::move(values);
    writes.push_back(std::move(write));
  }
  return write_rows(target, std::move(writes), context);
}

Result<QueryReply> ChangeRows::change(const ShapedStatement& shaped, const StatementContext& context) {
  const auto planned = TRY(this->planned(shaped, context));
  const auto kind = planned.plan->kind;
  const bool by_query = context.transaction || path_ == duck::Path::engine;
  auto write = by_query ? std::nullopt : command_of(planned, shaped, context);
  if (!write) return reply_of_write(kind, TRY(change_by_query(planned, shaped, context)), context.session);
  commands::DataWrite command;
  command.parts.emplace_back(std::move(*write));
  const auto applied = TRY(context.services.writer.write(std::move(command), {context.write_id}));
  if (applied.repeated && context.repeated) *context.repeated = true;
  return reply_of_write(kind, applied.rows.front(), context.session);
}

Result<QueryReply> ChangeRows::run(const sql::Statement& statement, const StatementContext& context) {
  const auto shape = TRY(shaped(statement, context));
  return with_retries(context, [&] { return change(shape, context); });
}

Result<ExplainedWrite> ChangeRows::explained(const sql::Statement& statement, const StatementContext& context) {
  const auto shape = TRY(shaped(statement, context));
  const auto planned = TRY(this->planned(shape, context));
  const auto& table = planned.target.definition();
  const std::string verb = planned.plan->kind == WriteKind::remove ? "Delete from " : "Update ";
  ExplainedWrite told{verb + table.id.dotted(), {}};
  if (!context.transaction && command_of(planned, shape, context)) {
    told.physical = "Change of one row when it is written\n  Row: lookup by primary key " +
                    table.primary_key().front()->name + (planned.plan->has_condition ? "\n  Filter" : "");
  } else {
    told.physical =
        "Change of the rows of a query\n" + TRY(touched_rows(planned, shape, context)).plan->prepared->explained();
  }
  return told;
}

Result<std::optional<commands::KeyedWrite>> ChangeRows::keyed_write(const sql::Statement& statement,
                                                                    const StatementContext& context) {
  const auto shape = TRY(shaped(statement, context));
  return command_of(TRY(planned(shape, context)), shape, context);
}

}  // namespace kalam::query
