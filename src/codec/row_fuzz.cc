// Any bytes as a row: never a crash, what is accepted passes the generated verifier, and it comes back from a second
// trip as it was.
//
// The first byte selects the kind of row, the rest is its payload: the envelope has a fuzzer of its own.

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codec/generated/row_generated.h"
#include "codec/row_codec.h"

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

template <typename Table, typename Decode>
void run(RowKind kind, std::string_view payload, Decode decode) {
  const auto bytes = wrap(row_schema(kind), payload);
  const auto head = decode_row_head(kind, bytes, std::nullopt);
  (void)decode_row_head(kind, bytes, 0);
  auto row = decode(bytes);
  if (!row.ok()) return;
  require(verified<Table>(payload));
  require(head.ok() && head->table_schema_version == row->table_schema_version);
  cut_tail(row->row);
  const auto again = encode_row(*row);
  require(again.ok());
  const auto reread = decode(*again);
  require(reread.ok() && *reread == *row);
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
