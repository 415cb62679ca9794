// What a client may send over a WebSocket, as text and as MessagePack, packed or not: nothing crashes, and what was
// understood once is understood again after a way through the other serialization.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/gzip.h"
#include "server/msgpack.h"
#include "server/ws_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kalam::server;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr size_t kMax = 1 << 16;
  if (is_gzip(bytes)) {
    const auto inflated = gunzip(bytes, kMax);
    if (inflated.ok() && inflated->size() > kMax) std::abort();
  }
  if (const auto json = json_of_msgpack(bytes); json.ok()) {
    static_cast<void>(parse_ws_message(*json));
    const auto again = msgpack_of_json(*json);
    if (!again.ok() || !json_of_msgpack(*again).ok()) std::abort();
  }
  if (parse_ws_message(bytes).ok()) {
    const auto packed = msgpack_of_json(bytes);
    if (packed.ok() && !json_of_msgpack(*packed).ok()) std::abort();
  }
  return 0;
}
