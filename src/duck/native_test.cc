// The two ways of a query over one table, held against each other: statements are generated from a seed, each is run on
// values and by the engine, and what comes out must be the same, to the letter.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stop_token>

#include "duck/instance.h"
#include "duck/ordered_rows_fixture.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

constexpr size_t kStatements = 2500;

std::vector<SourceColumn> columns() {
  return {{"id", TypeTag::bigint, ScalarKind::int64, false, true},
          {"k", TypeTag::integer, ScalarKind::int32},
          {"t", TypeTag::text, ScalarKind::utf8},
          {"d", TypeTag::double_, ScalarKind::float64},
          {"n", *DataType::decimal(10, 2), ScalarKind::decimal128},
          {"b", TypeTag::boolean, ScalarKind::boolean},
          {"ts", TypeTag::timestamp, ScalarKind::timestamp_us},
          {"s", TypeTag::smallint, ScalarKind::int16},
          {"u", TypeTag::uuid, ScalarKind::fixed_binary},
          {"_deleted", TypeTag::boolean, ScalarKind::boolean, false}};
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t below(size_t bound) { return random_() % bound; }
  bool chance(size_t percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

  std::vector<std::vector<Value>> rows(size_t count) {
    std::vector<std::vector<Value>> rows;
    for (size_t i = 0; i < count; ++i) {
      const auto maybe = [&](Value value) { return chance(15) ? Value::null(value.kind()) : std::move(value); };
      std::array<uint8_t, 16> uuid{};
      uuid[0] = static_cast<uint8_t>(below(3) * 100);
      rows.push_back(
          {Value::int64(static_cast<int64_t>(i) - 5), maybe(Value::int32(static_cast<int32_t>(below(8)) - 3)),
           maybe(Value::text(text())), maybe(Value::float64(static_cast<double>(below(9)) / 4 - 1)),
           maybe(Value::decimal(static_cast<int64_t>(below(5)) * 125 - 250, 10, 2)), maybe(Value::boolean(chance(50))),
           maybe(Value::timestamp_us(static_cast<int64_t>(below(4)) * 1'000'000)),
           maybe(Value::int16(static_cast<int16_t>(below(4)))),
           chance(20) ? Value::null_fixed_binary(16) : Value::uuid(uuid), Value::boolean(chance(20))});
    }
    return rows;
  }

  // A statement with its parameters; `ordered`: its rows come in one order only.
  struct Statement {
    std::string sql;
    std::vector<Value> parameters;
    bool ordered = true;
  };
  Statement statement() {
    made_ = {};
    if (chance(35)) grouped();
    else plain();
    return std::move(made_);
  }

  std::string predicate(size_t depth = 2) {
    if (depth > 0 && chance(45)) {
      const auto left = predicate(depth - 1);
      if (chance(25)) return "NOT (" + left + ")";
      return "(" + left + (chance(65) ? " AND " : " OR ") + predicate(depth - 1) + ")";
    }
    const std::string operators[] = {"=", "<>", "<", "<=", ">", ">="};
    const auto& column = one_of(kCompared);
    switch (below(9)) {
      case 0: return column + (chance(50) ? " IS NULL" : " IS NOT NULL");
      case 1: return column + " BETWEEN " + constant(column) + " AND " + constant(column);
      case 2: {
        auto list = constant(column);
        for (size_t i = below(9); i > 0; --i) list += ", " + constant(column);
        return column + (chance(80) ? " IN (" : " NOT IN (") + list + ")";
      }
      case 3: return chance(50) ? "t LIKE 'a%'" : "upper(t) = 'AB'";
      case 4: return "k + s " + operators[below(6)] + " id";
      case 5: return chance(50) ? std::string("b") : "_deleted = " + std::string(chance(50) ? "true" : "false");
      default: return column + " " + operators[below(6)] + " " + constant(column);
    }
  }

  std::vector<Value> take_parameters() { return std::exchange(made_.parameters, {}); }

 private:
  std::string text() {
    std::string made;
    for (size_t i = below(4); i > 0; --i) made += static_cast<char>('a' + below(2));
    return made;
  }

  std::string literal(const std::string& column) {
    if (column == "t") return "'" + text() + "'";
    if (column == "d") return std::to_string(static_cast<double>(below(9)) / 4 - 1);
    if (column == "n") return chance(50) ? "1.25" : "-2.5";
    if (column == "ts") return "'1970-01-01 00:00:0" + std::to_string(below(4)) + "'";
    if (column == "u")
      return chance(50) ? "'64000000-0000-0000-0000-000000000000'" : "'00000000-0000-0000-0000-000000000000'";
    return std::to_string(static_cast<int64_t>(below(column == "id" ? 60 : 8)) - 4);
  }

  std::string constant(const std::string& column) {
    if (chance(60)) return literal(column);
    const auto number = [&] { return static_cast<int64_t>(below(column == "id" ? 60 : 8)) - 4; };
    Value value;
    if (column == "t") value = Value::text(text());
    else if (column == "d") value = Value::float64(static_cast<double>(number()) / 4);
    else if (column == "n" && chance(50)) value = Value::float64(static_cast<double>(number()) * 1.25);
    else if (column == "id" && chance(10)) value = Value::float64(static_cast<double>(number()));
    else if (column == "ts") value = Value::text("1970-01-01 00:00:0" + std::to_string(below(4)));
    else if (column == "u") value = Value::text("64000000-0000-0000-0000-000000000000");
    else value = Value::int64(number());
    if (chance(4)) value = Value();
    made_.parameters.push_back(std::move(value));
    return "$" + std::to_string(made_.parameters.size());
  }

  std::string direction() {
    const std::string ways[] = {"", " ASC", " DESC", " DESC NULLS LAST", " ASC NULLS FIRST"};
    return ways[below(5)];
  }

  std::string limit() {
    if (!chance(40)) return "";
    std::string made;
    if (chance(25)) {
      made_.parameters.push_back(Value::int64(static_cast<int64_t>(below(20))));
      made = " LIMIT $" + std::to_string(made_.parameters.size());
    } else {
      made = " LIMIT " + std::to_string(below(20));
    }
    return chance(40) ? made + " OFFSET " + std::to_string(below(10)) : made;
  }

  void plain() {
    static const std::vector<std::string> kItems = {"id",
                                                    "k",
                                                    "t",
                                                    "d",
                                                    "n",
                                                    "b",
                                                    "ts",
                                                    "s",
                                                    "u",
                                                    "_deleted",
                                                    "k + 1",
                                                    "upper(t)",
                                                    "d * 2",
                                                    "t || '!'",
                                                    "CASE WHEN k > 0 THEN t ELSE 'none' END",
                                                    "coalesce(k, 0)",
                                                    "CAST(k AS TEXT)",
                                                    "n + n",
                                                    "lower(t)",
                                                    "k > 1",
                                                    "NULL",
                                                    "7"};
    made_.sql = "SELECT ";
    if (chance(20)) {
      made_.sql += "*";
    } else {
      for (size_t i = below(4) + 1; i > 0; --i) {
        made_.sql += one_of(kItems) + (chance(20) ? " AS c" + std::to_string(i) : "") + (i > 1 ? ", " : "");
      }
    }
    made_.sql += " FROM app.t";
    if (chance(75)) made_.sql += " WHERE " + predicate();
    switch (below(4)) {
      case 0: made_.sql += " ORDER BY id" + direction(); break;
      case 1: made_.sql += " ORDER BY " + one_of(kCompared) + direction() + ", id" + direction(); break;
      case 2: made_.sql += " ORDER BY " + one_of(kCompared) + direction() + ", k + s" + direction() + ", id"; break;
      default: break;
    }
    made_.sql += limit();
  }

  void grouped() {
    static const std::vector<std::string> kKeys = {"k", "t", "d", "n", "b", "ts", "s", "u", "upper(t)", "k + s"};
    static const std::vector<std::string> kAggregates = {"count(*)",
                                                         "count(k)",
                                                         "sum(k)",
                                                         "sum(d)",
                                                         "avg(d)",
                                                         "avg(k)",
                                                         "min(t)",
                                                         "max(t)",
                                                         "min(ts)",
                                                         "max(n)",
                                                         "sum(n)",
                                                         "sum(k) + count(*)",
                                                         "max(k) - min(k)",
                                                         "min(u)",
                                                         "bool_and(b)",
                                                         "count(*) FILTER (WHERE k > 0)",
                                                         "count(DISTINCT k)",
                                                         "max(id)",
                                                         "sum(k * 2)"};
    std::vector<std::string> keys;
    for (size_t i = below(3); i > 0; --i) keys.push_back(one_of(kKeys));
    std::string list;
    const auto add = [&](const std::string& item) { list += (list.empty() ? "" : ", ") + item; };
    for (size_t i = 0; i < keys.size(); ++i) add(keys[i] + " AS g" + std::to_string(i));
    for (size_t i = below(3) + 1; i > 0; --i) add(one_of(kAggregates) + " AS a" + std::to_string(i));
    made_.sql = "SELECT " + list + " FROM app.t";
    if (chance(50)) made_.sql += " WHERE " + predicate();
    const auto join = [](const std::vector<std::string>& names) {
      std::string joined;
      for (const auto& name : names) joined += (joined.empty() ? "" : ", ") + name;
      return joined;
    };
    if (!keys.empty()) made_.sql += " GROUP BY " + join(keys);
    if (!keys.empty() && chance(30)) made_.sql += " HAVING count(*) > " + std::to_string(below(6));
    if (keys.empty()) return;
    made_.ordered = chance(50);
    if (!made_.ordered) return;
    std::vector<std::string> order;
    for (size_t i = 0; i < keys.size(); ++i) order.push_back("g" + std::to_string(i) + direction());
    made_.sql += " ORDER BY " + join(order) + limit();
  }

  static inline const std::vector<std::string> kCompared = {"id", "id", "k", "t", "d", "n", "ts", "s", "u"};
  std::mt19937_64 random_;
  Statement made_;
};

class Native : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
    seed_ = static_cast<uint64_t>(testing::UnitTest::GetInstance()->random_seed());
    if (seed_ == 0) seed_ = std::random_device()();
    RecordProperty("seed", std::to_string(seed_));
    std::printf("seed %llu (--gtest_random_seed takes it)\n", static_cast<unsigned long long>(seed_));
  }

  struct Answer {
    std::vector<std::string> rows;  // as JSON
    std::string columns;
    std::string values;  // of next()
    bool failed = false;
    bool native = false;
  };

  Answer ask(const std::string& sql, const std::vector<Value>& parameters, const RowSource& source, Path path,
             bool as_values = false) {
    Answer answer;
    const auto fail = [&](const Error& error) {
      answer.rows = {"! " + error.message};
      answer.failed = true;
      return answer;
    };
    auto query = instance_->parse(sql);
    if (!query.ok()) return fail(query.error());
    std::vector<ScalarKind> kinds;
    for (const auto& parameter : parameters) kinds.push_back(parameter.kind());
    auto prepared = instance_->prepare(std::move(*query), {shape_of(source)}, kinds);
    if (!prepared.ok()) return fail(prepared.error());
    answer.native = (*prepared)->native();
    RunInputs inputs;
    inputs.sources = {&source};
    inputs.parameters = parameters;
    inputs.viewer = {UserId("ada"), Role::user};
    inputs.path = path;
    auto stream = instance_->run(*prepared, std::move(inputs));
    if (!stream.ok()) return fail(stream.error());
    std::ostringstream shown;
    for (const auto& column : stream->columns()) {
      shown << column.name << ' ' << column.type << (column.primary_key ? " key" : "")
            << (column.not_null ? " not null" : "") << "; ";
    }
    answer.columns = shown.str();
    if (as_values) {
      std::ostringstream values;
      std::vector<Value> row;
      while (true) {
        auto more = stream->next(row);
        if (!more.ok()) return fail(more.error());
        if (!*more) break;
        std::ostringstream line;
        for (const auto& value : row) line << value << '|';
        answer.rows.push_back(line.str());
      }
      return answer;
    }
    std::string json;
    while (true) {
      auto count = stream->append_json_rows(json);
      if (!count.ok()) return fail(count.error());
      if (*count == 0) break;
    }
    // No text here holds a bracket.
    for (size_t from = 0; from < json.size();) {
      const auto end = json.find(']', from) + 1;
      answer.rows.push_back(json.substr(from, end - from));
      from = end + 1;
    }
    return answer;
  }

  std::unique_ptr<Instance> instance_;
  uint64_t seed_ = 0;
};

