#include "sql/detail/words.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "types/ascii.h"
#include "types/ids.h"

namespace kalam::sql {

const Token& Words::peek(size_t ahead) {
  while (count_ <= ahead) {
    ahead_[(first_ + count_) % kAheadMax] = scanner_.next();
    ++count_;
  }
  return ahead_[(first_ + ahead) % kAheadMax];
}

Token Words::take() {
  const Token token = peek();
  first_ = (first_ + 1) % kAheadMax;
  --count_;
  taken_to_ = token.end_offset();
  return token;
}

bool Words::is(std::string_view keyword, size_t ahead) {
  const auto& token = peek(ahead);
  return token.kind == TokenKind::word && equal_ignoring_case(token.text, keyword);
}

bool Words::are(std::initializer_list<std::string_view> keywords) {
  size_t ahead = 0;
  for (const auto keyword : keywords) {
    if (!is(keyword, ahead++)) return false;
  }
  return true;
}

bool Words::accept(std::string_view keyword) {
  if (!is(keyword)) return false;
  take();
  return true;
}

bool Words::accept(std::initializer_list<std::string_view> keywords) {
  if (!are(keywords)) return false;
  for (size_t i = 0; i < keywords.size(); ++i) take();
  return true;
}

bool Words::accept_sign(char sign) {
  if (!peek().sign(sign)) return false;
  take();
  return true;
}

Status Words::expect(std::string_view keyword) {
  if (!accept(keyword)) return unexpected(keyword);
  return {};
}

Status Words::expect_sign(char sign) {
  if (!accept_sign(sign)) return unexpected(std::string(1, sign));
  return {};
}

Status Words::expect_end() {
  if (!at_end()) return unexpected("end of statement");
  return {};
}

Error Words::unexpected(std::string_view what) {
  const auto& found = peek();
  if (found.kind == TokenKind::unfinished) return invalid(std::string(reason_of_unfinished(found)));
  auto message = "sql parser error: Expected: " + std::string(what) + ", found: ";
  if (found.kind == TokenKind::end) return invalid(message + "EOF");
  const auto shown = found.text.substr(0, valid_utf8_prefix(found.text.substr(0, 100)));
  const auto [line, column] = place_of(text_, found.offset);
  return invalid(message + std::string(shown) + " at Line: " + std::to_string(line) +
                 ", Column: " + std::to_string(column));
}

std::string_view Words::rest() { return trimmed(text_.substr(offset())); }

void Words::skip_rest() {
  while (!at_end()) take();
}

bool Words::skip_brackets() {
  for (size_t depth = 1; !at_end();) {
    const auto token = take();
    if (token.sign('(') || token.sign('[') || token.sign('{')) ++depth;
    else if ((token.sign(')') || token.sign(']') || token.sign('}')) && --depth == 0) return true;
  }
  return false;
}

std::optional<std::string> Words::accept_name() {
  const auto kind = peek().kind;
  if (kind == TokenKind::word) return std::string(take().text);
  if (kind == TokenKind::quoted) return unquoted_name(take().text);
  return std::nullopt;
}

Result<std::string> Words::expect_name(std::string_view what) {
  auto name = accept_name();
  if (!name) return unexpected(what);
  return *std::move(name);
}

std::optional<std::string> Words::accept_bare() {
  const auto of_run = [](const Token& token) {
    switch (token.kind) {
      case TokenKind::word:
      case TokenKind::number:
      case TokenKind::parameter:
      case TokenKind::quoted: return true;
      case TokenKind::sign: return std::string_view("(),=").find(token.text.front()) == std::string_view::npos;
      default: return false;
    }
  };
  if (peek().kind == TokenKind::text) return accept_text();
  if (!of_run(peek())) return std::nullopt;
  std::string run;
  do {
    const auto token = take();
    run += token.kind == TokenKind::quoted ? unquoted_name(token.text) : std::string(token.text);
  } while (of_run(peek()) && peek().offset == taken_to_);
  return run;
}

std::optional<std::string> Words::accept_text() {
  if (peek().kind != TokenKind::text) return std::nullopt;
  auto text = unquoted_text(peek().text);
  if (text) take();
  return text;
}

std::optional<std::string> Words::accept_text_or_quoted() {
  if (peek().kind == TokenKind::quoted) return unquoted_name(take().text);
  return accept_text();
}

std::optional<uint64_t> Words::accept_number() {
  const auto text = peek().text;
  uint64_t number = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (peek().kind != TokenKind::number || code != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  take();
  return number;
}

std::string unquoted_name(std::string_view quoted) {
  std::string name;
  const char quote = quoted.front();
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == quote) ++i;
    name += quoted[i];
  }
  return name;
}

