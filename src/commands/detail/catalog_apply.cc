#include "commands/detail/catalog_apply.h"

#include <algorithm>
#include <string>

#include "auth/lockout.h"
#include "base/crash_point.h"
#include "base/log.h"

namespace kalam::commands::detail {
namespace {

constexpr char kTarget[] = "commands";

// Of a user's column, in Row::values.
size_t place_of(const TableDefinition& table, ColumnId id) {
  size_t place = 0;
  for (const auto& column : table.columns) {
    if (column.id == id) break;
    place += !is_system_column(column.name);
  }
  return place;
}

}  // namespace

Result<Applied> CatalogApply::work_out(const CatalogWrite& write) {
  at_ms_ = write.at_ms;
  Applied applied;
  for (const auto& each : write.changes) {
    TRY(std::visit([&](const auto& change) { return make(change, applied); }, each));
  }
  for (const auto& entry : write.audit) TRY(change_.add(entry));
  return applied;
}

Status CatalogApply::make(const CreateNamespace& create, Applied&) { return change_.create_namespace(create.name); }

Status CatalogApply::make(const AlterNamespace& alter, Applied&) {
  return change_.alter_namespace(alter.id, alter.options_json);
}

Status CatalogApply::make(const DropNamespace& drop, Applied& applied) {
  auto dropped = TRY(change_.drop_namespace(drop.id, drop.cascade));
  for (auto& table : dropped) applied.dropped.push_back(std::move(table));
  return {};
}

Status CatalogApply::make(const CreateTable& create, Applied&) {
  const auto id = create.table.id;
  TRY(change_.create_table(create.table));
  created_.push_back(change_.after().share(id));
  return {};
}

Status CatalogApply::make(const AlterTable& alter, Applied& applied) {
  const auto before = change_.after().share(alter.id);
  applied.alteration = TRY(change_.alter_table(alter.id, alter.action, contents_of(before)));
  return {};
}

Status CatalogApply::make(const DropTable& drop, Applied& applied) {
  applied.dropped.push_back(TRY(change_.drop_table(drop.id)));
  return {};
}

Status CatalogApply::make(const CreateStorage& create, Applied&) { return change_.create_storage(create.storage); }
Status CatalogApply::make(const AlterStorage& alter, Applied&) {
  return change_.alter_storage(alter.storage, alter.before);
}
Status CatalogApply::make(const DropStorage& drop, Applied&) { return change_.drop_storage(drop.id); }

Status CatalogApply::make(const CreateUser& create, Applied&) { return change_.create_user(create.user); }
Status CatalogApply::make(const AlterUser& alter, Applied&) {
  return change_.alter_user(alter.user, catalog::timestamp(alter.expected_updated_at_us / 1000));
}
Status CatalogApply::make(const DropUser& drop, Applied&) {
  return change_.drop_user(drop.id, catalog::timestamp(at_ms_));
}

Status CatalogApply::make(const CountLogin& count, Applied&) {
  const auto stored = TRY(catalog_.tables().users.get(count.id));
  if (!stored) return Error{ErrorCode::not_found, "User '" + count.id.value() + "' not found"};
  auto user = *stored;
  const auto at = catalog::timestamp(at_ms_);
  if (count.outcome == CountLogin::Outcome::succeeded) {
    auth::count_success(user, at);
  } else {
    auth::count_failure(user, at, count.lock_voids_tokens ? auth::OnLock::void_tokens : auth::OnLock::keep_tokens);
  }
  if (user == *stored) return {};
  // It tells versions apart: an ALTER USER that saw the one before must look again.
  user.updated_at = std::max(at, stored->updated_at + std::chrono::milliseconds(1));
  return change_.alter_user(user, stored->updated_at);
}

Status CatalogApply::make(const PutJob& put, Applied&) { return change_.put(put.job); }

Status CatalogApply::make(const CreateView& create, Applied&) {
  return change_.create_view(create.id, create.query, create.columns, create.created_by, create.or_replace);
}
Status CatalogApply::make(const DropView& drop, Applied&) { return change_.drop_view(drop.id); }

// What the rows of all users say.
catalog::TableContents CatalogApply::contents_of(const TableDefinitionPtr& definition) const {
  // Any row that is not deleted, and for which `wanted` holds.
  const auto any = [this, definition](const std::function<bool(const Row&)>& wanted) -> Result<bool> {
    const auto table = TRY(tables_.open(definition));
    bool found = false;
    TRY(table->each([&](const tables::Version& version) -> Result<bool> {
      found = !version.header.deleted && wanted(version.row);
      return !found;
    }));
    return found;
  };
  return {
      .has_rows = [any] { return any([](const Row&) { return true; }); },
      .has_nulls =
          [any, definition](const ColumnDefinition& column) {
            const auto place = place_of(*definition, column.id);
            return any([place](const Row& row) { return place >= row.values.size() || row.values[place].is_null(); });
          },
  };
}

Status CatalogApply::make_rooms() {
  for (const auto& table : created_) {
    if (auto made = tables_.create(*table); !made.ok()) {
      remove_rooms();
      return made;
    }
  }
  if (!created_.empty()) KALAM_CRASH_POINT("ddl.room_made");
  return {};
}

void CatalogApply::remove_rooms() {
  for (const auto& table : created_) {
    if (auto status = tables_.drop(table->id, table->generation); !status.ok()) {
      log::warn(kTarget, "the room of a table that was not made stays until the next start",
                {{"table", table->id.dotted()}, {"error", status.error().message}});
    }
  }
}

void CatalogApply::activate(const Applied& applied) {
  if (!created_.empty()) KALAM_CRASH_POINT("ddl.definition_stored");
  catalog_.activate(std::move(change_));
  clear_messages();
  for (const auto& table : applied.dropped) {
    KALAM_CRASH_POINT("ddl.definition_dropped");
    if (auto status = clear_away(catalog_, tables_, table); !status.ok()) {
      log::warn(kTarget, "rows of a dropped table stay until the next start",
                {{"table", table.id.dotted()}, {"error", status.error().message}});
    }
  }
}

Status CatalogApply::clear_away(catalog::Catalog& catalog, tables::Tables& tables, const TableDefinition& dropped) {
  TRY(tables.drop(dropped.id, dropped.generation));
  KALAM_CRASH_POINT("ddl.rows_dropped");
  return catalog.erase_dropped(dropped.id, dropped.generation);
}

Status CatalogApply::finish(catalog::Catalog& catalog, tables::Tables& tables, topics::MessageLog* messages) {
  for (const auto& dropped : TRY(catalog.definitions().dropped())) TRY(clear_away(catalog, tables, dropped));
  if (const auto rooms = TRY(tables.drop_unused()); rooms > 0) {
    log::info(kTarget, "rooms of tables that were never made are gone", {{"rooms", std::to_string(rooms)}});
  }
  // No command made these tables: the catalog brought them.
  for (const auto& table : catalog.snapshot()->tables(NamespaceId("dba"))) TRY(tables.create(*table));
  if (!messages) return {};
  const auto now = catalog.snapshot();
  return messages->settle([&now](const TopicId& topic) { return now->topic(topic) != nullptr; });
}

}  // namespace kalam::commands::detail
