#include "node/file_cleanup.h"

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "files/scope_directory.h"
#include "server/file_uploads.h"
#include "types/file_ref.h"

namespace kalam::node {

namespace {

constexpr Micros kLookAtTables = std::chrono::seconds(1);

// Indices into Row::values.
std::vector<size_t> file_columns(const TableDefinition& table) {
  std::vector<size_t> found;
  const auto columns = table.user_columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->type.tag() == TypeTag::file) found.push_back(i);
  }
  return found;
}

std::vector<FileRef> files_of(const Row* row, const std::vector<size_t>& columns) {
  std::vector<FileRef> refs;
  for (const auto column : columns) {
    if (!row || column >= row->values.size() || row->values[column].is_null()) continue;
    auto ref = FileRef::parse(row->values[column].as_text());
    if (ref.ok()) refs.push_back(std::move(*ref));
  }
  return refs;
}

bool has(const std::vector<FileRef>& refs, const FileRef& wanted) {
  return std::any_of(refs.begin(), refs.end(), [&](const auto& ref) { return ref.id == wanted.id; });
}

void warn(std::string_view what, const TableId& table, const Error& error) {
  log::warn("node", what, {{"table", table.dotted()}, {"error", error.message}, {"detail", error.detail}});
}

}  // namespace

FileCleanup::FileCleanup(const catalog::Catalog& catalog, const feed::Feed& feed, files::FileStore& store,
                         const Clock& clock)
    : catalog_(catalog), feed_(feed), store_(store), clock_(clock), reader_(feed.from_now()) {
  look_at_tables();
  thread_ = std::jthread([this](const std::stop_token& stop) { follow(stop); });
}

FileCleanup::~FileCleanup() { stop(); }

void FileCleanup::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void FileCleanup::follow(const std::stop_token& stop) {
  while (true) {
    // After a stop was asked for it waits for nothing, and ends with the last change that is there.
    const auto next = reader_.next(kLookAtTables, stop);
    switch (next.outcome) {
      case feed::Outcome::changes: clean(*next.changes); break;
      case feed::Outcome::nothing: break;
      case feed::Outcome::lagged:
        log::warn("node", "files of rows that went meanwhile stay on the disk");
        reader_ = feed_.from_now();
        break;
      case feed::Outcome::closed: return;
    }
    look_at_tables();
    if (stop.stop_requested() && next.outcome == feed::Outcome::nothing) return;
  }
}

void FileCleanup::clean(const ChangeSet& changes) {
  for (const auto& table : changes.tables) clean(table);
}

void FileCleanup::clean(const TableChanges& changes) {
  const auto& table = *changes.table;
  if (table.type != TableType::user && table.type != TableType::shared) return;
  const auto columns = file_columns(table);
  if (columns.empty()) return;
  std::vector<FileRef> gone;
  for (const auto& row : changes.rows) {
    const auto kept = files_of(row.after.get(), columns);
    for (auto& ref : files_of(row.before.get(), columns)) {
      if (!has(kept, ref)) gone.push_back(std::move(ref));
    }
  }
  if (gone.empty()) return;
  const auto scope = server::file_scope(catalog_, table, changes.user.value_or(UserId()));
  if (!scope.ok()) return warn("files of rows that are gone stay", table.id, scope.error());
  for (const auto& ref : gone) {
    if (const auto removed = store_.remove(scope->directory, ref); !removed.ok()) {
      warn("a file of a row that is gone stays", table.id, removed.error());
    }
  }
}

// Empty: it has no files, or none that could be told from those of other tables.
std::optional<FileCleanup::KnownTable> FileCleanup::known(TableDefinitionPtr table,
                                                          const catalog::CatalogSnapshot& snapshot) const {
  if (table->type != TableType::user && table->type != TableType::shared) return std::nullopt;
  if (file_columns(*table).empty()) return std::nullopt;
  const auto* id = storage_id_of(table->options);
  const auto* storage = id ? snapshot.storage(*id) : nullptr;
  if (!storage) return std::nullopt;
  auto directory = files::table_directory(*storage, *table);
  if (!directory.ok() || !*directory) return std::nullopt;
  return KnownTable{std::move(table), std::move(**directory)};
}

void FileCleanup::remove_files_of(const KnownTable& table, const catalog::CatalogSnapshot& snapshot) {
  const auto& id = table.definition->id;
  // A table that was made again under this name has files there, which are younger than itself.
  const auto* again = snapshot.table(id);
  const auto removed = store_.remove_all(table.directory, again ? again->created_at_ms : clock_.now_ms() + 1);
  if (!removed.ok()) warn("files of a dropped table stay", id, removed.error());
}

void FileCleanup::look_at_tables() {
  auto now = catalog_.snapshot();
  if (now == seen_) return;
  std::map<TableId, KnownTable> tables;
  for (auto& table : now->tables()) {
    const auto id = table->id;
    if (auto found = known(std::move(table), *now)) tables.emplace(id, std::move(*found));
  }
  for (const auto& [id, table] : tables_) {
    const auto* same = now->table(id);
    if (!same || same->generation != table.definition->generation) remove_files_of(table, *now);
  }
  tables_ = std::move(tables);
  seen_ = std::move(now);
}

}  // namespace kalam::node
