#include "duck/row_expressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "duck/instance.h"

namespace kalam::duck {
namespace {

using testing::HasSubstr;

const std::vector<SourceColumn> kColumns = {{"id", TypeTag::bigint, ScalarKind::int64, false, true},
                                            {"owner", TypeTag::text, ScalarKind::utf8},
                                            {"balance", TypeTag::bigint, ScalarKind::int64},
                                            {"rate", TypeTag::double_, ScalarKind::float64},
                                            {"seen", TypeTag::timestamp, ScalarKind::timestamp_us},
                                            {"small", TypeTag::smallint, ScalarKind::int16},
                                            {"price", *DataType::decimal(10, 2), ScalarKind::decimal128}};

const std::vector<Value> kRow = {Value::int64(7),           Value::text("Ada"),     Value::int64(100),
                                 Value::float64(0.5),       Value::timestamp_us(1), Value::int16(3),
                                 Value::decimal(250, 10, 2)};

class RowExpressionsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    instance_ = std::move(*opened);
  }

  Result<std::shared_ptr<const RowExpressions>> bind(const std::string& text, DataType result) {
    return RowExpressions::bind(*instance_, kColumns, std::vector<std::string>{text}, std::vector<DataType>{result});
  }

  Result<Value> evaluate(const std::string& text, DataType result, std::vector<Value> parameters = {}) {
    const auto expressions = TRY(bind(text, result));
    std::vector<Value> out;
    TRY(expressions->evaluate(kRow, parameters, {UserId("root"), Role::dba}, out));
    return out.at(0);
  }

  std::unique_ptr<Instance> instance_;
};

TEST_F(RowExpressionsTest, GivesValuesAsColumnsKeepThem) {
  struct Case {
    std::string text;
    DataType type;
    std::vector<Value> parameters;
    Value expected;
  };
  const auto decimal = *DataType::decimal(10, 2);
  const Case cases[] = {
      {"balance - 30", TypeTag::bigint, {}, Value::int64(70)},
      {"balance - $1", TypeTag::bigint, {Value::int64(30)}, Value::int64(70)},
      {"balance >= $1", TypeTag::boolean, {Value::int64(100)}, Value::boolean(true)},
      {"balance > $1", TypeTag::boolean, {Value::float64(99.5)}, Value::boolean(true)},
      {"balance > $1", TypeTag::boolean, {Value()}, Value::null(ScalarKind::boolean)},
      {"owner = 'Ada' AND id IN (7, 8)", TypeTag::boolean, {}, Value::boolean(true)},
      {"owner = $2 AND id = $1", TypeTag::boolean, {Value::int64(7), Value::text("Bob")}, Value::boolean(false)},
      {"upper(owner)", TypeTag::text, {}, Value::text("ADA")},
      {"owner || $1", TypeTag::text, {Value::text("!")}, Value::text("Ada!")},
      {"app.accounts.balance + accounts.id", TypeTag::bigint, {}, Value::int64(107)},
      {"rate * 2", TypeTag::double_, {}, Value::float64(1.0)},
      {"small + 1", TypeTag::smallint, {}, Value::int16(4)},
      {"balance", TypeTag::text, {}, Value::text("100")},
      {"seen", TypeTag::timestamp, {}, Value::timestamp_us(1)},
      {"'2024-01-01 00:00:00'", TypeTag::timestamp, {}, Value::timestamp_us(1704067200000000)},
      {"$1", TypeTag::timestamp, {Value::text("2024-01-01 00:00:00")}, Value::timestamp_us(1704067200000000)},
      {"seen < $1", TypeTag::boolean, {Value::text("2024-01-01 00:00:00")}, Value::boolean(true)},
      {"price", decimal, {}, Value::decimal(250, 10, 2)},
      {"price + 1", decimal, {}, Value::decimal(350, 10, 2)},
      {"NULL", TypeTag::bigint, {}, Value::null(ScalarKind::int64)},
      {"$1", TypeTag::bigint, {Value()}, Value::null(ScalarKind::int64)},
      {"CASE WHEN balance > 50 THEN 'rich' ELSE 'poor' END", TypeTag::text, {}, Value::text("rich")},
      {"CURRENT_USER()", TypeTag::text, {}, Value::text("root")},
      {"CURRENT_ROLE()", TypeTag::text, {}, Value::text("dba")},
  };
  for (const auto& [text, type, parameters, expected] : cases) {
    const auto value = evaluate(text, type, parameters);
    ASSERT_TRUE(value.ok()) << text << ": " << value.error();
    EXPECT_EQ(*value, expected) << text;
  }
}

