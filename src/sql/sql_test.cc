#include <gtest/gtest.h>

#include "sql/parse.h"
#include "sql/token.h"

namespace kalam::sql {
namespace {

std::vector<std::string> texts_of(std::string_view sql) {
  TokenScanner scanner(sql);
  std::vector<std::string> texts;
  while (true) {
    auto token = scanner.next();
    if (!token.ok()) {
      texts.push_back("! " + token.error().message);
      return texts;
    }
    if (token->kind == TokenKind::end) return texts;
    EXPECT_EQ(token->text, sql.substr(token->offset, token->text.size()));
    texts.emplace_back(token->text);
  }
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
      {"$1 $22", {"$1", "$22"}},
      {"$$a;b$$ $t$ $$ $t$", {"$$a;b$$", "$t$ $$ $t$"}},
      {"1 1.5 .5 1e-3 0x1F", {"1", "1.5", ".5", "1e-3", "0x1F"}},
      {"1-2", {"1", "-", "2"}},
      {"größe", {"größe"}},
      {"a;b", {"a", ";", "b"}},
      {"'open", {"! Unterminated quoted string"}},
      {"\"open", {"! Unterminated quoted string"}},
      {"$t$ open $$", {"! Unterminated quoted string"}},
      {"x /* open", {"x", "! Unterminated block comment"}},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(texts_of(sql), expected) << "sql: " << sql;
}

TEST(Parse, SplitsAndClassifies) {
  struct Case {
    std::string_view sql;
    std::vector<std::string> statements;
  };
  const Case cases[] = {
      {"SELECT 1", {"SELECT 1"}},
      {"  select 1 ; ", {"select 1"}},
      {"SELECT 1; ;; SELECT ';' -- x;y\n", {"SELECT 1", "SELECT ';'"}},
      {"WITH a AS (SELECT 1) SELECT * FROM a", {"WITH a AS (SELECT 1) SELECT * FROM a"}},
      {"/* note */ (SELECT 1)", {"(SELECT 1)"}},
      {"((SELECT 1)) UNION SELECT 2", {"((SELECT 1)) UNION SELECT 2"}},
      {"EXPLAIN SELECT 1", {"EXPLAIN SELECT 1"}},
      {"SELECT 1 /* a /* b */ + 2", {"SELECT 1 + 2"}},        // the engine would wait for a second end
      {"SELECT 1 -- a\r; SELECT 2\n+ 3", {"SELECT 1\n+ 3"}},  // and end the comment at the \r
      {"(/* a */SELECT/**/1 --\n)", {"( SELECT 1\n)"}},
      {"SELECT '-- a' || \"/* b\"", {"SELECT '-- a' || \"/* b\""}},
  };
  for (const auto& [sql, expected] : cases) {
    const auto statements = parse(sql);
    ASSERT_TRUE(statements.ok()) << sql << ": " << statements.error();
    std::vector<std::string> found;
    for (const auto& statement : *statements) found.push_back(statement.text);
    EXPECT_EQ(found, expected) << "sql: " << sql;
  }
  EXPECT_EQ(parse("EXPLAIN SELECT 1")->front().kind, StatementKind::explain);
  EXPECT_EQ(parse("(select 1)")->front().kind, StatementKind::select);
}

TEST(Parse, RefusesWithTheTextsOfTheDialect) {
  struct Case {
    std::string_view sql;
    ErrorCode code;
    std::string_view message;
  };
  const Case cases[] = {
      {"", ErrorCode::not_found, "No SQL statements provided"},
      {" ; -- nothing\n;", ErrorCode::not_found, "No SQL statements provided"},
      {"SELECT 1; SELECT 'abc", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated quoted string in SQL batch"},
      {"SELECT 1; /*", ErrorCode::invalid_operation,
       "Failed to parse SQL batch: Unterminated block comment in SQL batch"},
      {"SELECT 'abc", ErrorCode::invalid_input, "Unterminated quoted string"},
      {"SELEC 1", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: SELEC at Line: 1, Column: 1"},
      {"SELECT 1;\n  foo", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: foo at Line: 2, Column: 3"},
      {"()", ErrorCode::invalid_input, "sql parser error: Expected: an SQL statement, found: ) at Line: 1, Column: 2"},
      {{"SELECT 1\0 + 1", 13}, ErrorCode::invalid_input, "SQL text cannot contain null bytes"},
      {{"SELECT 1; SELECT '\0'", 20}, ErrorCode::invalid_input, "SQL text cannot contain null bytes"},
      // Letters that look like others are letters, blanks that look like blanks are not.
      {"ＳＥＬＥＣＴ 1", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: ＳＥＬＥＣＴ at Line: 1, Column: 1"},
      {"SELECT\u00A01", ErrorCode::invalid_input,
       "sql parser error: Expected: an SQL statement, found: SELECT\u00A01 at Line: 1, Column: 1"},
      {"truncate x", ErrorCode::not_supported, "Unsupported statement type: truncate x"},
      {"ATTACH ':memory:' AS m", ErrorCode::not_supported, "Unsupported statement type: ATTACH ':memory:' AS m"},
  };
  for (const auto& [sql, code, message] : cases) {
    const auto statements = parse(sql);
    ASSERT_FALSE(statements.ok()) << "sql: " << sql;
    EXPECT_EQ(statements.error().code, code) << "sql: " << sql;
    EXPECT_EQ(statements.error().message, message) << "sql: " << sql;
  }
}

TEST(Parse, BoundsLengthAndDepth) {
  const auto nested = [](size_t depth) { return "SELECT " + std::string(depth, '(') + "1" + std::string(depth, ')'); };
  EXPECT_TRUE(parse(nested(150)).ok());
  EXPECT_EQ(parse(nested(151)).error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(parse("SELECT '" + std::string(500, '(') + "'").ok()) << "brackets inside a text do not count";

  const auto exact = "SELECT '" + std::string(1'048'576 - 9, 'x') + "'";
  EXPECT_TRUE(parse(exact).ok());
  EXPECT_EQ(parse(exact + " ").error().message, "SQL query too long: 1048577 bytes (maximum 1048576 bytes)");
}

// A megabyte of each costs some tens of milliseconds. One that is read over and over again would take hours, and the
// time limit of the test would tell.
TEST(Parse, HostileTextsAreReadOnce) {
  const auto repeated = [](std::string_view part) {
    std::string text;
    while (text.size() + part.size() <= 1'048'576) text += part;
    return text;
  };
  for (const std::string_view part :
       {"$", "$a", "$a ",     "$a$ $b$", "/*", "/**/", "--", "--\n", "'",    "''", "E'\\", "\"",
        "`", ";",  "select;", "(",       "()", ")",    "1e", ".",    "\xFF", "- ", "a",    "a;"}) {
    const auto parsed = parse(repeated(part));
    if (parsed.ok()) {
      EXPECT_FALSE(parsed->empty()) << part;
    }
    const auto behind = parse("SELECT " + repeated(part).substr(8));
    if (behind.ok()) {
      EXPECT_TRUE(behind->front().text.starts_with("SELECT")) << part;
    }
  }
}

}  // namespace
}  // namespace kalam::sql
