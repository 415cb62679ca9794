#include "server/sql_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/statements/statements_fixture.h"
#include "server/health.h"
#include "server/sql_error.h"
#include "server/sql_request.h"
#include "types/json_text.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SqlEndpointTest : public query::StatementsTest {
 protected:
  HttpResponse post(std::string_view body, std::string_view content_type = "application/json") {
    HttpRequest request;
    request.content_type = std::string(content_type);
    request.body = std::string(body);
    request.headers = {{"Authorization", "Bearer " + token_of("root", Role::system)}};
    return endpoint_.answer(request);
  }
  HttpResponse post_sql(std::string_view sql, std::string_view more = "") {
    std::string body;
    JsonText json(body);
    json.begin_object().key("sql").string(sql);
    return post(body + std::string(more) + "}");
  }

  std::string token_of(std::string_view user, Role role) {
    const auto stored = must(catalog_->tables().users.get(UserId(std::string(user))));
    const auto now_s = clock_.now_ms() / 1000;
    return authenticator_.key().mint({.subject = std::string(user),
                                      .issued_s = now_s,
                                      .expires_s = now_s + 60,
                                      .role = role,
                                      .kind = auth::TokenKind::access,
                                      .epoch = stored ? auth::token_epoch_of(*stored) : 0});
  }

  query::Runner runner_{services_, {.parse = {.text_bytes = 1000}}};
  auth::Authenticator authenticator_{*catalog_, clock_, auth::TokenKey("a-secret-of-this-test-0123456789abcdef")};
  SqlEndpoint endpoint_{runner_, authenticator_, clock_, ids_};
};

TEST_F(SqlEndpointTest, Case1_SelectOne) {
  const auto response = post_sql("SELECT 1");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            R"x({"status":"success","results":[{"schema":[{"name":"Int64(1)","data_type":"BigInt","index":0}],)x"
            R"x("rows":[["1"]],"row_count":1,"as_user":"root"}],"took":0.0,"error":null})x");
}

TEST_F(SqlEndpointTest, Case2_ParametersOmittedNullOrEmptyAreAlike) {
  const auto plain = post_sql("SELECT 1").body;
  EXPECT_EQ(post_sql("SELECT 1", R"(,"params":null)").body, plain);
  EXPECT_EQ(post_sql("SELECT 1", R"(,"params":[],"namespace_id":null,"other":{"a":[1]})").body, plain);
}

TEST_F(SqlEndpointTest, Case3_NamespaceResolvesNames) {
  EXPECT_EQ(post_sql("SELECT user_id FROM users", R"(,"namespace_id":"system")").status, 200u);
  EXPECT_THAT(post_sql("SELECT user_id FROM users").body, HasSubstr("table 'kalam.default.users' not found"));
}

TEST_F(SqlEndpointTest, Case32_ACutResultSaysSoAndNoOtherDoes) {
  query::Runner runner(services_, {.row_limits = {.without_limit = 2, .max = 3}});
  const SqlEndpoint endpoint(runner, authenticator_, clock_, ids_);
  HttpRequest request;
  request.content_type = "application/json";
  request.headers = {{"Authorization", "Bearer " + token_of("root", Role::system)}};
  const auto result_of = [&](std::string_view sql) {
    request.body = R"({"sql":")" + std::string(sql) + R"("})";
    const auto body = endpoint.answer(request).body;
    const auto rows = body.find(R"("rows":)");
    return rows == std::string::npos ? body : body.substr(rows, body.find(R"(}],"took")") - rows);
  };
  EXPECT_EQ(result_of("SELECT value FROM range(4) a"),
            R"("rows":[["0"],["1"]],"row_count":2,"as_user":"root","truncated":true)");
  EXPECT_EQ(result_of("SELECT value FROM range(2) a"), R"("rows":[["0"],["1"]],"row_count":2,"as_user":"root")");
  EXPECT_EQ(result_of("SELECT value FROM range(4) a LIMIT 3"),
            R"("rows":[["0"],["1"],["2"]],"row_count":3,"as_user":"root")");
  EXPECT_EQ(result_of("SELECT value FROM range(9) a LIMIT 4"),
            R"("rows":[["0"],["1"],["2"]],"row_count":3,"as_user":"root","truncated":true)");
}

