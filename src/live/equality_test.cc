#include "live/equality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/live_fixture.h"

namespace kalam::live {
namespace {

using EqualityTest = LiveTest;

TEST_F(EqualityTest, OnlyWhatIsCertainIsIndexed) {
  sql("CREATE TABLE app.e (id BIGINT PRIMARY KEY, room TEXT, n INT, s SMALLINT, x DOUBLE, \"user\" TEXT, j JSON) "
      "WITH (TYPE='SHARED', ACCESS_LEVEL='public')");
  const auto table = must(tables_.open(catalog_->snapshot()->share(TableId{NamespaceId("app"), TableName("e")})));
  struct Case {
    const char* where;
    const char* equality;  // "column:key"; empty: none
  };
  constexpr Case cases[] = {
      {"room = 'x'", "room:tx"},
      {"'x' = room", "room:tx"},
      {"ROOM='it''s' -- comment", "room:tit's"},
      {"n > 3 AND s = 007", "s:i7"},
      {"(n = 1 OR n = 2) AND room = 'a'", "room:ta"},
      {"length(room) = 3 AND id = 12", "id:i12"},
      {"n = 1 AND room = 'a'", "n:i1"},
      {"room = ''", "room:t"},
      {"room = 'x' OR n = 1", ""},
      {"NOT room = 'x'", ""},
      {"NOT (room = 'x')", ""},
      {"n BETWEEN 1 AND s = 2", ""},
      {"CASE WHEN n = 1 AND room = 'x' AND s = 1 THEN TRUE END", ""},
      {"room <> 'x'", ""},
      {"n <= 3", ""},
      {"n = -3", ""},
      {"n = 1.0", ""},
      {"n = 1e3", ""},
      {"n = '1'", ""},
      {"room = 1", ""},
      {"room = E'x'", ""},
      {"room = 'X' COLLATE NOCASE", ""},
      {"x = 1", ""},
      {"id = 9999999999999999999", ""},
      {"user = 'x'", ""},
      {"_seq = 5", ""},
      {"j -> 'a' AND room = 'x'", ""},
      {"room = 'x", ""},
  };
  for (const auto& [where, expected] : cases) {
    const auto found = equality_of(where, *table);
    EXPECT_EQ(found ? found->column + ":" + found->value : "", expected) << where;
  }
}

// Rows come into a value, leave it, move between two, and have none.
TEST_F(EqualityTest, IndexedFiltersGetWhatOthersGet) {
  const auto alice = connect("alice");
  constexpr int kValues = 3;
  for (int i = 0; i < kValues; ++i) {
    const auto value = std::to_string(i);
    subscribe(alice, "v" + value, "SELECT id FROM app.t WHERE v = " + value);         // indexed
    subscribe(alice, "w" + value, "SELECT id FROM app.t WHERE (v = " + value + ")");  // not
  }
  const auto expect_both = [&](int value, std::string_view type) {
    for (const auto* name : {"v", "w"}) {
      EXPECT_THAT(next(alice),
                  testing::StartsWith(R"({"type":"change","subscription_id":")" + (name + std::to_string(value)) +
                                      R"(","change_type":")" + std::string(type)));
    }
  };
  sql("INSERT INTO app.t (id, v) VALUES ('a', 1)", "alice");
  expect_both(1, "insert");
  sql("UPDATE app.t SET v = 2 WHERE id = 'a'", "alice");
  expect_both(1, "delete");
  expect_both(2, "insert");
  sql("UPDATE app.t SET note = 'n' WHERE id = 'a'", "alice");
  expect_both(2, "update");
  sql("UPDATE app.t SET v = NULL WHERE id = 'a'", "alice");
  expect_both(2, "delete");
  sql("ALTER TABLE app.t ADD COLUMN extra INT");
  sql("UPDATE app.t SET v = 0, extra = 1 WHERE id = 'a'", "alice");
  expect_both(0, "insert");
  sql("DELETE FROM app.t WHERE id = 'a'", "alice");
  expect_both(0, "delete");
  EXPECT_EQ(alice.heard->waiting(), 0);
}

}  // namespace
}  // namespace kalam::live
