#include "catalog/alter.h"

#include <algorithm>
#include <utility>

#include "catalog/names.h"
#include "types/ascii.h"

namespace kalam::catalog {
namespace {

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

int integer_rank(const DataType& type) {
  switch (type.tag()) {
    case TypeTag::smallint: return 1;
    case TypeTag::integer: return 2;
    case TypeTag::bigint: return 3;
    default: return 0;
  }
}

// One ALTER at work on its copy of the definition.
class Change {
 public:
  Change(const TableDefinition& before, const TableContents& contents) : after_(before), contents_(contents) {}

  Result<bool> operator()(const AddColumn& add) {
    const auto name = ascii_lower(add.name);
    if (is_system_column(name))
      return refused("Cannot add column " + quoted(add.name) + ": reserved system column name");
    if (after_.column(name)) return refused("Column " + quoted(add.name) + " already exists");
    TRY(check_column_name(add.name));
    if (!add.nullable && add.default_value.none() && TRY(contents_.has_rows())) {
      return Error{ErrorCode::constraint_violation, "Column " + quoted(name) + " is NOT NULL and has no DEFAULT"};
    }
    ColumnDefinition column;
    column.id = ColumnId(after_.next_column_id++);
    column.name = name;
    column.type = add.type;
    column.default_value = add.default_value;
    column.nullable = add.nullable;
    column.ordinal = ++after_.last_ordinal;
    after_.columns.push_back(std::move(column));
    return true;
  }

  Result<bool> operator()(const DropColumn& drop) {
    const auto name = ascii_lower(drop.name);
    if (is_system_column(name)) {
      return refused("Cannot drop column " + quoted(drop.name) + ": system column cannot be modified");
    }
    const auto& column = *TRY(existing(drop.name));
    if (column.primary_key) return refused("Cannot drop column " + quoted(name) + ": it is the PRIMARY KEY");
    std::erase_if(after_.columns, [&](const ColumnDefinition& c) { return c.name == name; });
    return true;
  }

  Result<bool> operator()(const RenameColumn& rename) {
    const auto to = ascii_lower(rename.to);
    if (is_system_column(ascii_lower(rename.from))) {
      return refused("Cannot rename column " + quoted(rename.from) + ": system column cannot be modified");
    }
    if (is_system_column(to)) {
      return refused("Cannot rename column to " + quoted(rename.to) + ": reserved system column name");
    }
    auto* column = TRY(existing(rename.from));
    if (after_.column(to)) return refused("Column " + quoted(rename.to) + " already exists");
    TRY(check_column_name(rename.to));
    column->name = to;
    return true;
  }

  Result<bool> operator()(const ModifyColumn& modify) {
    auto* column = TRY(alterable(modify.name));
    const auto before = *column;
    if (modify.nullable) TRY(set_nullable(*column, *modify.nullable));
    if (modify.type != column->type) {
      // A key's text must stay what it was, or rows would no longer be found by it: only integers keep theirs.
      const bool integers = integer_rank(column->type) > 0 && widens(column->type, modify.type);
      const bool allowed =
          integers ||
          (!column->primary_key && (modify.type.tag() == TypeTag::text ||
                                    (column->type.tag() == TypeTag::float_ && modify.type.tag() == TypeTag::double_)));
      if (!allowed) {
        return Error{ErrorCode::invalid_schema_evolution, "Cannot change column " + quoted(column->name) + " from " +
                                                              column->type.sql_name() + " to " +
                                                              modify.type.sql_name()};
      }
      column->type = modify.type;
    }
    return *column != before;
  }

  Result<bool> operator()(const SetNullable& set) {
    auto* column = TRY(alterable(set.name));
    const bool before = column->nullable;
    TRY(set_nullable(*column, set.nullable));
    return column->nullable != before;
  }

  Result<bool> operator()(const SetDefault& set) {
    auto* column = TRY(alterable(set.name));
    if (column->default_value == set.default_value) return false;
    column->default_value = set.default_value;
    return true;
  }

  Result<bool> operator()(const SetAccessLevel& set) {
    auto* shared = std::get_if<SharedTableOptions>(&after_.options);
    if (after_.type != TableType::shared || !shared) return refused("ACCESS LEVEL can only be set on SHARED tables");
    if (shared->access_level == set.level) return false;
    shared->access_level = set.level;
    return true;
  }

  TableDefinition take() { return std::move(after_); }

 private:
  Result<ColumnDefinition*> existing(std::string_view name) {
    const auto lower = ascii_lower(name);
    for (auto& column : after_.columns) {
      if (column.name == lower) return &column;
    }
    return refused("Column " + quoted(name) + " does not exist");
  }