TEST_F(SqlEndpointTest, RowsAndSchemaOfATable) {
  EXPECT_EQ(post_sql("CREATE NAMESPACE app").status, 200u);
  const auto created = post_sql("CREATE SHARED TABLE app.t (id TEXT PRIMARY KEY, made TIMESTAMP NOT NULL, data JSON)");
  EXPECT_THAT(created.body, HasSubstr(R"("results":[{"row_count":0,"message":")"));
  EXPECT_THAT(created.body, HasSubstr(R"x(created successfully","as_user":"root"}],"took":0.0})x"));
  const auto inserted = post_sql("INSERT INTO app.t VALUES ('alice', '2025-06-15 12:26:40', NULL)");
  EXPECT_THAT(inserted.body,
              HasSubstr(R"x("results":[{"row_count":1,"message":"Inserted 1 row(s)","as_user":"root"}])x"));
  EXPECT_THAT(post_sql("SELECT id, made, data FROM app.t").body,
              HasSubstr(R"("schema":[{"name":"id","data_type":"Text","index":0,"flags":["pk","nn","uq"]},)"
                        R"({"name":"made","data_type":"Timestamp","index":1,"flags":["nn"]},)"
                        R"({"name":"data","data_type":"Json","index":2}],)"
                        R"("rows":[["alice",1749990400000000,null]],"row_count":1)"));
  EXPECT_THAT(post_sql("SELECT id FROM app.t WHERE id = 'x'").body, HasSubstr(R"("rows":[],"row_count":0)"));
}

// http-api 3.5: the counts of a batch come last, each once.
TEST_F(SqlEndpointTest, ABatchSumsItsWrites) {
  EXPECT_EQ(post_sql("CREATE NAMESPACE app; CREATE SHARED TABLE app.t (id INT PRIMARY KEY, n INT)").status, 200u);
  const auto batch = post_sql(
      "INSERT INTO app.t VALUES (1,1); INSERT INTO app.t VALUES (2,2),(3,3); "
      "UPDATE app.t SET n = 0 WHERE id = 1; SELECT count(*) AS c FROM app.t");
  EXPECT_THAT(batch.body, HasSubstr(R"("rows":[["3"]],"row_count":1,"as_user":"root"},)"
                                    R"x({"row_count":3,"message":"Inserted 3 row(s)","as_user":"root"},)x"
                                    R"x({"row_count":1,"message":"Updated 1 row(s)","as_user":"root"}])x"));
}

TEST_F(SqlEndpointTest, ParametersAndBatches) {
  EXPECT_THAT(post_sql("SELECT $1, $2, $3", R"(,"params":[7,"seven",null])").body,
              HasSubstr(R"("rows":[["7","seven",null]])"));
  const auto batch = post_sql("SELECT 1; SELECT 2");
  EXPECT_THAT(batch.body, HasSubstr(R"("rows":[["2"]],"row_count":1,"as_user":"root"}],"took":0.0})"));
}

