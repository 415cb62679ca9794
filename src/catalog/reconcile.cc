#include "catalog/reconcile.h"

#include <algorithm>
#include <set>

#include "catalog/alter.h"

namespace kalam::catalog {
namespace {

Error refused(const std::string& what) {
  return Error{ErrorCode::invalid_schema_evolution, "Invalid schema evolution: " + what};
}

// "column 'email' (id=5)"
std::string named(const ColumnDefinition& column) {
  return "column '" + column.name + "' (id=" + std::to_string(column.id.value()) + ")";
}

std::set<ColumnId> ids_of(const TableDefinition& table, bool ColumnDefinition::* flag) {
  std::set<ColumnId> ids;
  for (const auto& column : table.columns) {
    if (column.*flag) ids.insert(column.id);
  }
  return ids;
}

Status check_column(const ColumnDefinition& before, const ColumnDefinition& after) {
  if (before.name != after.name) {
    return refused("column rename is not allowed in startup reconciliation (id=" + std::to_string(before.id.value()) +
                   "): '" + before.name + "' -> '" + after.name + "'");
  }
  if (before.ordinal != after.ordinal) {
    return refused("column ordinal changed for '" + before.name + "' (id=" + std::to_string(before.id.value()) +
                   "): " + std::to_string(before.ordinal) + " -> " + std::to_string(after.ordinal));
  }
  if (before.primary_key != after.primary_key) return refused("primary key flag changed for " + named(after));
  if (before.partition_key != after.partition_key) return refused("partition/index flag changed for " + named(after));
  if (before.nullable && !after.nullable) {
    return refused("column '" + after.name + "' changed from nullable to NOT NULL");
  }
  if (before.type != after.type && !widens(before.type, after.type)) {
    return refused("incompatible type change for " + named(after) + ": " + before.type.sql_name() + " -> " +
                   after.type.sql_name());
  }
  return {};
}

Status check_evolution(const TableDefinition& before, const TableDefinition& after) {
  if (before.id != after.id) {
    return refused("table identity changed from " + before.id.dotted() + " to " + after.id.dotted());
  }
  const auto table = after.id.dotted();
  if (before.type != after.type) {
    return refused("table type changed from " + std::string(name_of(before.type)) + " to " +
                   std::string(name_of(after.type)) + " for " + table);
  }
  if (ids_of(before, &ColumnDefinition::primary_key) != ids_of(after, &ColumnDefinition::primary_key)) {
    return refused("primary key columns changed for " + table);
  }
  if (ids_of(before, &ColumnDefinition::partition_key) != ids_of(after, &ColumnDefinition::partition_key)) {
    return refused("required partition/index key columns changed for " + table);
  }
  for (const auto& column : before.columns) {
    if (!after.column(column.id)) {
      return refused(named(column) + " was removed from " + table + "; only additive changes are allowed");
    }
  }
  for (const auto& column : after.columns) {
    if (const auto* old = before.column(column.id)) {
      TRY(check_column(*old, column));
    } else if (!column.nullable && column.default_value.none()) {
      return refused("new non-null column '" + column.name + "' must declare a default value");
    }
  }
  return {};
}

}  // namespace

Result<Reconciled> reconcile(const TableDefinition& expected, const TableDefinition* stored, int64_t now_ms) {
  using Outcome = Reconciled::Outcome;
  auto definition = expected;
  if (!stored) {
    definition.created_at_ms = definition.updated_at_ms = now_ms;
    return Reconciled{Outcome::created, std::move(definition)};
  }
  // What says when and by whom is no difference; neither are ids and ordinals that were once given out.
  definition.schema_version = stored->schema_version;
  definition.created_at_ms = stored->created_at_ms;
  definition.updated_at_ms = stored->updated_at_ms;
  definition.changes = stored->changes;
  definition.created_by = stored->created_by;
  definition.generation = stored->generation;
  definition.next_column_id = std::max(definition.next_column_id, stored->next_column_id);
  definition.last_ordinal = std::max(definition.last_ordinal, stored->last_ordinal);
  if (definition == *stored) return Reconciled{Outcome::unchanged, std::move(definition)};

  TRY(check_evolution(*stored, expected));
  definition.schema_version = stored->schema_version + 1;
  definition.updated_at_ms = now_ms;
  definition.changes = "Start-up reconciliation";
  return Reconciled{Outcome::upgraded, std::move(definition)};
}

}  // namespace kalam::catalog
