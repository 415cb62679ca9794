#include "query/change_rows.h"

#include <algorithm>

#include "query/parameters.h"
#include "query/row_maker.h"
#include "sql/fingerprint.h"
#include "types/cast.h"

namespace kalam::query {

// Of one shape of statement on one version of its table.
struct ChangeRows::Plan {
  duck::QueryTable target;
  WriteKind kind = WriteKind::update;
  SourceIdentity identity;
  std::vector<size_t> assigned;  // places in Row::values

  // Worked out by apply.
  std::shared_ptr<const duck::RowExpressions> expressions;
  std::variant<Value, size_t> key;  // as duck::ParsedWrite::Keyed
  bool has_condition = false;

  // Worked out here: `SELECT <all columns>, _seq, <assigned values> …`.
  std::shared_ptr<const duck::ParsedWrite> parsed;
};

namespace {

Error refused(std::string message) { return {ErrorCode::invalid_operation, std::move(message), {}}; }

// Where the assigned columns are in a row. System columns and the key are not for assignment.
Result<std::vector<size_t>> assigned_places(const TableDefinition& table, const std::vector<std::string>& assigned) {
  const auto columns = user_columns(table);
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

SourceIdentity identity_of(const TableDefinition& table) {
  return {table.id.ns.value(), table.id.table.value(), table.generation, table.schema_version};
}

std::vector<std::string> leading_columns(const TableDefinition& table) {
  std::vector<std::string> names;
  for (const auto* column : user_columns(table)) names.push_back(column->name);
  names.emplace_back("_seq");
  return names;
}

}  // namespace

Result<ChangeRows::Shaped> ChangeRows::shaped(const sql::Statement& statement, const StatementContext& context) {
  auto shape = sql::shape_of(statement);
  TRY(check_parameter_count(context.parameters.size(), shape.written));
  Shaped made;
  made.text = std::move(shape.text);
  made.parameters = context.parameters;
  for (auto& literal : shape.lifted) made.parameters.push_back(std::move(literal));
  made.key = plan_key(made.text, made.parameters, context.session);
  return made;
}

Result<std::shared_ptr<const ChangeRows::Plan>> ChangeRows::plan_of(const Shaped& shaped,
                                                                    const StatementContext& context) {
  auto kept = plans_.find(shaped.key);
  if (kept) {
    const auto catalog = context.services.catalog.snapshot();
    const auto* table = catalog->table(kept->identity.schema, kept->identity.table);
    if (table && identity_of(*table) == kept->identity) return kept;
  }
  auto parsed = TRY(duck::ParsedWrite::parse(shaped.text));
  auto plan = std::make_shared<Plan>();
  plan->kind = parsed.kind() == duck::ParsedWrite::Kind::remove ? WriteKind::remove : WriteKind::update;
  plan->target = parsed.target();
  const auto target = TRY(find_target(plan->target, plan->kind, context));
  plan->identity = identity_of(target.definition());
  plan->assigned = TRY(assigned_places(target.definition(), parsed.assigned()));
  const auto keys = target.definition().primary_key();
  if (auto keyed = target.table->keyed() ? parsed.keyed(keys.front()->name) : std::nullopt) {
    std::vector<std::string> texts;
    std::vector<DataType> results;
    plan->has_condition = keyed->condition.has_value();
    if (keyed->condition) {
      texts.push_back(std::move(*keyed->condition));
      results.emplace_back(TypeTag::boolean);
    }
    const auto columns = user_columns(target.definition());
    for (size_t i = 0; i < keyed->values.size(); ++i) {
      texts.push_back(std::move(keyed->values[i]));
      results.push_back(columns[plan->assigned[i]]->type);
    }
    plan->key = std::move(keyed->key);
    const tables::TableReader shape(target.table, {});
    auto bound = duck::RowExpressions::bind(engine_, shape.columns(), texts, results);
    // What cannot be bound so may still be a query; that one then says what is wrong with it.
    if (bound.ok()) plan->expressions = std::move(*bound);
  }
  plan->parsed = std::make_shared<const duck::ParsedWrite>(std::move(parsed));
  plans_.put(shaped.key, plan);
  return std::shared_ptr<const Plan>(std::move(plan));
}

// Nothing when the statement has to be worked out by a query.
Result<std::optional<commands::KeyedWrite>> ChangeRows::command_of(const Plan& plan, const WriteTarget& target,
                                                                   const Shaped& shaped,
                                                                   const StatementContext& context) {
  if (!plan.expressions) return std::optional<commands::KeyedWrite>();
  const auto* constant = std::get_if<Value>(&plan.key);
  const auto& given = constant ? *constant : shaped.parameters[std::get<size_t>(plan.key)];
  auto key = key_meant(given, *target.definition().primary_key().front());
  if (!key) return std::optional<commands::KeyedWrite>();
  commands::KeyedWrite write;
  write.table = target.table->shared_definition();
  write.user = target.user;
  write.kind = plan.kind == WriteKind::remove ? ChangeKind::remove : ChangeKind::update;
  write.key = std::move(*key);
  write.expressions = plan.expressions;
  write.has_condition = plan.has_condition;
  write.assigned = plan.assigned;
  write.parameters = shaped.parameters;
  write.viewer = context.session.viewer;
  return std::optional(std::move(write));
}

Result<size_t> ChangeRows::change_by_query(const Plan& plan, const WriteTarget& target, const Shaped& shaped,
                                           const StatementContext& context) {
  const auto& table = target.definition();
  const auto columns = user_columns(table);
  auto query = plan.parsed->touched(leading_columns(table));
  const auto sources = TRY(OpenSources::open(query.tables(), context));
  const auto query_plan = TRY(select_.plan(std::move(query), sources, shaped.parameters));
  auto rows = TRY(select_.run(*query_plan, sources, shaped.parameters, context));

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

Result<WriteTarget> ChangeRows::target_of(const Plan& plan, const StatementContext& context) const {
  auto target = TRY(find_target(plan.target, plan.kind, context));
  if (identity_of(target.definition()) == plan.identity) return target;
  return Error{ErrorCode::conflict, "table '" + target.definition().id.dotted() + "' changed meanwhile", {}};
}

Result<QueryReply> ChangeRows::change(const Shaped& shaped, const StatementContext& context) {
  const auto plan = TRY(plan_of(shaped, context));
  const auto target = TRY(target_of(*plan, context));
  if (!context.transaction) {
    if (auto write = TRY(command_of(*plan, target, shaped, context))) {
      commands::DataWrite command;
      command.parts.emplace_back(std::move(*write));
      const auto applied = TRY(context.services.writer.write(std::move(command), {context.write_id}));
      return reply_of_write(plan->kind, applied.rows.front(), context.session);
    }
  }
  return reply_of_write(plan->kind, TRY(change_by_query(*plan, target, shaped, context)), context.session);
}

Result<QueryReply> ChangeRows::run(const sql::Statement& statement, const StatementContext& context) {
  const auto shape = TRY(shaped(statement, context));
  return with_retries(context, [&] { return change(shape, context); });
}

Result<std::optional<commands::KeyedWrite>> ChangeRows::keyed_write(const sql::Statement& statement,
                                                                    const StatementContext& context) {
  const auto shape = TRY(shaped(statement, context));
  const auto plan = TRY(plan_of(shape, context));
  const auto target = TRY(target_of(*plan, context));
  return command_of(*plan, target, shape, context);
}

}  // namespace kalam::query
