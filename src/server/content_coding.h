// Content codings: bodies that come packed, and answers that may go so (spec http-api §1, §12.3).

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/http_message.h"

namespace kalam::server {

// The body as it was before the codings of a header `Content-Encoding`: gzip, deflate and zstd, also one upon the
// other.
//   not_supported   another coding
//   limit_exceeded  more than bytes_max come out; no more than that were made
//   invalid_input   no valid data of its coding
Result<std::string> decoded(std::string_view content_encoding, std::string body, size_t bytes_max);

// Packs the body when the client takes gzip or zstd and it is worth it. Blocks as long as that takes.
void compress(const HttpRequest& request, HttpResponse& response);

}  // namespace kalam::server
