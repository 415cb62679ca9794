#include "duck/prepared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "duck/instance.h"
#include "duck/ordered_rows_fixture.h"

namespace kalam::duck {
namespace {

using testing::HasSubstr;

class PreparedTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
    std::vector<std::vector<Value>> rows;
    for (int64_t i = 0; i < 100; ++i) {
      rows.push_back({Value::int64(i), Value::text(i % 2 ? "odd" : "even"), Value::decimal(i * 125, 10, 2),
                      Value::timestamp_ms(i * 1000)});
    }
    table_ = std::make_unique<OrderedRows>(
        std::vector<SourceColumn>{{"id", TypeTag::bigint, ScalarKind::int64, false, true},
                                  {"word", TypeTag::text, ScalarKind::utf8},
                                  {"price", *DataType::decimal(10, 2), ScalarKind::decimal128},
                                  {"seen", TypeTag::timestamp, ScalarKind::timestamp_ms}},
        rows);
  }

  Result<std::shared_ptr<const Prepared>> prepare(std::string_view sql, std::vector<ScalarKind> kinds) {
    auto query = TRY(instance_->parse(sql));
    std::vector<SourceShape> shapes(query.tables().size(), shape_of(*table_));
    return instance_->prepare(std::move(query), std::move(shapes), std::move(kinds));
  }

  std::string run(const std::shared_ptr<const Prepared>& prepared, std::vector<Value> parameters,
                  const std::string& user = "ada", Path path = Path::automatic) {
    RunInputs inputs;
    inputs.sources.assign(prepared->tables().size(), table_.get());
    inputs.parameters = std::move(parameters);
    inputs.viewer = {UserId(user), Role::user};
    inputs.path = path;
    auto stream = instance_->run(prepared, std::move(inputs));
    if (!stream.ok()) return "! " + stream.error().message;
    std::string json;
    while (true) {
      auto count = stream->append_json_rows(json);
      if (!count.ok()) return "! " + count.error().message;
      if (*count == 0) return json;
    }
  }

  std::unique_ptr<Instance> instance_;
  std::unique_ptr<OrderedRows> table_;
};

constexpr auto kJoin = "SELECT a.id, b.word FROM app.t a JOIN app.t b ON a.id = b.id + 1 WHERE a.id = $1";

TEST_F(PreparedTest, TakesTheWayThatFits) {
  struct Case {
    std::string_view sql;
    bool native;
  };
  const Case cases[] = {
      {"SELECT * FROM app.t WHERE id = 3", true},
      {"SELECT upper(word), count(*) FROM app.t WHERE price > 3 GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 LIMIT 3",
       true},
      {"SELECT id FROM app.t WHERE word = CURRENT_USER()", true},
      {"SELECT DISTINCT word FROM app.t", false},
      {"SELECT count(DISTINCT word) FROM app.t", false},
      {"SELECT row_number() OVER () FROM app.t", false},
      {"SELECT id FROM app.t WHERE id = (SELECT max(id) FROM app.t)", false},
      {"SELECT a.id FROM app.t a, app.t b", false},
      {"SELECT id FROM app.t UNION ALL SELECT 1", false},
      {"WITH x AS (SELECT id FROM app.t) SELECT * FROM x JOIN x y USING (id)", false},
      {"SELECT id, random() FROM app.t", false},
      {"SELECT 1", false},
      {"EXPLAIN SELECT * FROM app.t", false},
  };
  for (const auto& [sql, native] : cases) {
    const auto prepared = prepare(sql, {});
    ASSERT_TRUE(prepared.ok()) << sql << ": " << prepared.error();
    EXPECT_EQ((*prepared)->native(), native) << sql;
    EXPECT_THAT(run(*prepared, {}), testing::Not(testing::StartsWith("!"))) << sql;
  }
}

