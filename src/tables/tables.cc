#include "tables/tables.h"

#include <array>
#include <charconv>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "base/prefix_end.h"
#include "tables/row_key.h"
#include "tables/time_to_live.h"

namespace kalam::tables {
namespace {

constexpr std::array<std::string_view, 3> kRoomPrefixes = {"user_", "shared_", "stream_"};

std::string_view room_prefix(TableType type) {
  switch (type) {
    case TableType::user: return kRoomPrefixes[0];
    case TableType::stream: return kRoomPrefixes[2];
    case TableType::shared:
    case TableType::system: break;
  }
  return kRoomPrefixes[1];
}

// The number at the end keeps the room in the family of its prefix, whatever the table is called.
std::string room_name(std::string_view prefix, const TableId& table, uint64_t generation) {
  return std::string(prefix) + table.colon() + "#" + std::to_string(generation);
}
std::string room_name(const TableDefinition& table) {
  return room_name(room_prefix(table.type), table.id, table.generation);
}

bool is_room_name(std::string_view name) {
  const bool ours = std::ranges::any_of(kRoomPrefixes, [&](auto prefix) { return name.starts_with(prefix); });
  const auto mark = name.rfind('#');
  if (!ours || mark == std::string_view::npos || mark + 1 == name.size()) return false;
  return name.substr(mark + 1).find_first_not_of("0123456789") == std::string_view::npos;
}

Status check_can_have_rows(const TableDefinition& table) {
  const auto refused = [&](std::string_view why) {
    return Error{ErrorCode::invalid_operation, "table " + table.id.dotted() + ": " + std::string(why)};
  };
  if (table.type == TableType::system) return refused("a system table has no rows of its own here");
  const auto key = table.primary_key();
  if (key.size() > 1) return refused("Composite PRIMARY KEYs are not supported yet");
  if (key.empty() && table.type != TableType::stream) return refused("requires a PRIMARY KEY column");
  if (!key.empty() && table.type != TableType::stream && !can_be_row_key(key[0]->type)) {
    return refused("column '" + key[0]->name + "' of type " + key[0]->type.sql_name() + " cannot be the PRIMARY KEY");
  }
  return {};
}

}  // namespace

struct Tables::Impl {
  struct Key {
    TableId table;
    uint64_t generation;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<TableId>()(key.table) ^ key.generation * 0x9E3779B97F4A7C15u;
    }
  };

  TablePtr find(const TableDefinitionPtr& definition) const {
    const std::shared_lock lock(mutex);
    const auto found = opened.find({definition->id, definition->generation});
    if (found == opened.end()) return nullptr;
    const auto& kept = found->second->shared_definition();
    return kept == definition || *kept == *definition ? found->second : nullptr;
  }
  void keep(const TablePtr& table) {
    const auto& definition = table->definition();
    const std::unique_lock lock(mutex);
    auto& kept = opened[{definition.id, definition.generation}];
    // Who still works with an earlier version does not push out what everybody else uses.
    if (!kept || kept->definition().schema_version <= definition.schema_version) kept = table;
  }

  store::Store& store;
  const catalog::Catalog& catalog;
  Clock& clock;
  mutable std::shared_mutex mutex;
  std::unordered_map<Key, TablePtr, Hash> opened = {};  // guarded by mutex; the newest version asked for
};

Tables::Tables(store::Store& store, const catalog::Catalog& catalog, Clock& clock)
    : impl_(new Impl{.store = store, .catalog = catalog, .clock = clock, .mutex = {}}) {}
Tables::~Tables() = default;

store::Store& Tables::store() const { return impl_->store; }
Clock& Tables::clock() const { return impl_->clock; }

Result<TablePtr> Tables::open(const TableDefinitionPtr& definition) const {
  if (auto kept = impl_->find(definition)) return kept;
  TRY(check_can_have_rows(*definition));
  auto rows = impl_->store.partition(room_name(*definition));
  if (!rows.ok()) return std::move(rows).error().within("table " + definition->id.dotted() + ": ");
  TablePtr table(new Table(definition, impl_->store, *std::move(rows), impl_->catalog));
  impl_->keep(table);
  return table;
}

Status Tables::create(const TableDefinition& definition) {
  TRY(check_can_have_rows(definition));
  TRY(impl_->store.create_partition(room_name(definition)));
  return {};
}

Status Tables::drop(const TableId& table, uint64_t generation) {
  for (const auto prefix : kRoomPrefixes) {
    TRY(impl_->store.drop_partition(room_name(prefix, table, generation)));
  }
  const std::unique_lock lock(impl_->mutex);
  impl_->opened.erase({table, generation});
  return {};
}

Result<size_t> Tables::drop_unused() {
  std::set<std::string, std::less<>> used;
  std::set<std::string, std::less<>> unreadable;  // of these nobody knows the generation: all rooms stay
  TRY(impl_->catalog.definitions().each_latest(
      [&](const TableDefinition& table) { used.insert(room_name(table)); },
      [&](const TableId& table, const Error&) { unreadable.insert(table.colon()); }));
  size_t dropped = 0;
  for (const auto& room : impl_->store.list_partitions()) {
    if (!is_room_name(room) || used.contains(room)) continue;
    const auto name = std::string_view(room).substr(room.find('_') + 1);
    if (unreadable.contains(name.substr(0, name.rfind('#')))) continue;
    TRY(impl_->store.drop_partition(room));
    ++dropped;
  }
  return dropped;
}

Result<size_t> Tables::evict_expired(const Table& table, size_t rows_max) {
  const auto last = last_expired(table.definition(), impl_->clock.now_ms());
  if (!last) return 0;
  const auto& rows = table.rows_;
  const auto snapshot = impl_->store.snapshot();
  store::Batch batch;
  size_t evicted = 0;
  const auto write = [&]() -> Status {
    // What a crash undoes is evicted again, and was not to be seen before.
    TRY(impl_->store.write(batch, store::Durability::buffered));
    evicted += batch.size();
    batch.clear();
    return {};
  };
  std::optional<std::string> start;
  while (evicted + batch.size() < rows_max) {
    // From user to user: in each range the oldest rows come first.
    auto scan = TRY(impl_->store.scan(rows, {.start = start, .snapshot = snapshot, .fill_cache = false}));
    if (!scan->valid()) {
      TRY(scan->status());
      break;
    }
    const UserId user(TRY(codec::KeyReader(scan->key()).text()));
    const auto prefix = user_prefix(user);
    const auto end = table.stream_key(user, *last);
    for (; scan->valid() && scan->key() <= end && evicted + batch.size() < rows_max; scan->next()) {
      table.erase(batch, scan->key());
      constexpr size_t kBatchRows = 4096;
      if (batch.size() >= kBatchRows) TRY(write());
    }
    TRY(scan->status());
    start = prefix_end(prefix);  // an id ends with a zero, so there is one
  }
  TRY(write());
  return evicted;
}

}  // namespace kalam::tables
