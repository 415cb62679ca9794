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
#include "codec/detail/row_reader.h"
#include "codec/row_codec.h"

namespace kalam::codec {

class OpenedRow {
 public:
  // `bytes` outlive the row.
  static Result<OpenedRow> open(RowKind kind, std::string_view bytes, const Origin& origin = {});

  std::string_view user() const { return reader_.user(); }  // USER and STREAM rows; into the bytes
  const RowHeader& header() const { return reader_.header(); }
  uint32_t table_schema_version() const { return reader_.table_schema_version(); }

 private:
  friend class RowPlan;
  OpenedRow(RowKind kind, const detail::RowReader& reader) : kind_(kind), reader_(reader) {}

  RowKind kind_;
  detail::RowReader reader_;
};

}  // namespace kalam::codec
