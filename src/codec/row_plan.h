// RowPlan: how rows written at one version of a table definition become rows of the current one.
//
// Columns are matched by id, never by name or place: what was dropped is not reachable, what was added later reads as
// what it was added with: its literal default, else NULL. A plan reads only the columns it was made for.
// Made once per pair of versions and kept; safe to use from several threads.

#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/opened_row.h"
#include "codec/row_codec.h"
#include "types/schema.h"

namespace kalam::codec {

class RowPlan {
 public:
  // `wanted`: ids of columns of `current`, system columns not among them. `between`: the versions after `stored` and
  // before `current`, in order. A default that was changed later is one for rows that are written later.
  static Result<RowPlan> make(const TableDefinition& stored, const TableDefinition& current,
                              std::span<const ColumnId> wanted, std::span<const TableDefinitionPtr> between = {});
  // All user columns of `current`, by ordinal.
  static Result<RowPlan> make(const TableDefinition& stored, const TableDefinition& current,
                              std::span<const TableDefinitionPtr> between = {});

  uint32_t stored_version() const { return stored_version_; }

  // The wanted values in the order they were asked for. The row must have been written at stored_version().
  Result<RowHead> decode(RowKind kind, std::string_view bytes, std::vector<Value>& values,
                         const Origin& origin = {}) const;
  // The same of a row whose head the caller has looked at.
  Status decode(const OpenedRow& row, std::vector<Value>& values) const;

 private:
  // From whatever reads values by their place: `size()` of them, `read(place, value)`.
  template <typename Source>
  Status decode_from(Source& source, std::vector<Value>& values) const;
  struct Column {
    std::string name;
    DataType stored_type;
    DataType current_type;
    size_t place = 0;  // among the stored values; kAbsent: not stored
    Value absent;      // what it reads as when it is not stored
  };
  static constexpr size_t kAbsent = SIZE_MAX;

  uint32_t stored_version_ = 0;
  size_t stored_columns_ = 0;
  std::vector<Column> columns_;
};

}  // namespace kalam::codec
