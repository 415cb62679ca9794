#include "live/live_queries.h"

#include <limits>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "live/live_fixture.h"

namespace kalam::live {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Options = SubscribeRequest::Options;

constexpr std::string_view kReadyNothing =
    R"("batch_control":{"batch_num":0,"has_more":false,"status":"ready","last_seq_id":null})";

TEST_F(LiveTest, WsCase32_WithoutOptionsOnlyChangesCome) {
  sql("INSERT INTO app.t (id, v) VALUES ('old', 1)", "alice");
  const auto alice = connect("alice");
  EXPECT_EQ(subscribe(alice, "s", "SELECT * FROM app.t"),
            R"({"type":"subscription_ack","subscription_id":"s","total_rows":0,)" + std::string(kReadyNothing) +
                R"(,"schema":[{"name":"id","data_type":"Text","index":0,"flags":["pk","nn","uq"]},)"
                R"({"name":"v","data_type":"Int","index":1},{"name":"done","data_type":"Boolean","index":2},)"
                R"({"name":"note","data_type":"Text","index":3},)"
                R"({"name":"_seq","data_type":"BigInt","index":4,"flags":["nn"]},)"
                R"({"name":"_deleted","data_type":"Boolean","index":5,"flags":["nn"]}]})");
  sql("INSERT INTO app.t (id, v) VALUES ('new', 2)", "alice");
  EXPECT_EQ(next(alice), change("s", R"("insert","rows":[{"id":"new","v":2,"done":null,"note":null,)"
                                     R"("_deleted":false,"_seq":"N"}])"));
}

TEST_F(LiveTest, WsCases42To45And48_TheShapeOfChanges) {
  const auto alice = connect("alice");
  subscribe(alice, "all", "SELECT * FROM app.t");
  const auto other = connect("alice");
  subscribe(other, "proj", "SELECT v FROM app.t");
  sql("INSERT INTO app.t (id, v, done) VALUES ('a', 1, false)", "alice");
  EXPECT_EQ(next(other), change("proj", R"("insert","rows":[{"v":1,"_seq":"N"}])"));
  next(alice);
  sql("UPDATE app.t SET v = 2, note = 'n' WHERE id = 'a'", "alice");
  EXPECT_EQ(next(alice), change("all", R"("update","rows":[{"_seq":"N","id":"a","v":2,"done":false,"note":"n"}],)"
                                       R"("old_values":[{"_seq":"N","id":"a","v":1,"note":null}])"));
  EXPECT_EQ(next(other), change("proj", R"("update","rows":[{"_seq":"N","id":"a","v":2}],)"
                                        R"("old_values":[{"_seq":"N","id":"a","v":1}])"));
  sql("UPDATE app.t SET v = 2 WHERE id = 'a'", "alice");  // nothing
  sql("DELETE FROM app.t WHERE id = 'a'", "alice");
  EXPECT_EQ(next(alice), change("all", R"("delete","old_values":[{"id":"a","v":2,"done":false,"note":"n",)"
                                       R"("_deleted":true,"_seq":"N"}])"));
  EXPECT_EQ(next(other), change("proj", R"("delete","old_values":[{"v":2,"_seq":"N"}])"));
}

TEST_F(LiveTest, WsCase34_BatchesInTheOrderOfWriting) {
  for (const auto* id : {"e", "d", "c", "b", "a"}) {
    sql("INSERT INTO app.t (id) VALUES ('" + std::string(id) + "')", "alice");
  }
  const auto alice = connect("alice");
  EXPECT_THAT(subscribe(alice, "s", "SELECT id FROM app.t", Options{.batch_size = 2}),
              HasSubstr(R"("has_more":true,"status":"loading","last_seq_id":N})"));
  auto batch = alice.heard->next();
  EXPECT_THAT(batch, AllOf(HasSubstr(R"("rows":[{"id":"e",)"), HasSubstr(R"({"id":"d",)"), HasSubstr("loading")));
  const auto after = [&] { return std::stoll(batch.substr(batch.find("last_seq_id\":") + 13)); };
  sql("INSERT INTO app.t (id) VALUES ('late')", "alice");  // case 37: in no batch
  live_.next_batch(alice.client, "s", after());
  batch = alice.heard->next();
  EXPECT_THAT(batch, AllOf(HasSubstr(R"("rows":[{"id":"c",)"), HasSubstr(R"({"id":"b",)"),
                           HasSubstr(R"("batch_num":1,"has_more":true,"status":"loading_batch")")));
  live_.next_batch(alice.client, "s", after());
  batch = alice.heard->next();
  EXPECT_THAT(batch, AllOf(HasSubstr(R"("rows":[{"id":"a",)"),
                           HasSubstr(R"("batch_num":2,"has_more":false,"status":"ready")")));
  EXPECT_EQ(next(alice), change("s", R"("insert","rows":[{"id":"late","_seq":"N"}])"));
}

TEST_F(LiveTest, WsCases29And36_LastRows) {
  for (int i = 1; i <= 6; ++i) sql("INSERT INTO app.t (id) VALUES ('" + std::to_string(i) + "')", "alice");
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT id FROM app.t", Options{.last_rows = 2});
  EXPECT_THAT(next(alice), HasSubstr(R"("rows":[{"id":"5","_seq":"N"},{"id":"6","_seq":"N"}])"));
  EXPECT_THAT(subscribe(alice, "x", "SELECT id FROM app.t", Options{.batch_size = 50, .last_rows = 51}),
              HasSubstr(R"("code":"UNSUPPORTED","message":"last_rows (51) cannot exceed batch_size (50);)"));
}

TEST_F(LiveTest, WsCase39_OrInAFilterStaysInsideTheWindow) {
  for (int i = 0; i < 25; ++i) {
    sql("INSERT INTO app.t (id, v) VALUES ('" + std::to_string(i) + "', " + std::to_string(i % 5) + ")", "alice");
  }
  sql("DELETE FROM app.t WHERE id = '1'", "alice");
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT id FROM app.t WHERE v = 1 OR v = 2", Options{.batch_size = 4});
  std::set<std::string> ids;
  size_t rows = 0;
  for (bool more = true; more;) {
    const auto batch = alice.heard->next();
    ASSERT_THAT(batch, HasSubstr("initial_data_batch"));
    for (size_t at = batch.find(R"({"id":")"); at != std::string::npos; at = batch.find(R"({"id":")", at + 1)) {
      ids.insert(batch.substr(at + 7, batch.find('"', at + 7) - at - 7));
      ++rows;
    }
    more = batch.find(R"("has_more":true)") != std::string::npos;
    if (more) live_.next_batch(alice.client, "s", std::stoll(batch.substr(batch.find("last_seq_id\":") + 13)));
  }
  EXPECT_EQ(rows, 9);
  EXPECT_EQ(ids.size(), 9);
  EXPECT_EQ(ids.count("1"), 0);
}

TEST_F(LiveTest, WsCases46And54And70_OldAndNewRowAreHeldAgainstTheFilter) {
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT id, v FROM app.t WHERE v BETWEEN 10 AND 20 OR note LIKE 'keep%'");
  sql("INSERT INTO app.t (id, v) VALUES ('a', 3)", "alice");
  sql("INSERT INTO app.t (id, v) VALUES ('b', 15)", "alice");
  EXPECT_THAT(next(alice), HasSubstr(R"("insert","rows":[{"id":"b")"));
  sql("UPDATE app.t SET v = 12 WHERE id = 'a'", "alice");  // comes in
  EXPECT_EQ(next(alice), change("s", R"("insert","rows":[{"id":"a","v":12,"_seq":"N"}])"));
  sql("UPDATE app.t SET v = 30 WHERE id = 'b'", "alice");  // leaves
  EXPECT_EQ(next(alice), change("s", R"("delete","old_values":[{"id":"b","v":15,"_seq":"N"}])"));
  sql("UPDATE app.t SET note = 'keep it', v = NULL WHERE id = 'a'", "alice");  // stays
  EXPECT_THAT(next(alice), HasSubstr(R"("change_type":"update")"));
  EXPECT_THAT(subscribe(alice, "x", "SELECT * FROM app.t WHERE v > RANDOM()"),
              HasSubstr(R"("code":"INVALID_SQL","message":"Invalid SQL: Subscription filter cannot be evaluated)"));
}

TEST_F(LiveTest, WsCases49And50_UserTablesAreOnesOwnSharedTablesEverybodys) {
  const auto alice = connect("alice"), again = connect("alice"), bob = connect("bob");
  for (const auto& person : {alice, again, bob}) {
    subscribe(person, "t", "SELECT id FROM app.t");
    subscribe(person, "p", "SELECT id FROM app.pub");
  }
  sql("INSERT INTO app.t (id) VALUES ('hers')", "alice");
  sql("INSERT INTO app.pub (id) VALUES (1)");
  for (const auto& person : {alice, again}) {
    EXPECT_EQ(next(person), change("t", R"("insert","rows":[{"id":"hers","_seq":"N"}])"));
    EXPECT_EQ(next(person), change("p", R"("insert","rows":[{"id":1,"_seq":"N"}])"));
  }
  EXPECT_EQ(next(bob), change("p", R"("insert","rows":[{"id":1,"_seq":"N"}])"));
  EXPECT_EQ(bob.heard->waiting(), 0);
}

TEST_F(LiveTest, WsCases55And65_ResumeTellsWhatWentMeanwhile) {
  for (const auto* id : {"a", "b", "c"}) {
    sql("INSERT INTO app.t (id, v) VALUES ('" + std::string(id) + "', 1)", "alice");
  }
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT id, v FROM app.t WHERE v = 1", Options{});
  const auto batch = alice.heard->next();
  const auto from = std::stoll(batch.substr(batch.find("last_seq_id\":") + 13));
  live_.disconnect(alice.client);
  sql("UPDATE app.t SET note = 'x' WHERE id = 'a'", "alice");
  sql("DELETE FROM app.t WHERE id = 'b'", "alice");
  sql("UPDATE app.t SET v = 2 WHERE id = 'c'", "alice");
  const auto back = connect("alice");
  subscribe(back, "s", "SELECT id, v FROM app.t WHERE v = 1", Options{.from = from});
  EXPECT_THAT(next(back), HasSubstr(R"("rows":[{"id":"a","v":1,"_seq":"N"}])"));
  EXPECT_EQ(next(back), change("s", R"("delete","old_values":[{"id":"b","_seq":"N","_deleted":true}])"));
  EXPECT_EQ(next(back), change("s", R"("delete","old_values":[{"id":"c","_seq":"N","_deleted":true}])"));
  sql("INSERT INTO app.t (id, v) VALUES ('d', 1)", "alice");
  EXPECT_THAT(next(back), HasSubstr(R"("insert","rows":[{"id":"d")"));
}

TEST_F(LiveTest, WsCases57To60_SystemLiveAndKill) {
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT * FROM app.t WHERE v > 1", Options{});
  next(alice);
  EXPECT_EQ(sql("SELECT live_id, user_id, query, status FROM system.live"),
            R"(["alice-c1-s","alice","SELECT * FROM app.t WHERE v > 1","active"])");
  sql("KILL LIVE QUERY 'alice-c1-s'", "alice");
  EXPECT_EQ(next(alice), R"({"type":"error","subscription_id":"s","code":"SUBSCRIPTION_CLOSED",)"
                         R"("message":"Subscription was killed"})");
  subscribe(alice, "s", "SELECT * FROM app.t");
  live_.unsubscribe(alice.client, "s");
  subscribe(alice, "r", "SELECT * FROM app.t");
  live_.disconnect(alice.client);
  EXPECT_EQ(sql("SELECT live_id FROM system.live"), "");
}

TEST_F(LiveTest, WsCases62And72_DefinitionsChangeUnderASubscription) {
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT * FROM app.t");
  sql("ALTER TABLE app.t ADD COLUMN more INT");
  sql("INSERT INTO app.t (id, more) VALUES ('a', 5)", "alice");
  EXPECT_THAT(next(alice), HasSubstr(R"("more":5)"));
  sql("DROP TABLE app.t");
  EXPECT_THAT(next(alice), HasSubstr(R"("code":"SUBSCRIPTION_CLOSED","message":"Table was dropped")"));
}

TEST_F(LiveTest, WsCases25To31_Refusals) {
  sql("CREATE TABLE app.priv (id INT PRIMARY KEY) WITH (TYPE='SHARED')");
  const struct {
    std::string sql;
    std::string answer;
  } cases[] = {
      {"", R"("INVALID_SQL","message":"Invalid SQL: Invalid SQL: Empty SQL statement")"},
      {"SELECT * FROM app.t ORDER BY id", "Invalid SQL: Invalid SQL: Subscription query does not support ORDER BY."},
      {"SELECT * FROM t", "Invalid SQL: Query must use namespace.table format"},
      {"SELECT _SEQ FROM app.t", "cannot project system columns"},
      {"SELECT * FROM app.none", R"("NOT_FOUND","message":"Not found: Table not found: app:none")"},
      {"SELECT * FROM app.priv", R"("UNAUTHORIZED","message":"Permission denied: Cannot subscribe to shared table )"
                                 R"('app:priv': access level 'private' requires elevated privileges.")"},
      {"SELECT * FROM system.users", R"("UNAUTHORIZED","message":"Permission denied: Cannot subscribe to system )"},
  };
  const auto alice = connect("alice");
  for (const auto& refused : cases) {
    EXPECT_THAT(subscribe(alice, "s", refused.sql), HasSubstr(refused.answer)) << refused.sql;
  }
  EXPECT_THAT(subscribe(alice, " ", "SELECT * FROM app.t"), HasSubstr("INVALID_SUBSCRIPTION_ID"));
  const auto dba = connect("dba", Role::dba);
  EXPECT_THAT(subscribe(dba, "p", "SELECT * FROM app.priv"), HasSubstr("subscription_ack"));
  EXPECT_THAT(subscribe(dba, "v", "SELECT * FROM system.live"), HasSubstr("UNSUPPORTED"));
  live_.next_batch(alice.client, "nothing", {});
  EXPECT_THAT(next(alice), HasSubstr("BATCH_FETCH_FAILED"));  // case 40
}

TEST_F(LiveTest, WsCase23_LimitOfAUser) {
  const auto alice = connect("alice");
  for (int i = 0; i < 10; ++i) subscribe(alice, std::to_string(i), "SELECT * FROM app.t");
  EXPECT_THAT(subscribe(alice, "more", "SELECT * FROM app.t"), HasSubstr("SUBSCRIPTION_LIMIT_EXCEEDED"));
  EXPECT_THAT(subscribe(alice, "3", "SELECT * FROM app.t"), HasSubstr("subscription_ack"));  // replaces
  live_.unsubscribe(alice.client, "3");
  EXPECT_THAT(subscribe(alice, "more", "SELECT * FROM app.t"), HasSubstr("subscription_ack"));
}

TEST_F(LiveTest, WsCase38_WritersBesideASubscribe) {
  constexpr int kRows = 400;
  std::thread writer([&] {
    for (int i = 0; i < kRows; ++i) sql("INSERT INTO app.pub (id) VALUES (" + std::to_string(i) + ")");
  });
  // Each begins somewhere in between.
  for (int round = 0; round < 20; ++round) {
    const auto person = connect("user" + std::to_string(round));
    subscribe(person, "s", "SELECT id FROM app.pub", Options{.batch_size = 5000});
    std::multiset<std::string> ids;
    while (ids.size() < kRows) {
      const auto message = person.heard->next();
      ASSERT_FALSE(message.empty()) << "only " << ids.size();
      for (size_t at = message.find(R"({"id":)"); at != std::string::npos; at = message.find(R"({"id":)", at + 1)) {
        ids.insert(message.substr(at + 6, message.find(',', at) - at - 6));
      }
    }
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), kRows);
    live_.disconnect(person.client);
    if (round == 0) continue;
  }
  writer.join();
}

// Reads the text of a member: "cursor":"…".
std::string member(const std::string& message, std::string_view name) {
  const auto at = message.rfind("\"" + std::string(name) + "\":\"");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return message.substr(begin, message.find('"', begin) - begin);
}

TEST_F(LiveTest, WsCases63And66_ResumeByCursor) {
  constexpr Features kExact{.exact_resume = true};
  for (const auto* id : {"a", "b", "c"}) {
    sql("INSERT INTO app.t (id, v) VALUES ('" + std::string(id) + "', 1)", "alice");
  }
  constexpr std::string_view kQuery = "SELECT id, v, note FROM app.t WHERE v = 1";
  const auto alice = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(alice, "s", std::string(kQuery), Options{}), HasSubstr(R"("cursor":")" + live_.epoch() + ":"));
  const auto cursor = member(alice.heard->next(), "cursor");
  ASSERT_FALSE(cursor.empty());
  live_.disconnect(alice.client);
  sql("UPDATE app.t SET note = 'x' WHERE id = 'a'", "alice");
  sql("DELETE FROM app.t WHERE id = 'b'", "alice");
  sql("UPDATE app.t SET v = 2 WHERE id = 'c'", "alice");
  sql("INSERT INTO app.t (id, v) VALUES ('d', 1)", "alice");
  sql("DELETE FROM app.t WHERE id = 'd'", "alice");

  const auto back = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(back, "s", std::string(kQuery), Options{.cursor = cursor}),
              AllOf(HasSubstr(R"("status":"ready")"), HasSubstr(R"("replay":true)")));
  EXPECT_THAT(next(back), AllOf(HasSubstr(R"("update","rows":[{"_seq":"N","id":"a","v":1,"note":"x"}])"),
                                HasSubstr(R"("key":{"id":"a"})"), HasSubstr(R"("replay":true,"more":true)")));
  EXPECT_THAT(next(back), AllOf(HasSubstr(R"("change_type":"delete")"), HasSubstr(R"("key":{"id":"b"})")));
  const auto last = back.heard->next();
  EXPECT_THAT(last, AllOf(HasSubstr(R"("change_type":"delete")"), HasSubstr(R"("key":{"id":"c"})"),
                          HasSubstr(R"("more":false)")));

