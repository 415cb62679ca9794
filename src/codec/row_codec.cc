#include "codec/row_codec.h"

#include "base/counters.h"
#include "codec/detail/meter.h"
#include "codec/detail/row_kinds.h"
#include "codec/detail/row_reader.h"
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

// Rows are laid out in memory that holds zeros and is as large as the row could get, then copied at their true size:
// one allocation a row, for its bytes.
class Workbench {
 public:
  static Workbench& of_this_thread() {
    static thread_local Workbench workbench;
    return workbench;
  }
  char* zeros(size_t size) {
    if (memory_.size() < size) memory_.resize(size);
    return memory_.data();
  }
  void used(size_t size) {
    if (memory_.size() > kKeptMax) memory_ = std::string();
    else std::memset(memory_.data(), 0, size);
  }

 private:
  static constexpr size_t kKeptMax = size_t{1} << 20;  // one huge row must not cost every thread its memory for ever
  std::string memory_;
};

Status append_row(RowKind kind, const RowParts& parts, std::string& out) {
  const auto& schema = row_schema(kind);
  const bool sampled = detail::sampled();
  const auto bytes_max = detail::row_bytes_max(parts);
  if (bytes_max > kPayloadBytesMax) {
    return schema.encode_failed(Error{ErrorCode::limit_exceeded, "row encode failed: larger than 1 GiB"});
  }
  auto& workbench = Workbench::of_this_thread();
  char* memory = workbench.zeros(bytes_max);
  auto written = detail::write_row(detail::root_of(kind), parts, memory);
  if (!written.ok()) {
    workbench.used(bytes_max);
    return schema.encode_failed(std::move(written).error());
  }
  const auto size = *written;
  const auto needed = out.size() + schema.envelope_head().size() + 4 + size;
  if (out.capacity() < needed) out.reserve(out.empty() ? needed : std::max(needed, 2 * out.capacity()));
  const auto start = begin_payload(schema, out);
  out.append(memory, size);
  end_payload(out, start);
  workbench.used(size);
  if (sampled) schema.payload_bytes().record(size);
  return {};
}

template <typename AnyRow>
Result<std::string> encode(RowKind kind, const AnyRow& row) {
  const detail::Timed timed(row_schema(kind).encode_ns());
  std::string out;
  TRY(append_row(kind, parts_of(row), out));
  return out;
}

template <typename AnyRow>
Result<EncodedRows> encode_all(RowKind kind, std::span<const AnyRow> rows) {
  EncodedRows encoded;
  encoded.ends.reserve(rows.size());
  for (const auto& row : rows) {
    TRY(append_row(kind, parts_of(row), encoded.bytes));
    encoded.ends.push_back(encoded.bytes.size());
  }
  return encoded;
}

Status read_all(detail::RowReader& reader, std::vector<Value>& values) {
  values.resize(reader.size());
  for (uint32_t i = 0; i < reader.size(); ++i) {
    auto read = reader.read(i, values[i]);
    if (!read.ok()) return read;
  }
  return {};
}

// Opens a row, lets `fill` take what it wants from it, and counts what fails.
template <typename Fill>
auto decode(RowKind kind, std::string_view bytes, const Origin& origin, Fill fill)
    -> decltype(fill(std::declval<detail::RowReader&>())) {
  const auto& schema = row_schema(kind);
  const detail::Timed timed(schema.decode_ns());
  const auto opened = TRY(open(bytes, schema, origin));
  auto reader = detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), opened.payload);
  if (!reader.ok()) return schema.decode_failed(std::move(reader).error());
  auto filled = fill(*reader);
  if (!filled.ok()) return schema.decode_failed(std::move(filled).error());
  return filled;
}

}  // namespace

