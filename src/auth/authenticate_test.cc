#include "auth/authenticate.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing/must.h"
#include "store/store.h"

namespace kalam::auth {
namespace {

constexpr uint64_t kSeed = 20261125;
constexpr int64_t kEpoch = 5;

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    put_user([](catalog::User&) {});
  }

  void put_user(const std::function<void(catalog::User&)>& change) {
    catalog::User user;
    user.user_id = UserId("maria");
    user.role = Role::dba;
    user.token_epoch = kEpoch;
    change(user);
    must(catalog_->update([&](catalog::CatalogChange& made) { return made.put(user); }));
  }

  int64_t now_s() const { return clock_.now_ms() / 1000; }
  TokenClaims claims() const {
    return {.subject = "maria",
            .issued_s = now_s(),
            .expires_s = now_s() + 100,
            .email = {},
            .role = Role::dba,
            .kind = TokenKind::access,
            .epoch = kEpoch};
  }
  std::string token(const std::function<void(TokenClaims&)>& change = [](TokenClaims&) {}) const {
    auto made = claims();
    change(made);
    return authenticator_.key().mint(made);
  }

  // The user's id, or the code of the refusal with its reason.
  std::string ask(const std::optional<std::string>& header) {
    return said(authenticator_.by_header(header ? &*header : nullptr));
  }
  static std::string said(const Authenticated& answer) {
    if (const auto* identity = std::get_if<Identity>(&answer)) return identity->viewer.user.value();
    const auto& refused = std::get<Refused>(answer);
    return std::string(code_of(refused.why)) + ": " + refused.reason;
  }

  ManualClock clock_;
  SeededRandom random_{kSeed};
  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  std::unique_ptr<catalog::Catalog> catalog_ = must(catalog::Catalog::open(*store_, clock_, random_, {}));
  Authenticator authenticator_{*catalog_, clock_, TokenKey("a-secret-of-this-test-0123456789abcdef")};
};

TEST_F(AuthenticatorTest, TellsWhoItIs) {
  const auto answer = authenticator_.by_token(token());
  const auto& identity = std::get<Identity>(answer);
  EXPECT_EQ(identity.viewer.user, UserId("maria"));
  EXPECT_EQ(identity.viewer.role, Role::dba);
  EXPECT_EQ(identity.expires_s, now_s() + 100);
  EXPECT_EQ(identity.epoch, kEpoch);
  EXPECT_TRUE(must(authenticator_.still_stands(identity)));
}

// auth 34, and 8.1.
TEST_F(AuthenticatorTest, Case34_HeadersAreReadAsSpecified) {
  const auto good = token();
  struct Case {
    std::optional<std::string> header;
    std::string_view expected;
  };
  const Case cases[] = {
      {std::nullopt, "MISSING_AUTHORIZATION: no Authorization header"},
      {"Bearer " + good, "maria"},
      {"Bearer   " + good + " ", "maria"},
      {"Bearer" + good, "maria"},
      {"", "INVALID_CREDENTIALS: the Authorization header is no Bearer header"},
      {"bearer " + good, "INVALID_CREDENTIALS: the Authorization header is no Bearer header"},
      {"Basic bWFyaWE6eA==", "INVALID_CREDENTIALS: the Authorization header is no Bearer header"},
      {good, "INVALID_CREDENTIALS: the Authorization header is no Bearer header"},
      {"Bearer", "INVALID_CREDENTIALS: no token"},
      {"Bearer  ", "INVALID_CREDENTIALS: no token"},
      {"BearerXYZ", "INVALID_CREDENTIALS: malformed"},
      {"Bearer " + good + " x", "INVALID_CREDENTIALS: malformed"},
      {"Bearer \xc3\xa9", "INVALID_CREDENTIALS: the Authorization header is no ASCII"},
  };
  for (const auto& [header, expected] : cases) EXPECT_EQ(ask(header), expected) << header.value_or("(none)");
}

// auth 31, 33, 35, 66: a good signature is not enough.
TEST_F(AuthenticatorTest, Cases31_33_35_66_TheUserDecides) {
  struct Case {
    std::string_view what;
    std::function<void(TokenClaims&)> change;
    std::string_view expected;
  };
  const Case cases[] = {
      {"ours", [](auto&) {}, "maria"},
      {"expired", [](auto& c) { c.expires_s -= 200; }, "TOKEN_EXPIRED: expired"},
      {"a refresh token", [](auto& c) { c.kind = TokenKind::refresh; }, "INVALID_CREDENTIALS: not an access token"},
      {"no kind", [](auto& c) { c.kind = {}; }, "INVALID_CREDENTIALS: not an access token"},
      {"a higher role", [](auto& c) { c.role = Role::system; }, "INVALID_CREDENTIALS: not the user's role"},
      {"a lower role", [](auto& c) { c.role = Role::user; }, "INVALID_CREDENTIALS: not the user's role"},
      {"no role", [](auto& c) { c.role = {}; }, "maria"},
      {"nobody", [](auto& c) { c.subject = "nobody"; }, "INVALID_CREDENTIALS: no such user"},
      {"SQL", [](auto& c) { c.subject = "maria' OR '1'='1"; }, "INVALID_CREDENTIALS: no such user"},
      {"another case", [](auto& c) { c.subject = "MARIA"; }, "INVALID_CREDENTIALS: no such user"},
      {"an older epoch", [](auto& c) { c.epoch = kEpoch - 1; }, "INVALID_CREDENTIALS: revoked"},
      {"an epoch to come", [](auto& c) { c.epoch = kEpoch + 1; }, "INVALID_CREDENTIALS: revoked"},
      {"no epoch", [](auto& c) { c.epoch = {}; }, "INVALID_CREDENTIALS: no epoch"},
  };
  for (const auto& [what, change, expected] : cases) EXPECT_EQ(ask("Bearer " + token(change)), expected) << what;
}

