// ChangeSet: what one commit did to rows of users' tables. Made by apply, in the order of commits; read by the feed and
// by everything behind it.

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "types/ids.h"
#include "types/row.h"
#include "types/schema.h"

namespace kalam {

enum class ChangeKind : uint8_t { insert, update, remove };

struct RowChange {
  ChangeKind kind = ChangeKind::insert;
  RowHeader header;                        // of the new version; of a STREAM row that was removed: its own
  RowSeq before_seq{0};                    // of the version that was replaced; 0: an insert
  std::shared_ptr<const Row> before = {};  // null: an insert
  std::shared_ptr<const Row> after = {};   // null: a remove
};

struct TableChanges {
  TableDefinitionPtr table;          // which the rows follow
  std::optional<UserId> user = {};   // whose partition; none: SHARED
  std::vector<RowChange> rows = {};  // in the order of the statement
};

struct ChangeSet {
  CommitSeq commit{0};
  std::vector<TableChanges> tables;
};
using ChangeSetPtr = std::shared_ptr<const ChangeSet>;

}  // namespace kalam
