// Any bytes as a row: never a crash, what is accepted passes the generated verifier, it comes back from a second trip
// as it was, and a frame changes nothing of what is read.
//
// The first byte selects the kind of row, the rest is its payload: the envelope has a fuzzer of its own.

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codec/generated/row_generated.h"
#include "codec/row_codec.h"
#include "codec/testing/unframed.h"

namespace kalam::codec {
namespace {

namespace fbs = kalamdb::serialization::row;

void require(bool holds) {
  if (!holds) std::abort();
}

template <typename Table>
bool verified(std::string_view payload) {
  std::vector<uint64_t> aligned(payload.size() / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), payload.data(), payload.size());
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(aligned.data()), payload.size());
  return verifier.VerifyBuffer<Table>("KROW");
}

// Untyped NULLs at the end are not stored.
void cut_tail(Row& row) {
  while (!row.values.empty() && row.values.back() == Value()) row.values.pop_back();
}

// Rows in frames are read another way than all others; both give the same.
template <typename Table, typename Decode>
auto read_both_ways(RowKind kind, std::string_view payload, Decode decode) {
  const auto bytes = wrap(row_schema(kind), payload);
  const auto unframed = testing::read_unframed(kind, payload);
  auto row = decode(bytes);
  require(testing::agree(unframed, row));
  require(testing::agree(unframed, decode(bytes)));  // now in a frame, if it was written in one
  require(!row.ok() || verified<Table>(payload));
  return row;
}

template <typename Table, typename Decode>
void run(RowKind kind, std::string_view payload, Decode decode) {
  const auto bytes = wrap(row_schema(kind), payload);
  const auto head = decode_row_head(kind, bytes, std::nullopt);
  (void)decode_row_head(kind, bytes, 0);
  auto row = read_both_ways<Table>(kind, payload, decode);
  if (!row.ok()) return;
  require(head.ok() && head->table_schema_version == row->table_schema_version);
  cut_tail(row->row);
  const auto again = encode_row(*row);
  require(again.ok());
  const auto reread = decode(*again);
  require(reread.ok() && *reread == *row);

  // The row as we write it, with damage that the end of the input chooses: by threes, a place and what becomes of it.
  std::string framed(open(*again, row_schema(kind))->payload);
  const size_t damages = std::min<size_t>(payload.size() / 3, 16);
  for (size_t i = 0; i < damages; ++i) {
    const auto* damage = reinterpret_cast<const uint8_t*>(payload.data()) + payload.size() - 3 * (i + 1);
    const size_t at = (size_t{damage[0]} << 8 | damage[1]) % framed.size();
    framed[at] = static_cast<char>(static_cast<uint8_t>(framed[at]) ^ damage[2]);
    (void)read_both_ways<Table>(kind, framed, decode);
  }
}

void run(std::string_view input) {
  if (input.empty()) return;
  const auto payload = input.substr(1);
  switch (static_cast<RowKind>(static_cast<uint8_t>(input[0]) % 4)) {
    case RowKind::user:
      return run<fbs::UserTableRowPayload>(RowKind::user, payload, [](auto bytes) { return decode_user_row(bytes); });
    case RowKind::shared:
      return run<fbs::SharedTableRowPayload>(RowKind::shared, payload,
                                             [](auto bytes) { return decode_shared_row(bytes); });
    case RowKind::stream:
      return run<fbs::StreamRowPayload>(RowKind::stream, payload, [](auto bytes) { return decode_stream_row(bytes); });
    case RowKind::system:
      return run<fbs::SystemTableRowPayload>(RowKind::system, payload,
                                             [](auto bytes) { return decode_system_row(bytes); });
  }
}

}  // namespace
}  // namespace kalam::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kalam::codec::run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
