// FileRef: what a FILE cell holds: which stored file, and what it was when it came.

#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam {

struct FileRef {
  std::string id = {};    // a snowflake as text
  std::string sub = {};   // "f0001": the folder inside the scope's directory
  std::string name = {};  // as the client called it
  uint64_t size = 0;      // bytes
  std::string mime = {};
  std::string sha256 = {};  // 64 hex digits, lower case
  std::optional<uint32_t> shard = {};

  bool operator==(const FileRef&) const = default;

  std::string json() const;
  // Strict: an object of exactly these keys (shard may be absent), each well-formed.
  static Result<FileRef> parse(std::string_view json);

  std::string stored_name() const;  // "{id}-{sanitised}.{ext}": the name on disk
};

// "f" and four digits.
bool is_file_folder(std::string_view text);
std::string file_folder(uint32_t number);  // 1…9999

// The part of a client's file name that is safe on every disk: without its last extension, letters and digits in lower
// case, runs of space, underscore and dash as one dash, at most 50 characters. May be empty.
std::string sanitised_file_name(std::string_view name);
std::string file_extension(std::string_view name);  // lower case, at most 10 letters and digits, else "bin"

// Exact, or `image/*`: everything that starts with `image/`. An empty list allows all.
bool mime_allowed(std::string_view mime, std::span<const std::string> allowed);

}  // namespace kalam
