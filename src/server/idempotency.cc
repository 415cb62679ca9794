#include "server/idempotency.h"

#include <algorithm>

#include "base/sha256.h"

namespace kalam::server {

namespace {

constexpr size_t kKeyBytesMax = 255;

// Parts with their lengths, so that no two requests look alike.
void append_part(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
}

}  // namespace

Result<std::optional<query::WriteKey>> write_key_of(const HttpRequest& request, const SqlRequest& read) {
  const auto* const key = request.header("Idempotency-Key");
  if (!key) return std::nullopt;
  const bool visible = std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!visible || key->empty() || key->size() > kKeyBytesMax) {
    return Error{ErrorCode::invalid_input, "Idempotency-Key must be 1 to 255 visible ASCII characters"};
  }
  std::string all;
  for (const std::string_view part : {std::string_view(request.method), std::string_view(request.path),
                                      std::string_view(read.default_schema), std::string_view(read.sql)}) {
    append_part(all, part);
  }
  for (const auto& parameter : read.parameters) append_part(all, parameter);
  return std::optional(query::WriteKey{*key, TRY(sha256(all))});
}

}  // namespace kalam::server