  const auto again = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(again, "s", std::string(kQuery), Options{.cursor = member(last, "cursor")}),
              HasSubstr(R"("replay":false)"));
  sql("INSERT INTO app.t (id, v) VALUES ('e', 1)", "alice");
  EXPECT_THAT(next(again), AllOf(HasSubstr(R"("key":{"id":"e"})"), HasSubstr(R"("cursor":")")));

  // Of another database: told, then a snapshot.
  subscribe(again, "r", std::string(kQuery), Options{.cursor = "0123456789abcdef:1"});
  EXPECT_EQ(next(again), R"({"type":"resync","subscription_id":"r","reason":"epoch_changed"})");
  EXPECT_THAT(next(again), HasSubstr("initial_data_batch"));
  EXPECT_THAT(subscribe(again, "x", std::string(kQuery), Options{.cursor = "x"}), HasSubstr("Invalid cursor"));
}

// Cut off between the batch and the last of the deletes, a client has no cursor that passes them over.
TEST_F(LiveTest, WsCase65_OnlyTheLastDeleteOfAResumeMovesTheCursor) {
  constexpr Features kExact{.exact_resume = true};
  for (const auto* id : {"a", "b", "c"}) sql("INSERT INTO app.t (id) VALUES ('" + std::string(id) + "')", "alice");
  const auto alice = connect("alice", Role::user, kExact);
  subscribe(alice, "s", "SELECT id FROM app.t", Options{});
  const auto batch = alice.heard->next();
  const auto from = std::stoll(batch.substr(batch.find("last_seq_id\":") + 13));
  live_.disconnect(alice.client);
  sql("DELETE FROM app.t WHERE id = 'a'", "alice");
  sql("DELETE FROM app.t WHERE id = 'b'", "alice");

  const auto back = connect("alice", Role::user, kExact);
  subscribe(back, "s", "SELECT id FROM app.t", Options{.from = from});
  EXPECT_THAT(next(back), HasSubstr(R"("status":"ready","last_seq_id":null,"cursor":null)"));
  const auto first = back.heard->next(), last = back.heard->next();
  EXPECT_THAT(first, HasSubstr(R"("key":{"id":"a"})"));
  EXPECT_EQ(member(first, "cursor"), "");
  EXPECT_THAT(last, HasSubstr(R"("key":{"id":"b"})"));
  const auto cursor = member(last, "cursor");
  ASSERT_NE(cursor, "");
  const auto again = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(again, "s", "SELECT id FROM app.t", Options{.cursor = cursor}), HasSubstr(R"("replay":false)"));

  // Nothing gone: the batch has it.
  subscribe(again, "t", "SELECT id FROM app.t", Options{.from = std::numeric_limits<int64_t>::max()});
  EXPECT_EQ(member(again.heard->next(), "cursor"), cursor);
}

