// CatalogChange: one statement's worth of DDL on its way: checks against what exists, puts everything into one batch,
// and prepares the snapshot that readers see afterwards.
//
//   validate -> batch (persist) -> activate
//
// Always true: after an error the change is of no further use, and nothing was stored. What is stored can be activated:
// the snapshot was made before.

#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catalog/alter.h"
#include "catalog/definitions.h"
#include "catalog/snapshot.h"
#include "catalog/system_tables.h"

namespace kalam::catalog {

struct NewTable {
  TableId id;
  TableType type = TableType::user;
  std::vector<ColumnDefinition> columns;  // the user's, in order: ids and ordinals are given here
  TableOptions options;
  std::optional<std::string> comment = {};
  UserId created_by = {};
};

class CatalogChange {
 public:
  // What exists with this change in it.
  const CatalogSnapshot& after() const { return *after_; }
  store::Batch& batch() { return batch_; }  // for what belongs to the same statement: a job, an audit entry

  Status create_namespace(std::string_view name);
  // `options` is a JSON object: its members replace those of the same name, the others stay.
  Status alter_namespace(const NamespaceId& ns, std::string_view options);
  // Without `cascade` only an empty one. Gives the tables that went with it.
  Result<std::vector<TableDefinition>> drop_namespace(const NamespaceId& ns, bool cascade);

  Status create_table(NewTable table);
  Result<Alteration> alter_table(const TableId& table, const AlterAction& action, const TableContents& contents);
  // A version made elsewhere: it must be the one after the latest.
  Status put_version(TableDefinition next);
  Result<TableDefinition> drop_table(const TableId& table);

  // In any namespace that is not the system's: it need not exist.
  Status create_view(const TableId& view, std::string query, const std::vector<std::string>& columns, UserId created_by,
                     bool or_replace);
  Status drop_view(const TableId& view);

  Status create_storage(Storage storage);
  Status alter_storage(Storage storage, const Storage& before);  // the whole of it, and what it was changed from
  Status drop_storage(const StorageId& storage);

  Status create_topic(Topic topic);
  Status alter_topic(Topic topic, const Topic& before);  // likewise
  Status drop_topic(const TopicId& topic);

  // A dropped user stays, marked: his name is not given out again, and nobody but create_user() knows him any more.
  Status create_user(const User& user);
  Status alter_user(const User& user, Timestamp expected);  // of the version that was changed: when it was updated
  Status drop_user(const UserId& user, Timestamp at);

  Status put(const Job& job);              // a new one, or a new state of one
  Status add(const AuditLogEntry& entry);  // with what it tells of

  // Unchecked: the catalog's own.
  Status put(Storage storage);
  Status put(Topic topic);
  Status put(const User& user);

 private:
  friend class Catalog;
  friend class FirstStart;
  CatalogChange(const SystemTables& tables, const TableDefinitions& definitions, int64_t now_ms,
                CatalogSnapshotPtr before)
      : tables_(&tables),
        definitions_(&definitions),
        now_ms_(now_ms),
        before_(std::move(before)),
        after_(std::make_shared<CatalogSnapshot>(*before_)) {}

  // Unchecked: the catalog's own objects have names that users may not give.
  Status store_namespace(const NamespaceId& name);
  Status store_new_table(TableDefinition definition);
  Status store_version(TableDefinition definition);

  const SystemTables* tables_;
  const TableDefinitions* definitions_;
  int64_t now_ms_;
  CatalogSnapshotPtr before_;
  std::shared_ptr<CatalogSnapshot> after_;
  store::Batch batch_;
  std::vector<TableId> dropped_;
  std::optional<uint64_t> generation_;  // the last one given out, once the change needs one
  bool users_changed_ = false;
};

}  // namespace kalam::catalog
