#include "server/auth_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "query/statements/statements_fixture.h"
#include "types/json_text.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kWrong = R"({"error":"unauthorized","message":"Invalid credentials"})";
constexpr auto kPassword = "Blue-Lagoon-7";

class AuthEndpointTest : public query::StatementsTest {
 protected:
  static HttpRequest request_of(std::string body, HttpHeaders headers = {}) {
    HttpRequest request;
    request.content_type = "application/json";
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.peer = request.client = "127.0.0.1";
    request.from_loopback = request.from_localhost = true;
    return request;
  }
  static std::string login_body(std::string_view user, std::string_view password) {
    std::string body;
    JsonText(body).begin_object().key("user").string(user).key("password").string(password).end_object();
    return body;
  }
  HttpResponse log_in(std::string_view user, std::string_view password) {
    return endpoint_.log_in(request_of(login_body(user, password)));
  }
  HttpResponse set_up() {
    return endpoint_.set_up(request_of(
        R"({"user":"maria","password":"Blue-Lagoon-7","root_password":"Night-Train-42","email":"m@example.com"})"));
  }
  // A member of the session that a login answered with.
  static std::string member(const HttpResponse& response, std::string_view name) {
    const auto key = "\"" + std::string(name) + "\":\"";
    const auto at = response.body.find(key);
    if (at == std::string::npos) return response.body;
    const auto from = at + key.size();
    return response.body.substr(from, response.body.find('"', from) - from);
  }
  HttpResponse me(std::string token) { return endpoint_.me(request_of("", {{"Authorization", "Bearer " + token}})); }
  HttpResponse refresh(std::string token) {
    return endpoint_.refresh(request_of("", {{"Authorization", "Bearer " + token}}));
  }
  void create(std::string_view user, std::string_view role = "user") {
    const auto sql =
        "CREATE USER " + std::string(user) + " WITH PASSWORD '" + kPassword + "' ROLE " + std::string(role);
    ASSERT_EQ(root(sql), "User '" + std::string(user) + "' created");
  }
  catalog::User stored(std::string_view user) { return *must(catalog_->tables().users.get(UserId(std::string(user)))); }
  std::string audited() {
    return select("SELECT action, target, actor_user_id, details, ip_address FROM system.audit_log ORDER BY audit_id");
  }

  auth::Authenticator authenticator_{*catalog_, clock_, auth::TokenKey("a-secret-of-this-test-0123456789abcdef")};
  auth::AttemptRate rate_{clock_, 1000};
  TrustedProxies proxies_;
  AuthEndpoint endpoint_{services_, authenticator_, rate_, proxies_, {}};
};

// auth 24, 30, 36.
TEST_F(AuthEndpointTest, Cases24_30_36_ALoginAnswersTokensAndCookies) {
  create("alice");
  const auto response = log_in("alice", kPassword);
  ASSERT_EQ(response.status, 200u) << response.body;
  EXPECT_THAT(response.body, StartsWith(R"({"user":{"id":"alice","role":"user","email":null,"created_at":")"));
  EXPECT_THAT(response.body, HasSubstr(R"("},"admin_ui_access":false,"expires_at":"2025-06-16T15:06:40)"));
  EXPECT_THAT(member(response, "refresh_expires_at"), StartsWith("2025-06-22T15:06:40"));
  EXPECT_THAT(member(response, "created_at"), testing::EndsWith("+00:00"));
  const auto access = member(response, "access_token"), renewing = member(response, "refresh_token");
  const auto claims = std::get<auth::TokenClaims>(authenticator_.key().verify(access, clock_.now_ms() / 1000));
  EXPECT_EQ(claims.subject, "alice");
  EXPECT_EQ(claims.role, Role::user);
  EXPECT_EQ(claims.kind, auth::TokenKind::access);
  EXPECT_EQ(claims.expires_s - claims.issued_s, 24 * 3600);
  const auto later = std::get<auth::TokenClaims>(authenticator_.key().verify(renewing, clock_.now_ms() / 1000));
  EXPECT_EQ(later.kind, auth::TokenKind::refresh);
  EXPECT_EQ(later.expires_s - later.issued_s, 7 * 24 * 3600);
  ASSERT_EQ(response.headers.size(), 2u);
  EXPECT_EQ(response.headers[0].second.find("kalamdb_auth=" + access + "; HttpOnly; SameSite=Strict; Path=/; Expires="),
            0u);
  EXPECT_EQ(response.headers[1].second.find("kalamdb_refresh=" + renewing + "; HttpOnly; SameSite=Strict; Path=/; "),
            0u);
}

