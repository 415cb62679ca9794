#include "sql/token.h"

#include "base/result.h"

namespace kalam::sql {

namespace {

// ASCII, or a byte of a longer UTF-8 character: names may hold letters of any script.
bool starts_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

Token TokenScanner::take(TokenKind kind, size_t end) {
  const Token token{kind, text_.substr(at_, end - at_), at_};
  at_ = end;
  return token;
}

Result<bool> TokenScanner::skip_blank() {
  const auto before = at_;
  while (at_ < text_.size()) {
    if (is_blank(text_[at_])) {
      ++at_;
    } else if (text_.substr(at_).starts_with("--")) {
      const auto line_end = text_.find('\n', at_);
      at_ = line_end == std::string_view::npos ? text_.size() : line_end + 1;
    } else if (text_.substr(at_).starts_with("/*")) {
      const auto closing = text_.find("*/", at_ + 2);
      if (closing == std::string_view::npos) return Error{ErrorCode::invalid_input, "Unterminated block comment"};
      at_ = closing + 2;
    } else {
      break;
    }
  }
  return at_ != before;
}

// One behind the quote that ends what begins at `open`. A doubled quote stands for itself.
Result<size_t> TokenScanner::closing_quote(size_t open, char quote, bool backslash_escapes) const {
  for (size_t i = open + 1; i < text_.size(); ++i) {
    if (backslash_escapes && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (i + 1 < text_.size() && text_[i + 1] == quote) ++i;
      else return i + 1;
    }
  }
  return Error{ErrorCode::invalid_input, "Unterminated quoted string"};
}

Result<Token> TokenScanner::next() {
  TRY(skip_blank());
  if (at_ == text_.size()) return Token{TokenKind::end, {}, at_};
  const char c = text_[at_];
  const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (c == ';') return take(TokenKind::semicolon, at_ + 1);
  if (c == '\'') return take(TokenKind::text, TRY(closing_quote(at_, '\'', false)));
  if (c == '"' || c == '`') return take(TokenKind::quoted, TRY(closing_quote(at_, c, false)));
  if (following == '\'' && (c == 'e' || c == 'E' || c == 'x' || c == 'X')) {
    return take(TokenKind::text, TRY(closing_quote(at_ + 1, '\'', c == 'e' || c == 'E')));
  }
  if (c == '$') {
    size_t end = at_ + 1;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end > at_ + 1) return take(TokenKind::parameter, end);
    while (end < text_.size() && (starts_word(text_[end]) || is_digit(text_[end]))) ++end;
    if (end < text_.size() && text_[end] == '$') {  // $tag$ … $tag$
      const auto tag = text_.substr(at_, end + 1 - at_);
      const auto closing = text_.find(tag, end + 1);
      if (closing == std::string_view::npos) return Error{ErrorCode::invalid_input, "Unterminated quoted string"};
      return take(TokenKind::text, closing + tag.size());
    }
    return take(TokenKind::sign, at_ + 1);
  }
  if (is_digit(c) || (c == '.' && is_digit(following))) {
    size_t end = at_ + 1;
    while (end < text_.size()) {
      const char n = text_[end];
      const bool exponent_sign = (n == '+' || n == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (!is_digit(n) && n != '.' && n != '_' && !starts_word(n) && !exponent_sign) break;
      ++end;
    }
    return take(TokenKind::number, end);
  }
  if (starts_word(c)) {
    size_t end = at_ + 1;
    while (end < text_.size() && continues_word(text_[end])) ++end;
    return take(TokenKind::word, end);
  }
  return take(TokenKind::sign, at_ + 1);
}

}  // namespace kalam::sql
