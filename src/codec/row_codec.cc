#include "codec/row_codec.h"

#include "base/counters.h"
#include "codec/detail/framed_row.h"
#include "codec/detail/meter.h"
#include "codec/detail/row_frames.h"
#include "codec/detail/row_reader.h"
#include "codec/detail/row_root.h"
#include "codec/detail/row_writer.h"
#include "codec/opened_row.h"
#include "types/order.h"

namespace kalam::codec {
namespace {

using detail::RowParts;

RowParts parts_of(const UserRow& row) { return {row.user.text(), row.header, row.table_schema_version, &row.row}; }
RowParts parts_of(const SharedRow& row) { return {{}, row.header, row.table_schema_version, &row.row}; }
RowParts parts_of(const StreamRow& row) {
  return {row.user.text(), RowHeader{row.seq, CommitSeq(0), false}, row.table_schema_version, &row.row};
}
RowParts parts_of(const SystemRow& row) { return {{}, RowHeader{}, row.table_schema_version, &row.row}; }

// With its envelope, behind what is there.
Status append(RowKind kind, const RowParts& parts, std::string& out) {
  const detail::Timed timed([kind]() -> auto& { return row_schema(kind).encode_ns(); });
  const auto start = out.size();
  auto written = detail::write_row(kind, parts, out);
  if (!written.ok()) {
    written = row_schema(kind).encode_failed(std::move(written).error());
  } else if (timed.samples()) {
    const auto& schema = row_schema(kind);
    schema.payload_bytes().record(out.size() - start - schema.envelope_head().size() - 4);
  }
  return written;
}

template <typename AnyRow>
Result<std::string> encode(RowKind kind, const AnyRow& row) {
  Result<std::string> bytes{std::string()};  // the only thing that is returned, so that it is not moved
  if (auto appended = append(kind, parts_of(row), *bytes); !appended.ok()) bytes = std::move(appended).error();
  return bytes;
}

template <typename AnyRow>
Result<EncodedRows> encode_all(RowKind kind, std::span<const AnyRow> rows) {
  EncodedRows encoded;
  encoded.ends.reserve(rows.size());
  for (const auto& row : rows) {
    TRY(append(kind, parts_of(row), encoded.bytes));
    encoded.ends.push_back(encoded.bytes.size());
    // Rows of a batch are much alike: room for all of them at once, with a little to spare.
    if (encoded.ends.size() == 1)
      encoded.bytes.reserve(rows.size() * (encoded.bytes.size() + encoded.bytes.size() / 8));
  }
  return encoded;
}

void set_head(UserRow& row, std::string_view user, const RowHeader& header) {
  row.user = UserId(std::string(user));
  row.header = header;
}
void set_head(SharedRow& row, std::string_view, const RowHeader& header) { row.header = header; }
void set_head(StreamRow& row, std::string_view user, const RowHeader& header) {
  row.user = UserId(std::string(user));
  row.seq = header.seq;
}
void set_head(SystemRow&, std::string_view, const RowHeader&) {}

// Turns into a value only where the vector wants it: values are made there and not moved there.
template <typename Make>
struct MadeInPlace {
  Make make;
  operator Value() const { return make(); }
};

// False: something is not as it should be. RowReader finds out what.
template <typename AnyRow>
bool read_in_frame(const detail::RowFrame& frame, std::string_view payload, AnyRow& into) {
  detail::FramedRow framed(frame, payload);
  const auto user = framed.user();
  if (!user) return false;
  set_head(into, *user, framed.header());
  into.table_schema_version = framed.table_schema_version();
  auto& values = into.row.values;
  values.reserve(framed.size());
  return framed.read([&values](auto make) { values.emplace_back(MadeInPlace<decltype(make)>{make}); });
}

template <typename AnyRow>
Status read_all(detail::RowReader& reader, AnyRow& into) {
  set_head(into, reader.user(), reader.header());
  into.table_schema_version = reader.table_schema_version();
  auto& values = into.row.values;
  values.resize(reader.size());
  for (uint32_t i = 0; i < reader.size(); ++i) {
    auto read = reader.read(i, values[i]);
    if (!read.ok()) return read;
  }
  return {};
}

template <typename AnyRow>
Status decode_into(RowKind kind, std::string_view bytes, const Origin& origin, AnyRow& row) {
  const auto& schema = row_schema(kind);
  const detail::Timed timed(schema.decode_ns());
  const auto opened = open(bytes, schema, origin);
  if (!opened.ok()) return opened.error();
  const auto payload = opened->payload;
  auto& frames = detail::RowFrames::of_this_thread();
  const auto* frame = frames.frame_around(kind, payload);
  if (frame && read_in_frame(*frame, payload, row)) return {};

  auto reader = detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), payload);
  if (!reader.ok()) return schema.decode_failed(std::move(reader).error());
  auto read = read_all(*reader, row);
  if (!read.ok()) return schema.decode_failed(std::move(read).error());
  frames.learn(kind, row.row, payload);
  return {};
}

