// The multipart form of POST /v1/api/sql: a statement with its parameters, and files beside it (spec http-api §6.1).

#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/sql_error.h"
#include "server/sql_request.h"

namespace kalam::server {

struct FileLimits {
  size_t files_max = 20;  // of one request
  uint64_t file_bytes_max = 26'214'400;
  std::vector<std::string> media_types_allowed = {};  // image/png, image/*; empty: all

  static constexpr uint64_t kFileBytesMax = 100u << 20;  // whatever is configured
};

struct SentFile {
  std::string key;         // of FILE('key')
  std::string name;        // as the client calls it; else the key
  std::string media_type;  // empty: not said
  std::string_view bytes;  // inside the body
};

struct FormRequest {
  SqlRequest request;
  std::vector<SentFile> files;  // one of each key: the last that came
};

// `body` must outlive what comes back.
std::variant<FormRequest, SqlFailure> read_form_request(std::string_view content_type, std::string_view body,
                                                        const FileLimits& limits);

}  // namespace kalam::server
