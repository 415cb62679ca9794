#include "server/file_placeholder.h"

#include <gtest/gtest.h>

namespace kalam::server {
namespace {

// Each call with its key.
std::string found(std::string_view sql) {
  std::string out;
  for (const auto& [begin, end, key] : find_file_placeholders(sql)) {
    out += std::string(sql.substr(begin, end - begin)) + "=" + key + ";";
  }
  return out;
}

TEST(FilePlaceholder, IsACallWithOneString) {
  struct Case {
    std::string_view sql;
    std::string_view expected;
  };
  const Case cases[] = {
      {"INSERT INTO t VALUES (1, FILE('a'))", "FILE('a')=a;"},
      {"INSERT INTO t VALUES (1, FILE(\"a\"))", "FILE(\"a\")=a;"},
      {"VALUES (file( 'a' ), File /* x */ (\n\"b\"))", "file( 'a' )=a;File /* x */ (\n\"b\")=b;"},
      {"VALUES (FILE('it''s'))", "FILE('it''s')=it's;"},
      {"VALUES (FILE(''))", "FILE('')=;"},
      {"SELECT profile('x'), filed('x'), file_('x')", ""},
      {"SELECT 'FILE(\"a\")', $$FILE('a')$$ -- FILE('a')", ""},
      {"SELECT /* FILE('a') */ \"FILE\"('a')", ""},
      {"SELECT FILE(), FILE(a), FILE('a', 'b'), FILE(E'a'), FILE($1), FILE 'a', x.file('a')", ""},
      {"SELECT FILE('a", ""},
      {"SELECT FILE('a'", ""},
      {"SELECT FILE(FILE('a'))", "FILE('a')=a;"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(found(sql), expected) << sql;
}

TEST(FilePlaceholder, TheTableThatIsWritten) {
  struct Case {
    std::string_view sql;
    std::string_view expected;
  };
  const Case cases[] = {
      {"INSERT INTO app.docs (id) VALUES (1)", "app.docs"},
      {"insert or replace into Docs VALUES (1)", ".docs"},
      {"INSERT INTO kalam.app.\"Docs\" VALUES (1)", "app.docs"},
      {"UPDATE app.docs SET doc = FILE('f')", "app.docs"},
      {"DELETE FROM docs WHERE id = 1", ".docs"},
      {"SELECT * FROM app.docs", "none"},
      {"INSERT docs VALUES (1)", "none"},
      {"INSERT INTO 'docs' VALUES (1)", "none"},
      {"DELETE docs", "none"},
      {"UPDATE", "none"},
      {"UPDATE app. SET", "app.set"},
      {"", "none"},
  };
  for (const auto& [sql, expected] : cases) {
    const auto table = written_table(sql);
    EXPECT_EQ(table ? table->ns + "." + table->name : "none", expected) << sql;
  }
}

}  // namespace
}  // namespace kalam::server
