#include "auth/access.h"
#include "catalog/alter.h"
#include "query/statements/audited_write.h"
#include "query/statements/default_check.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"
#include "types/ascii.h"

namespace kalam::query {

namespace {

using Altering = Result<catalog::AlterAction>;

Status check_vector_column(const TableDefinition& table, const std::string& written) {
  if (table.type != TableType::user && table.type != TableType::shared) {
    return refused("Vector indexing is only supported for USER/SHARED tables");
  }
  const auto* column = table.column(ascii_lower(written));
  if (!column) return refused("Column '" + written + "' does not exist");
  if (column->type.tag() != TypeTag::embedding) return refused("Column '" + written + "' is not EMBEDDING");
  return {};
}

// What the catalog calls each action.
struct ToAction {
  const TableDefinition& table;
  const Services& services;
  const Session& session;

  Altering operator()(const sql::AddColumn& add) const {
    ColumnDefinition column;
    column.name = add.column.name;
    column.type = add.column.type;
    column.default_value = add.column.default_value;
    TRY(check_default(column, services, session));
    return catalog::AddColumn{add.column.name, add.column.type, add.column.nullable, add.column.default_value};
  }
  Altering operator()(const sql::DropColumn& drop) const { return catalog::DropColumn{drop.column}; }
  Altering operator()(const sql::RenameColumn& rename) const {
    return catalog::RenameColumn{rename.column, rename.new_name};
  }
  Altering operator()(const sql::ModifyColumn& modify) const {
    return catalog::ModifyColumn{modify.column, modify.type, modify.nullable};
  }
  Altering operator()(const sql::SetNullable& set) const { return catalog::SetNullable{set.column, set.nullable}; }
  Altering operator()(const sql::SetDefault& set) const {
    if (const auto* column = table.column(ascii_lower(set.column))) {
      auto changed = *column;
      changed.default_value = set.default_value;
      TRY(check_default(changed, services, session));
    }
    return catalog::SetDefault{set.column, set.default_value};
  }
  Altering operator()(const sql::SetAccessLevel& set) const { return catalog::SetAccessLevel{set.level}; }
  Altering operator()(const sql::CreateVectorIndex& create) const {
    TRY(check_vector_column(table, create.column));
    return not_available("CREATE VECTOR INDEX");
  }
  Altering operator()(const sql::DropVectorIndex& drop) const {
    TRY(check_vector_column(table, drop.column));
    return not_available("DROP VECTOR INDEX");
  }
};

// What the action comes to when the rows of the table do not forbid it, which apply alone can tell.
Result<catalog::Alteration> expected(const TableDefinition& table, const catalog::AlterAction& action,
                                     const Services& services) {
  const catalog::TableContents willing{.has_rows = [] { return false; },
                                       .has_nulls = [](const ColumnDefinition&) { return false; }};
  return catalog::alter(table, action, willing, services.clock.now_ms());
}

Result<QueryReply> alter_definition(const TableDefinition& table, const catalog::AlterAction& action,
                                    const Services& services, Session& session) {
  const auto planned = TRY(expected(table, action, services));
  if (!planned.changed) return QueryReply::done(planned.message());
  const auto applied =
      TRY(write({commands::AlterTable{table.id, action}},
                {{"ALTER_TABLE", table.id.dotted(),
                  "Operation: " + planned.action + ", New Version: " + std::to_string(planned.after.schema_version)}},
                services, session));
  return QueryReply::done(applied.alteration.value_or(planned).message());
}

}  // namespace

Result<QueryReply> run(const sql::AlterTable& alter, const Services& services, Session& session) {
  const auto id = TRY(table_id(alter.table, session));
  const auto table = TRY(services.catalog.table(id));
  TRY(auth::check_alter_table(session.viewer, id, table.get()));
  if (!table) return no_such_table(id);
  TRY(check_kind(*table, alter.kind));

  const auto action = TRY(std::visit(ToAction{*table, services, session}, alter.action));
  return alter_definition(*table, action, services, session);
}

}  // namespace kalam::query
