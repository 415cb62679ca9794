// RowSource: anything that can be read as rows: a system table, a view, later a user's table. The modules that have
// rows implement it; `duck` scans it; neither knows the other.

#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"
#include "types/role.h"
#include "types/value.h"

namespace kalam {

struct SourceColumn {
  std::string name;
  DataType type;                       // what clients are told
  ScalarKind kind = ScalarKind::utf8;  // what the values are: a TIMESTAMP may be timestamp_ms or timestamp_us
  bool nullable = true;
  bool primary_key = false;
};

struct ScanRequest {
  struct Equal {
    size_t column;
    Value value;
  };
  std::vector<size_t> columns;  // which to return, in this order; indexes into columns()
  std::vector<Equal> equal;     // rows that fail one of these may be left out; the caller filters again
  size_t limit = SIZE_MAX;      // rows wanted; set only when there is no filter above
  Viewer viewer;                // some sources show each role what it may see
};

// The rows of one scan. One thread at a time.
class RowCursor {
 public:
  virtual ~RowCursor() = default;
  // Fills `row` with the requested columns; false at the end. After an error the cursor is over.
  virtual Result<bool> next(std::vector<Value>& row) = 0;
};

// Safe to open from several threads at once. Lives longer than its cursors.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual const std::vector<SourceColumn>& columns() const = 0;
  virtual Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const = 0;
};

}  // namespace kalam