// auth 25, 26, 27, 35.
TEST_F(AuthEndpointTest, Cases25_26_27_WhoIsRefusedLearnsNothing) {
  create("alice");
  create("gone");
  root("DROP USER gone");
  root(R"(CREATE USER linked WITH OAUTH '{"provider":"google","subject":"1"}' ROLE user)");
  root("CREATE USER inner WITH INTERNAL ROLE service");
  for (const auto* user : {"alice", "nobody", "gone", "linked", "inner", "", "  ", "a/b", "..", "ALICE", " alice",
                           "alice' OR '1'='1", "system", "anonymous"}) {
    const auto response = log_in(user, user == std::string_view("alice") ? "wrong" : kPassword);
    EXPECT_EQ(response.status, 401u) << user;
    EXPECT_EQ(response.body, kWrong) << user;
    EXPECT_TRUE(response.headers.empty()) << user;
  }
  EXPECT_EQ(stored("inner").failed_login_attempts, 0);
  EXPECT_EQ(stored("alice").failed_login_attempts, 1);
}

// auth 2.
TEST_F(AuthEndpointTest, Case2_AHashThatIsNoneIsAWrongPassword) {
  create("alice");
  auto user = stored("alice");
  user.password_hash = "plain";
  must(catalog_->update([&](auto& change) { return change.put(user); }));
  EXPECT_EQ(log_in("alice", "plain").body, kWrong);
}

// auth 28, 22: plain text, before anything else.
TEST_F(AuthEndpointTest, Cases22_28_BodiesAreStrict) {
  create("alice");
  const auto with = [](std::string_view more) { return R"({"user":"alice","password":"x")" + std::string(more); };
  for (const auto& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string(R"({"user":"alice"})"),
        std::string(R"({"password":"x"})"), with(R"(,"role":"dba"})"), with(R"(,"username":"bob"})"),
        with(R"(,"user":"bob"})"), with("} x"), std::string(R"({"user":1,"password":"x"})"),
        login_body(std::string(129, 'u'), "x"), login_body("alice", std::string(257, 'p'))}) {
    const auto response = endpoint_.log_in(request_of(body));
    EXPECT_EQ(response.status, 400u) << body;
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8") << body;
    EXPECT_THAT(response.body, StartsWith("Json deserialize error: ")) << body;
  }
  auto request = request_of(login_body("alice", kPassword));
  request.content_type = "text/plain";
  EXPECT_EQ(endpoint_.log_in(request).body, "Content type error");
  EXPECT_EQ(log_in(std::string(128, 'u'), std::string(256, 'p')).status, 401u);
  EXPECT_EQ(endpoint_.log_in(request_of(R"({"username":"alice","password":"Blue-Lagoon-7"})")).status, 200u);
}

// auth 29, 13.2.
TEST_F(AuthEndpointTest, Case29_FiveFailuresLock) {
  create("alice");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("alice", "wrong").body, kWrong) << i;
  EXPECT_EQ(log_in("alice", kPassword).body, R"x({"error":"account_locked","message":"15 minute(s)"})x");
  clock_.advance(std::chrono::minutes(14));
  EXPECT_EQ(log_in("alice", "wrong").body, R"x({"error":"account_locked","message":"1 minute(s)"})x");
  EXPECT_EQ(stored("alice").failed_login_attempts, 5);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(log_in("alice", "wrong").body, kWrong);
  EXPECT_EQ(stored("alice").failed_login_attempts, 1);
  EXPECT_EQ(log_in("alice", kPassword).status, 200u);
  EXPECT_EQ(stored("alice").failed_login_attempts, 0);
  EXPECT_EQ(stored("alice").last_login_at, catalog::timestamp(clock_.now_ms()));
  EXPECT_THAT(audited(), HasSubstr(R"(["LOGIN_LOCKED","user:alice","anonymous",null,"127.0.0.1"])"));
}

