// Any bytes as a command or response: never a crash, and what is accepted is written again and read as the same.
//
// All of the input is the message; it is read as every kind.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/command_codec.h"

namespace kalam::codec {
namespace {

template <CommandMessage T>
void read_as(std::string_view bytes) {
  const auto message = decode_command<T>(bytes);
  if (!message.ok()) return;
  const auto again = encode_command(*message);
  if (!again.ok()) std::abort();
  const auto back = decode_command<T>(*again);
  if (!back.ok() || *back != *message) std::abort();
}

void run(std::string_view bytes) {
  read_as<RaftCommand>(bytes);
  read_as<MetaCommand>(bytes);
  read_as<UserDataCommand>(bytes);
  read_as<SharedDataCommand>(bytes);
  read_as<MetaResponse>(bytes);
  read_as<DataResponse>(bytes);
  read_as<RaftResponse>(bytes);
}

}  // namespace
}  // namespace kalam::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kalam::codec::run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
