// TableReader: one table as rows, for one statement of one session. Whose rows, and of which moment, is fixed here; no
// SQL above can ask for others.
//
// Columns are those of the definition by ordinal, `_seq` and `_deleted` among them. Deleted rows and STREAM rows past
// their TTL do not come; deleted ones do when the request says `with_deleted`.

#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "tables/table.h"
#include "types/row_source.h"

namespace kalam::tables {

// What a transaction has staged and nobody else may see yet: by key of the row, over the rows of the snapshot.
struct StagedVersion {
  bool deleted = false;
  Row row;
};
using StagedRows = std::map<std::string, StagedVersion, std::less<>>;

struct ReadPoint {
  std::optional<UserId> user;          // whose rows; none for SHARED tables
  store::SnapshotPtr snapshot;         // null: each scan sees the moment it starts
  const StagedRows* staged = nullptr;  // outlives the reader, stays as it is while one of its cursors is read; their
                                       // `_seq` reads NULL
  int64_t now_ms = 0;                  // for TTL
  CommitSeq after{0};                  // only versions of later commits; 0: all
};

class TableReader final : public RowSource {
 public:
  TableReader(TablePtr table, ReadPoint point);

  const std::vector<SourceColumn>& columns() const override;
  // The primary key; of STREAM tables `_seq`, by which they are stored, if they have no key.
  std::optional<size_t> order_column() const override;
  // Uses equality, lists and ranges of the primary key and of `_seq` to read less: one key is one get. Conditions on
  // other columns leave out rows when those columns are requested.
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override;

  const Table& table() const { return *table_; }

 private:
  const TablePtr table_;
  const ReadPoint point_;
};

}  // namespace kalam::tables
