// Words: a cursor over the tokens of one statement, for parsers written by hand.
//
// A value: a copy is a place to come back to. Never looks further than six tokens ahead.

#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/object_name.h"
#include "sql/token.h"

namespace kalam::sql {

class Words {
 public:
  explicit Words(std::string_view text) : text_(text), scanner_(text) {}

  std::string_view text() const { return text_; }  // of the whole statement
  const Token& peek(size_t ahead = 0);             // ahead < 6
  Token take();                                    // the next token; `end` for ever
  bool at_end() { return peek().kind == TokenKind::end; }

  // Keywords: unquoted words, in any case.
  bool is(std::string_view keyword, size_t ahead = 0);
  bool are(std::initializer_list<std::string_view> keywords);
  bool accept(std::string_view keyword);
  bool accept(std::initializer_list<std::string_view> keywords);  // all of them, or none is taken
  bool accept_sign(char sign);

  Status expect(std::string_view keyword);
  Status expect_sign(char sign);
  Status expect_end();  // "sql parser error: Expected: end of statement, found: …"

  // "sql parser error: Expected: <what>, found: FOO at Line: 1, Column: 5"; what is unfinished is said instead.
  Error unexpected(std::string_view what);

  // The rest of the statement as written, blanks around it gone.
  std::string_view rest();
  void skip_rest();
  size_t offset() { return peek().offset; }  // of the next token
  std::string_view written_since(size_t offset) const { return text_.substr(offset, taken_to_ - offset); }

  // Takes everything up to the bracket that closes one already taken, and that bracket. False: there is none.
  bool skip_brackets();

  // One name: a word, or a quoted name without its quotes. As written, not folded. Nothing: another token stands there.
  std::optional<std::string> accept_name();
  Result<std::string> expect_name(std::string_view what);  // `what` for the message: "identifier"

  // What stands there without a blank in between: a quoted name or text without its quotes, or a run of words, numbers
  // and signs such as FL-0a1b or app.events. Nothing at the end and before ( ) , = ; and texts.
  std::optional<std::string> accept_bare();

  // A text ('…', E'…' or $$…$$) without its quotes, or a quoted name in its place if `or_quoted`.
  std::optional<std::string> accept_text();
  std::optional<std::string> accept_text_or_quoted();

  // Digits only, within 64 bits.
  std::optional<uint64_t> accept_number();

 private:
  static constexpr size_t kAheadMax = 6;
  std::string_view text_;
  TokenScanner scanner_;
  std::array<Token, kAheadMax> ahead_;
  size_t first_ = 0;
  size_t count_ = 0;
  size_t taken_to_ = 0;  // behind the last token taken
};

// "…" or `…` without its quotes; doubled ones inside stand for one.
std::string unquoted_name(std::string_view quoted);

// '…', E'…' or $tag$…$tag$ without quotes and with its escapes undone. Nothing: bytes (X'…'), or no UTF-8.
std::optional<std::string> unquoted_text(std::string_view literal);

struct Place {
  size_t line = 1;
  size_t column = 1;  // in characters
};
Place place_of(std::string_view text, size_t offset);

Error invalid(std::string message);  // invalid_input
// "Unexpected tokens after SHOW TABLES: 'x y'", unless the statement ends here.
Status expect_nothing_after(Words& words, std::string_view statement);

// `name` or `ns.name`, folded. `otherwise`: more parts, or something else. Names that no directory may have are
// `invalid_identifier`.
Result<ObjectName> expect_object_name(Words& words, std::string_view otherwise);

// A namespace, folded: a bare word or in quotes. `otherwise`: nothing stands there.
Result<std::string> expect_namespace(Words& words, std::string otherwise);

// An id that was read from text: the error says that the name, not the sentence, is wrong.
template <typename Id>
Result<Id> checked_id(Result<Id> id) {
  if (id.ok()) return id;
  return Error{ErrorCode::invalid_identifier, id.error().message};
}

}  // namespace kalam::sql