const PayloadSchema& row_schema(RowKind kind) {
  static const PayloadSchema user("kalamdb.serialization.row.UserTableRowPayload");
  static const PayloadSchema shared("kalamdb.serialization.row.SharedTableRowPayload");
  static const PayloadSchema stream("kalamdb.serialization.row.StreamTableRowPayload");
  static const PayloadSchema system("kalamdb.serialization.row.SystemTableRowPayload");
  switch (kind) {
    case RowKind::user: return user;
    case RowKind::shared: return shared;
    case RowKind::stream: return stream;
    case RowKind::system: break;
  }
  return system;
}

Result<std::string> encode_row(const UserRow& row) { return encode(RowKind::user, row); }
Result<std::string> encode_row(const SharedRow& row) { return encode(RowKind::shared, row); }
Result<std::string> encode_row(const StreamRow& row) { return encode(RowKind::stream, row); }
Result<std::string> encode_row(const SystemRow& row) { return encode(RowKind::system, row); }

Status append_row(RowKind kind, std::string_view user, const RowHeader& header, uint32_t table_schema_version,
                  const Row& row, std::string& out) {
  const detail::Timed timed(row_schema(kind).encode_ns());
  return append_row(kind, RowParts{user, header, table_schema_version, &row}, out);
}

Result<EncodedRows> encode_rows(std::span<const UserRow> rows) { return encode_all(RowKind::user, rows); }
Result<EncodedRows> encode_rows(std::span<const SharedRow> rows) { return encode_all(RowKind::shared, rows); }

Result<OpenedRow> OpenedRow::open(RowKind kind, std::string_view bytes, const Origin& origin) {
  const auto& schema = row_schema(kind);
  const auto opened = TRY(codec::open(bytes, schema, origin));
  auto reader = detail::RowReader::open(detail::root_of(kind), detail::words_of(kind), opened.payload);
  if (!reader.ok()) return schema.decode_failed(std::move(reader).error());
  return OpenedRow(kind, *reader);
}

Result<UserRow> decode_user_row(std::string_view bytes, const Origin& origin) {
  return decode(RowKind::user, bytes, origin, [](detail::RowReader& reader) -> Result<UserRow> {
    UserRow row{UserId(std::string(reader.user())), reader.header(), reader.table_schema_version(), {}};
    TRY(read_all(reader, row.row.values));
    return row;
  });
}

Result<SharedRow> decode_shared_row(std::string_view bytes, const Origin& origin) {
  return decode(RowKind::shared, bytes, origin, [](detail::RowReader& reader) -> Result<SharedRow> {
    SharedRow row{reader.header(), reader.table_schema_version(), {}};
    TRY(read_all(reader, row.row.values));
    return row;
  });
}

Result<StreamRow> decode_stream_row(std::string_view bytes, const Origin& origin) {
  return decode(RowKind::stream, bytes, origin, [](detail::RowReader& reader) -> Result<StreamRow> {
    StreamRow row{UserId(std::string(reader.user())), reader.header().seq, reader.table_schema_version(), {}};
    TRY(read_all(reader, row.row.values));
    return row;
  });
}

Result<SystemRow> decode_system_row(std::string_view bytes, const Origin& origin) {
  return decode(RowKind::system, bytes, origin, [](detail::RowReader& reader) -> Result<SystemRow> {
    SystemRow row{reader.table_schema_version(), {}};
    TRY(read_all(reader, row.row.values));
    return row;
  });
}

Result<RowHead> decode_row_head(RowKind kind, std::string_view bytes, std::optional<size_t> pk_index,
                                const Origin& origin) {
  return decode(kind, bytes, origin, [pk_index](detail::RowReader& reader) -> Result<RowHead> {
    RowHead head{reader.user(), reader.header(), reader.table_schema_version(), {}};
    if (!pk_index || *pk_index >= reader.size()) return head;
    Value pk;
    TRY(reader.read(static_cast<uint32_t>(*pk_index), pk));
    if (!pk.is_null()) head.pk = TRY(pk_text(pk));
    return head;
  });
}

}  // namespace kalam::codec
