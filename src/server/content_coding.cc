#include "server/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "types/ascii.h"

namespace kalam::server {

namespace {

constexpr size_t kWorthIt = 1024;  // bytes; below it the packed form is no smaller on the wire
constexpr size_t kCodingsMax = 4;
constexpr int kFast = 1;
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kGzipOrZlib = 32 + MAX_WBITS;

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto word = trimmed(list.substr(0, comma)); !word.empty()) words.push_back(word);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return words;
}

z_stream stream_over(std::string_view in) {
  z_stream stream{};
  // zlib does not write there; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  return stream;
}

Result<std::string> inflated(std::string_view body, size_t bytes_max) {
  auto stream = stream_over(body);
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) return Error{ErrorCode::internal, "zlib has no memory"};
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
  if (out.size() > bytes_max) return Error{ErrorCode::limit_exceeded, "the body is too large"};
  if (state != Z_STREAM_END || !all) return Error{ErrorCode::invalid_input, "the body does not match its coding"};
  return out;
}

// Is gzip wanted? Its own weight beats that of `*`.
bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  for (const auto word : words_of(accept_encoding)) {
    const auto semicolon = word.find(';');
    const auto coding = trimmed(word.substr(0, semicolon));
    double weight = 1;
    if (semicolon != std::string_view::npos) {
      const auto parameter = trimmed(word.substr(semicolon + 1));
      if (!parameter.starts_with("q=")) continue;
      const auto digits = parameter.substr(2);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), weight).ec != std::errc()) continue;
    }
    if (equal_ignoring_case(coding, "gzip")) return weight > 0;
    if (coding == "*") any = weight > 0;
  }
  return any;
}

bool is_text(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  return type == "application/json" || type == "application/javascript" || type == "image/svg+xml" ||
         (type.starts_with("text/") && type != "text/event-stream");
}

std::string gzipped(std::string_view body) {
  auto stream = stream_over(body);
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, body.size()), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const auto state = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return state == Z_STREAM_END ? out : std::string();
}

}  // namespace

Result<std::string> decoded(std::string_view content_encoding, std::string body, size_t bytes_max) {
  const auto codings = words_of(content_encoding);
  if (codings.size() > kCodingsMax) return Error{ErrorCode::not_supported, "too many content codings"};
  for (const auto coding : codings) {
    const bool known = equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip") ||
                       equal_ignoring_case(coding, "deflate") || equal_ignoring_case(coding, "identity");
    if (!known) return Error{ErrorCode::not_supported, "content coding " + std::string(coding)};
  }
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {  // the last one was put on last
    if (!equal_ignoring_case(*coding, "identity")) body = TRY(inflated(body, bytes_max));
  }
  return body;
}

void compress(const HttpRequest& request, HttpResponse& response) {
  constexpr size_t kLongest = 1u << 31;  // zlib counts in 32 bits
  if (response.body.size() < kWorthIt || response.body.size() > kLongest || !is_text(response.content_type)) return;
  // A part of a body, or bytes that have a tag of their own, mean what they are.
  const auto is_tag = [](const auto& header) { return header.first == "ETag"; };
  if (std::any_of(response.headers.begin(), response.headers.end(), is_tag)) return;
  // Secrets beside bytes that an attacker chooses are not to be packed together.
  if (request.path.starts_with("/v1/api/auth/")) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  const auto* const accepted = request.header("Accept-Encoding");
  if (!accepted || !accepts_gzip(*accepted)) return;
  auto packed = gzipped(response.body);
  if (packed.empty() || packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace kalam::server
