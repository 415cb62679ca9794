// Bytes as Zstandard (RFC 8878).

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::server {

// Fast rather than small. Empty: it failed, which only memory can make it do.
std::string zstd(std::string_view bytes);

// `limit_exceeded` when more than `bytes_max` would come out, before they do; `invalid_input` when it is not packed so,
// cut off, damaged, or followed by something else, or asks for more memory than HTTP allows it to (RFC 9659: 8 MiB).
Result<std::string> unzstd(std::string_view bytes, size_t bytes_max);

}  // namespace kalam::server
