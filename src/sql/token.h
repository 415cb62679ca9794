// Tokens: SQL text cut into words, texts, numbers and signs. Looks at the letters only: which words are keywords, and
// whether they make a sentence, is decided elsewhere.

#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kalam::sql {

enum class TokenKind : uint8_t {
  end,
  word,    // an identifier or keyword, as written
  quoted,  // "…" or `…`, quotes included
  text,    // '…', E'…', X'…' or $tag$…$tag$, as written
  number,
  parameter,  // $1
  semicolon,
  sign,  // every other byte that is no space, one at a time
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as written, inside of the scanned text
  size_t offset = 0;      // of its first byte
};

// Goes through a text, skipping white space and comments (-- to the end of the line, /* */ not nested). The text must
// outlive the scanner and its tokens.
class TokenScanner {
 public:
  explicit TokenScanner(std::string_view text) : text_(text) {}

  // `end` for ever at the end of the text. An unterminated text, quoted name or block comment is `invalid_input`:
  // "Unterminated quoted string", "Unterminated block comment".
  Result<Token> next();

 private:
  Result<bool> skip_blank();
  Result<size_t> closing_quote(size_t open, char quote, bool backslash_escapes) const;
  Token take(TokenKind kind, size_t end);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace kalam::sql
