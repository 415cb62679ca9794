// Table: the rows of one USER, SHARED or STREAM table in the hot tier, at one version of its definition.
//
//   USER, SHARED   (user, primary key) -> the newest version of the row, a deleted one too
//   STREAM         (user, _seq)        -> the row
//
// Keys are ordered as SQL orders primary keys, so a user's rows are one range in the order of a SELECT without ORDER
// BY, and a point read is one get. What a version replaces lives on in the store's snapshots for as long as somebody
// reads there, and is reclaimed by the store: no version is kept that nobody can see.
//
// Always true: a row is reachable only through a key that begins with the user whose row it is.

#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "types/row.h"
#include "types/schema.h"

namespace kalam::tables {

struct Version {
  RowHeader header;
  Row row;  // as the current definition says: user columns by ordinal; a deleted one keeps its last values
};

class Table {
 public:
  const TableDefinition& definition() const { return *definition_; }
  const TableDefinitionPtr& shared_definition() const { return definition_; }
  bool keyed() const;  // rows are found by primary key: USER and SHARED
  // The place of the primary key in Row::values; none: a STREAM table without one.
  std::optional<size_t> key_place() const;

  // The key of a row. The value has the type of the primary key's column (a NULL key is `invalid_input`); `user` is
  // given for USER and STREAM tables, none for SHARED.
  Result<std::string> row_key(const std::optional<UserId>& user, const Value& primary_key) const;  // keyed tables
  std::string stream_key(const UserId& user, RowSeq seq) const;                                    // STREAM tables

  // The newest version under a key, deleted or not. Empty: there never was one.
  Result<std::optional<Version>> find(std::string_view key, const store::SnapshotPtr& snapshot = nullptr) const;

  Status put(store::Batch& batch, std::string_view key, const std::optional<UserId>& user, const RowHeader& header,
             const Row& row) const;
  void erase(store::Batch& batch, std::string_view key) const;  // physically: STREAM rows

 private:
  friend class Tables;
  friend class TableReader;
  TableDefinitionPtr definition_;
  store::Store* store_ = nullptr;
  store::Partition rows_;
};
using TablePtr = std::shared_ptr<const Table>;

}  // namespace kalam::tables