TEST_F(PreparedTest, RunsAgainWithOtherValues) {
  for (const auto path : {Path::automatic, Path::engine}) {
    const auto one = *prepare("SELECT id, word FROM app.t WHERE id = $1", {ScalarKind::int64});
    const auto join = *prepare(kJoin, {ScalarKind::int64});
    for (int64_t id = 1; id < 20; ++id) {
      const auto text = std::to_string(id);
      EXPECT_EQ(run(one, {Value::int64(id)}, "ada", path), "[\"" + text + "\",\"" + (id % 2 ? "odd" : "even") + "\"]");
      EXPECT_EQ(run(join, {Value::int64(id)}), "[\"" + text + "\",\"" + (id % 2 ? "even" : "odd") + "\"]");
    }
  }
}

TEST_F(PreparedTest, ValuesOfOtherKindsMeanWhatTheySay) {
  struct Case {
    Value value;
    std::string rows;
  };
  for (const auto* sql :
       {"SELECT word FROM app.t WHERE id = $1", "SELECT a.word FROM app.t a JOIN app.t b USING (id) WHERE id = $1"}) {
    const auto prepared = *prepare(sql, {ScalarKind::int64});
    const Case cases[] = {
        {Value::int64(3), R"(["odd"])"},      {Value::int32(4), R"(["even"])"}, {Value::text("3"), R"(["odd"])"},
        {Value::float64(4.0), R"(["even"])"}, {Value::float64(4.5), ""},        {Value(), ""},
        {Value::null(ScalarKind::int64), ""}, {Value::int64(3), R"(["odd"])"},
    };
    for (const auto& [value, rows] : cases) EXPECT_EQ(run(prepared, {value}), rows) << sql << value;
    EXPECT_THAT(run(prepared, {Value::text("three")}), testing::StartsWith("!"));
    EXPECT_THAT(run(prepared, {}), HasSubstr("$1"));
  }
  const auto price = *prepare("SELECT id FROM app.t WHERE price = $1", {ScalarKind::float64});
  EXPECT_EQ(run(price, {Value::float64(2.5)}), R"(["2"])");
  EXPECT_EQ(run(price, {Value::float64(2.505)}), "");
  const auto null = *prepare("SELECT id FROM app.t WHERE id = $1", {ScalarKind::null});
  EXPECT_EQ(run(null, {Value()}), "");
  EXPECT_EQ(run(null, {Value::int64(5)}), R"(["5"])");
}

TEST_F(PreparedTest, KnowsNoSession) {
  for (const auto path : {Path::automatic, Path::engine}) {
    const auto prepared = *prepare("SELECT CURRENT_USER(), CURRENT_ROLE() FROM app.t WHERE id = 1", {});
    EXPECT_EQ(run(prepared, {}, "ada", path), R"(["ada","user"])");
    EXPECT_EQ(run(prepared, {}, "bob", path), R"(["bob","user"])");
    EXPECT_EQ(table_->last_request().viewer.user, UserId("bob"));
  }
}

TEST_F(PreparedTest, OnePlaceOfAParameterIsLikeTheOther) {
  const auto prepared =
      *prepare("SELECT id + $1, $1 FROM app.t WHERE id > $1 AND id < $1 + 2 GROUP BY id + $1 ORDER BY id + $1 LIMIT $1",
               {ScalarKind::int64});
  EXPECT_EQ(run(prepared, {Value::int64(7)}), R"(["15","7"])");
  EXPECT_EQ(run(prepared, {Value::int64(0)}), "");
  const auto union_of = *prepare("SELECT id FROM app.t WHERE id = $1 UNION ALL SELECT $1 + 1", {ScalarKind::int64});
  EXPECT_EQ(run(union_of, {Value::int64(7)}), R"(["7"],["8"])");
}

TEST_F(PreparedTest, NamesOfColumnsAreThoseThatWereWritten) {
  const auto prepared = *prepare("SELECT id + $1, $1, CURRENT_USER() FROM app.t", {ScalarKind::int64});
  RunInputs inputs;
  inputs.sources = {table_.get()};
  inputs.parameters = {Value::int64(1)};
  const auto stream = instance_->run(prepared, std::move(inputs));
  ASSERT_TRUE(stream.ok()) << stream.error();
  EXPECT_THAT(stream->columns()[0].name, HasSubstr("$1"));
  EXPECT_THAT(stream->columns()[1].name, HasSubstr("$1"));
  for (const auto& column : stream->columns()) EXPECT_THAT(column.name, testing::Not(HasSubstr("CAST")));
}

