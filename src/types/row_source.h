// RowSource: anything that can be read as rows: a system table, a view, later a user's table. The modules that have
// rows implement it; `duck` scans it; neither knows the other.

#pragma once
#include <cstddef>
#include <memory>
#include <optional>
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

// What a scan may leave out. All conditions hold together, and are hints: rows that fail them may still come, since the
// caller filters again.
struct ScanRequest {
  struct Equal {
    size_t column;
    Value value;
  };
  struct OneOf {
    size_t column;
    std::vector<Value> values;
  };
  struct Bound {
    Value value;
    bool inclusive = true;
  };
  struct Range {
    size_t column;
    std::optional<Bound> lower = {};
    std::optional<Bound> upper = {};
  };

  std::vector<size_t> columns;  // which to return, in this order; indexes into columns()
  std::vector<Equal> equal = {};
  std::vector<OneOf> one_of = {};
  std::vector<Range> ranges = {};
  bool reverse = false;       // descending by order_column(); only of sources that have one
  bool with_deleted = false;  // deleted rows too, of sources that keep them: a filter mentions `_deleted`
  size_t limit = SIZE_MAX;    // rows wanted; set only when there is no filter above
  Viewer viewer = {};         // some sources show each role what it may see
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
  // Rows come ascending by this column, NULLs last; none: in no order.
  virtual std::optional<size_t> order_column() const { return std::nullopt; }
  virtual Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const = 0;
};

}  // namespace kalam
