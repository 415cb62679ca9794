#include "catalog/snapshot.h"

#include <algorithm>
#include <functional>

namespace kalam::catalog {
namespace {

size_t hash_of(std::string_view ns, std::string_view table) {
  const std::hash<std::string_view> hash;
  return hash(ns) * 0x9E3779B97F4A7C15u ^ hash(table);
}

size_t shard_of(size_t hash, size_t shards) { return (hash >> 7) % shards; }

// A changed copy of what may be shared with earlier snapshots.
template <typename T, typename Change>
void replace(std::shared_ptr<const T>& shared, const Change& change) {
  auto copy = std::make_shared<T>(*shared);
  change(*copy);
  shared = std::move(copy);
}

template <typename Key, typename T>
const T* find_in(const std::map<Key, T>& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

bool key_order(const TableDefinitionPtr& a, const TableDefinitionPtr& b) { return a->id < b->id; }

}  // namespace

CatalogSnapshot::CatalogSnapshot()
    : counts_(std::make_shared<std::map<NamespaceId, size_t>>()),
      namespaces_(std::make_shared<std::map<NamespaceId, Namespace>>()),
      storages_(std::make_shared<std::map<StorageId, Storage>>()),
      topics_(std::make_shared<std::map<TopicId, Topic>>()),
      views_(std::make_shared<std::map<TableId, SqlView>>()) {
  shards_.fill(std::make_shared<Shard>());
}

const TableDefinitionPtr* CatalogSnapshot::find(std::string_view ns, std::string_view table) const {
  const auto hash = hash_of(ns, table);
  const auto& shard = *shards_[shard_of(hash, kShards)];
  auto entry = std::ranges::lower_bound(shard, hash, {}, &Entry::hash);
  for (; entry != shard.end() && entry->hash == hash; ++entry) {
    const auto& id = entry->table->id;
    if (id.table.value() == table && id.ns.value() == ns) return &entry->table;
  }
  return nullptr;
}

const TableDefinition* CatalogSnapshot::table(std::string_view ns, std::string_view table) const {
  const auto* found = find(ns, table);
  return found ? found->get() : nullptr;
}

TableDefinitionPtr CatalogSnapshot::share(const TableId& id) const {
  const auto* found = find(id.ns.value(), id.table.value());
  return found ? *found : nullptr;
}

const Namespace* CatalogSnapshot::ns(const NamespaceId& id) const { return find_in(*namespaces_, id); }
const Storage* CatalogSnapshot::storage(const StorageId& id) const { return find_in(*storages_, id); }
const Topic* CatalogSnapshot::topic(const TopicId& id) const { return find_in(*topics_, id); }
const SqlView* CatalogSnapshot::view(const TableId& id) const { return find_in(*views_, id); }
const SqlView* CatalogSnapshot::view(std::string_view ns, std::string_view name) const {
  if (views_->empty()) return nullptr;  // most databases have none: no id need be made
  return view({NamespaceId(std::string(ns)), TableName(std::string(name))});
}

size_t CatalogSnapshot::table_count(const NamespaceId& ns) const {
  const auto* count = find_in(*counts_, ns);
  return count ? *count : 0;
}

std::vector<TableDefinitionPtr> CatalogSnapshot::tables() const {
  std::vector<TableDefinitionPtr> found;
  found.reserve(table_count_);
  for (const auto& shard : shards_) {
    for (const auto& entry : *shard) found.push_back(entry.table);
  }
  std::ranges::sort(found, key_order);
  return found;
}

std::vector<TableDefinitionPtr> CatalogSnapshot::tables(const NamespaceId& ns) const {
  std::vector<TableDefinitionPtr> found;
  if (table_count(ns) == 0) return found;
  for (const auto& shard : shards_) {
    for (const auto& entry : *shard) {
      if (entry.table->id.ns == ns) found.push_back(entry.table);
    }
  }
  std::ranges::sort(found, key_order);
  return found;
}

void CatalogSnapshot::put(TableDefinitionPtr table) {
  const auto hash = hash_of(table->id.ns.value(), table->id.table.value());
  const auto* before = find(table->id.ns.value(), table->id.table.value());
  if (!before) {
    ++table_count_;
    replace(counts_, [&](auto& counts) { ++counts[table->id.ns]; });
  }
  replace(shards_[shard_of(hash, kShards)], [&](Shard& shard) {
    const auto same = std::ranges::find_if(shard, [&](const Entry& e) { return e.table->id == table->id; });
    if (same != shard.end()) same->table = std::move(table);
    else shard.insert(std::ranges::upper_bound(shard, hash, {}, &Entry::hash), Entry{hash, std::move(table)});
  });
}

void CatalogSnapshot::remove(const TableId& table) {
  if (!find(table.ns.value(), table.table.value())) return;
  --table_count_;
  replace(counts_, [&](auto& counts) {
    if (--counts[table.ns] == 0) counts.erase(table.ns);
  });
  replace(shards_[shard_of(hash_of(table.ns.value(), table.table.value()), kShards)],
          [&](Shard& shard) { std::erase_if(shard, [&](const Entry& e) { return e.table->id == table; }); });
}

void CatalogSnapshot::put(Namespace ns) {
  replace(namespaces_, [&](auto& map) { map.insert_or_assign(ns.namespace_id, std::move(ns)); });
}
void CatalogSnapshot::remove(const NamespaceId& ns) {
  replace(namespaces_, [&](auto& map) { map.erase(ns); });
}
void CatalogSnapshot::put(Storage storage) {
  replace(storages_, [&](auto& map) { map.insert_or_assign(storage.storage_id, std::move(storage)); });
}
void CatalogSnapshot::remove(const StorageId& storage) {
  replace(storages_, [&](auto& map) { map.erase(storage); });
}
void CatalogSnapshot::put(Topic topic) {
  replace(topics_, [&](auto& map) { map.insert_or_assign(topic.topic_id, std::move(topic)); });
}
void CatalogSnapshot::remove(const TopicId& topic) {
  replace(topics_, [&](auto& map) { map.erase(topic); });
}
void CatalogSnapshot::put(SqlView view) {
  replace(views_, [&](auto& map) { map.insert_or_assign(view.id(), std::move(view)); });
}
void CatalogSnapshot::remove_view(const TableId& view) {
  replace(views_, [&](auto& map) { map.erase(view); });
}

}  // namespace kalam::catalog