// A TIMESTAMP of this source counts milliseconds; a column of that type keeps microseconds.
TEST_F(PreparedTest, ValuesComeAsColumnsKeepThem) {
  for (const auto* sql : {"SELECT id, seen, [1, 2], INTERVAL '1 day' FROM app.t WHERE id = 2",
                          "SELECT id, seen FROM app.t WHERE id = 2"}) {
    const auto prepared = *prepare(sql, {});
    RunInputs inputs;
    inputs.sources = {table_.get()};
    auto stream = instance_->run(prepared, std::move(inputs));
    ASSERT_TRUE(stream.ok()) << stream.error();
    std::vector<Value> row;
    ASSERT_TRUE(*stream->next(row));
    EXPECT_EQ(row[0], Value::int64(2));
    EXPECT_EQ(row[1], Value::timestamp_us(2'000'000));
    if (row.size() > 2) {
      EXPECT_EQ(row[2], Value::text("[1, 2]"));
      EXPECT_EQ(row[3], Value::text("1 day"));
    }
    EXPECT_FALSE(*stream->next(row));
    EXPECT_FALSE(*stream->next(row));
  }
}

TEST_F(PreparedTest, IsRefusedOverOtherTables) {
  const auto prepared = *prepare("SELECT * FROM app.t", {});
  const OrderedRows other({{"id", TypeTag::text, ScalarKind::utf8}}, {});
  RunInputs inputs;
  inputs.sources = {&other};
  EXPECT_FALSE(instance_->run(prepared, std::move(inputs)).ok());
  EXPECT_FALSE(instance_->run(prepared, {}).ok());
  EXPECT_FALSE(prepare("SELECT nothing FROM app.t", {}).ok());
}

TEST_F(PreparedTest, IsSharedByThreads) {
  const std::shared_ptr<const Prepared> shared[] = {
      *prepare("SELECT id FROM app.t WHERE id = $1", {ScalarKind::int64}),
      *prepare("SELECT id FROM app.t WHERE upper(word) = 'ODD' AND id + 1 = $1 + 1", {ScalarKind::int64}),
      *prepare("SELECT max(id) FROM app.t WHERE id <= $1 GROUP BY lower(word) ORDER BY 1 DESC LIMIT 1",
               {ScalarKind::int64}),
      *prepare("SELECT a.id FROM app.t a JOIN app.t b USING (id) WHERE a.id = $1", {ScalarKind::int64})};
  std::atomic<size_t> wrong = 0;
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < 50; ++i) {
        const auto id = (thread * 31 + i * 2) % 98 / 2 * 2 + 1;
        for (const auto& prepared : shared) {
          wrong += run(prepared, {Value::int64(id)}) != "[\"" + std::to_string(id) + "\"]";
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
}

// Streams that nobody reads to the end leave nothing behind that disturbs the next.
TEST_F(PreparedTest, MayBeLeftInTheMiddle) {
  const auto join = *prepare("SELECT a.id FROM app.t a, app.t b", {});
  const auto one = *prepare("SELECT upper(word) FROM app.t", {});
  for (int i = 0; i < 10; ++i) {
    for (const auto& prepared : {join, one}) {
      RunInputs inputs;
      inputs.sources.assign(prepared->tables().size(), table_.get());
      auto stream = instance_->run(prepared, std::move(inputs));
      ASSERT_TRUE(stream.ok()) << stream.error();
      std::vector<Value> row;
      ASSERT_TRUE(*stream->next(row));
    }
  }
  EXPECT_EQ(run(*prepare("SELECT count(*) FROM app.t a, app.t b", {}), {}), R"(["10000"])");
}

}  // namespace
}  // namespace kalam::duck
