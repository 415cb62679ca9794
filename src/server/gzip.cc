#include "server/gzip.h"

#include <algorithm>
#include <array>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <cstdint>

namespace kalam::server {

namespace zlib = boost::beast::zlib;

namespace {

constexpr std::string_view kHead("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff", 10);  // deflate, no name, fast
constexpr size_t kTail = 8;

// CRC-32 of RFC 1952, a byte at a time.
constexpr std::array<uint32_t, 256> kCrcOfByte = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xEDB88320u ^ crc >> 1 : crc >> 1;
    table[byte] = crc;
  }
  return table;
}();

uint32_t checksum(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) crc = kCrcOfByte[(crc ^ static_cast<uint8_t>(c)) & 0xFF] ^ crc >> 8;
  return ~crc;
}

void append_little_endian(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}
uint32_t little_endian(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[static_cast<size_t>(i)]);
  return value;
}

// How many bytes the head has, with all optional parts.
Result<size_t> head_size(std::string_view bytes) {
  const Error broken{ErrorCode::invalid_input, "no gzip"};
  if (bytes.size() < kHead.size() + kTail || !is_gzip(bytes) || bytes[2] != 8) return broken;
  const auto flags = static_cast<uint8_t>(bytes[3]);
  size_t at = kHead.size();
  if (flags & 0x04) {
    at += 2 + (static_cast<uint8_t>(bytes[at]) | static_cast<size_t>(static_cast<uint8_t>(bytes[at + 1])) << 8);
  }
  for (const uint8_t texts : {0x08, 0x10}) {  // a name, a comment
    if (!(flags & texts)) continue;
    if (at >= bytes.size()) return broken;
    at = bytes.find('\0', at);
    if (at == std::string_view::npos) return broken;
    ++at;
  }
  if (flags & 0x02) at += 2;
  if (at + kTail > bytes.size()) return broken;
  return at;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  zlib::deflate_stream stream;
  stream.reset(1, 15, 8, zlib::Strategy::normal);
  std::string out(kHead);
  out.resize(kHead.size() + stream.upper_bound(bytes.size()) + 16);
  zlib::z_params params;
  params.next_in = bytes.data();
  params.avail_in = bytes.size();
  params.next_out = out.data() + kHead.size();
  params.avail_out = out.size() - kHead.size();
  boost::system::error_code error;
  stream.write(params, zlib::Flush::finish, error);
  if (error != zlib::error::end_of_stream) return {};
  out.resize(kHead.size() + params.total_out);
  append_little_endian(out, checksum(bytes));
  append_little_endian(out, static_cast<uint32_t>(bytes.size()));
  return out;
}

Result<std::string> gunzip(std::string_view bytes, size_t bytes_max) {
  const auto head = TRY(head_size(bytes));
  const auto body = bytes.substr(head, bytes.size() - head - kTail);
  zlib::inflate_stream stream;
  stream.reset(15);
  std::string out;
  zlib::z_params params;
  params.next_in = body.data();
  params.avail_in = body.size();
  boost::system::error_code error;
  while (error != zlib::error::end_of_stream) {
    const auto used = out.size();
    if (used > bytes_max) return Error{ErrorCode::limit_exceeded, "too large"};
    out.resize(std::min(bytes_max + 1, std::max<size_t>(4096, 2 * used)));
    params.next_out = out.data() + used;
    params.avail_out = out.size() - used;
    error = {};
    stream.write(params, zlib::Flush::sync, error);
    const auto written = out.size() - used - params.avail_out;
    out.resize(used + written);
    if (error && error != zlib::error::end_of_stream && error != zlib::error::need_buffers) {
      return Error{ErrorCode::invalid_input, "no gzip"};
    }
    if (written == 0 && error != zlib::error::end_of_stream) return Error{ErrorCode::invalid_input, "cut off"};
  }
  const auto tail = bytes.substr(bytes.size() - kTail);
  if (out.size() > bytes_max) return Error{ErrorCode::limit_exceeded, "too large"};
  if (little_endian(tail) != checksum(out) || little_endian(tail.substr(4)) != static_cast<uint32_t>(out.size())) {
    return Error{ErrorCode::invalid_input, "damaged"};
  }
  return out;
}

}  // namespace kalam::server
