// Any bytes as an envelope: never a crash, and what is accepted is an envelope to the generated verifier too.

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codec/envelope.h"
#include "codec/generated/entity_envelope_generated.h"

namespace kalam::codec {
namespace {

namespace fbs = kalamdb::serialization;

void require(bool holds) {
  if (!holds) std::abort();
}

bool verified(std::string_view bytes) {
  std::vector<uint64_t> aligned(bytes.size() / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(aligned.data()), bytes.size());
  return fbs::VerifyEntityEnvelopeBuffer(verifier);
}

void run(std::string_view bytes) {
  static const PayloadSchema expected("kalamdb.system.user");
  const auto read = read_envelope(bytes);
  if (read.ok()) require(verified(bytes));
  const auto opened = open(bytes, expected, Origin{"system_users", "/data"});
  if (!opened.ok()) return;
  require(read.ok() && read->payload == opened->payload && read->schema_id == expected.id());
  require(opened->payload.empty() || (opened->payload.data() >= bytes.data() &&
                                      opened->payload.data() + opened->payload.size() <= bytes.data() + bytes.size()));
  const auto again = wrap(expected, opened->payload);
  const auto reopened = open(again, expected);
  require(reopened.ok() && reopened->payload == opened->payload);
}

}  // namespace
}  // namespace kalam::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kalam::codec::run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
