// Tables: the rooms of all users' tables in the store: made with a table, opened by whoever reads or writes it, gone
// when it is dropped.
//
// A room is one partition of the store, for one generation of a table: `user_app:notes#17`. Generations are never given
// out twice, so a table that is made again under an old name never finds rows of the one before, whatever a crash left
// behind.

#pragma once
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "store/store.h"
#include "tables/table.h"

namespace kalam::tables {

// Safe from any thread.
class Tables {
 public:
  Tables(store::Store& store, const catalog::Catalog& catalog, Clock& clock);
  ~Tables();

  // The table as this definition says. Cheap: opened ones are kept.
  Result<TablePtr> open(const TableDefinitionPtr& definition) const;

  // Makes room for a new table. Before its definition is stored: room that nothing points to is harmless. Idempotent.
  Status create(const TableDefinition& definition);
  // Every row goes, of every version. After its definition is gone; repeated at a start for drops that a crash cut
  // short.
  Status drop(const TableId& table, uint64_t generation);
  // At a start, before anybody makes tables: rooms go that no table has, left by a crash between room and definition.
  // How many.
  Result<size_t> drop_unused();

  // Rows of STREAM tables that are older than their TTL, at most `rows_max` of them; how many went.
  Result<size_t> evict_expired(const Table& table, size_t rows_max);

  store::Store& store() const;
  Clock& clock() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::tables