TEST_F(Native, AnswersAsTheEngineDoes) {
  Generator generate(seed_);
  const auto rows = generate.rows(57);
  const OrderedRows table(columns(), rows);
  size_t native = 0;
  size_t failed = 0;
  std::string last_failure;
  for (size_t i = 0; i < kStatements; ++i) {
    const auto [sql, parameters, ordered] = generate.statement();
    const bool as_values = i % 3 == 0;
    auto ours = ask(sql, parameters, table, Path::automatic, as_values);
    auto theirs = ask(sql, parameters, table, Path::engine, as_values);
    native += ours.native;
    failed += ours.failed;
    if (ours.failed) last_failure = sql + ours.rows.front();
    if (!ordered) {
      std::sort(ours.rows.begin(), ours.rows.end());
      std::sort(theirs.rows.begin(), theirs.rows.end());
    }
    std::string shown;
    for (const auto& parameter : parameters) shown += testing::PrintToString(parameter) + ", ";
    ASSERT_EQ(ours.rows, theirs.rows) << "sql: " << sql << "\nparameters: " << shown << "\nnative: " << ours.native;
    ASSERT_EQ(ours.columns, theirs.columns) << "sql: " << sql;
  }
  EXPECT_GT(native, kStatements * 3 / 4) << "most of these are for our own executor";
  EXPECT_LT(failed, kStatements / 10) << "statements that fail (1/0, overflow) compare nothing: " << last_failure;
}