// http-api 3.2, 3.6: who is at fault, with which code.
TEST_F(SqlEndpointTest, ErrorsHaveStatusCodeAndText) {
  struct Case {
    std::string body;
    unsigned status;
    std::string error;
  };
  const Case cases[] = {
      {R"({"sql":""})", 400, R"("error":{"code":"EMPTY_SQL","message":"No SQL statements provided"})"},
      {R"({"sql":"SELECT 1; SELECT 'abc"})", 400,
       R"("code":"BATCH_PARSE_ERROR","message":"Failed to parse SQL batch: Unterminated quoted string in SQL batch")"},
      {R"({"sql":"SELECT 1; SELECT 2","params":[1]})", 400,
       R"("code":"PARAMS_WITH_BATCH","message":"Parameters not supported with multi-statement batches")"},
      {R"({"sql":"SELECT $1","params":[[1]]})", 400,
       R"("code":"INVALID_PARAMETER","message":"Parameter $1 invalid: Array parameters not yet supported")"},
      {R"({"sql":"SELEC 1"})", 400,
       R"("code":"INVALID_SQL","message":"sql parser error: Expected: an SQL statement, found: SELEC at Line: 1, Column: 1")"},
      {R"({"sql":"SELECT * FROM a.b"})", 400,
       R"("code":"SQL_EXECUTION_ERROR","message":"Statement 1 failed: Table not found: table 'kalam.a.b' not found","details":"SELECT * FROM a.b")"},
      {R"({"sql":"SELECT FROM WHERE"})", 400, R"("code":"SQL_EXECUTION_ERROR")"},
      {R"({"sql":"SELECT 1; SELECT nosuch FROM system.users"})", 400, R"("message":"Statement 2 failed: )"},
      {R"x({"sql":"SELECT CAST('NaN' AS DOUBLE)"})x", 400, R"("code":"SQL_EXECUTION_ERROR")"},
      {R"({"sql":"SELECT 1",)", 400, R"("code":"INVALID_INPUT","message":"Invalid JSON payload: )"},
      {R"({"params":[]})", 400,
       R"("code":"INVALID_INPUT","message":"Invalid JSON payload: Json deserialize error: missing field `sql` at line)"},
      {R"({"sql":"SELECT 1","sql":"SELECT 2"})", 400, "duplicate field `sql` at line 1 column "},
      {R"({"sql":"SELECT 1","params":[],"params":null})", 400, "duplicate field `params` at line 1 column "},
      {R"({"sql":"SELECT 1","namespace_id":"a/b"})", 400, R"("code":"INVALID_INPUT","message":"Name 'a/b' contains)"},
      {R"({"sql":"SELECT $1","params":[1e999]})", 400, "Json deserialize error: number out of range at line 1 column "},
      {R"({"sql":"SELECT 1","namespace_id":""})", 400, R"("message":"Name cannot be empty")"},
      {R"({"sql":";","params":[[]]})", 400, R"("code":"EMPTY_SQL")"},
      {R"({"sql":"SELECT 1; SELECT 'x","params":[[]]})", 400, R"("code":"BATCH_PARSE_ERROR")"},
      {R"({"sql":5})", 400, R"("code":"INVALID_INPUT")"},
      {R"([])", 400, R"("code":"INVALID_INPUT")"},
      {R"({"sql":")" + std::string(1001, 'x') + "\"}", 400,
       R"x("code":"INVALID_SQL","message":"SQL query too long: 1001 bytes (maximum 1000 bytes)")x"},
  };
  for (const auto& [body, status, error] : cases) {
    const auto response = post(body);
    EXPECT_EQ(response.status, status) << body;
    EXPECT_THAT(response.body, StartsWith(R"({"status":"error","results":[],"took":0.0,"error":{)")) << body;
    EXPECT_THAT(response.body, HasSubstr(error)) << body;
  }
}

// auth 8, and 12: the statement that failed is shown, without its password.
TEST_F(SqlEndpointTest, Auth8_PasswordsAreNotEchoed) {
  const auto response = post_sql("CREATE USER root WITH PASSWORD 'Hidden-42' ROLE user");
  EXPECT_THAT(response.body, HasSubstr("User ID 'root' is reserved"));
  EXPECT_THAT(response.body, HasSubstr("CREATE USER root WITH PASSWORD [REDACTED] ROLE user"));
  EXPECT_THAT(response.body, testing::Not(HasSubstr("Hidden-42")));
}

// auth 54, 13.4: a refusal of the wrapping tells of no statement.
TEST_F(SqlEndpointTest, Auth54_RefusedImpersonations) {
  EXPECT_EQ(post_sql("CREATE NAMESPACE app; CREATE SHARED TABLE app.t (id INT PRIMARY KEY)").status, 200u);
  EXPECT_THAT(
      post_sql("EXECUTE AS USER 'bob' (INSERT INTO app.t VALUES (1))").body,
      HasSubstr(R"("code":"SQL_EXECUTION_ERROR","message":"EXECUTE AS USER is not allowed on SHARED tables )"
                R"x((table 'app:t'). AS USER impersonation is only supported for USER and STREAM tables."}})x"));
}