  Result<ColumnDefinition*> alterable(std::string_view name) {
    if (is_system_column(ascii_lower(name))) {
      return refused("Cannot modify column " + quoted(name) + ": system column cannot be altered");
    }
    return existing(name);
  }

  Status set_nullable(ColumnDefinition& column, bool nullable) {
    if (column.nullable == nullable) return {};
    if (nullable && column.primary_key) {
      return refused("Column " + quoted(column.name) + " is a PRIMARY KEY and cannot be nullable");
    }
    if (!nullable && TRY(contents_.has_nulls(column))) {
      return Error{ErrorCode::constraint_violation, "Column " + quoted(column.name) + " contains NULL values"};
    }
    column.nullable = nullable;
    return {};
  }

  TableDefinition after_;
  const TableContents& contents_;
};

}  // namespace

bool widens(const DataType& from, const DataType& to) {
  if (integer_rank(from) > 0) return integer_rank(to) > integer_rank(from);
  if (from.tag() == TypeTag::float_) return to.tag() == TypeTag::double_;
  if (from.tag() == TypeTag::decimal && to.tag() == TypeTag::decimal) {
    return from.scale() == to.scale() && to.precision() > from.precision();
  }
  return false;
}

std::string text_of(const AlterAction& action) {
  return std::visit(
      Overloaded{
          [](const AddColumn& a) { return "ADD COLUMN " + ascii_lower(a.name) + " " + a.type.sql_name(); },
          [](const DropColumn& a) { return "DROP COLUMN " + ascii_lower(a.name); },
          [](const RenameColumn& a) { return "RENAME COLUMN " + ascii_lower(a.from) + " TO " + ascii_lower(a.to); },
          [](const ModifyColumn& a) { return "MODIFY COLUMN " + ascii_lower(a.name) + " " + a.type.sql_name(); },
          [](const SetNullable& a) {
            return "ALTER COLUMN " + ascii_lower(a.name) + (a.nullable ? " DROP NOT NULL" : " SET NOT NULL");
          },
          [](const SetDefault& a) {
            const auto sql = a.default_value.sql();
            return "ALTER COLUMN " + ascii_lower(a.name) + (sql ? " SET DEFAULT " + *sql : " DROP DEFAULT");
          },
          [](const SetAccessLevel& a) { return "SET ACCESS LEVEL " + std::string(variant_name(a.level)); },
      },
      action);
}

std::string Alteration::message() const {
  const auto version = std::to_string(after.schema_version);
  if (!changed) {
    return "Table " + after.id.dotted() + " unchanged: " + action + " (version " + version + " - no changes needed)";
  }
  return "Table " + after.id.dotted() + " altered successfully: " + action + " (version " + version + ")";
}

Result<Alteration> alter(const TableDefinition& before, const AlterAction& action, const TableContents& contents,
                         int64_t now_ms) {
  if (before.type == TableType::system) {
    return refused("Cannot alter system table '" + before.id.dotted() + "'. System tables are managed internally.");
  }
  Change change(before, contents);
  const bool changed = TRY(std::visit(change, action));
  Alteration alteration{.after = changed ? change.take() : before, .changed = changed, .action = text_of(action)};
  if (changed) {
    alteration.after.schema_version = before.schema_version + 1;
    // History reads in order even when an operator has set the clock back.
    alteration.after.updated_at_ms = std::max(now_ms, before.updated_at_ms);
    alteration.after.changes = alteration.action;
    TRY(alteration.after.check());
  }
  return alteration;
}

std::vector<ColumnDefinition> numbered_columns(std::vector<ColumnDefinition> user_columns) {
  auto columns = std::move(user_columns);
  ColumnDefinition seq;
  seq.name = "_seq";
  seq.comment = "Version ID (MVCC) with embedded timestamp";
  seq.type = DataType(TypeTag::bigint);
  seq.nullable = false;
  columns.push_back(std::move(seq));
  ColumnDefinition deleted;
  deleted.name = "_deleted";
  deleted.comment = "Soft delete flag";
  deleted.type = DataType(TypeTag::boolean);
  deleted.default_value.kind = ColumnDefault::Literal{"false"};
  deleted.nullable = false;
  columns.push_back(std::move(deleted));
  uint32_t ordinal = 0;
  for (auto& column : columns) {
    column.ordinal = ++ordinal;
    column.id = ColumnId(ordinal);
  }
  return columns;
}

}  // namespace kalam::catalog