// auth 73: attempts at once are counted one by one.
TEST_F(AuthEndpointTest, Case73_ParallelAttemptsAreCountedExactly) {
  create("alice");
  std::atomic<int> wrong = 0, locked = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([&] {
        const auto body = log_in("alice", "wrong").body;
        (body == kWrong ? wrong : locked) += 1;
      });
    }
  }
  EXPECT_EQ(wrong, 5);
  EXPECT_EQ(locked, 15);
  EXPECT_EQ(stored("alice").failed_login_attempts, 5);
  const auto rows = audited();
  EXPECT_EQ(rows.find("LOGIN_LOCKED"), rows.rfind("LOGIN_LOCKED"));
}

// auth 16, 18, 20, 21, 23.
TEST_F(AuthEndpointTest, Cases16_18_20_21_23_SetupWorksOnce) {
  EXPECT_EQ(stored("root").email, "root@localhost");
  EXPECT_EQ(endpoint_.status(request_of("")).body,
            R"({"message":"Server requires initial setup. Call POST /v1/api/auth/setup with user, password, )"
            R"(root_password, and optional email.","needs_setup":true})");
  const auto asked = log_in("root", "");
  EXPECT_EQ(asked.status, 428u);
  EXPECT_EQ(
      asked.body,
      R"({"error":"setup_required","message":"Server requires initial setup. Root password is not configured."})");
  for (int i = 0; i < 7; ++i) EXPECT_EQ(log_in("root", "guess").body, kWrong);  // nothing to guess: not counted
  EXPECT_EQ(stored("root").failed_login_attempts, 0);

  struct Case {
    std::string body;
    std::string expected;
  };
  const Case refused[] = {
      {R"({"user":"maria","password":"short","root_password":"Night-Train-42"})",
       R"x("weak_password","message":"DBA user password: Weak password: Password must be at least 8 characters (weak)")x"},
      {R"({"user":"maria","password":"password","root_password":"Night-Train-42"})",
       R"("weak_password","message":"DBA user password: Weak password: Password is too common")"},
      {R"({"user":"maria","password":"Blue-Lagoon-7","root_password":"12345678"})",
       R"("weak_password","message":"Root password: Weak password: Password is too common")"},
      {R"({"user":"root","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})",
       R"("invalid_user","message":"Cannot create a DBA user with user 'root'. Choose a different user.")"},
      {R"({"user":"","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})",
       R"("invalid_user","message":"Invalid user value")"},
      {R"({"user":" ","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})",
       R"("invalid_user","message":"Invalid user value")"},
      {R"({"user":"a/b","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})",
       R"("invalid_user","message":"Invalid user value")"},
      {R"({"user":"Shared","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})",
       R"("invalid_user","message":"User ID 'Shared' is reserved")"},
  };
  for (const auto& [body, expected] : refused) {
    const auto response = endpoint_.set_up(request_of(body));
    EXPECT_EQ(response.status, 400u) << body;
    EXPECT_THAT(response.body, HasSubstr(expected)) << body;
  }
  EXPECT_TRUE(stored("root").password_hash.empty());

  const auto done = set_up();
  EXPECT_EQ(done.status, 200u);
  EXPECT_THAT(done.body, StartsWith(R"({"user":{"id":"maria","role":"dba","email":"m@example.com","created_at":")"));
  EXPECT_THAT(done.body, HasSubstr("Server setup complete. Root password configured and DBA user 'maria' created. "
                                   "Please login to continue."));
  EXPECT_TRUE(done.headers.empty());
  const auto again = set_up();
  EXPECT_EQ(again.status, 409u);
  EXPECT_THAT(again.body, HasSubstr("already_configured"));
  EXPECT_EQ(endpoint_.status(request_of("")).body,
            R"({"message":"Server is configured and ready.","needs_setup":false})");
  EXPECT_EQ(log_in("root", "Night-Train-42").status, 200u);
  EXPECT_EQ(log_in("maria", kPassword).status, 200u);
  EXPECT_EQ(log_in("root", "").body, kWrong);
  EXPECT_THAT(audited(), HasSubstr(R"(["SETUP","user:maria","anonymous",null,"127.0.0.1"])"));
}