template <typename AnyRow>
Result<AnyRow> decode(RowKind kind, std::string_view bytes, const Origin& origin) {
  Result<AnyRow> row{AnyRow()};
  if (auto decoded = decode_into(kind, bytes, origin, *row); !decoded.ok()) row = std::move(decoded).error();
  return row;
}

}  // namespace

const PayloadSchema& row_schema(RowKind kind) {
  static const PayloadSchema schemas[] = {PayloadSchema("kalamdb.serialization.row.UserTableRowPayload"),
                                          PayloadSchema("kalamdb.serialization.row.SharedTableRowPayload"),
                                          PayloadSchema("kalamdb.serialization.row.StreamTableRowPayload"),
                                          PayloadSchema("kalamdb.serialization.row.SystemTableRowPayload")};
  return schemas[static_cast<size_t>(kind)];
}

Result<std::string> encode_row(const UserRow& row) { return encode(RowKind::user, row); }
Result<std::string> encode_row(const SharedRow& row) { return encode(RowKind::shared, row); }
Result<std::string> encode_row(const StreamRow& row) { return encode(RowKind::stream, row); }
Result<std::string> encode_row(const SystemRow& row) { return encode(RowKind::system, row); }

Status append_row(RowKind kind, std::string_view user, const RowHeader& header, uint32_t table_schema_version,
                  const Row& row, std::string& out) {
  return append(kind, RowParts{user, header, table_schema_version, &row}, out);
}

Result<EncodedRows> encode_rows(std::span<const UserRow> rows) { return encode_all(RowKind::user, rows); }
Result<EncodedRows> encode_rows(std::span<const SharedRow> rows) { return encode_all(RowKind::shared, rows); }

Result<OpenedRow> OpenedRow::open(RowKind kind, std::string_view bytes, const Origin& origin) {
  const auto& schema = row_schema(kind);
  OpenedRow row;
  row.kind_ = kind;
  row.payload_ = TRY(codec::open(bytes, schema, origin)).payload;
  if (const auto* frame = detail::RowFrames::of_this_thread().frame_around(kind, row.payload_)) {
    detail::FramedRow framed(*frame, row.payload_);
    if (const auto user = framed.user()) {
      row.user_ = *user;
      row.header_ = framed.header();
      row.table_schema_version_ = framed.table_schema_version();
      return row;
    }
  }
  const auto reader = detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), row.payload_);
  if (!reader.ok()) return schema.decode_failed(Error(reader.error()));
  row.user_ = reader->user();
  row.header_ = reader->header();
  row.table_schema_version_ = reader->table_schema_version();
  return row;
}

Result<UserRow> decode_user_row(std::string_view bytes, const Origin& origin) {
  return decode<UserRow>(RowKind::user, bytes, origin);
}
Result<SharedRow> decode_shared_row(std::string_view bytes, const Origin& origin) {
  return decode<SharedRow>(RowKind::shared, bytes, origin);
}
Result<StreamRow> decode_stream_row(std::string_view bytes, const Origin& origin) {
  return decode<StreamRow>(RowKind::stream, bytes, origin);
}
Result<SystemRow> decode_system_row(std::string_view bytes, const Origin& origin) {
  return decode<SystemRow>(RowKind::system, bytes, origin);
}

Result<RowHead> decode_row_head(RowKind kind, std::string_view bytes, std::optional<size_t> pk_index,
                                const Origin& origin) {
  const auto& schema = row_schema(kind);
  const detail::Timed timed(schema.decode_ns());
  const auto opened = TRY(open(bytes, schema, origin));
  auto reader = detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), opened.payload);
  if (!reader.ok()) return schema.decode_failed(std::move(reader).error());
  RowHead head{reader->user(), reader->header(), reader->table_schema_version(), {}};
  if (!pk_index || *pk_index >= reader->size()) return head;
  Value pk;
  if (auto read = reader->read(static_cast<uint32_t>(*pk_index), pk); !read.ok()) {
    return schema.decode_failed(std::move(read).error());
  }
  if (pk.is_null()) return head;
  auto text = pk_text(pk);
  if (!text.ok()) return schema.decode_failed(std::move(text).error());
  head.pk = *std::move(text);
  return head;
}

}  // namespace kalam::codec
