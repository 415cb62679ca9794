// OpenedRow: a stored row of which the head has been read and no value yet. For who must look first: which version of
// the table wrote it, whether it is deleted, whether it is new enough to be wanted at all.
//
//   const auto row = TRY(OpenedRow::open(RowKind::user, bytes));
//   if (row.header().deleted) return;
//   TRY(plan_of(row.table_schema_version()).decode(row, values));

#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "codec/row_codec.h"

namespace kalam::codec {

class OpenedRow {
 public:
  // `bytes` outlive the row.
  static Result<OpenedRow> open(RowKind kind, std::string_view bytes, const Origin& origin = {});

  std::string_view user() const { return user_; }  // USER and STREAM rows; into the bytes
  const RowHeader& header() const { return header_; }
  uint32_t table_schema_version() const { return table_schema_version_; }

 private:
  friend class RowPlan;

  RowKind kind_ = RowKind::user;
  std::string_view payload_;
  std::string_view user_;
  RowHeader header_;
  uint32_t table_schema_version_ = 0;
};

}  // namespace kalam::codec
