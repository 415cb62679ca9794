#include "commands/detail/data_apply.h"

#include <algorithm>
#include <utility>

#include "commands/detail/expression_row.h"
#include "types/cast.h"

namespace kalam::commands::detail {
namespace {

bool same(const Value& a, const Value& b) { return (a.is_null() && b.is_null()) || a == b; }

std::vector<size_t> required_places(const TableDefinition& table) {
  std::vector<size_t> places;
  size_t place = 0;
  for (const auto& column : table.columns) {
    if (is_system_column(column.name)) continue;
    if (!column.nullable || column.primary_key) places.push_back(place);
    ++place;
  }
  return places;
}

const std::string& column_at(const TableDefinition& table, size_t wanted) {
  size_t place = 0;
  for (const auto& column : table.columns) {
    if (is_system_column(column.name)) continue;
    if (place++ == wanted) return column.name;
  }
  return table.columns.front().name;
}

}  // namespace

Result<std::vector<uint64_t>> DataApply::work_out() {
  std::vector<uint64_t> counts;
  counts.reserve(write_.parts.size());
  for (const auto& part : write_.parts) {
    counts.push_back(TRY(std::visit([this](const auto& each) { return work_out(each); }, part)));
  }
  return counts;
}

Status DataApply::open(const TableVersion& version, const std::optional<UserId>& user) {
  const auto definition = catalog_.share(version.id);
  if (!definition || definition->generation != version.generation ||
      definition->schema_version != version.schema_version) {
    return table_changed(version.id);
  }
  auto table = TRY(tables_.open(definition));
  if (user.has_value() != table->per_user()) {
    return Error{ErrorCode::internal, "table " + definition->id.dotted() + ": a write names " +
                                          (user ? "a user of a SHARED table" : "no user")};
  }
  auto required = required_places(*definition);
  const auto width = static_cast<size_t>(
      std::ranges::count_if(definition->columns, [](const auto& column) { return !is_system_column(column.name); }));
  parts_.push_back({std::move(table), &user, std::move(required), width});
  return {};
}

Result<uint64_t> DataApply::work_out(const RowsWrite& part) {
  TRY(open(part.table, part.user));
  uint64_t count = 0;
  effects_.reserve(effects_.size() + part.rows.size());
  for (size_t i = 0; i < part.rows.size(); ++i) {
    const auto& write = part.rows[i];
    if (write.kind != ChangeKind::remove) TRY(check_row(write.row, i + 1));
    count += TRY(parts_.back().table->keyed() ? keyed_row(write, part.rows.size() - i - 1) : stream_row(write));
  }
  return count;
}

Status DataApply::check_row(const Row& row, size_t number) const {
  const auto& part = parts_.back();
  if (row.values.size() > part.width) {
    return Error{ErrorCode::corrupt_payload, "table " + part.table->definition().id.dotted() + ": row " +
                                                 std::to_string(number) + " has more values than the table columns"};
  }
  for (const auto place : part.required) {
    if (!value_at(row, place).is_null()) continue;
    return Error{ErrorCode::constraint_violation, "NOT NULL constraint violation: column '" +
                                                      column_at(part.table->definition(), place) +
                                                      "' cannot be NULL (row " + std::to_string(number) + ")"};
  }
  return {};
}

Result<uint64_t> DataApply::stream_row(const RowWrite& write) {
  const auto& part = parts_.back();
  if (write.kind == ChangeKind::update) {
    return Error{ErrorCode::invalid_operation, "UPDATE not supported for STREAM tables"};
  }
  if (write.kind == ChangeKind::insert) {
    effects_.push_back({.part = parts_.size() - 1, .after = share(write.row), .seq = write.seq, .inserted = true});
    return 1;
  }
  const auto found = TRY(rows_.find(*part.table, part.table->stream_key(**part.user, write.seq)));
  if (!row_now(*found.slot)) return 0;
  auto& effect = effect_on(found);
  effect.after = nullptr;
  effect.seq = write.seq;
  return 1;
}

Result<uint64_t> DataApply::keyed_row(const RowWrite& write, size_t more) {
  const auto& part = parts_.back();
  const auto& table = *part.table;
  if (write.kind != ChangeKind::remove && value_at(write.row, *table.key_place()) != write.key) {
    return Error{ErrorCode::internal, "table " + table.definition().id.dotted() + ": a row and its key differ"};
  }
  auto key = TRY(table.row_key(*part.user, write.key));
  const auto found = TRY(rows_.find(table, std::move(key), write.kind == ChangeKind::insert ? more : 0));
  auto& slot = *found.slot;
  const bool live = row_now(slot) != nullptr;

  if (write.kind == ChangeKind::insert) {
    if (live) {
      const auto* earlier = effect_of(slot);
      return key_violation(write.key, earlier && earlier->inserted);
    }
  } else {
    // What the statement saw is what the command found: what an earlier part did to it does not count.
    if (write.expected && !(slot.newest.live() && slot.newest.header.seq == *write.expected)) {
      return row_changed(write.key);
    }
    if (!live) return 0;
  }
  auto& effect = effect_on(found);
  effect.inserted |= write.kind == ChangeKind::insert;
  effect.after = write.kind == ChangeKind::remove ? nullptr : share(write.row);
  effect.seq = write.seq;
  return 1;
}

Result<uint64_t> DataApply::work_out(const KeyedWrite& part) {
  TRY(open(part.table, part.user));
  const auto& table = *parts_.back().table;
  const bool update = part.kind == ChangeKind::update;
  if (!table.keyed()) {
    return Error{ErrorCode::internal, "table " + table.definition().id.dotted() + ": STREAM rows have no key"};
  }
  auto key = TRY(table.row_key(part.user, part.key));
  const auto found = TRY(rows_.find(table, std::move(key)));
  const auto before = row_now(*found.slot);
  if (!before) return 0;

  std::vector<Value> assigned;
  const auto expressions = part.expressions ? part.expressions : TRY(expressions_.of(parts_.back().table, part));
  if (expressions) {
    auto header = found.slot->newest.header;
    if (effect_of(*found.slot)) header = {};
    if (!TRY(evaluate(part, *expressions, {header, before}, assigned))) return 0;
  }
  if (!update) {
    effect_on(found).after = nullptr;
    return 1;
  }
  bool changes = false;
  for (size_t i = 0; i < assigned.size(); ++i) {
    changes |= !same(value_at(*before, part.assigned[i]), assigned[i]);
  }
  if (!changes) return 0;
  auto after = std::make_shared<Row>(*before);
  for (size_t i = 0; i < assigned.size(); ++i) {
    const auto place = part.assigned[i];
    if (after->values.size() <= place) after->values.resize(place + 1);
    after->values[place] = std::move(assigned[i]);
  }
  TRY(check_row(*after, 1));
  effect_on(found).after = std::move(after);
  return 1;
}

// Whether the condition holds; the assigned values.
Result<bool> DataApply::evaluate(const KeyedWrite& part, const duck::RowExpressions& expressions, const Newest& now,
                                 std::vector<Value>& assigned) const {
  // A row that this command wrote has no `_seq` yet.
  const auto row = expression_row(*parts_.back().table, expressions.reads(), *now.row, now.header.seq, false);
  std::vector<Value> values;
  TRY(expressions.evaluate(row, part.parameters, part.viewer, values));
  const size_t expected = part.assigned.size() + (part.has_condition ? 1 : 0);
  if (values.size() != expected) {
    return Error{ErrorCode::internal,
                 "an UPDATE gave " + std::to_string(values.size()) + " values for " + std::to_string(expected)};
  }
  if (part.has_condition) {
    if (!holds(values.front())) return false;
    values.erase(values.begin());
  }
  assigned = std::move(values);
  return true;
}

const DataApply::Effect* DataApply::effect_of(const RowSlot& slot) const {
  return slot.command == number_ ? &effects_[slot.effect] : nullptr;
}

DataApply::Effect& DataApply::effect_on(const RowsInGroup::Found& found) {
  if (found.slot->command != number_) {
    found.slot->command = number_;
    found.slot->effect = effects_.size();
    effects_.push_back({.part = parts_.size() - 1, .key = found.key, .slot = found.slot});
  }
  return effects_[found.slot->effect];
}

std::shared_ptr<const Row> DataApply::row_now(const RowSlot& slot) const {
  if (const auto* effect = effect_of(slot)) return effect->after;
  return slot.newest.live() ? slot.newest.row : nullptr;
}

bool DataApply::changes() const {
  for (const auto& effect : effects_) {
    if (effect.after || (effect.slot && effect.slot->newest.live())) return true;
  }
  return false;
}

Result<ChangeSetPtr> DataApply::put(store::Batch& batch, Counters& counters, const codec::command::Made& made) {
  auto changes = std::make_shared<ChangeSet>();
  changes->commit = counters.next_commit();
  size_t last_part = SIZE_MAX;
  for (auto& effect : effects_) {
    const bool lived = effect.slot && effect.slot->newest.live();
    if (!lived && !effect.after) continue;  // came and went within the command

    const auto& part = parts_[effect.part];
    const auto& table = *part.table;
    if (last_part != effect.part) {
      changes->tables.push_back({table.shared_definition(), *part.user, {}});
      last_part = effect.part;
    }
    if (effect.seq == RowSeq(0)) {
      effect.seq = counters.next_seq(made);
    } else {
      counters.see(effect.seq);
    }
    RowChange change{.header = {effect.seq, changes->commit, !effect.after}, .after = effect.after};
    if (lived) {
      change.before = effect.slot->newest.row;
      change.before_seq = effect.slot->newest.header.seq;
    }
    change.kind = !lived ? ChangeKind::insert : effect.after ? ChangeKind::update : ChangeKind::remove;

    if (table.keyed()) {
      // A deleted row keeps its last values.
      TRY(table.put(batch, effect.key, *part.user, change.header, effect.after ? *effect.after : *change.before));
    } else if (effect.after) {
      TRY(table.put(batch, table.stream_key(**part.user, effect.seq), *part.user, change.header, *effect.after));
    } else {
      change.header = effect.slot->newest.header;
      table.erase(batch, effect.key);
    }
    changes->tables.back().rows.push_back(std::move(change));
  }
  // All of it is in the batch: from here on it is what the commands behind see.
  for (const auto& effect : effects_) {
    const bool lived = effect.slot && effect.slot->newest.live();
    if (!effect.slot || (!lived && !effect.after)) continue;
    effect.slot->newest.header = {effect.seq, changes->commit, !effect.after};
    if (effect.after) effect.slot->newest.row = effect.after;
  }
  return ChangeSetPtr(std::move(changes));
}

Error DataApply::table_changed(const TableId& table) const {
  if (write_.transaction) {
    return {ErrorCode::conflict,
            "table '" + table.dotted() + "' changed since the transaction read it; retry in a new transaction"};
  }
  return {ErrorCode::conflict, "table '" + table.dotted() + "' changed since the statement began; try again"};
}

Error DataApply::row_changed(const Value& key) const {
  const auto& table = parts_.back().table->definition().id;
  if (write_.transaction) {
    return {ErrorCode::conflict, "transaction '" + write_.transaction->value() +
                                     "' conflicts with a concurrent change of '" + table.dotted() + "' key '" +
                                     text_of(key) + "'; retry in a new transaction"};
  }
  return {ErrorCode::conflict, "concurrent change of '" + table.dotted() + "' key '" + text_of(key) + "'; try again"};
}

Error DataApply::key_violation(const Value& key, bool in_this_command) const {
  const auto& part = parts_.back();
  const auto& column = column_at(part.table->definition(), *part.table->key_place());
  std::string what = "already exists in column '";
  if (in_this_command) {
    what = write_.transaction ? "appears multiple times in the transaction batch for column '"
                              : "appears multiple times in the insert batch for column '";
  }
  return {ErrorCode::already_exists, "Primary key violation: value '" + text_of(key) + "' " + what + column + "'"};
}

}  // namespace kalam::commands::detail