// Whatever p is, each row satisfies exactly one of p, NOT p and p IS NULL.
TEST_F(Native, ThreeAnswersMakeTheWhole) {
  Generator generate(seed_ + 1);
  const OrderedRows table(columns(), generate.rows(57));
  for (size_t i = 0; i < 500; ++i) {
    const auto p = generate.predicate();
    const auto parameters = generate.take_parameters();
    const bool deleted = p.find("_deleted") != std::string::npos;
    const std::string all = "SELECT id, t FROM app.t" + std::string(deleted ? " WHERE _deleted OR NOT _deleted" : "");
    auto whole = ask(all, {}, table, Path::automatic);
    ASSERT_FALSE(whole.failed) << whole.rows.front();
    std::vector<std::string> parts;
    for (const auto* form : {"(%)", "NOT (%)", "(%) IS NULL"}) {
      std::string condition = form;
      condition.replace(condition.find('%'), 1, p);
      const auto part = ask("SELECT id, t FROM app.t WHERE " + condition, parameters, table, Path::automatic);
      ASSERT_FALSE(part.failed) << p << ": " << part.rows.front();
      parts.insert(parts.end(), part.rows.begin(), part.rows.end());
    }
    std::sort(whole.rows.begin(), whole.rows.end());
    std::sort(parts.begin(), parts.end());
    ASSERT_EQ(parts, whole.rows) << "p: " << p;
  }
}

