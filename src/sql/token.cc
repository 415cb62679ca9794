#include "sql/token.h"

#include <array>

#include "types/ascii.h"

namespace kalam::sql {

namespace {

constexpr size_t kNowhere = std::string_view::npos;

enum CharClass : uint8_t {
  kBlank = 1,
  kStartsWord = 2,  // ASCII, or a byte of a longer UTF-8 character: names may hold letters of any script
  kDigit = 4,
  kContinuesWord = 8,
};

constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> classes = {};
  for (const unsigned char c : {' ', '\t', '\n', '\r', '\f'}) classes[c] = kBlank;
  for (int c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    const bool digit = c >= '0' && c <= '9';
    if (letter) classes[static_cast<size_t>(c)] = kStartsWord | kContinuesWord;
    if (digit) classes[static_cast<size_t>(c)] = kDigit | kContinuesWord;
  }
  classes['$'] = kContinuesWord;
  return classes;
}();

bool is(char c, uint8_t wanted) { return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0; }

}  // namespace

std::string_view reason_of_unfinished(const Token& token) {
  return token.text.starts_with("/*") ? "Unterminated block comment" : "Unterminated quoted string";
}

Token TokenScanner::take(TokenKind kind, size_t end) {
  const Token token{kind, text_.substr(at_, end - at_), at_};
  at_ = end;
  return token;
}

bool TokenScanner::skip_blank() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (is(c, kBlank)) {
      ++at_;
      continue;
    }
    const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '-' && following == '-') {
      comment_ = true;
      const auto line_end = text_.find('\n', at_);
      at_ = line_end == kNowhere ? text_.size() : line_end + 1;
    } else if (c == '/' && following == '*') {
      comment_ = true;
      const auto closing = text_.find("*/", at_ + 2);
      if (closing == kNowhere) return false;
      at_ = closing + 2;
    } else {
      break;
    }
  }
  return true;
}

// From at_ to the quote that ends what begins at `open`. A doubled quote stands for itself.
Token TokenScanner::take_until_quote(TokenKind kind, size_t open, char quote, Escape escape) {
  for (size_t i = open + 1; i < text_.size(); ++i) {
    if (escape == Escape::backslash && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (i + 1 == text_.size() || text_[i + 1] != quote) return take(kind, i + 1);
      ++i;
    }
  }
  return take(TokenKind::unfinished, text_.size());
}

// $1, $tag$ … $tag$, or a dollar.
Token TokenScanner::take_dollar() {
  auto end = end_of_digits(at_ + 1);
  if (end > at_ + 1) return take(TokenKind::parameter, end);
  while (end < text_.size() && is(text_[end], kStartsWord | kDigit)) ++end;
  if (end == text_.size() || text_[end] != '$') return take(TokenKind::sign, at_ + 1);
  const auto tag = text_.substr(at_, end + 1 - at_);
  const auto closing = text_.find(tag, end + 1);
  if (closing == kNowhere) return take(TokenKind::unfinished, text_.size());
  return take(TokenKind::text, closing + tag.size());
}

size_t TokenScanner::end_of_digits(size_t from) const {
  while (from < text_.size() && is(text_[from], kDigit)) ++from;
  return from;
}

// 1, 1_000, 1.5, .5, 1e-3, 0x1F. What else is glued to it is a word of its own, as for the engine: in 1e'…' the text
// has backslashes.
size_t TokenScanner::end_of_number() const {
  const auto grouped = [this](size_t from) {
    auto end = end_of_digits(from);
    while (end > from && end + 1 < text_.size() && text_[end] == '_' && is(text_[end + 1], kDigit)) {
      end = end_of_digits(end + 1);
    }
    return end;
  };
  const auto at = [this](size_t index) { return index < text_.size() ? text_[index] : '\0'; };

  if (at(at_) == '0' && ascii_lower(at(at_ + 1)) == 'x') {
    auto end = at_ + 2;
    while (hex_digit(at(end)) >= 0) ++end;
    return end == at_ + 2 ? at_ + 1 : end;
  }
  auto end = grouped(at_);
  if (at(end) == '.' && at(end + 1) != '.') end = grouped(end + 1);  // in 1..2 the two dots are a sign
  if (ascii_lower(at(end)) == 'e') {
    const bool has_sign = at(end + 1) == '-' || at(end + 1) == '+';
    const auto exponent = end + (has_sign ? 2 : 1);
    if (is(at(exponent), kDigit)) end = grouped(exponent);
  }
  return end;
}

bool TokenScanner::skip_dashes_before(std::string_view word) {
  auto at = at_;
  while (at < text_.size() && is(text_[at], kBlank)) ++at;
  const auto dashes = text_.substr(at, 2);
  if (dashes != "--" || !equal_ignoring_case(text_.substr(at + 2, word.size()), word)) return false;
  at_ = at + 2;
  return true;
}

Token TokenScanner::next() {
  comment_ = false;
  if (!skip_blank()) return take(TokenKind::unfinished, text_.size());
  if (at_ == text_.size()) return {TokenKind::end, {}, at_};
  const char c = text_[at_];
  const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (is(c, kStartsWord)) {
    if (following == '\'' && (c == 'e' || c == 'E')) {
      return take_until_quote(TokenKind::text, at_ + 1, '\'', Escape::backslash);
    }
    if (following == '\'' && (c == 'x' || c == 'X')) {
      return take_until_quote(TokenKind::text, at_ + 1, '\'', Escape::doubling);
    }
    auto end = at_ + 1;
    while (end < text_.size() && is(text_[end], kContinuesWord)) ++end;
    return take(TokenKind::word, end);
  }
  if (is(c, kDigit) || (c == '.' && is(following, kDigit))) return take(TokenKind::number, end_of_number());
  switch (c) {
    case ';': return take(TokenKind::semicolon, at_ + 1);
    case '\'': return take_until_quote(TokenKind::text, at_, c, Escape::doubling);
    case '"':
    case '`': return take_until_quote(TokenKind::quoted, at_, c, Escape::doubling);
    case '$': return take_dollar();
    default: return take(TokenKind::sign, at_ + 1);
  }
}

}  // namespace kalam::sql
