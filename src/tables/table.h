// Table: the rows of one USER, SHARED or STREAM table in the hot tier, at one version of its definition.
//
//   USER     (user, primary key) -> the newest version of the row, a deleted one too
//   SHARED   (primary key)       -> the same
//   STREAM   (user, _seq)        -> the row
//
// Keys are ordered as SQL orders primary keys (row_key.h), so a user's rows are one range in the order of a SELECT
// without ORDER BY, and a point read is one get. What a version replaces lives on in the store's snapshots for as long
// as somebody reads there, and is reclaimed by the store: no version is kept that nobody can see.
//
// Always true: a row is reachable only through a key that begins with the user whose row it is. Rows written under
// other versions of the definition read as this one says.
//
// Safe from any thread.

#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/opened_row.h"
#include "codec/row_plan.h"
#include "store/store.h"
#include "tables/detail/row_plans.h"
#include "types/row.h"
#include "types/row_source.h"
#include "types/schema.h"

namespace kalam::catalog {
class Catalog;
}

namespace kalam::tables {

struct Version {
  RowHeader header;
  Row row;  // as the current definition says: user columns by ordinal; a deleted one keeps its last values
};

class Table {
 public:
  const TableDefinition& definition() const { return *definition_; }
  const TableDefinitionPtr& shared_definition() const { return definition_; }
  bool keyed() const { return definition_->type != TableType::stream; }  // rows are found by primary key: USER, SHARED
  bool per_user() const { return definition_->type != TableType::shared; }
  // The place of the primary key in Row::values; none: a STREAM table without one.
  std::optional<size_t> key_place() const { return key_place_; }
  // As readers give them: all columns of the definition by ordinal, system columns among them.
  const std::vector<SourceColumn>& columns() const { return columns_; }
  std::optional<size_t> key_column() const { return key_column_; }  // in columns()
  std::optional<size_t> seq_column() const { return seq_column_; }

  // The key of a row. The value has the type of the primary key's column (a NULL key is `invalid_input`); `user` is
  // given for USER and STREAM tables, none for SHARED.
  Result<std::string> row_key(const std::optional<UserId>& user, const Value& primary_key) const;  // keyed tables
  std::string stream_key(const UserId& user, RowSeq seq) const;                                    // STREAM tables

  // The newest version under a key, deleted or not. Empty: there never was one.
  Result<std::optional<Version>> find(std::string_view key, const store::SnapshotPtr& snapshot = nullptr) const;

  // The first stored key at or behind `key`, whosever it is: what lies between is free. Empty: nothing is behind.
  Result<std::optional<std::string>> first_key_from(std::string_view key) const;

  // The newest version of every row of every user, deleted ones too, by key, for as long as `use` answers true. For
  // questions about the whole table: never for a session.
  Status each(const std::function<Result<bool>(const Version& version)>& use) const;

  // Refuses what no reader could give back: a value that is not of its column's type, a key of another user.
  Status put(store::Batch& batch, std::string_view key, const std::optional<UserId>& user, const RowHeader& header,
             const Row& row) const;
  void erase(store::Batch& batch, std::string_view key) const { batch.remove(rows_, key); }  // physically: STREAM rows

 private:
  friend class Tables;
  friend class TableReader;
  friend class RowDecoder;
  Table(TableDefinitionPtr definition, store::Store& store, store::Partition rows, const catalog::Catalog& catalog);

  // How rows written at a version become these columns, named by their place in Row::values.
  Result<detail::RowPlans::Ptr> plan(uint32_t stored_version, std::span<const size_t> places) const;
  Result<codec::OpenedRow> open_row(std::string_view bytes) const;
  Result<Version> decode(std::string_view bytes) const;
  Error in_table(Error error) const;  // names the table

  TableDefinitionPtr definition_;
  store::Store* store_;
  store::Partition rows_;
  const catalog::Catalog* catalog_;
  codec::RowKind kind_;
  std::vector<SourceColumn> columns_;
  std::vector<size_t> user_columns_;  // by place in Row::values: index into columns_
  std::vector<size_t> all_places_;    // 0, 1, …
  std::optional<size_t> key_column_;
  std::optional<size_t> seq_column_;
  std::optional<size_t> key_place_;
  mutable detail::RowPlans plans_;
};
using TablePtr = std::shared_ptr<const Table>;

}  // namespace kalam::tables
