// TableDefinitions: every version of every table's definition, in the partition `system_schemas`.
//
//   (namespace, table, 0)               the latest, whole
//   (namespace, table, 1, version)      each version, whole
//   (namespace, table, 2, generation)   dropped, waiting for its data to be removed; no view shows it
//
// Always true: latest equals its highest version, because one batch writes both. A dropped table has no version left,
// so its name is free at once.

#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "types/schema.h"

namespace kalam::catalog {

class TableDefinitions;

// Goes through stored versions in the order of their keys: by namespace, table, then version.
class VersionScan {
 public:
  // The next version; empty at the end.
  Result<std::optional<TableDefinition>> next();

 private:
  friend class TableDefinitions;
  VersionScan(const TableDefinitions* owner, std::unique_ptr<store::Scan> scan)
      : owner_(owner), scan_(std::move(scan)) {}
  const TableDefinitions* owner_;
  std::unique_ptr<store::Scan> scan_;
};

class TableDefinitions {
 public:
  static constexpr std::string_view kPartition = "system_schemas";
  static Result<TableDefinitions> open(store::Store& store, std::string_view data_path);

  // Can the first and the last stored value be read?
  Status check_ends() const;

  // Reads. Empty: no such table, or no such version.
  Result<std::optional<TableDefinition>> latest(const TableId& table) const;
  Result<std::optional<TableDefinition>> version(const TableId& table, uint32_t version) const;
  Result<VersionScan> versions() const;                          // of every table
  Result<VersionScan> versions_in(const NamespaceId& ns) const;  // of the tables of a namespace
  Result<VersionScan> versions_of(const TableId& table) const;   // ascending
  Result<std::vector<TableDefinition>> dropped() const;          // marked and not yet erased

  // Calls `use` with the latest definition of each table, in the order of keys. A definition that cannot be read goes
  // to `failed` instead, and does not stop the others.
  Status each_latest(const std::function<void(TableDefinition)>& use,
                     const std::function<void(const TableId&, const Error&)>& failed) const;

  // Writes, into a batch. A first version, or the one after the latest that the caller has checked.
  Status put(store::Batch& batch, const TableDefinition& definition) const;
  // Every version goes; the latest stays under its generation until erase().
  Status mark_dropped(store::Batch& batch, const TableDefinition& latest) const;
  void erase(store::Batch& batch, const TableId& table, uint64_t generation) const;

  // Generations rise over the whole database: a name that is created again never gets one it had.
  Result<uint64_t> last_generation() const;
  void put_last_generation(store::Batch& batch, uint64_t generation) const;

 private:
  friend class VersionScan;
  TableDefinitions(store::Store& store, std::string_view data_path, store::Partition partition)
      : store_(&store), data_path_(data_path), partition_(std::move(partition)) {}
  Result<TableDefinition> decode(std::string_view bytes) const;
  Result<std::optional<TableDefinition>> read(const std::string& key) const;
  Result<VersionScan> scan(std::string prefix) const;

  store::Store* store_;
  std::string data_path_;  // for the texts of errors
  store::Partition partition_;
};

}  // namespace kalam::catalog
