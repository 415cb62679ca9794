#include "server/zstd.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace kalam::server {

namespace {

constexpr int kFast = 1;
constexpr int kWindowLogMax = 23;

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

std::string zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kFast);
  if (ZSTD_isError(size)) return {};
  out.resize(size);
  return out;
}

Result<std::string> unzstd(std::string_view bytes, size_t bytes_max) {
  const std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
  if (!stream || ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kWindowLogMax))) {
    return Error{ErrorCode::internal, "zstd has no memory"};
  }
  const Error damaged{ErrorCode::invalid_input, "not packed as it should be, or damaged"};
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string out;
  while (true) {
    const auto before = out.size();
    if (before > bytes_max) return Error{ErrorCode::limit_exceeded, "too large when unpacked"};
    // One byte above the limit tells "as long as allowed" from "longer".
    out.resize(std::min(bytes_max + 1, std::max<size_t>(2 * before, 16'384)));
    ZSTD_outBuffer room{out.data(), out.size(), before};
    const auto left = ZSTD_decompressStream(stream.get(), &room, &in);
    out.resize(room.pos);
    if (ZSTD_isError(left)) return damaged;
    const bool stuck = room.pos < room.size && in.pos == in.size;
    if (left == 0 && in.pos == in.size) break;
    if (left != 0 && stuck) return damaged;  // it ends in the middle
  }
  if (out.size() > bytes_max) return Error{ErrorCode::limit_exceeded, "too large when unpacked"};
  return out;
}

}  // namespace kalam::server