namespace {

void append_character(std::string& out, uint32_t code) {
  const auto byte = [&out](uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  } else {
    byte(0xF0 | (code >> 18 & 0x07));
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

// What follows the backslash at the front of `escape`; the number of bytes of both.
size_t append_escape(std::string& out, std::string_view escape) {
  const auto digits = [&](size_t from, size_t most, int base, uint32_t& value) {
    size_t count = 0;
    for (value = 0; count < most && from + count < escape.size(); ++count) {
      const auto digit = hex_digit(escape[from + count]);
      if (digit < 0 || digit >= base) break;
      value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    }
    return count;
  };
  uint32_t code = 0;
  switch (escape[1]) {
    case 'b': out += '\b'; return 2;
    case 'f': out += '\f'; return 2;
    case 'n': out += '\n'; return 2;
    case 'r': out += '\r'; return 2;
    case 't': out += '\t'; return 2;
    case 'x':
      if (const auto count = digits(2, 2, 16, code); count > 0) {
        out += static_cast<char>(code);
        return 2 + count;
      }
      break;
    case 'u':
    case 'U': {
      const size_t wanted = escape[1] == 'u' ? 4 : 8;
      if (digits(2, wanted, 16, code) == wanted) {
        append_character(out, code);
        return 2 + wanted;
      }
      break;
    }
    default:
      if (const auto count = digits(1, 3, 8, code); count > 0) {
        out += static_cast<char>(code);
        return 1 + count;
      }
  }
  out += escape[1];
  return 2;
}

}  // namespace

std::optional<std::string> unquoted_text(std::string_view literal) {
  if (literal.front() == '$') {
    const auto tag = literal.find('$', 1) + 1;
    return std::string(literal.substr(tag, literal.size() - 2 * tag));
  }
  const bool escapes = literal.front() == 'e' || literal.front() == 'E';
  if (!escapes && literal.front() != '\'') return std::nullopt;
  std::string text;
  text.reserve(literal.size());
  for (size_t i = escapes ? 2 : 1; i + 1 < literal.size();) {
    if (escapes && literal[i] == '\\') {
      i += append_escape(text, literal.substr(i, literal.size() - 1 - i));
      continue;
    }
    if (literal[i] == '\'') ++i;
    text += literal[i++];
  }
  if (escapes && (!is_utf8(text) || text.find('\0') != std::string::npos)) return std::nullopt;
  return text;
}

Place place_of(std::string_view text, size_t offset) {
  Place place;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') place = {place.line + 1, 1};
    else if ((c & 0xC0) != 0x80) ++place.column;
  }
  return place;
}

Error invalid(std::string message) { return Error{ErrorCode::invalid_input, std::move(message)}; }

Status expect_nothing_after(Words& words, std::string_view statement) {
  if (words.at_end()) return {};
  if (words.peek().kind == TokenKind::unfinished) return words.unexpected("end of statement");
  const auto rest = words.rest();
  return invalid("Unexpected tokens after " + std::string(statement) + ": '" +
                 std::string(rest.substr(0, valid_utf8_prefix(rest.substr(0, 100)))) + "'");
}

Result<ObjectName> expect_object_name(Words& words, std::string_view otherwise) {
  if (words.peek().kind == TokenKind::unfinished) return words.unexpected("identifier");
  auto first = words.accept_name();
  if (!first) return invalid(std::string(otherwise));
  if (!words.accept_sign('.')) return ObjectName{{}, TRY(checked_id(parse_table_name(*first))).value()};
  const auto second = words.accept_name();
  if (!second || words.peek().sign('.')) return invalid(std::string(otherwise));
  return ObjectName{TRY(checked_id(parse_namespace_id(*first))).value(),
                    TRY(checked_id(parse_table_name(*second))).value()};
}

Result<std::string> expect_namespace(Words& words, std::string otherwise) {
  const auto name = words.accept_bare();
  if (!name) return invalid(std::move(otherwise));
  return TRY(checked_id(parse_namespace_id(*name))).value();
}

}  // namespace kalam::sql