// auth 19: from this machine only, unless it is allowed.
TEST_F(AuthEndpointTest, Case19_SetupIsForThisMachine) {
  auto request = request_of(R"({"user":"maria","password":"Blue-Lagoon-7","root_password":"Night-Train-42"})");
  request.from_localhost = false;
  request.client = "203.0.113.9";
  EXPECT_EQ(endpoint_.set_up(request).body,
            R"({"error":"forbidden","message":"Server setup can only be performed from localhost"})");
  EXPECT_EQ(endpoint_.status(request).body,
            R"({"error":"forbidden","message":"Setup status can only be checked from localhost"})");
  AuthEndpoint open{services_, authenticator_, rate_, proxies_, {.allow_remote_setup = true}};
  EXPECT_EQ(open.status(request).status, 200u);
  EXPECT_EQ(open.set_up(request).status, 200u);
}

// auth 4.3, step 7.
TEST_F(AuthEndpointTest, RootWithoutAPasswordCannotComeFromElsewhere) {
  auto request = request_of(login_body("root", "guess"));
  request.from_localhost = false;
  EXPECT_EQ(endpoint_.log_in(request).status, 403u);
}

// auth 37.
TEST_F(AuthEndpointTest, Case37_MeReadsAHeaderOrACookie) {
  create("alice");
  const auto session = log_in("alice", kPassword);
  const auto access = member(session, "access_token"), renewing = member(session, "refresh_token");
  struct Case {
    HttpHeaders headers;
    std::string expected;
  };
  const std::string alice = R"({"user":{"id":"alice","role":"user","email":null,)";
  const auto refusal = [](std::string_view text) {
    return R"({"error":"unauthorized","message":")" + std::string(text) + "\"}";
  };
  const Case cases[] = {
      {{}, refusal("No auth token found")},
      {{{"Authorization", "Bearer " + access}}, alice},
      {{{"Authorization", "bEARER  " + access}}, alice},
      {{{"Cookie", "a=b; kalamdb_auth=" + access}}, alice},
      {{{"Cookie", "kalamdb_auth=" + renewing}}, std::string(kWrong)},
      {{{"Cookie", "kalamdb_refresh=" + renewing}}, refusal("No auth token found")},
      {{{"Authorization", "Bearer rubbish"}, {"Cookie", "kalamdb_auth=" + access}}, std::string(kWrong)},
      {{{"Authorization", "Basic x"}, {"Cookie", "kalamdb_auth=" + access}},
       refusal("Authorization header must use Bearer token")},
      {{{"Authorization", ""}}, refusal("Authorization header must use Bearer token")},
      {{{"Authorization", access}}, refusal("Authorization header must use Bearer token")},
      {{{"Authorization", "Bearer"}}, refusal("Bearer token missing")},
      {{{"Authorization", "Bearer \xc3\xa9"}}, refusal("Authorization header contains invalid characters")},
  };
  for (const auto& [headers, expected] : cases) {
    EXPECT_THAT(endpoint_.me(request_of("", headers)).body, StartsWith(expected)) << headers.size();
  }
}

// auth 38, 13.3.
TEST_F(AuthEndpointTest, Case38_RefreshTakesRefreshTokensOnly) {
  create("alice");
  const auto session = log_in("alice", kPassword);
  const auto access = member(session, "access_token"), renewing = member(session, "refresh_token");
  const auto by_cookie =
      endpoint_.refresh(request_of("", {{"Cookie", "kalamdb_refresh=" + renewing}, {"Authorization", "Bearer x"}}));
  EXPECT_EQ(by_cookie.status, 200u);
  EXPECT_EQ(by_cookie.headers.size(), 2u);
  EXPECT_EQ(me(member(by_cookie, "access_token")).status, 200u);
  EXPECT_EQ(refresh(renewing).status, 200u);
  EXPECT_THAT(refresh(access).body, HasSubstr("Refresh endpoint requires a refresh token"));
  EXPECT_EQ(
      endpoint_.refresh(request_of("", {{"Cookie", "kalamdb_refresh=x"}, {"Authorization", "Bearer " + renewing}}))
          .body,
      kWrong);
  EXPECT_THAT(endpoint_.refresh(request_of("")).body, HasSubstr("No refresh token found"));
  root("ALTER USER alice SET ROLE service");
  EXPECT_THAT(refresh(renewing).body, HasSubstr("Token role does not match user role"));
  root("DROP USER alice");
  EXPECT_THAT(refresh(renewing).body, HasSubstr("User no longer valid"));
}