TEST_F(Native, AsksTheSourceForWhatItNeeds) {
  Generator generate(seed_);
  const OrderedRows table(columns(), generate.rows(57));
  const auto request = [&](const std::string& sql, std::vector<Value> parameters = {}, Path path = Path::automatic) {
    const auto answer = ask(sql, parameters, table, path);
    EXPECT_FALSE(answer.failed) << sql << ": " << answer.rows.front();
    EXPECT_TRUE(answer.native) << sql;
    return table.last_request();
  };
  for (const auto path : {Path::automatic, Path::engine}) {
    auto asked = request("SELECT t FROM app.t WHERE id = $1", {Value::int64(3)}, path);
    ASSERT_EQ(asked.equal.size(), 1u);
    EXPECT_EQ(asked.equal[0].column, 0u);
    EXPECT_EQ(asked.equal[0].value, Value::int64(3));
    EXPECT_FALSE(asked.with_deleted);

    asked = request("SELECT t FROM app.t WHERE ts >= '1970-01-01 00:00:02' AND k < 3", {}, path);
    ASSERT_EQ(asked.ranges.size(), 2u);
    EXPECT_EQ(asked.ranges[0].lower->value, Value::timestamp_us(2'000'000));
    EXPECT_FALSE(asked.ranges[1].upper->inclusive);

    asked = request("SELECT t FROM app.t WHERE id IN (1, 2, $1)", {Value::int64(9)}, path);
    ASSERT_EQ(asked.one_of.size(), 1u);
    EXPECT_EQ(asked.one_of[0].values.size(), 3u);

    asked = request("SELECT id FROM app.t WHERE id BETWEEN 2 AND 5", {}, path);
    ASSERT_FALSE(asked.ranges.empty());

    EXPECT_EQ(request("SELECT t FROM app.t LIMIT 3 OFFSET 2", {}, path).limit, 5u);
    EXPECT_EQ(request("SELECT t FROM app.t WHERE t <> 'a' LIMIT 3", {}, path).limit, SIZE_MAX);
    EXPECT_TRUE(request("SELECT id FROM app.t WHERE _deleted = true OR id = 3", {}, path).with_deleted);
    EXPECT_FALSE(request("SELECT id, _deleted FROM app.t WHERE id = 3", {}, path).with_deleted);
  }
  EXPECT_TRUE(request("SELECT t FROM app.t ORDER BY id DESC LIMIT 3").reverse);
  EXPECT_EQ(table.last_request().limit, 3u);
  EXPECT_FALSE(request("SELECT t FROM app.t ORDER BY id LIMIT 3").reverse);
  EXPECT_EQ(table.last_request().limit, 3u);
}

