// Bytes as gzip (RFC 1952).

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::server {

inline bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// Fast rather than small. Empty: it failed, which only memory can make it do, or there are more than 2 GiB.
std::string gzip(std::string_view bytes);

enum class Packing { gzip, gzip_or_zlib };

// `limit_exceeded` when more than `bytes_max` would come out, before they do; `invalid_input` when it is not packed so,
// cut off, damaged, or followed by something else.
Result<std::string> unpacked(Packing packing, std::string_view bytes, size_t bytes_max);

inline Result<std::string> gunzip(std::string_view bytes, size_t bytes_max) {
  return unpacked(Packing::gzip, bytes, bytes_max);
}

}  // namespace kalam::server
