#include "duck/parsed_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "duck/instance.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<FixedRows> notes() {
  return std::make_unique<FixedRows>(
      std::vector<SourceColumn>{{"id", TypeTag::bigint, ScalarKind::int64, false, true},
                                {"title", TypeTag::text, ScalarKind::utf8, false},
                                {"n", TypeTag::integer, ScalarKind::int32},
                                {"price", DataType::decimal(18, 4).value(), ScalarKind::decimal128}},
      std::vector<std::vector<Value>>{
          {Value::int64(1), Value::text("a"), Value::int32(10), Value::decimal(15000, 18, 4)},
          {Value::int64(2), Value::text("b"), Value::int32(2147483647), Value()},
          {Value::int64(3), Value::text("c"), Value(), Value()}});
}

class Write : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
  }

  std::string rows(ParsedQuery query, std::vector<Value> parameters = {}) {
    RunInputs inputs;
    inputs.sources.assign(query.tables().size(), notes_.get());
    inputs.parameters = std::move(parameters);
    auto stream = instance_->run(std::move(query), std::move(inputs));
    if (!stream.ok()) return "! " + stream.error().message;
    std::string out;
    while (true) {
      auto count = stream->append_json_rows(out);
      if (!count.ok()) return "! " + count.error().message;
      if (*count == 0) return out;
    }
  }
  std::string inserted(std::string_view sql, std::vector<Value> parameters = {}) {
    auto write = ParsedWrite::parse(sql);
    if (!write.ok()) return "! " + write.error().message;
    return rows(write->source(), std::move(parameters));
  }
  std::string touched(std::string_view sql, std::vector<Value> parameters = {}) {
    auto write = ParsedWrite::parse(sql);
    if (!write.ok()) return "! " + write.error().message;
    return rows(write->touched(std::vector<std::string>{"id"}), std::move(parameters));
  }

  std::unique_ptr<FixedRows> notes_ = notes();
  std::unique_ptr<Instance> instance_;
};

