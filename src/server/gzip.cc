#include "server/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace kalam::server {

namespace {

constexpr int kFast = 1;
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kGzipOrZlib = 32 + MAX_WBITS;
constexpr size_t kPackedMax = 1u << 31;  // zlib counts in 32 bits

z_stream stream_over(std::string_view in) {
  z_stream stream{};
  // zlib does not write there; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  return stream;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  if (bytes.size() > kPackedMax) return {};
  auto stream = stream_over(bytes);
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const auto state = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return state == Z_STREAM_END ? out : std::string();
}

Result<std::string> unpacked(Packing packing, std::string_view bytes, size_t bytes_max) {
  auto stream = stream_over(bytes);
  if (inflateInit2(&stream, packing == Packing::gzip ? kGzip : kGzipOrZlib) != Z_OK) {
    return Error{ErrorCode::internal, "zlib has no memory"};
  }
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    const auto before = out.size();
    if (before > bytes_max) break;
    // One byte above the limit tells "as long as allowed" from "longer".
    out.resize(std::min(bytes_max + 1, std::max<size_t>(2 * before, 16'384)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + before;
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  const bool all = stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > bytes_max) return Error{ErrorCode::limit_exceeded, "too large when unpacked"};
  if (state != Z_STREAM_END || !all) return Error{ErrorCode::invalid_input, "not packed as it should be, or damaged"};
  return out;
}

}  // namespace kalam::server
