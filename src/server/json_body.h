// Bodies that are JSON.

#pragma once
#include <string_view>

#include "types/ascii.h"

namespace kalam::server {

// application/json or application/…+json, whatever parameters follow.
inline bool is_json(std::string_view content_type) {
  const auto type = ascii_lower(trimmed(content_type.substr(0, content_type.find(';'))));
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

}  // namespace kalam::server
