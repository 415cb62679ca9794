#include "server/content_coding.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "server/gzip.h"
#include "server/http_text.h"
#include "server/zstd.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

constexpr size_t kWorthIt = 1024;  // bytes; below it the packed form is no smaller on the wire
constexpr size_t kCodingsMax = 4;

enum class Coding { none, gzip, zstd };

// What the client likes best of ours; gzip, which everybody has, when it likes both the same. What it names itself
// beats `*`, which stands for gzip alone.
Coding wanted_coding(std::string_view accept_encoding) {
  std::optional<double> gzip, zstd;
  double any = 0;
  for (const auto word : list_elements(accept_encoding)) {
    const auto semicolon = word.find(';');
    const auto coding = trimmed(word.substr(0, semicolon));
    double weight = 1;
    if (semicolon != std::string_view::npos) {
      const auto parameter = trimmed(word.substr(semicolon + 1));
      if (!parameter.starts_with("q=")) continue;
      const auto digits = parameter.substr(2);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), weight).ec != std::errc()) continue;
    }
    if (!gzip && equal_ignoring_case(coding, "gzip")) gzip = weight;
    if (!zstd && equal_ignoring_case(coding, "zstd")) zstd = weight;
    if (coding == "*") any = weight;
  }
  const auto of_gzip = gzip.value_or(any);
  const auto of_zstd = zstd.value_or(0);
  if (of_zstd > 0 && of_zstd > of_gzip) return Coding::zstd;
  return of_gzip > 0 ? Coding::gzip : Coding::none;
}

bool is_text(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  return type == "application/json" || type == "application/javascript" || type == "image/svg+xml" ||
         (type.starts_with("text/") && type != "text/event-stream");
}

}  // namespace

Result<std::string> decoded(std::string_view content_encoding, std::string body, size_t bytes_max) {
  const auto codings = list_elements(content_encoding);
  if (codings.size() > kCodingsMax) return Error{ErrorCode::not_supported, "too many content codings"};
  for (const auto coding : codings) {
    const bool known = equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip") ||
                       equal_ignoring_case(coding, "deflate") || equal_ignoring_case(coding, "zstd") ||
                       equal_ignoring_case(coding, "identity");
    if (!known) return Error{ErrorCode::not_supported, "content coding " + std::string(coding)};
  }
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {  // the last one was put on last
    if (equal_ignoring_case(*coding, "zstd")) body = TRY(unzstd(body, bytes_max));
    else if (!equal_ignoring_case(*coding, "identity")) body = TRY(unpacked(Packing::gzip_or_zlib, body, bytes_max));
  }
  return body;
}

void compress(const HttpRequest& request, HttpResponse& response) {
  if (response.body.size() < kWorthIt || !is_text(response.content_type)) return;
  // A part of a body, or bytes that have a tag of their own, mean what they are.
  const auto is_tag = [](const auto& header) { return header.first == "ETag"; };
  if (std::any_of(response.headers.begin(), response.headers.end(), is_tag)) return;
  // Secrets beside bytes that an attacker chooses are not to be packed together.
  if (request.path.starts_with("/v1/api/auth/")) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  const auto* const accepted = request.header("Accept-Encoding");
  const auto coding = accepted ? wanted_coding(*accepted) : Coding::none;
  if (coding == Coding::none) return;
  auto packed = coding == Coding::zstd ? zstd(response.body) : gzip(response.body);
  if (packed.empty() || packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", coding == Coding::zstd ? "zstd" : "gzip");
}

}  // namespace kalam::server