TEST_F(Native, HoldsNoMoreThanItMay) {
  InstanceOptions options;
  options.memory_limit_bytes = 1u << 20;
  instance_ = std::move(*Instance::open(options));
  std::vector<std::vector<Value>> rows;
  for (int64_t i = 0; i < 3000; ++i) rows.push_back({Value::int64(i), Value::text(std::string(1000, 'x'))});
  const FixedRows table({{"id", TypeTag::bigint, ScalarKind::int64}, {"t", TypeTag::text, ScalarKind::utf8}}, rows);
  const auto all = ask("SELECT t FROM app.t ORDER BY id DESC", {}, table, Path::automatic);
  ASSERT_TRUE(all.failed);
  EXPECT_THAT(all.rows.front(), testing::HasSubstr("out of memory"));
  EXPECT_FALSE(ask("SELECT t FROM app.t ORDER BY id DESC LIMIT 5", {}, table, Path::automatic).failed);
}

// Asks its own query to stop when some rows were read.
class StoppingRows final : public RowSource {
 public:
  StoppingRows(std::stop_source& stop, size_t after) : stop_(stop), after_(after) {}
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest&) const override {
    return std::unique_ptr<RowCursor>(std::make_unique<Cursor>(stop_, after_));
  }

 private:
  class Cursor final : public RowCursor {
   public:
    Cursor(std::stop_source& stop, size_t after) : stop_(stop), after_(after) {}
    Result<bool> next(std::vector<Value>& row) override {
      if (++read_ == after_) stop_.request_stop();
      if (read_ == 1'000'000) return false;
      row = {Value::int64(static_cast<int64_t>(read_))};
      return true;
    }

   private:
    std::stop_source& stop_;
    const size_t after_;
    size_t read_ = 0;
  };
  const std::vector<SourceColumn> columns_ = {{"id", TypeTag::bigint, ScalarKind::int64}};
  std::stop_source& stop_;
  const size_t after_;
};

TEST_F(Native, StopsWhenAsked) {
  for (const auto path : {Path::automatic, Path::engine}) {
    for (const size_t after : {size_t{0}, size_t{5000}}) {
      std::stop_source stop;
      if (after == 0) stop.request_stop();
      const StoppingRows table(stop, after);
      auto prepared = *instance_->prepare(*instance_->parse("SELECT sum(id) FROM app.t"), {shape_of(table)}, {});
      RunInputs inputs;
      inputs.sources = {&table};
      inputs.path = path;
      inputs.stop = stop.get_token();
      auto rows = instance_->run(prepared, std::move(inputs));
      std::string json;
      const auto count = rows.ok() ? rows->append_json_rows(json) : Result<size_t>(rows.error());
      ASSERT_FALSE(count.ok()) << json;
      EXPECT_EQ(count.error().code, ErrorCode::cancelled) << count.error();
    }
  }
}

}  // namespace
}  // namespace kalam::duck
