// Rows: values by ordinal, and the versions in which USER and SHARED tables keep them.

#pragma once
#include <cstdint>
#include <vector>

#include "types/ids.h"
#include "types/value.h"

namespace kalam {

// Element i is the value of the column with the i-th ordinal of one version of a table definition, user columns only. A
// row may be shorter than the definition: what is missing is NULL.
struct Row {
  std::vector<Value> values;

  bool operator==(const Row&) const = default;
};

// What orders the versions of a row and hides deleted ones.
struct RowHeader {
  RowSeq seq{0};
  CommitSeq commit_seq{0};  // 0: not assigned
  bool deleted = false;

  bool operator==(const RowHeader&) const = default;

  // Of two versions of one row: is this the newer one?
  bool newer_than(const RowHeader& other) const {
    if (commit_seq != other.commit_seq) return commit_seq > other.commit_seq;
    return seq > other.seq;
  }
};

struct SharedRow {
  RowHeader header;
  uint32_t table_schema_version = 1;  // the definition that `row` follows
  Row row;

  bool operator==(const SharedRow&) const = default;
};

struct UserRow {
  UserId user;
  RowHeader header;
  uint32_t table_schema_version = 1;
  Row row;

  bool operator==(const UserRow&) const = default;
};

}  // namespace kalam