// auth 12.
TEST_F(AuthenticatorTest, Case12_DroppedUsersAreNobody) {
  const auto identity = std::get<Identity>(authenticator_.by_token(token()));
  put_user([&](catalog::User& user) { user.deleted_at = catalog::timestamp(clock_.now_ms()); });
  EXPECT_EQ(ask("Bearer " + token()), "INVALID_CREDENTIALS: no such user");
  EXPECT_FALSE(must(authenticator_.still_stands(identity)));
}

// auth 65: what raised the epoch ends what was given before.
TEST_F(AuthenticatorTest, Case65_RevokedTokensAreVoid) {
  const auto old = token();
  const auto identity = std::get<Identity>(authenticator_.by_token(old));
  put_user([](catalog::User& user) { user.token_epoch = kEpoch + 1; });
  EXPECT_EQ(ask("Bearer " + old), "INVALID_CREDENTIALS: revoked");
  EXPECT_EQ(ask("Bearer " + token([](auto& c) { c.epoch = kEpoch + 1; })), "maria");
  EXPECT_FALSE(must(authenticator_.still_stands(identity)));
}

// Who has looked after the last change need not look again; who has not, must.
TEST_F(AuthenticatorTest, TheVersionOfUsersRisesWithEachOfTheirChanges) {
  auto version = authenticator_.users_version();
  const auto rises = [&] {
    return authenticator_.users_version() > std::exchange(version, authenticator_.users_version());
  };
  const auto change = [&](const std::function<Status(catalog::CatalogChange&)>& make) {
    ASSERT_TRUE(catalog_->update(make).ok());
  };
  const auto maria = [&] { return *must(catalog_->tables().users.get(UserId("maria"))); };
  change([&](auto& made) { return made.create_namespace("app"); });
  EXPECT_FALSE(rises());
  auto other = maria();
  other.user_id = UserId("carol");
  change([&](auto& made) { return made.create_user(other); });
  EXPECT_TRUE(rises());
  auto lower = maria();
  lower.role = Role::user;
  change([&](auto& made) { return made.alter_user(lower, lower.updated_at); });
  EXPECT_TRUE(rises());
  change([&](auto& made) { return made.drop_user(UserId("carol"), catalog::timestamp(clock_.now_ms())); });
  EXPECT_TRUE(rises());
  EXPECT_FALSE(rises());
  // What was not stored has changed nothing.
  EXPECT_FALSE(catalog_->update([&](auto& made) { return made.create_user(lower); }).ok());
  EXPECT_FALSE(rises());
}

// The stored role counts, also for a token that names none.
TEST_F(AuthenticatorTest, TheStoredRoleCounts) {
  put_user([](catalog::User& user) { user.role = Role::user; });
  const auto answer = authenticator_.by_token(token([](auto& c) { c.role = {}; }));
  EXPECT_EQ(std::get<Identity>(answer).viewer.role, Role::user);
}

// auth 6.9: tokens made elsewhere with the shared secret, when they are allowed.
TEST_F(AuthenticatorTest, TokensWithoutEpochCountFromTheLastRevocation) {
  const Authenticator lenient{*catalog_, clock_, authenticator_.key(), {.accept_tokens_without_epoch = true}};
  const auto made_at = [&](int64_t issued_s) {
    return said(lenient.by_token(token([&](auto& c) { c.epoch = {}, c.issued_s = issued_s; })));
  };
  EXPECT_EQ(made_at(now_s()), "maria");
  put_user([&](catalog::User& user) { user.revoked_at = catalog::timestamp(now_s() * 1000); });
  EXPECT_EQ(made_at(now_s()), "INVALID_CREDENTIALS: revoked");
  EXPECT_EQ(made_at(now_s() + 1), "maria");
  EXPECT_EQ(said(lenient.by_token(token([](auto& c) { c.epoch = kEpoch - 1; }))), "INVALID_CREDENTIALS: revoked");
}

}  // namespace
}  // namespace kalam::auth