TEST_F(Write, InsertGivesItsRowsAsAQuery) {
  struct Case {
    std::string_view sql;
    std::string_view rows;
  };
  const Case cases[] = {
      {"INSERT INTO app.notes VALUES (1, 'a', 2)", R"(["1","a","2"])"},
      {"INSERT INTO app.notes (id, title) VALUES (1, 'a'), (2, NULL)", R"(["1","a"],["2",null])"},
      {"INSERT INTO app.notes (id, title) VALUES (1, DEFAULT)", R"(["1",null])"},
      {"INSERT INTO app.notes (id, title, n) VALUES (10, upper('q') || '!', 2*3+1)", R"(["10","Q!","7"])"},
      {"INSERT INTO app.notes (id) VALUES ((SELECT max(id) + 1 FROM app.notes))", R"(["4"])"},
      {"INSERT INTO app.notes (id, title) SELECT id + 100, title FROM app.notes WHERE n IS NOT NULL ORDER BY id",
       R"(["101","a"],["102","b"])"},
      {"INSERT INTO app.notes (id) WITH w AS (SELECT 300 AS i) SELECT i FROM w", R"(["300"])"},
      {"WITH w AS (SELECT 7 AS i) INSERT INTO app.notes (id) SELECT i FROM w", R"(["7"])"},
      {"INSERT INTO app.notes (id, price) VALUES (1, 12345678901234.5678)", R"(["1","12345678901234.5678"])"},
      {"INSERT INTO app.notes (id, b) VALUES (1, X'01ff')", R"(["1",[1,255]])"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(inserted(sql), expected) << "sql: " << sql;
  EXPECT_EQ(inserted("INSERT INTO t VALUES ($2, $1)", {Value::text("x"), Value::int64(5)}), R"(["5","x"])");
}

TEST_F(Write, InsertNamesWhatItWritesAndReads) {
  const auto write = ParsedWrite::parse("INSERT INTO App.Notes (Id, \"Title\", n) VALUES (1, DEFAULT, $3)");
  ASSERT_TRUE(write.ok()) << write.error();
  EXPECT_EQ(write->kind(), ParsedWrite::Kind::insert);
  EXPECT_EQ(write->target(), (QueryTable{"", "app", "notes"}));
  EXPECT_TRUE(write->tables().empty());
  EXPECT_THAT(write->columns(), ElementsAre("id", "title", "n"));
  EXPECT_EQ(write->parameters(), 3u);
  EXPECT_FALSE(write->is_default(0, 0));
  EXPECT_TRUE(write->is_default(0, 1));
  EXPECT_FALSE(write->is_default(1, 1));
  EXPECT_FALSE(write->keyed("id"));
  EXPECT_THAT(ParsedWrite::parse("INSERT INTO t SELECT * FROM t JOIN x.u USING (id)")->tables(),
              ElementsAre(QueryTable{"", "", "t"}, QueryTable{"", "x", "u"}));
}

TEST_F(Write, UpdateAndDeleteFindTheirRows) {
  struct Case {
    std::string_view sql;
    std::string_view rows;  // id, then the assigned values
  };
  const Case cases[] = {
      {"UPDATE app.notes SET n = n + 1 WHERE id = 1", R"(["1","11"])"},
      {"UPDATE app.notes SET n = 0 WHERE title = 'a' AND (n > 5 OR n IS NULL)", R"(["1","0"])"},
      {"UPDATE app.notes AS x SET title = x.title || '!' WHERE x.id = 2", R"(["2","b!"])"},
      {"UPDATE app.notes x SET title = upper(title), n = 1 WHERE id = 2", R"(["2","B","1"])"},
      {"UPDATE app.notes SET title = notes.title || '?' WHERE app.notes.id = 1", R"(["1","a?"])"},
      {"UPDATE app.notes SET n = coalesce(n, 3) WHERE id = 3", R"(["3",3])"},
      {"UPDATE app.notes SET price = 0.12345678901234567 WHERE id = 3", R"(["3","0.12345678901234567"])"},
      {"UPDATE app.notes SET n = (SELECT max(id) FROM app.notes) WHERE true", R"(["1","3"],["2","3"],["3","3"])"},
      {"DELETE FROM app.notes WHERE id > 1", R"(["2"],["3"])"},
      {"DELETE FROM app.notes WHERE false", ""},
      {"DELETE FROM app.notes n WHERE n.id IN (SELECT n FROM app.notes WHERE n < 0) AND title <> ''", ""},
      {"DELETE FROM app.notes WHERE EXISTS (SELECT 1 FROM app.other o WHERE o.id = notes.id + 2)", R"(["1"])"},
      {"WITH w AS (SELECT 3 AS i) DELETE FROM app.notes WHERE id = (SELECT i FROM w)", R"(["3"])"},
      {"WITH notes AS (SELECT 3 AS id) DELETE FROM notes WHERE id = (SELECT id FROM notes)", R"(["3"])"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(touched(sql), expected) << "sql: " << sql;
  EXPECT_EQ(touched("UPDATE t SET n = $2 WHERE id = $1", {Value::int64(3), Value::int64(9)}), R"(["3","9"])");
}

TEST_F(Write, TheTargetIsReadOnlyWhenSomethingElseReadsIt) {
  const auto tables = [](std::string_view sql) { return ParsedWrite::parse(sql)->tables(); };
  EXPECT_TRUE(tables("DELETE FROM a.t WHERE id = 1").empty());
  EXPECT_THAT(tables("DELETE FROM a.t WHERE id IN (SELECT id FROM a.t)"), ElementsAre(QueryTable{"", "a", "t"}));
  EXPECT_THAT(tables("UPDATE a.t SET x = (SELECT max(x) FROM b.u) WHERE id = 1"),
              ElementsAre(QueryTable{"", "b", "u"}));
  const auto update = ParsedWrite::parse("UPDATE a.t SET x = (SELECT 1 FROM b.u) WHERE id = 1");
  EXPECT_THAT(update->touched({}).tables(), ElementsAre(QueryTable{"", "a", "t"}, QueryTable{"", "b", "u"}));
}

// spec sql 11.1, 11.2
TEST_F(Write, RefusesWhatIsNotOfOurDialect) {
  struct Case {
    std::string_view sql;
    std::string_view message;
  };
  const Case cases[] = {
      {"INSERT INTO t VALUES (1) ON CONFLICT (id) DO NOTHING", "Insert-on clause not supported"},
      {"INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 1", "Insert-on clause not supported"},
      {"INSERT OR REPLACE INTO t VALUES (1)", "Insert-on clause not supported"},
      {"INSERT OR IGNORE INTO t VALUES (1)", "Insert-on clause not supported"},
      {"INSERT INTO t VALUES (1) RETURNING id", "Insert-returning clause not supported"},
      {"INSERT INTO t DEFAULT VALUES", "Inserts without a source not supported"},
      {"INSERT INTO t BY NAME SELECT 1 AS id", "Insert by name not supported"},
      {"INSERT INTO t (id, Id) VALUES (1, 2)", "Column 'id' is named twice"},
      {"INSERT IGNORE INTO t (id) VALUES (1)", "Insert-ignore clause not supported"},
      {"INSERT OVERWRITE t (id) VALUES (1)", "Insert Overwrite is not supported"},
      {"UPDATE t SET n = 1", "UPDATE requires a WHERE clause"},
      {"UPDATE t SET n = 1 FROM u WHERE t.id = u.id", "UPDATE ... FROM is not supported"},
      {"UPDATE t SET n = 1 WHERE id = 1 RETURNING n", "Update-returning clause not yet supported"},
      {"UPDATE t SET n = 1 WHERE id = 1 LIMIT 1", "Update-limit clause not supported"},
      {"UPDATE t SET n = n WHERE id = 1", "UPDATE requires at least one assignment"},
      {"UPDATE t SET n = 1, N = 2 WHERE id = 1", "Column 'n' is named twice"},
      {"UPDATE t SET n = DEFAULT WHERE id = 1", "DEFAULT is not supported in UPDATE"},
      {"DELETE FROM t", "DELETE requires a WHERE clause"},
      {"DELETE FROM t USING u WHERE t.id = u.id", "Using clause not supported"},
      {"DELETE FROM t WHERE id = 1 RETURNING id", "Delete-returning clause not yet supported"},
      {"DELETE FROM t WHERE n > 0 LIMIT 1", "Delete-limit clause not supported"},
      {"DELETE FROM t WHERE n > 0 ORDER BY n", "Delete-order-by clause not yet supported"},
      {"INSERT INTO", "parser error"},
      {"UPDATE x", "parser error"},
      {"SELECT 1", "INSERT, UPDATE or DELETE is expected"},
      {"INSERT INTO t SELECT * FROM read_csv('/etc/passwd')", "not found"},
      {"INSERT INTO t VALUES (getenv('HOME'))", "Invalid function 'getenv'"},
      {"INSERT INTO t VALUES (1) ORDER BY getenv('HOME')", "Invalid function 'getenv'"},
      {"UPDATE t SET n = getenv('HOME') WHERE id = 1", "Invalid function 'getenv'"},
      {"DELETE FROM t WHERE id = getenv('HOME')", "Invalid function 'getenv'"},
      {"DELETE FROM t WHERE id = 1; SELECT 1", "one statement"},
  };
  for (const auto& [sql, message] : cases) {
    const auto write = ParsedWrite::parse(sql);
    ASSERT_FALSE(write.ok()) << "sql: " << sql;
    EXPECT_THAT(write.error().message, HasSubstr(message)) << "sql: " << sql;
  }
}

TEST_F(Write, KeyedStatementsAreTold) {
  struct Case {
    std::string_view sql;
    std::string_view keyed;  // key; condition; values. Empty: it is not.
  };
  const Case cases[] = {
      {"UPDATE t SET n = n + 1 WHERE id = 1", "{\"Int64\":\"1\"}; ; (n + 1),"},
      {"UPDATE t SET balance = balance - $1 WHERE id = $2 AND balance >= $1", "$1; (balance >= $1); (balance - $1),"},
      {"UPDATE t SET n = 0 WHERE 5 = id AND n > 1 AND title = 'x'",
       "{\"Int64\":\"5\"}; ((n > 1) AND (title = 'x')); 0,"},
      {"DELETE FROM t WHERE id = 'k'", "{\"Utf8\":\"k\"}; ; "},
      {"DELETE FROM app.t x WHERE x.id = -3", "{\"Int64\":\"-3\"}; ; "},
      {"UPDATE app.t SET n = t.n * 2, m = lower(title) WHERE app.t.id = 7 AND t.n > 0",
       "{\"Int64\":\"7\"}; (n > 0); (n * 2),lower(title),"},
      {"UPDATE t SET who = CURRENT_USER() WHERE id = 1", "{\"Int64\":\"1\"}; ; current_user(),"},
      {"UPDATE t SET n = 1 WHERE id > 1", ""},
      {"UPDATE t SET n = 1 WHERE id = 1 OR n = 2", ""},
      {"UPDATE t SET n = 1 WHERE id = NULL", ""},
      {"UPDATE t SET n = 1 WHERE id = other", ""},
      {"UPDATE t SET n = 1 WHERE id = 1 + 1", ""},
      {"UPDATE t SET n = (SELECT 1) WHERE id = 1", ""},
      {"UPDATE t SET n = random() WHERE id = 1", ""},
      {"UPDATE t SET n = now() WHERE id = 1", ""},
      {"UPDATE t SET n = CURRENT_TIMESTAMP WHERE id = 1", ""},
      {"DELETE FROM t WHERE id = 1 AND u.n = 1", ""},
      {"DELETE FROM t WHERE id = 1 AND n IN (SELECT 1)", ""},
      {"WITH w AS (SELECT 1) DELETE FROM t WHERE id = 1", ""},
  };
  for (const auto& [sql, expected] : cases) {
    const auto write = ParsedWrite::parse(sql);
    ASSERT_TRUE(write.ok()) << "sql: " << sql << ": " << write.error();
    std::ostringstream told;
    if (const auto keyed = write->keyed("id")) {
      if (const auto* value = std::get_if<Value>(&keyed->key)) told << *value;
      else told << '$' << std::get<size_t>(keyed->key);
      told << "; " << keyed->condition.value_or("") << "; ";
      for (const auto& value : keyed->values) told << value << ',';
    }
    EXPECT_EQ(told.str(), expected) << "sql: " << sql;
  }
}

}  // namespace
}  // namespace kalam::duck