TEST_F(LiveTest, WsCase68_OneFrameForACommit) {
  const auto alice = connect("alice", Role::user, {.frames = true});
  subscribe(alice, "one", "SELECT id FROM app.t WHERE v = 1");
  subscribe(alice, "all", "SELECT id FROM app.t");
  sql("INSERT INTO app.t (id, v) VALUES ('a', 1), ('b', 2)", "alice");
  const auto frame = next(alice);
  EXPECT_THAT(frame,
              AllOf(HasSubstr(R"({"type":"frame","commit":")"), HasSubstr(R"("more":false,"changes":[)"),
                    HasSubstr(R"({"subscription_id":"one","change_type":"insert","rows":[{"id":"a","_seq":"N"}]})"),
                    HasSubstr(R"({"subscription_id":"all","change_type":"insert","rows":[{"id":"b","_seq":"N"}]})")));
  EXPECT_EQ(frame.find("cursor"), std::string::npos);
  EXPECT_EQ(alice.heard->waiting(), 0);
}

// A window of one change set: whoever loads for longer than that finds nothing in the feed.
class LiveWithShortFeed : public LiveTest {
 protected:
  LiveWithShortFeed() : LiveTest({}, {.change_sets_max = 1}) {}
};

TEST_F(LiveWithShortFeed, TheDifferenceIsReadFromTheTable) {
  for (const auto* id : {"a", "b", "c"}) sql("INSERT INTO app.t (id) VALUES ('" + std::string(id) + "')", "alice");
  const auto alice = connect("alice");
  subscribe(alice, "s", "SELECT id FROM app.t", Options{.batch_size = 2});
  const auto batch = alice.heard->next();
  sql("INSERT INTO app.t (id) VALUES ('d')", "alice");
  sql("DELETE FROM app.t WHERE id = 'a'", "alice");
  sql("INSERT INTO app.t (id) VALUES ('e')", "alice");
  live_.next_batch(alice.client, "s", std::stoll(batch.substr(batch.find("last_seq_id\":") + 13)));
  EXPECT_THAT(next(alice), HasSubstr(R"("rows":[{"id":"c","_seq":"N"}])"));
  EXPECT_EQ(next(alice), change("s", R"("insert","rows":[{"id":"d","_seq":"N"}])"));
  EXPECT_EQ(next(alice), change("s", R"("insert","rows":[{"id":"e","_seq":"N"}])"));
  EXPECT_EQ(next(alice), change("s", R"("delete","old_values":[{"id":"a","_seq":"N","_deleted":true}])"));
}

// Whoever holds the dispatcher makes it fall behind. What was held is the last change that anybody gets.
TEST_F(LiveWithShortFeed, Section12_5_OverflowBeginsAnewOrEnds) {
  constexpr Features kExact{.exact_resume = true};
  const auto holder = connect("alice"), plain = connect("alice"), exact = connect("alice", Role::user, kExact);
  subscribe(holder, "h", "SELECT id FROM app.t");
  subscribe(plain, "p", "SELECT id FROM app.t");
  sql("INSERT INTO app.t (id, v) VALUES ('a', 1)", "alice");
  EXPECT_THAT(next(holder), HasSubstr("insert"));
  EXPECT_THAT(next(plain), HasSubstr("insert"));
  // One with all rows, in two batches; one that began behind them; one that wanted none.
  subscribe(exact, "all", "SELECT id, v FROM app.t", Options{.batch_size = 2});
  EXPECT_THAT(next(exact), HasSubstr(R"("id":"a")"));
  subscribe(exact, "late", "SELECT id FROM app.t WHERE v < 3", Options{.from = std::numeric_limits<int64_t>::max()});
  EXPECT_THAT(next(exact), HasSubstr(R"("rows":[])"));
  subscribe(exact, "none", "SELECT id FROM app.t WHERE v = 3");

  holder.heard->hold();
  sql("INSERT INTO app.t (id, v) VALUES ('b', 2)", "alice");
  ASSERT_TRUE(holder.heard->wait_until_held());
  sql("DELETE FROM app.t WHERE id = 'a'", "alice");
  sql("INSERT INTO app.t (id, v) VALUES ('c', 3)", "alice");
  sql("INSERT INTO app.t (id, v) VALUES ('d', 4)", "alice");
  holder.heard->let_go();

  for (const auto& [person, id] : {std::pair(holder, "h"), std::pair(plain, "p")}) {
    EXPECT_THAT(next(person), HasSubstr(R"("insert","rows":[{"id":"b")"));
    EXPECT_EQ(next(person), R"({"type":"error","subscription_id":")" + std::string(id) +
                                R"(","code":"SUBSCRIPTION_FAILED","message":"Internal error; subscribe again"})");
  }
  const auto told = [&](std::string_view id) {
    return R"({"type":"resync","subscription_id":")" + std::string(id) + R"(","reason":"overflow"})";
  };
  std::map<std::string, std::vector<std::string>> heard;  // by subscription
  const auto hear = [&] {
    const auto message = exact.heard->next();
    heard[member(message, "subscription_id")].push_back(message);
  };
  for (int i = 0; i < 2 + 3 * 2; ++i) hear();  // b is a change of two of them; then each gets two messages
  ASSERT_EQ(heard["all"].size(), 3);
  EXPECT_THAT(heard["all"][0], HasSubstr(R"("insert","rows":[{"id":"b")"));
  EXPECT_EQ(heard["all"][1], told("all"));
  const auto& batch = heard["all"][2];
  EXPECT_THAT(without_numbers(batch),
              AllOf(HasSubstr(R"("type":"initial_data_batch")"), HasSubstr(R"("batch_num":0,"has_more":true)"),
                    HasSubstr(R"("rows":[{"id":"b","v":2,"_seq":"N"},{"id":"c","v":3,"_seq":"N"}])")));
  ASSERT_EQ(heard["late"].size(), 3);
  EXPECT_EQ(heard["late"][1], told("late"));
  EXPECT_THAT(without_numbers(heard["late"][2]), HasSubstr(R"("rows":[{"id":"b","_seq":"N"}])"));
  ASSERT_EQ(heard["none"].size(), 2);
  EXPECT_EQ(heard["none"][0], told("none"));
  EXPECT_THAT(heard["none"][1], AllOf(HasSubstr(R"("id":"c")"), HasSubstr(R"("batch_num":0,"has_more":false)")));

  // The rest of the load, what came during it, and from there on changes as before.
  sql("UPDATE app.t SET v = 5 WHERE id = 'c'", "alice");
  live_.next_batch(exact.client, "all", std::stoll(batch.substr(batch.find("last_seq_id\":") + 13)));
  heard.clear();
  for (int i = 0; i < 3; ++i) hear();
  ASSERT_EQ(heard["all"].size(), 2);
  EXPECT_THAT(heard["all"][0], AllOf(HasSubstr(R"("id":"d")"), HasSubstr(R"("batch_num":1,"has_more":false)")));
  EXPECT_THAT(heard["all"][1], AllOf(HasSubstr(R"("change_type":"update")"), HasSubstr(R"("key":{"id":"c"})")));
  ASSERT_EQ(heard["none"].size(), 1);
  EXPECT_THAT(heard["none"][0], AllOf(HasSubstr(R"("change_type":"delete")"), HasSubstr(R"("key":{"id":"c"})")));
  const auto cursor = member(heard["all"][1], "cursor");
  const auto back = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(back, "all", "SELECT id, v FROM app.t", Options{.cursor = cursor}),
              HasSubstr(R"("replay":false)"));
}

TEST_F(LiveWithShortFeed, ResumeByCursorFromTheTable) {
  constexpr Features kExact{.exact_resume = true};
  for (const auto* id : {"a", "b", "c"}) sql("INSERT INTO app.t (id) VALUES ('" + std::string(id) + "')", "alice");
  const auto alice = connect("alice", Role::user, kExact);
  subscribe(alice, "s", "SELECT id FROM app.t", Options{});
  const auto cursor = member(alice.heard->next(), "cursor");
  live_.disconnect(alice.client);
  sql("DELETE FROM app.t WHERE id = 'b'", "alice");
  sql("INSERT INTO app.t (id) VALUES ('d')", "alice");
  const auto back = connect("alice", Role::user, kExact);
  EXPECT_THAT(subscribe(back, "s", "SELECT id FROM app.t", Options{.cursor = cursor}), HasSubstr(R"("replay":true)"));
  EXPECT_THAT(next(back), AllOf(HasSubstr(R"("change_type":"delete")"), HasSubstr(R"("key":{"id":"b"})")));
  EXPECT_THAT(next(back), AllOf(HasSubstr(R"("change_type":"insert")"), HasSubstr(R"("key":{"id":"d"})")));
}

}  // namespace
}  // namespace kalam::live