// http-api 65, 66 and 12.1.
TEST_F(SqlEndpointTest, Cases65_66_AKeyMakesTwoRequestsOne) {
  ASSERT_EQ(post_sql("CREATE NAMESPACE keyed").status, 200u);
  ASSERT_EQ(post_sql("CREATE SHARED TABLE keyed.t (id BIGINT PRIMARY KEY)").status, 200u);
  const auto keyed = [&](std::string_view key, std::string_view sql) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/v1/api/sql";
    request.content_type = "application/json";
    JsonText(request.body).begin_object().key("sql").string(sql).end_object();
    request.headers = {{"Authorization", "Bearer " + token_of("root", Role::system)},
                       {"idempotency-key", std::string(key)}};
    return endpoint_.answer(request);
  };
  const HttpHeaders replayed = {{"Idempotency-Replayed", "true"}};
  for (const auto* insert : {"INSERT INTO keyed.t (id) VALUES (1)", "INSERT INTO keyed.t (id) VALUES (2), (3)",
                             "BEGIN; INSERT INTO keyed.t (id) VALUES (4); COMMIT"}) {
    const auto first = keyed(std::string("k") + std::to_string(std::string_view(insert).size()), insert);
    EXPECT_EQ(first.status, 200u) << first.body;
    EXPECT_TRUE(first.headers.empty());
    const auto again = keyed(std::string("k") + std::to_string(std::string_view(insert).size()), insert);
    EXPECT_EQ(again.status, 200u) << again.body;
    EXPECT_EQ(again.headers, replayed) << insert;
  }
  EXPECT_THAT(post_sql("SELECT COUNT(*) AS n FROM keyed.t").body, HasSubstr(R"("rows":[["4"]])"));

  const auto other = keyed("another", "INSERT INTO keyed.t (id) VALUES (9)");
  EXPECT_EQ(other.status, 200u) << "a key of nobody yet";
  const auto reused = keyed("another", "INSERT INTO keyed.t (id) VALUES (8)");
  EXPECT_EQ(reused.status, 422u);
  EXPECT_THAT(reused.body, HasSubstr(R"("code":"IDEMPOTENCY_KEY_REUSED","message":"Idempotency-Key was used with a )"
                                     R"(different request")"));
  for (const auto& bad : {std::string(), std::string("a b"), std::string("\x7f"), std::string(256, 'k')}) {
    EXPECT_THAT(keyed(bad, "SELECT 1").body, HasSubstr("Idempotency-Key must be 1 to 255 visible ASCII characters"));
  }
  EXPECT_EQ(keyed("reads-are-not-kept", "SELECT 1").headers, HttpHeaders());
}

// http-api 33.
TEST_F(SqlEndpointTest, Case33_TooManyQueriesOfOneUser) {
  auth::AttemptRate rate(clock_, 2);
  const SqlEndpoint limited(runner_, authenticator_, clock_, ids_, {.rate = &rate});
  HttpRequest request;
  request.content_type = "application/json";
  request.body = R"({"sql":"SELECT 1"})";
  request.headers = {{"Authorization", "Bearer " + token_of("root", Role::system)}};
  EXPECT_EQ(limited.answer(request).status, 200u);
  EXPECT_EQ(limited.answer(request).status, 200u);
  const auto refused = limited.answer(request);
  EXPECT_EQ(refused.status, 429u);
  EXPECT_THAT(refused.body,
              HasSubstr(R"("error":{"code":"RATE_LIMIT_EXCEEDED","message":"Too many queries per second. )"
                        R"(Please slow down."})"));
  EXPECT_TRUE(rate.allow("maria")) << "somebody else";
}

TEST_F(SqlEndpointTest, ContentTypeMustBeJson) {
  EXPECT_EQ(post(R"({"sql":"SELECT 1"})", "application/json; charset=utf-8").status, 200u);
  EXPECT_EQ(post(R"({"sql":"SELECT 1"})", "application/vnd.kalam+json").status, 200u);
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded", "json"}) {
    EXPECT_THAT(post(R"({"sql":"SELECT 1"})", type).body, HasSubstr("INVALID_INPUT")) << type;
  }
}

// auth 31, 34: before anything is read of the body; from this machine as from any other.
TEST_F(SqlEndpointTest, Auth31_WhoIsNobodyIsRefused) {
  HttpRequest request;
  request.content_type = "text/plain";
  request.body = "no JSON";
  request.from_loopback = request.from_localhost = true;
  request.headers = {{"Cookie", "kalamdb_auth=" + token_of("root", Role::system)}};
  const auto missing = endpoint_.answer(request);
  EXPECT_EQ(missing.status, 401u);
  EXPECT_EQ(missing.body, R"({"error":{"code":"MISSING_AUTHORIZATION","message":"Authentication required"},)"
                          R"("results":[],"status":"error","took":0.0})");
  request.headers = {{"Authorization", "Bearer " + token_of("nobody", Role::dba)}};
  EXPECT_THAT(endpoint_.answer(request).body,
              HasSubstr(R"("code":"INVALID_CREDENTIALS","message":"Invalid credentials")"));
  request.headers = {{"Authorization", "Bearer " + token_of("root", Role::system)}};
  clock_.advance(std::chrono::minutes(10));
  EXPECT_THAT(endpoint_.answer(request).body, HasSubstr(R"("code":"TOKEN_EXPIRED","message":"Invalid credentials")"));
}

