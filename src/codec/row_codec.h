// Stored rows <-> bytes: schema/row.fbs in its envelope. A row is a vector of scalars by ordinal; what the ordinals
// mean is said by the version of the table definition that the row names (row_plan.h reads rows of older versions).
//
// Always true: decoding accepts exactly what the rules of the format allow, and a value comes back with the tag it had,
// a typed NULL too. Only untyped NULLs at the end of a row are not stored: missing is NULL.
//
// Rows are laid out by hand, not by FlatBufferBuilder: rows of one shape differ only in their numbers and texts, so
// what they have in common is laid out once (detail/row_frame.h). The generated code reads them all the same
// (row_codec_test.cc), and rows of any other valid layout are read too.

#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/envelope.h"
#include "types/row.h"

namespace kalam::codec {

struct StreamRow {
  UserId user;
  RowSeq seq{0};
  uint32_t table_schema_version = 1;
  Row row;

  bool operator==(const StreamRow&) const = default;
};

struct SystemRow {
  uint32_t table_schema_version = 1;
  Row row;

  bool operator==(const SystemRow&) const = default;
};

// Each kind of row has a schema id of its own.
enum class RowKind : uint8_t { user, shared, stream, system };
const PayloadSchema& row_schema(RowKind kind);

Result<std::string> encode_row(const UserRow& row);
Result<std::string> encode_row(const SharedRow& row);
Result<std::string> encode_row(const StreamRow& row);
Result<std::string> encode_row(const SystemRow& row);

// The same bytes, appended to `out`, without a copy of the row. `user`: of USER and STREAM rows.
Status append_row(RowKind kind, std::string_view user, const RowHeader& header, uint32_t table_schema_version,
                  const Row& row, std::string& out);

// Many rows one behind the other in one block of memory; each the very bytes that encode_row gives.
struct EncodedRows {
  std::string bytes;
  std::vector<size_t> ends;  // where each row ends

  size_t size() const { return ends.size(); }
  std::string_view operator[](size_t index) const {
    const size_t start = index == 0 ? 0 : ends[index - 1];
    return std::string_view(bytes).substr(start, ends[index] - start);
  }
};
Result<EncodedRows> encode_rows(std::span<const UserRow> rows);
Result<EncodedRows> encode_rows(std::span<const SharedRow> rows);

Result<UserRow> decode_user_row(std::string_view bytes, const Origin& origin = {});
Result<SharedRow> decode_shared_row(std::string_view bytes, const Origin& origin = {});
Result<StreamRow> decode_stream_row(std::string_view bytes, const Origin& origin = {});
Result<SystemRow> decode_system_row(std::string_view bytes, const Origin& origin = {});

// What counting and version resolution need, without a look at the other columns.
struct RowHead {
  std::string_view user;  // USER and STREAM rows; into the bytes
  RowHeader header;
  uint32_t table_schema_version = 0;
  std::string pk;  // text of the primary key; empty when NULL
};
// `pk_index`: the place of the primary key among the row's values; none: not wanted.
Result<RowHead> decode_row_head(RowKind kind, std::string_view bytes, std::optional<size_t> pk_index,
                                const Origin& origin = {});

}  // namespace kalam::codec
