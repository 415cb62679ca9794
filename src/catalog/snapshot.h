// CatalogSnapshot: what exists at one moment. Immutable once readers can see it, so that a reader sees the old or the
// new definition of a table, never a mixture.
//
// Tables are spread over shards by a hash of their name: a changed snapshot shares every shard but one with the
// snapshot before it, so a DDL statement costs the same with ten tables and with ten thousand.

#pragma once
#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "catalog/models/namespace.h"
#include "catalog/models/sql_view.h"
#include "catalog/models/storage.h"
#include "catalog/models/topic.h"
#include "types/schema.h"

namespace kalam::catalog {

class CatalogSnapshot {
 public:
  CatalogSnapshot();

  // Null: there is none. What comes back lives as long as the snapshot; share() for longer.
  const TableDefinition* table(std::string_view ns, std::string_view table) const;
  const TableDefinition* table(const TableId& id) const { return table(id.ns.value(), id.table.value()); }
  TableDefinitionPtr share(const TableId& id) const;
  const Namespace* ns(const NamespaceId& id) const;
  const Storage* storage(const StorageId& id) const;
  const Topic* topic(const TopicId& id) const;
  const SqlView* view(const TableId& id) const;
  const SqlView* view(std::string_view ns, std::string_view name) const;

  size_t table_count() const { return table_count_; }
  size_t table_count(const NamespaceId& ns) const;

  // In the order of keys: by namespace, then name.
  std::vector<TableDefinitionPtr> tables() const;
  std::vector<TableDefinitionPtr> tables(const NamespaceId& ns) const;
  const std::map<NamespaceId, Namespace>& namespaces() const { return *namespaces_; }
  const std::map<StorageId, Storage>& storages() const { return *storages_; }
  const std::map<TopicId, Topic>& topics() const { return *topics_; }
  const std::map<TableId, SqlView>& views() const { return *views_; }

  // Changes, to a snapshot that no reader has yet: a copy is cheap and shares what does not change.
  void put(TableDefinitionPtr table);
  void remove(const TableId& table);
  void put(Namespace ns);
  void remove(const NamespaceId& ns);
  void put(Storage storage);
  void remove(const StorageId& storage);
  void put(Topic topic);
  void remove(const TopicId& topic);
  void put(SqlView view);
  void remove_view(const TableId& view);

 private:
  struct Entry {
    size_t hash;
    TableDefinitionPtr table;
  };
  using Shard = std::vector<Entry>;  // by hash
  static constexpr size_t kShards = 256;

  const TableDefinitionPtr* find(std::string_view ns, std::string_view table) const;

  std::array<std::shared_ptr<const Shard>, kShards> shards_;
  std::shared_ptr<const std::map<NamespaceId, size_t>> counts_;  // tables by namespace
  size_t table_count_ = 0;
  std::shared_ptr<const std::map<NamespaceId, Namespace>> namespaces_;
  std::shared_ptr<const std::map<StorageId, Storage>> storages_;
  std::shared_ptr<const std::map<TopicId, Topic>> topics_;
  std::shared_ptr<const std::map<TableId, SqlView>> views_;
};
using CatalogSnapshotPtr = std::shared_ptr<const CatalogSnapshot>;

}  // namespace kalam::catalog
