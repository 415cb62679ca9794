#include "catalog/definitions.h"

#include "base/prefix_end.h"
#include "codec/key_codec.h"
#include "codec/table_definition_codec.h"

namespace kalam::catalog {
namespace {

constexpr char kGenerationKey[] = "system:table_generation";  // in the default partition: u64 big-endian

enum class Kind : uint8_t { latest = 0, version = 1, dropped = 2 };

codec::KeyWriter table_key(const TableId& table) {
  codec::KeyWriter key;
  key.text(table.ns.value()).text(table.table.value());
  return key;
}
std::string key_of(const TableId& table, Kind kind) { return table_key(table).u8(static_cast<uint8_t>(kind)).take(); }
std::string version_key(const TableId& table, uint32_t version) {
  return table_key(table).u8(static_cast<uint8_t>(Kind::version)).u32(version).take();
}
std::string dropped_key(const TableId& table, uint64_t generation) {
  return table_key(table).u8(static_cast<uint8_t>(Kind::dropped)).u64(generation).take();
}

struct DefinitionKey {
  TableId table;
  Kind kind;
};
Result<DefinitionKey> parse_key(std::string_view bytes) {
  codec::KeyReader reader(bytes);
  auto ns = TRY(reader.text());
  auto table = TRY(reader.text());
  const auto kind = TRY(reader.u8());
  if (kind > static_cast<uint8_t>(Kind::dropped)) {
    return Error{ErrorCode::corruption,
                 "unknown kind of key in partition " + std::string(TableDefinitions::kPartition)};
  }
  return DefinitionKey{{NamespaceId(std::move(ns)), TableName(std::move(table))}, static_cast<Kind>(kind)};
}

}  // namespace

Result<std::optional<TableDefinition>> VersionScan::next() {
  for (; scan_->valid(); scan_->next()) {
    if (TRY(parse_key(scan_->key())).kind != Kind::version) continue;
    auto definition = TRY(owner_->decode(scan_->value()));
    scan_->next();
    return definition;
  }
  TRY(scan_->status());
  return std::nullopt;
}

Result<TableDefinitions> TableDefinitions::open(store::Store& store, std::string_view data_path) {
  return TableDefinitions(store, data_path, TRY(store.create_partition(kPartition)));
}

Result<TableDefinition> TableDefinitions::decode(std::string_view bytes) const {
  return codec::decode_table_definition(bytes, {.partition = kPartition, .data_path = data_path_});
}

Status TableDefinitions::check_ends() const {
  for (const bool reverse : {false, true}) {
    const auto scan = TRY(store_->scan(partition_, {.limit = 1, .reverse = reverse}));
    if (scan->valid()) TRY(decode(scan->value()));
    else TRY(scan->status());
  }
  return {};
}

Result<std::optional<TableDefinition>> TableDefinitions::read(const std::string& key) const {
  const auto bytes = TRY(store_->get(partition_, key));
  if (!bytes) return std::nullopt;
  return TRY(decode(*bytes));
}

Result<std::optional<TableDefinition>> TableDefinitions::latest(const TableId& table) const {
  return read(key_of(table, Kind::latest));
}

Result<std::optional<TableDefinition>> TableDefinitions::version(const TableId& table, uint32_t version) const {
  return read(version_key(table, version));
}

Result<VersionScan> TableDefinitions::scan(std::string prefix) const {
  return VersionScan(this, TRY(store_->scan(partition_, {.prefix = std::move(prefix)})));
}

Result<VersionScan> TableDefinitions::versions() const { return scan(""); }
Result<VersionScan> TableDefinitions::versions_in(const NamespaceId& ns) const {
  return scan(codec::KeyWriter().text(ns.value()).take());
}
Result<VersionScan> TableDefinitions::versions_of(const TableId& table) const {
  return scan(key_of(table, Kind::version));
}

Result<std::vector<TableDefinition>> TableDefinitions::dropped() const {
  std::vector<TableDefinition> found;
  auto scan = TRY(store_->scan(partition_));
  for (; scan->valid(); scan->next()) {
    if (TRY(parse_key(scan->key())).kind != Kind::dropped) continue;
    found.push_back(TRY(decode(scan->value())));
  }
  TRY(scan->status());
  return found;
}

Status TableDefinitions::each_latest(const std::function<void(TableDefinition)>& use,
                                     const std::function<void(const TableId&, const Error&)>& failed) const {
  // Passing over a few versions is cheaper than seeking; a long history is jumped over.
  constexpr int kStepsMax = 8;
  const auto snapshot = store_->snapshot();
  auto scan = TRY(store_->scan(partition_, {.snapshot = snapshot}));
  int steps = 0;
  while (scan->valid()) {
    const auto key = TRY(parse_key(scan->key()));
    if (key.kind == Kind::latest) {
      auto definition = decode(scan->value());
      if (definition.ok()) use(*std::move(definition));
      else failed(key.table, definition.error());
      steps = 0;
    } else if (++steps > kStepsMax) {
      const auto next_table = prefix_end(table_key(key.table).bytes());
      if (!next_table) break;
      scan = TRY(store_->scan(partition_, {.start = *next_table, .snapshot = snapshot}));
      steps = 0;
      continue;
    }
    scan->next();
  }
  return scan->status();
}

Status TableDefinitions::put(store::Batch& batch, const TableDefinition& definition) const {
  const auto bytes = TRY(codec::encode_table_definition(definition));
  batch.put(partition_, version_key(definition.id, definition.schema_version), bytes);
  batch.put(partition_, key_of(definition.id, Kind::latest), bytes);
  return {};
}

Status TableDefinitions::mark_dropped(store::Batch& batch, const TableDefinition& latest) const {
  for (uint32_t version = 1; version <= latest.schema_version; ++version) {
    batch.remove(partition_, version_key(latest.id, version));
  }
  batch.remove(partition_, key_of(latest.id, Kind::latest));
  batch.put(partition_, dropped_key(latest.id, latest.generation), TRY(codec::encode_table_definition(latest)));
  return {};
}

void TableDefinitions::erase(store::Batch& batch, const TableId& table, uint64_t generation) const {
  batch.remove(partition_, dropped_key(table, generation));
}

Result<uint64_t> TableDefinitions::last_generation() const {
  const auto bytes = TRY(store_->get(store_->default_partition(), kGenerationKey));
  if (!bytes) return 0;
  codec::KeyReader reader(*bytes);
  const auto generation = TRY(reader.u64());
  TRY(reader.end());
  return generation;
}

void TableDefinitions::put_last_generation(store::Batch& batch, uint64_t generation) const {
  batch.put(store_->default_partition(), kGenerationKey, codec::KeyWriter().u64(generation).take());
}

}  // namespace kalam::catalog