// auth 65: at once, and for both kinds; others are untouched.
TEST_F(AuthEndpointTest, Case65_WhatChangesAUserVoidsHisTokens) {
  create("alice");
  create("bob");
  const auto bobs = member(log_in("bob", kPassword), "access_token");
  for (const auto* sql : {"ALTER USER alice SET PASSWORD 'Blue-Lagoon-7'", "ALTER USER alice REVOKE TOKENS"}) {
    const auto session = log_in("alice", kPassword);
    EXPECT_EQ(me(member(session, "access_token")).status, 200u);
    EXPECT_EQ(root(sql), "User 'alice' updated");
    EXPECT_EQ(me(member(session, "access_token")).body, kWrong) << sql;
    EXPECT_EQ(refresh(member(session, "refresh_token")).body, kWrong) << sql;
    EXPECT_EQ(me(member(log_in("alice", kPassword), "access_token")).status, 200u) << sql;
  }
  EXPECT_EQ(me(bobs).status, 200u);
}

// auth 39.
TEST_F(AuthEndpointTest, Case39_LogoutNeedsNothing) {
  const auto response = AuthEndpoint::log_out(request_of(""));
  EXPECT_EQ(response.body, R"({"message":"Logged out successfully"})");
  ASSERT_EQ(response.headers.size(), 2u);
  EXPECT_EQ(response.headers[0].second,
            "kalamdb_auth=; HttpOnly; SameSite=Strict; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
}

// auth 58.
TEST_F(AuthEndpointTest, Case58_LoginsOfAdministratorsAreAudited) {
  create("adm", "dba");
  create("bob");  // catalog case 73, too
  const auto before = audited();
  log_in("bob", kPassword);
  log_in("adm", "wrong");
  refresh(member(log_in("bob", kPassword), "refresh_token"));
  EXPECT_EQ(audited(), before);
  log_in("adm", kPassword);
  EXPECT_THAT(audited(), HasSubstr(R"(["LOGIN","user:adm","adm",null,"127.0.0.1"])"));
}

// auth 63.
TEST_F(AuthEndpointTest, Case63_AttemptsOfOneAddressAreLimited) {
  auth::AttemptRate rate{clock_, 2};
  AuthEndpoint endpoint{services_, authenticator_, rate, proxies_, {}};
  const auto request = request_of(login_body("nobody", "x"));
  EXPECT_EQ(endpoint.log_in(request).status, 401u);
  EXPECT_EQ(endpoint.refresh(request_of("")).status, 401u);
  for (const auto& response : {endpoint.log_in(request), endpoint.refresh(request_of(""))}) {
    EXPECT_EQ(response.status, 429u);
    EXPECT_EQ(response.body,
              R"({"error":"rate_limited","message":"Too many authentication attempts. Please retry shortly."})");
  }
  EXPECT_EQ(endpoint.me(request_of("")).status, 401u);
  auto other = request;
  other.client = "203.0.113.9";
  EXPECT_EQ(endpoint.log_in(other).status, 401u);
}

// auth 6.3: Secure when the client came by https, as a trusted proxy or the public origin says.
TEST_F(AuthEndpointTest, CookiesOfHttpsAreForHttps) {
  create("alice");
  auto request = request_of(login_body("alice", kPassword), {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(endpoint_.log_in(request).headers[0].second, HasSubstr("; Secure; "));
  request.peer = "203.0.113.9";
  EXPECT_THAT(endpoint_.log_in(request).headers[0].second, testing::Not(HasSubstr("Secure")));
  AuthEndpoint by_https{services_, authenticator_, rate_, proxies_, {.public_by_https = true}};
  EXPECT_THAT(by_https.log_in(request).headers[0].second, HasSubstr("; Secure; "));
  AuthEndpoint lax{services_, authenticator_, rate_, proxies_, {.cookie_secure = false, .public_by_https = true}};
  EXPECT_THAT(lax.log_in(request).headers[0].second, testing::Not(HasSubstr("Secure")));
}

}  // namespace
}  // namespace kalam::server
