// Tokens: SQL text cut into words, texts, numbers and signs. Looks at the letters only: which words are keywords, and
// whether they make a sentence, is decided elsewhere.
//
// Always true: a text, a quoted name or a comment ends where the engine's lexer lets it end, so that nobody behind us
// finds other statements in a text than we did.

#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kalam::sql {

enum class TokenKind : uint8_t {
  end,
  word,    // an identifier or keyword, as written
  quoted,  // "…" or `…`, quotes included
  text,    // '…', E'…', X'…' or $tag$…$tag$, as written
  number,
  parameter,  // $1
  semicolon,
  sign,        // every other byte that is no space, one at a time
  unfinished,  // a text, quoted name or comment that has no end: from its beginning to the end of everything
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text = {};  // as written, inside of the scanned text
  size_t offset = 0;           // of its first byte

  bool sign(char c) const { return kind == TokenKind::sign && text.front() == c; }
  size_t end_offset() const { return offset + text.size(); }
};

// "Unterminated quoted string" or "Unterminated block comment".
std::string_view reason_of_unfinished(const Token& token);

// Goes through a text, skipping white space and comments (-- to the end of the line, /* */ not nested). The text must
// outlive the scanner and its tokens. A value: a copy goes on from the same place.
class TokenScanner {
 public:
  explicit TokenScanner(std::string_view text) : text_(text) {}

  Token next();  // at the end of the text, or behind an unfinished token: `end`, for ever

  // If `--word` comes next, takes the two dashes, so that it is no comment. True: it did.
  bool skip_dashes_before(std::string_view word);

  // Did a comment stand in front of the last token?
  bool comment_before() const { return comment_; }

 private:
  enum class Escape : uint8_t { doubling, backslash };

  bool skip_blank();  // false: a comment without an end
  Token take(TokenKind kind, size_t end);
  Token take_until_quote(TokenKind kind, size_t open, char quote, Escape escape);
  Token take_dollar();
  size_t end_of_number() const;
  size_t end_of_digits(size_t from) const;

  std::string_view text_;
  size_t at_ = 0;
  bool comment_ = false;
};

}  // namespace kalam::sql
