#include "types/json_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/utf8.h"
#include "types/ascii.h"

namespace kalam {
namespace {

// Four hex digits; -1 when they are not.
int code_unit(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return -1;
  int unit = 0;
  for (size_t i = 0; i < 4; ++i) {
    const int digit = hex_digit(text[at + i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

void append_utf8(std::string& out, uint32_t point) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

// Removes the escapes of a string that skip_string() found well-formed.
std::string unescape(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  size_t at = 0;
  while (at < body.size()) {
    const auto escape = body.find('\\', at);
    out.append(body.substr(at, escape - at));
    if (escape == std::string_view::npos) break;
    at = escape + 2;
    switch (body[escape + 1]) {
      case 'b': out.push_back('\b'); break;
      case 'f': out.push_back('\f'); break;
      case 'n': out.push_back('\n'); break;
      case 'r': out.push_back('\r'); break;
      case 't': out.push_back('\t'); break;
      case 'u': {
        auto point = static_cast<uint32_t>(code_unit(body, at));
        at += 4;
        if (point >= 0xD800 && point < 0xDC00) {
          const auto low = static_cast<uint32_t>(code_unit(body, at + 2));
          at += 6;
          point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        }
        append_utf8(out, point);
        break;
      }
      default: out.push_back(body[escape + 1]);
    }
  }
  return out;
}

}  // namespace

Error JsonReader::error(std::string_view what) const {
  const auto before = text_.substr(0, std::min(at_, text_.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return Error{ErrorCode::invalid_input,
               std::string(what) + " at line " + std::to_string(line) + " column " + std::to_string(column)};
}

void JsonReader::skip_space() {
  while (at_ < text_.size() && is_ascii_space(text_[at_])) ++at_;
}

bool JsonReader::take(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

Result<JsonReader::Kind> JsonReader::peek() {
  skip_space();
  if (at_ >= text_.size()) return error("unexpected end of JSON");
  switch (text_[at_]) {
    case 'n': return Kind::null;
    case 't':
    case 'f': return Kind::boolean;
    case '"': return Kind::string;
    case '[': return Kind::array;
    case '{': return Kind::object;
    default: break;
  }
  if (text_[at_] == '-' || is_ascii_digit(text_[at_])) return Kind::number;
  return error("expected a JSON value");
}

Status JsonReader::word(std::string_view expected) {
  skip_space();
  if (!text_.substr(at_).starts_with(expected)) return error("expected " + std::string(expected));
  at_ += expected.size();
  return {};
}

Status JsonReader::null() { return word("null"); }

Result<bool> JsonReader::boolean() {
  skip_space();
  const bool value = at_ < text_.size() && text_[at_] == 't';
  if (!value && (at_ >= text_.size() || text_[at_] != 'f')) return error("expected true or false");
  TRY(word(value ? "true" : "false"));
  return value;
}

Status JsonReader::skip_number() {
  const auto digits = [&] {
    const auto from = at_;
    while (at_ < text_.size() && is_ascii_digit(text_[at_])) ++at_;
    return at_ > from;
  };
  take('-');
  if (take('0')) {
    if (at_ < text_.size() && is_ascii_digit(text_[at_])) return error("a number must not begin with 0");
  } else if (!digits()) {
    return error("expected a digit");
  }
  if (take('.') && !digits()) return error("expected a digit after the point");
  if (take('e') || take('E')) {
    if (!take('-')) take('+');
    if (!digits()) return error("expected a digit in the exponent");
  }
  return {};
}

Result<std::string_view> JsonReader::number() {
  skip_space();
  const auto from = at_;
  if (at_ >= text_.size() || (text_[at_] != '-' && !is_ascii_digit(text_[at_]))) return error("expected a number");
  TRY(skip_number());
  return text_.substr(from, at_ - from);
}

Result<int64_t> JsonReader::integer() {
  const auto text = TRY(number());
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return error("expected a 64-bit integer");
  return value;
}

Result<uint64_t> JsonReader::unsigned_integer() {
  const auto text = TRY(number());
  uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return error("expected an unsigned 64-bit integer");
  return value;
}

// Steps over a string, opening quote included, and checks it: escapes, surrogate pairs, control characters, UTF-8.
Status JsonReader::skip_string() {
  if (!take('"')) return error("expected a string");
  const auto from = at_;
  while (true) {
    if (at_ >= text_.size()) return error("unterminated string");
    const char c = text_[at_];
    if (c == '"') break;
    if (static_cast<uint8_t>(c) < 0x20) return error("control character in a string");
    if (c != '\\') {
      ++at_;
      continue;
    }
    if (at_ + 1 >= text_.size()) return error("unterminated string");
    const char escape = text_[at_ + 1];
    if (escape != 'u') {
      if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) return error("invalid escape");
      at_ += 2;
      continue;
    }
    const int unit = code_unit(text_, at_ + 2);
    if (unit < 0) return error("invalid \\u escape");
    if (unit >= 0xDC00 && unit < 0xE000) return error("lone surrogate in \\u escape");
    if (unit >= 0xD800 && unit < 0xDC00) {
      const int low = text_.substr(at_ + 6).starts_with("\\u") ? code_unit(text_, at_ + 8) : -1;
      if (low < 0xDC00 || low >= 0xE000) return error("lone surrogate in \\u escape");
      at_ += 6;
    }
    at_ += 6;
  }
  if (!is_utf8(text_.substr(from, at_ - from))) return error("invalid UTF-8 in a string");
  ++at_;
  return {};
}

Result<std::string> JsonReader::string() {
  skip_space();
  const auto from = at_ + 1;
  TRY(skip_string());
  return unescape(text_.substr(from, at_ - 1 - from));
}

Status JsonReader::begin_object() {
  skip_space();
  if (!take('{')) return error("expected an object");
  if (open_.size() == kJsonDepthMax) return error("JSON is nested too deeply");
  open_.push_back('{');
  first_ = true;
  return {};
}

Status JsonReader::begin_array() {
  skip_space();
  if (!take('[')) return error("expected an array");
  if (open_.size() == kJsonDepthMax) return error("JSON is nested too deeply");
  open_.push_back('[');
  first_ = true;
  return {};
}

Result<std::optional<std::string>> JsonReader::key() {
  skip_space();
  if (take('}')) {
    open_.pop_back();
    first_ = false;
    return std::optional<std::string>();
  }
  if (!std::exchange(first_, false)) {
    if (!take(',')) return error("expected ',' or '}'");
    skip_space();
  }
  auto name = TRY(string());
  skip_space();
  if (!take(':')) return error("expected ':'");
  return std::optional<std::string>(std::move(name));
}

Result<bool> JsonReader::element() {
  skip_space();
  if (take(']')) {
    open_.pop_back();
    first_ = false;
    return false;
  }
  if (!std::exchange(first_, false) && !take(',')) return error("expected ',' or ']'");
  return true;
}

Result<std::string_view> JsonReader::raw() {
  skip_space();
  const auto from = at_;
  const auto depth = open_.size();
  // One round per value; containers stay open in `open_` until their end comes.
  while (true) {
    switch (TRY(peek())) {
      case Kind::null: TRY(null()); break;
      case Kind::boolean: TRY(boolean()); break;
      case Kind::number: TRY(skip_number()); break;
      case Kind::string: TRY(skip_string()); break;
      case Kind::array: TRY(begin_array()); break;
      case Kind::object: TRY(begin_object()); break;
    }
    // On to the next value inside, closing what ends here.
    while (open_.size() > depth) {
      if (open_.back() == '[' ? TRY(element()) : TRY(key()).has_value()) break;
    }
    if (open_.size() == depth) return text_.substr(from, at_ - from);
  }
}

Status JsonReader::end() {
  skip_space();
  if (at_ < text_.size()) return error("unexpected text after the JSON value");
  return {};
}

Result<std::optional<std::string>> UniqueKeys::next(JsonReader& json) {
  auto key = TRY(json.key());
  if (!key) return key;
  if (std::ranges::find(seen_, *key) != seen_.end()) return json.error("key '" + *key + "' twice");
  seen_.push_back(*key);
  return key;
}

Status check_json(std::string_view text) {
  JsonReader json(text);
  TRY(json.raw());
  return json.end();
}

Result<std::string> compact_json(std::string_view text) {
  TRY(check_json(text));
  std::string out;
  out.reserve(text.size());
  bool inside_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside_string && c == '\\') {
      out.append(text.substr(i++, 2));
      continue;
    }
    if (c == '"') inside_string = !inside_string;
    if (inside_string || !is_ascii_space(c)) out.push_back(c);
  }
  return out;
}

}  // namespace kalam
