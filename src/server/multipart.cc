#include "server/multipart.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

constexpr std::string_view kMediaType = "multipart/form-data";
constexpr std::string_view kLineEnd = "\r\n";

Error malformed(std::string_view what) { return {ErrorCode::invalid_input, std::string(what), {}}; }
Error incomplete() { return malformed("Multipart stream is incomplete"); }

bool is_token(char c) {
  return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_token(c); });
}
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_boundary(std::string_view text) {
  const auto fits = [](char c) {
    return is_ascii_alphanumeric(c) || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= MultipartReader::kBoundaryBytesMax && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), fits);
}

// std::string_view::find is quadratic in texts that nearly match everywhere; memmem is not.
size_t find(std::string_view text, std::string_view wanted) {
  const auto* found = static_cast<const char*>(memmem(text.data(), text.size(), wanted.data(), wanted.size()));
  return found ? static_cast<size_t>(found - text.data()) : std::string_view::npos;
}

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

struct Parameter {
  std::string_view name;
  std::string value;
};

// Only quotes and backslashes can be escaped: some clients send the path of a file, with backslashes, as it is.
Result<std::string> take_quoted(std::string_view& text) {
  std::string value;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\')) text.remove_prefix(1);
    value.push_back(text.front());
    text.remove_prefix(1);
  }
  if (text.empty()) return malformed("a quoted parameter has no end");
  text.remove_prefix(1);
  return value;
}

// The next `; name=value` of a header; empty: there is none.
Result<std::optional<Parameter>> take_parameter(std::string_view& text) {
  skip_blanks(text);
  if (text.empty()) return std::optional<Parameter>();
  if (text.front() != ';') return malformed("unexpected text in a header");
  text.remove_prefix(1);
  skip_blanks(text);
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || !is_token(text.substr(0, equals))) {
    return malformed("a header parameter without a name");
  }
  Parameter parameter;
  parameter.name = text.substr(0, equals);
  text.remove_prefix(equals + 1);
  if (text.starts_with('"')) {
    parameter.value = TRY(take_quoted(text));
  } else {
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return !is_token(c) && c != '/' && c != ':'; });
    parameter.value.assign(text.begin(), end);
    text.remove_prefix(parameter.value.size());
    if (parameter.value.empty()) return malformed("a header parameter without a value");
  }
  return std::optional(std::move(parameter));
}

}  // namespace

bool MultipartReader::is_multipart(std::string_view content_type) {
  return content_type.size() >= kMediaType.size() &&
         equal_ignoring_case(content_type.substr(0, kMediaType.size()), kMediaType);
}

Result<MultipartReader> MultipartReader::open(std::string_view content_type, std::string_view body) {
  const auto absent = malformed("Multipart boundary is not found");
  if (!is_multipart(content_type)) return absent;
  auto rest = content_type.substr(kMediaType.size());
  std::optional<std::string> boundary;
  while (auto parameter = TRY(take_parameter(rest))) {
    if (!equal_ignoring_case(parameter->name, "boundary")) continue;
    if (boundary) return malformed("two boundaries");
    boundary = std::move(parameter->value);
  }
  if (!boundary) return absent;
  if (!is_boundary(*boundary)) return malformed("the boundary is malformed");
  return MultipartReader(std::move(*boundary), body);
}

// What follows a delimiter: a line end, behind which a part begins, or `--`, which ends it all.
Result<bool> MultipartReader::more_after_delimiter() {
  if (rest_.starts_with(kLineEnd)) {
    rest_.remove_prefix(kLineEnd.size());
    return true;
  }
  if (rest_.starts_with("--")) {
    rest_.remove_prefix(2);
    if (!rest_.empty() && rest_ != kLineEnd) return malformed("there is text behind the last part");
    return false;
  }
  if (rest_.size() < 2) return incomplete();
  return malformed("a boundary is followed by other text");
}

Status MultipartReader::begin() {
  begun_ = true;
  const auto first = std::string_view(delimiter_).substr(kLineEnd.size());
  if (rest_.starts_with(kLineEnd)) rest_.remove_prefix(kLineEnd.size());
  if (rest_.size() < first.size() && first.starts_with(rest_)) return incomplete();
  if (!rest_.starts_with(first)) return malformed("the body does not begin with its boundary");
  rest_.remove_prefix(first.size());
  ended_ = !TRY(more_after_delimiter());
  return {};
}

Status MultipartReader::read_disposition(std::string_view value) {
  if (std::exchange(has_disposition_, true)) return malformed("two headers Content-Disposition");
  const auto type = value.substr(0, value.find(';'));
  if (!equal_ignoring_case(trimmed(type), "form-data")) return malformed("a part is no form-data");
  value.remove_prefix(type.size());
  bool has_name = false;
  while (auto parameter = TRY(take_parameter(value))) {
    if (equal_ignoring_case(parameter->name, "name")) {
      if (std::exchange(has_name, true)) return malformed("a part has two names");
      part_.name = std::move(parameter->value);
    } else if (equal_ignoring_case(parameter->name, "filename")) {
      if (part_.file_name) return malformed("a part has two file names");
      part_.file_name = std::move(parameter->value);
    }
  }
  if (!has_name) return malformed("a part has no name");
  return {};
}

Status MultipartReader::read_header(std::string_view line) {
  if (!is_utf8(line)) return malformed("a header is not UTF-8");
  if (std::any_of(line.begin(), line.end(), [](char c) { return is_control(c) && c != '\t'; })) {
    return malformed("a header holds a control character");
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return malformed("a header has no name");
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (equal_ignoring_case(name, "Content-Disposition")) return read_disposition(value);
  if (equal_ignoring_case(name, "Content-Type")) {
    if (std::exchange(has_type_, true)) return malformed("two headers Content-Type");
    part_.content_type = std::string(value);
  } else if (equal_ignoring_case(name, "Content-Transfer-Encoding")) {
    for (const auto* plain : {"7bit", "8bit", "binary"}) {
      if (equal_ignoring_case(value, plain)) return {};
    }
    return malformed("a part is encoded");
  }
  return {};
}

Status MultipartReader::read_head() {
  part_ = {};
  has_disposition_ = has_type_ = false;
  size_t left = kHeadBytesMax;
  while (true) {
    const auto end = find(rest_.substr(0, left), kLineEnd);
    if (end == std::string_view::npos) {
      if (rest_.size() < left) return incomplete();
      return malformed("the head of a part is too long");
    }
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + kLineEnd.size());
    left -= end + kLineEnd.size();
    if (line.empty()) break;
    TRY(read_header(line));
  }
  if (!has_disposition_) return malformed("a part has no name");
  return {};
}

Result<std::optional<MultipartPart>> MultipartReader::next() {
  if (!begun_) TRY(begin());
  if (ended_) return std::optional<MultipartPart>();
  if (++parts_ > kPartsMax) return malformed("too many parts");
  TRY(read_head());
  inside_ = true;
  // An empty content may have its delimiter right behind the blank line of the head.
  const bool empty = rest_.starts_with(std::string_view(delimiter_).substr(kLineEnd.size()));
  const auto end = empty ? 0 : find(rest_, delimiter_);
  if (end == std::string_view::npos) return incomplete();
  part_.bytes = rest_.substr(0, end);
  rest_.remove_prefix(end + delimiter_.size() - (empty ? kLineEnd.size() : 0));
  ended_ = !TRY(more_after_delimiter());
  inside_ = false;
  return std::optional(std::move(part_));
}

}  // namespace kalam::server