TEST(SqlError, BodyTooLargeAndOverload) {
  const auto large = SqlEndpoint::too_large(3'000'000, 2'097'152);
  EXPECT_EQ(large.status, 400u);
  EXPECT_TRUE(large.close);
  EXPECT_THAT(large.body, HasSubstr("Invalid JSON payload: JSON payload (3000000 bytes) is larger than allowed (limit: "
                                    "2097152 bytes)."));
  const auto busy = SqlEndpoint::overloaded();
  EXPECT_EQ(busy.status, 503u);
  EXPECT_THAT(busy.headers, testing::Contains(testing::Pair("Retry-After", "1")));
}

// http-api 3.6: what people without rights are told.
TEST(SqlError, TextsAreRedactedForUsers) {
  struct Case {
    Error error;
    std::string_view shown;
  };
  const Case cases[] = {
      {{ErrorCode::not_found, "Table not found: x"}, "SQL statement failed"},
      {{ErrorCode::internal, "the query engine failed"}, "SQL statement failed"},
      {{ErrorCode::not_found, "Topic 'x' does not exist"}, "Statement 1 failed: Not found: Topic 'x' does not exist"},
      {{ErrorCode::not_supported, "function x"}, "Statement 1 failed: function x"},
      {{ErrorCode::permission_denied, "Access denied: …"}, "Statement 1 failed: Permission denied: Access denied: …"},
      {{ErrorCode::permission_denied, "Unauthorized: …"}, "Statement 1 failed: Unauthorized: …"},
      {{ErrorCode::invalid_operation, "Parameter count mismatch"},
       "Statement 1 failed: Invalid operation: Parameter count mismatch"},
  };
  using Phase = query::Failure::Phase;
  for (const auto& [error, shown] : cases) {
    const query::Failure failure{error, Phase::running, 1, "SELECT secret"};
    EXPECT_EQ(shown_to(Role::user, failure).message, shown);
    EXPECT_EQ(shown_to(Role::user, failure).details, "");
    EXPECT_EQ(shown_to(Role::dba, failure).details, "SELECT secret");
  }
  const query::Failure syntax{{ErrorCode::invalid_input, "sql parser error: …", {}}, Phase::parsing, 0, {}};
  EXPECT_EQ(shown_to(Role::user, syntax).message, "SQL statement is invalid or not allowed");
  EXPECT_EQ(shown_to(Role::dba, syntax).message, "sql parser error: …");
  const query::Failure length{{ErrorCode::limit_exceeded, "SQL query too long: …", {}}, Phase::parsing, 0, {}};
  EXPECT_EQ(shown_to(Role::user, length).message, "SQL query too long: …");
  const query::Failure batch{{ErrorCode::invalid_operation, "Failed to parse SQL batch: …", {}}, Phase::parsing, 0, {}};
  EXPECT_EQ(shown_to(Role::user, batch).message, "Failed to parse SQL batch");
  const query::Failure rights{{ErrorCode::permission_denied, "Admin privileges …", {}}, Phase::rights, 0, {}};
  EXPECT_EQ(shown_to(Role::user, rights).status, 403u);
  EXPECT_EQ(shown_to(Role::user, rights).message, "Admin privileges …");
}

// http-api 9.1.
TEST(Health, IsForThisMachine) {
  HttpRequest request;
  request.from_localhost = true;
  EXPECT_EQ(answer_health(request, {"0.1.0", "2026-11-24 00:00:00 UTC"}).body,
            R"({"api_version":"v1","build_date":"2026-11-24 00:00:00 UTC","status":"healthy","version":"0.1.0"})");
  request.from_localhost = false;
  const auto refused = answer_health(request, {"0.1.0"});
  EXPECT_EQ(refused.status, 403u);
  EXPECT_EQ(refused.body, R"({"error":"Access denied. Health endpoint is localhost-only."})");
}

}  // namespace
}  // namespace kalam::server
