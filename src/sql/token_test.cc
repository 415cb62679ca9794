#include "sql/token.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kalam::sql {
namespace {

std::vector<std::string> texts_of(std::string_view sql) {
  TokenScanner scanner(sql);
  std::vector<std::string> texts;
  for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    EXPECT_EQ(token.text, sql.substr(token.offset, token.text.size()));
    if (token.kind == TokenKind::unfinished) texts.push_back("! " + std::string(reason_of_unfinished(token)));
    else texts.emplace_back(token.text);
  }
  return texts;
}

TEST(Token, CutsTextAsItIsWritten) {
  using Texts = std::vector<std::string>;
  struct Case {
    std::string_view sql;
    Texts expected;
  };
  const Case cases[] = {
      {"", {}},
      {" \t\r\n", {}},
      {"SELECT a.b", {"SELECT", "a", ".", "b"}},
      {"x -- ; not here\ny", {"x", "y"}},
      {"x/* ; 'a */y", {"x", "y"}},
      {"/* a /* b */ c", {"c"}},
      {"'it''s; fine'", {"'it''s; fine'"}},
      {"\"a\"\"b\" `c;d`", {"\"a\"\"b\"", "`c;d`"}},
      {"E'a\\'b' x'0f'", {"E'a\\'b'", "x'0f'"}},
      {"'a\\' || 'b'", {"'a\\'", "|", "|", "'b'"}},
      {"$1 $22 $x", {"$1", "$22", "$", "x"}},
      {"$$a;b$$ $t$ $$ $t$", {"$$a;b$$", "$t$ $$ $t$"}},
      {"1 1.5 .5 1e-3 0x1F 1_000", {"1", "1.5", ".5", "1e-3", "0x1F", "1_000"}},
      {"1-2 1..2 1.e5 1.x 12ab 1e 1e+",
       {"1", "-", "2", "1", ".", ".2", "1.e5", "1.", "x", "12", "ab", "1", "e", "1", "e", "+"}},
      // The engine sees a text with backslashes here, and so must we.
      {"1e'\\'; x'", {"1", "e'\\'; x'"}},
      {"1$$a;b$$", {"1", "$$a;b$$"}},
      {"größe a$b", {"größe", "a$b"}},
      {"a;b", {"a", ";", "b"}},
      {"a\vb", {"a", "\v", "b"}},
      {"'open", {"! Unterminated quoted string"}},
      {"\"open", {"! Unterminated quoted string"}},
      {"$t$ open $$", {"! Unterminated quoted string"}},
      {"x /* open", {"x", "! Unterminated block comment"}},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(texts_of(sql), expected) << "sql: " << sql;
}

}  // namespace
}  // namespace kalam::sql
