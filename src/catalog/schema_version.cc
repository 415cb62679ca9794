#include "catalog/schema_version.h"

#include <algorithm>

#include "base/log.h"

namespace kalam::catalog {
namespace {

constexpr char kTarget[] = "catalog";

std::string big_endian(uint32_t version) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(version >> shift & 0xFF));
  return bytes;
}

uint64_t from_big_endian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

std::string v(uint32_t version) { return "v" + std::to_string(version); }

// Stores the number together with the effect of the step that leads to it.
Status reach(store::Store& store, uint32_t version, store::Batch batch) {
  batch.put(store.default_partition(), kSchemaVersionKey, big_endian(version));
  TRY(store.write(batch));
  log::info(kTarget, "System schema version updated to " + v(version));
  return {};
}

// The first version has no step of its own: a new directory gets its tables by reconciliation (reconcile.h).
Status create_initial(store::Store& store, uint32_t version) {
  log::info(kTarget, "Creating initial system schema (v1) with 7 system tables");
  return reach(store, version, {});
}

Status upgrade(store::Store& store, uint32_t stored, const SchemaVersions& versions,
               const std::function<Status()>& contents_fit) {
  log::info(kTarget, "System schema upgrade detected: " + v(stored) + " -> " + v(versions.current));
  auto at = stored;
  if (at == 0) {
    TRY(create_initial(store, 1));
    at = 1;
  }
  while (at < versions.current) {
    const auto step = std::ranges::find(versions.migrations, at, &Migration::from);
    if (step == versions.migrations.end()) {
      TRY(contents_fit());
      log::warn(kTarget,
                "Unknown stored schema version " + std::to_string(at) + " - proceeding with " + v(versions.current));
      return reach(store, versions.current, {});
    }
    log::info(kTarget, "Migrating " + v(at) + " -> " + v(at + 1) + ": " + step->what);
    store::Batch batch;
    TRY(step->run(store, batch));
    TRY(reach(store, at + 1, std::move(batch)));
    ++at;
  }
  return {};
}

}  // namespace

// Version  Date        Tables added
// 1        2026-11-24  users, namespaces, tables, storages, live_queries, jobs, audit_logs: the initial seven
const SchemaVersions& system_schema_versions() {
  static const SchemaVersions versions{.current = 1, .migrations = {}};
  return versions;
}

Status bring_up_to_date(store::Store& store, const SchemaVersions& versions,
                        const std::function<Status()>& contents_fit) {
  const auto value = TRY(store.get(store.default_partition(), kSchemaVersionKey));
  if (!value) {
    log::info(kTarget, "System schema version not found - initializing at " + v(versions.current));
    TRY(create_initial(store, versions.current));
  } else if (value->size() != 4) {
    Error error{ErrorCode::corruption,
                "System schema version is corrupted: expected 4 bytes, got " + std::to_string(value->size())};
    log::error(kTarget, error.message);
    return error;
  } else {
    const auto stored = static_cast<uint32_t>(from_big_endian(*value));
    if (stored > versions.current) {
      log::error(kTarget, "System schema downgrade detected: " + v(stored) + " -> " + v(versions.current) +
                              " (stored > current)");
      return Error{ErrorCode::invalid_operation, "Invalid operation: Cannot downgrade system schema from " + v(stored) +
                                                     " to " + v(versions.current)};
    }
    if (stored < versions.current) {
      TRY(upgrade(store, stored, versions, contents_fit));
    } else {
      log::debug(kTarget, "System schema version " + v(stored) + " up-to-date");
    }
  }
  log::info(kTarget, "System tables initialized with schema version tracking");
  return {};
}

Result<uint64_t> database_epoch(store::Store& store, Random& random) {
  const auto partition = store.default_partition();
  if (const auto stored = TRY(store.get(partition, kEpochKey))) {
    if (stored->size() == 8) return from_big_endian(*stored);
    return Error{ErrorCode::corruption,
                 "system:epoch is corrupted: expected 8 bytes, got " + std::to_string(stored->size())};
  }
  std::string bytes(8, '\0');
  random.fill({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  TRY(store.put(partition, kEpochKey, bytes));
  return from_big_endian(bytes);
}

}  // namespace kalam::catalog
