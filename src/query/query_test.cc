#include <gtest/gtest.h>

#include "duck/source_fixture.h"
#include "query/answer.h"
#include "sql/parse.h"

namespace kalam::query {
namespace {

class Answers : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = duck::Instance::open({});
    ASSERT_TRUE(opened.ok()) << opened.error();
    engine_ = std::move(*opened);
    answerer_.emplace(*engine_, [this](std::string_view schema, std::string_view table) -> const RowSource* {
      asked_.push_back(std::string(schema) + "." + std::string(table));
      return table == "users" && (schema == "system" || schema == "chat") ? &users_ : nullptr;
    });
  }

  Result<QueryReply> ask(std::string_view text, Question question) {
    const auto statements = TRY(sql::parse(text));
    return answerer_->answer(statements.front(), question);
  }
  Result<QueryReply> ask(std::string_view text) { return ask(text, {.viewer = root_, .parameters = {}}); }

  const Viewer root_{UserId("root"), Role::system};
  const duck::FixedRows users_{
      {{"user_id", TypeTag::text, ScalarKind::utf8, false, true}, {"password_hash", TypeTag::text, ScalarKind::utf8}},
      {{Value::text("alice"), Value::text("$2b$…")}, {Value::text("bob"), Value()}}};
  std::unique_ptr<duck::Instance> engine_;
  std::optional<Answerer> answerer_;
  std::vector<std::string> asked_;
};

TEST_F(Answers, HaveColumnsAndRows) {
  const auto reply = ask("SELECT user_id, length(user_id) AS n FROM system.users ORDER BY n");
  ASSERT_TRUE(reply.ok()) << reply.error();
  EXPECT_EQ(reply->rows_json, R"(["bob","3"],["alice","5"])");
  EXPECT_EQ(reply->row_count, 2u);
  EXPECT_EQ(reply->as_user, "root");
  ASSERT_EQ(reply->columns.size(), 2u);
  EXPECT_TRUE(reply->columns[0].primary_key);
}

TEST_F(Answers, ResolveNamesInTheDefaultSchemaAndInCatalogKalam) {
  EXPECT_TRUE(ask("SELECT * FROM users", {.viewer = root_, .parameters = {}, .default_schema = "chat"}).ok());
  EXPECT_TRUE(ask("SELECT * FROM kalam.Chat.USERS").ok());
  EXPECT_EQ(asked_, (std::vector<std::string>{"chat.users", "chat.users"}));
  const auto missing = ask("SELECT * FROM users");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(missing.error().message, "Table not found: table 'kalam.default.users' not found");
  EXPECT_EQ(ask("SELECT * FROM memory.chat.users").error().code, ErrorCode::not_found);
}

// catalog 1.1: checked wherever the name stands, and also when the plan reads nothing.
TEST_F(Answers, SystemTablesAreDeniedToUsersEverywhere) {
  const Question question{.viewer = {UserId("u"), Role::user}, .parameters = {}};
  for (const auto* text :
       {"SELECT * FROM system.users", "SELECT 1 WHERE EXISTS (SELECT 1 FROM system.users)",
        "WITH users AS (SELECT * FROM system.users) SELECT * FROM users", "SELECT * FROM system.users LIMIT 0",
        "SELECT * FROM system.users WHERE false", "SELECT 1 FROM chat.users c JOIN system.users s ON true"}) {
    const auto reply = ask(text, question);
    ASSERT_FALSE(reply.ok()) << text;
    EXPECT_EQ(reply.error().code, ErrorCode::permission_denied) << text;
    EXPECT_EQ(reply.error().message,
              "Access denied: Role 'User' cannot access table 'system.users'. System tables "
              "require 'dba' or 'system' role.");
  }
  EXPECT_EQ(ask("SELECT password_hash FROM chat.users", question)->rows_json, R"(["***"],[null])");
}

// http-api 3.2: the limits on parameters.
TEST_F(Answers, CountAndMeasureParameters) {
  const auto error = [&](std::string_view text, std::vector<Value> parameters) {
    return ask(text, {.viewer = root_, .parameters = std::move(parameters)}).error().message;
  };
  EXPECT_EQ(error("SELECT $1", {}), "Parameter count mismatch: expected 1 parameters, got 0");
  EXPECT_EQ(error("SELECT 1", {Value::int64(1)}), "Parameter count mismatch: expected 0 parameters, got 1");
  EXPECT_EQ(error("SELECT $1", std::vector<Value>(51, Value::int64(1))),
            "Parameter count exceeded: maximum 50 parameters allowed, got 51");
  EXPECT_EQ(error("SELECT $1", {Value::text(std::string(524'289, 'x'))}),
            "Parameter size exceeded: parameter at index 0 is 524289 bytes (max 524288 bytes)");
  EXPECT_TRUE(ask("SELECT length($1)", {.viewer = root_, .parameters = {Value::text(std::string(524'288, 'x'))}}).ok());
}

}  // namespace
}  // namespace kalam::query