TEST_F(RowExpressionsTest, RefusesWhatIsNotTheSameForEverybody) {
  for (const auto* text : {"random() > 0.5", "now() > seen", "balance > (SELECT 1)", "sum(balance)",
                           "row_number() OVER () > 1", "balance, owner"}) {
    const auto bound = bind(text, TypeTag::boolean);
    EXPECT_FALSE(bound.ok()) << text;
  }
  EXPECT_EQ(bind("random() > 0.5", TypeTag::boolean).error().code, ErrorCode::not_supported);
  EXPECT_EQ(bind("balance > (SELECT max(id) FROM app.t)", TypeTag::boolean).error().code, ErrorCode::not_supported);
}

TEST_F(RowExpressionsTest, TellsWhatIsWrong) {
  EXPECT_FALSE(bind("nothing + 1", TypeTag::bigint).ok());
  EXPECT_FALSE(bind("nothing + $1", TypeTag::bigint).ok());
  EXPECT_FALSE(bind("balance +", TypeTag::bigint).ok());
  EXPECT_FALSE(evaluate("balance = $1", TypeTag::boolean, {Value::text("many")}).ok());
  EXPECT_FALSE(evaluate("balance + $1", TypeTag::bigint, {Value::int64(INT64_MAX)}).ok());
  const auto missing = evaluate("balance + $2", TypeTag::bigint, {Value::int64(1)});
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("$2"));
}

TEST_F(RowExpressionsTest, SaysWhatItReads) {
  const auto bound =
      RowExpressions::bind(*instance_, kColumns, std::vector<std::string>{"balance >= $1", "balance - $2"},
                           std::vector<DataType>{TypeTag::boolean, TypeTag::bigint});
  ASSERT_TRUE(bound.ok()) << bound.error();
  EXPECT_EQ((*bound)->reads(), (std::vector<bool>{false, false, true, false, false, false, false}));
  EXPECT_EQ((*bound)->parameters(), 2u);
  EXPECT_EQ((*bound)->texts()[1], "balance - $2");
  std::vector<Value> row(kColumns.size());
  row[2] = Value::int64(10);
  std::vector<Value> out;
  const std::vector<Value> parameters = {Value::int64(5), Value::int64(3)};
  ASSERT_TRUE((*bound)->evaluate(row, parameters, {}, out).ok());
  EXPECT_EQ(out, (std::vector<Value>{Value::boolean(true), Value::int64(7)}));
}

TEST_F(RowExpressionsTest, WorksNothingOutWhereItsConditionDoesNotHold) {
  const auto bound = RowExpressions::bind(
      *instance_, kColumns, std::vector<std::string>{"$1 <> 0", "balance / $1", "'many'"},
      std::vector<DataType>{TypeTag::boolean, TypeTag::bigint, TypeTag::text}, std::vector<std::string>{"", "n", "t"});
  ASSERT_TRUE(bound.ok()) << bound.error();
  std::vector<Value> out;
  const auto none = (*bound)->evaluate(kRow, std::vector<Value>{Value::int64(0)}, {}, out);
  ASSERT_TRUE(none.ok()) << none.error();
  EXPECT_EQ(out[0], Value::boolean(false));
  EXPECT_TRUE(out[1].is_null() && out[2].is_null());
  ASSERT_TRUE((*bound)->evaluate(kRow, std::vector<Value>{Value::int64(4)}, {}, out).ok());
  EXPECT_EQ(out[1], Value::int64(25));
}

TEST_F(RowExpressionsTest, NamesTheColumnThatAResultDoesNotFit) {
  const auto bound = RowExpressions::bind(*instance_, kColumns, std::vector<std::string>{"$1"},
                                          std::vector<DataType>{TypeTag::integer}, std::vector<std::string>{"n"});
  ASSERT_TRUE(bound.ok()) << bound.error();
  std::vector<Value> out;
  const auto status = (*bound)->evaluate(kRow, std::vector<Value>{Value::text("many")}, {}, out);
  EXPECT_EQ(status.error().code, ErrorCode::invalid_operation);
  EXPECT_THAT(status.error().message, HasSubstr("Schema coercion failed: "));
  EXPECT_THAT(status.error().message, HasSubstr("for column 'n'"));
}

TEST_F(RowExpressionsTest, IsSharedByThreads) {
  const auto bound = *bind("balance + $1", TypeTag::bigint);
  std::atomic<size_t> wrong = 0;
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      std::vector<Value> out;
      for (int64_t i = 0; i < 500; ++i) {
        const std::vector<Value> parameters = {thread % 2 ? Value::int64(i) : Value::float64(static_cast<double>(i))};
        const auto status = bound->evaluate(kRow, parameters, {}, out);
        wrong += !status.ok() || out.at(0) != Value::int64(100 + i);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace kalam::duck
