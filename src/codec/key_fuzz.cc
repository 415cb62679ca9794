// Any bytes as a key: the reader never crashes, and what it accepts is what the writer writes.
//
// The first byte says how many elements follow it, the next ones of which kind each is; the rest is the key.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/prefix_end.h"
#include "codec/key_codec.h"

namespace kalam::codec {
namespace {

// Reads one element of the given kind and writes it again.
Status copy_element(uint8_t kind, KeyReader& reader, KeyWriter& writer) {
  switch (kind % 10) {
    case 0: writer.text(TRY(reader.text())); break;
    case 1: writer.u8(TRY(reader.u8())); break;
    case 2: writer.u16(TRY(reader.u16())); break;
    case 3: writer.u32(TRY(reader.u32())); break;
    case 4: writer.u64(TRY(reader.u64())); break;
    case 5: writer.i8(TRY(reader.i8())); break;
    case 6: writer.i16(TRY(reader.i16())); break;
    case 7: writer.i32(TRY(reader.i32())); break;
    case 8: writer.i64(TRY(reader.i64())); break;
    default: writer.i128(TRY(reader.i128())); break;
  }
  return {};
}

void run(std::string_view input) {
  if (input.empty()) return;
  const size_t count = static_cast<uint8_t>(input[0]) % 8;
  if (input.size() < 1 + count) return;
  const auto kinds = input.substr(1, count);
  const auto key = input.substr(1 + count);
  KeyReader reader(key);
  KeyWriter writer;
  for (const char kind : kinds) {
    if (!copy_element(static_cast<uint8_t>(kind), reader, writer).ok()) return;
  }
  const auto read = key.substr(0, key.size() - reader.rest().size());
  if (writer.bytes() != read) std::abort();
  if (const auto end = prefix_end(read); end && !(read < *end)) std::abort();
}

}  // namespace
}  // namespace kalam::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kalam::codec::run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
