#include "auth/password.h"
#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class Users : public StatementsTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(root("CREATE USER maria WITH PASSWORD 'Blue-Lagoon-7' ROLE dba"), "User 'maria' created");
    ASSERT_EQ(root("CREATE USER alice WITH PASSWORD 'Blue-Lagoon-7' ROLE user"), "User 'alice' created");
    ASSERT_EQ(root("CREATE USER bob WITH PASSWORD 'Blue-Lagoon-7' ROLE user"), "User 'bob' created");
    ASSERT_EQ(root("CREATE USER boss WITH PASSWORD 'Blue-Lagoon-7' ROLE system"), "User 'boss' created");
  }
  catalog::User stored(std::string_view id) { return *must(catalog_->tables().users.get(UserId(std::string(id)))); }
};

TEST_F(Users, AuthCase9_SqlUsers_RolesAndForms) {
  struct Case {
    std::string_view sql, role, auth_type;
  };
  const Case cases[] = {
      {"CREATE USER u1 WITH PASSWORD 'abc' ROLE user", "user", "Password"},
      {"CREATE USER 'u2' WITH PASSWORD 'abc' ROLE 'service' EMAIL 'u2@example.com'", "service", "Password"},
      {"CREATE USER \"u3\" WITH PASSWORD \"abc\" ROLE dba", "dba", "Password"},
      {"CREATE USER u4 WITH PASSWORD 'abc' ROLE admin", "dba", "Password"},
      {"CREATE USER u5 WITH PASSWORD 'abc' ROLE developer", "service", "Password"},
      {"CREATE USER u6 WITH PASSWORD 'abc' ROLE ANALYST", "service", "Password"},
      {"CREATE USER u7 WITH PASSWORD 'abc' ROLE viewer", "user", "Password"},
      {"CREATE USER u8 WITH PASSWORD 'abc' ROLE readonly", "user", "Password"},
      {"CREATE USER u9 WITH INTERNAL ROLE service", "service", "Internal"},
  };
  for (const auto& c : cases) {
    const auto id = std::string(c.sql).substr(std::string(c.sql).find('u'), 2);
    EXPECT_EQ(dba(c.sql), "User '" + id + "' created");
    EXPECT_EQ(select("SELECT role, auth_type FROM system.users WHERE user_id = '" + id + "'"),
              "[\"" + std::string(c.role) + "\",\"" + std::string(c.auth_type) + "\"]");
  }
  EXPECT_EQ(
      select("SELECT email, storage_mode, storage_id, failed_login_attempts FROM system.users WHERE user_id = 'u2'"),
      R"(["u2@example.com","Table",null,0])");
  EXPECT_EQ(select("SELECT password_hash FROM system.users WHERE user_id = 'u9'"), R"([""])");
  EXPECT_TRUE(auth::verify_password("abc", stored("u1").password_hash));
  EXPECT_EQ(stored("u1").password_hash.size(), 60u);
  // auth 6.9: a new user's tokens are of a time of its own.
  EXPECT_EQ(stored("u1").token_epoch, stored("u1").created_at.time_since_epoch().count());
  EXPECT_EQ(dba("CREATE USER 'Mixed' WITH PASSWORD 'abc' ROLE user"), "User 'Mixed' created");
}

TEST_F(Users, AuthCases5To8_PasswordRules) {
  EXPECT_EQ(dba("CREATE USER x WITH PASSWORD '' ROLE user"), "E: Weak password: Password cannot be empty");
  EXPECT_EQ(dba("CREATE USER x WITH PASSWORD '" + std::string(73, 'p') + "' ROLE user"),
            "E: Weak password: Password must be at most 72 characters (bcrypt limit, weak)");
  EXPECT_EQ(dba("CREATE USER x WITH PASSWORD 'Simplepass1' ROLE user"), "User 'x' created");
  services_.options.enforce_password_complexity = true;
  EXPECT_EQ(dba("CREATE USER y WITH PASSWORD 'Simplepass1' ROLE user"),
            "E: Weak password: Password must include at least one special character");
  EXPECT_EQ(dba("CREATE USER y WITH PASSWORD 'ValidPass1!' ROLE user"), "User 'y' created");
  EXPECT_EQ(dba("ALTER USER y SET PASSWORD 'validpass1!'"),
            "E: Weak password: Password must include at least one uppercase letter");
  EXPECT_EQ(dba("ALTER USER y SET PASSWORD 'ValidPass2!'"), "User 'y' updated");
}

TEST_F(Users, AuthCase10_NamesThatAreTakenOrImpossible) {
  EXPECT_EQ(dba("CREATE USER alice WITH PASSWORD 'abc' ROLE user"), "E: User 'alice' already exists");
  EXPECT_EQ(dba("DROP USER bob"), "User 'bob' dropped (soft delete)");
  EXPECT_EQ(dba("CREATE USER bob WITH PASSWORD 'abc' ROLE user"), "E: User 'bob' already exists");
  for (const auto* name : {"root", "system", "Anonymous", "SHARED"}) {
    EXPECT_EQ(dba(std::string("CREATE USER ") + name + " WITH PASSWORD 'abc' ROLE user"),
              std::string("E: User ID '") + name + "' is reserved");
  }
  // sql 10.1: what ends the original's process.
  EXPECT_EQ(dba("CREATE USER '' WITH PASSWORD 'abc' ROLE user"), "E: User ID cannot be empty");
  EXPECT_EQ(dba("CREATE USER 'a/b' WITH PASSWORD 'abc' ROLE user"),
            "E: User ID cannot contain '/' (directory separator)");
  EXPECT_THAT(dba("CREATE USER '..' WITH PASSWORD 'abc' ROLE user"), HasSubstr("E: User ID cannot contain '..'"));
}

TEST_F(Users, AuthCase11_DropUser) {
  EXPECT_EQ(dba("DROP USER IF EXISTS nobody"), "User 'nobody' does not exist (skipped)");
  EXPECT_EQ(dba("DROP USER nobody"), "E: User 'nobody' not found");
  EXPECT_EQ(dba("DROP USER alice"), "User 'alice' dropped (soft delete)");
  EXPECT_EQ(dba("DROP USER alice"), "E: User 'alice' not found");
  EXPECT_EQ(dba("DROP USER IF EXISTS alice"), "User 'alice' does not exist (skipped)");
  EXPECT_EQ(dba("ALTER USER alice SET ROLE user"), "E: User 'alice' not found");
  EXPECT_EQ(select("SELECT deleted_at IS NOT NULL FROM system.users WHERE user_id = 'alice'"), "[true]");
}

TEST_F(Users, AuthCases13And14_WhoMayManageUsers) {
  const auto gate = "E: Admin privileges (DBA or System role) required for user management";
  EXPECT_EQ(user("CREATE USER y WITH PASSWORD 'abc' ROLE user"), gate);
  EXPECT_EQ(service("CREATE USER y WITH PASSWORD 'abc' ROLE user"), gate);
  EXPECT_EQ(user("DROP USER bob"), gate);
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (DROP USER bob)"), "E: Unauthorized: DROP USER requires DBA or System role");

  // What a dba may not: make, change or drop the greater ones.
  EXPECT_EQ(dba("CREATE USER s WITH PASSWORD 'abc' ROLE system"), "E: Unauthorized: DBA cannot grant System role");
  EXPECT_EQ(dba("ALTER USER alice SET ROLE system"), "E: Unauthorized: DBA cannot grant System role");
  EXPECT_EQ(dba("ALTER USER boss SET EMAIL 'b@example.com'"), "E: Unauthorized: DBA cannot modify System users");
  EXPECT_EQ(dba("ALTER USER boss SET PASSWORD 'taken over'"), "E: Unauthorized: DBA cannot modify System users");
  EXPECT_EQ(dba("DROP USER boss"), "E: Unauthorized: DBA cannot modify System users");
  EXPECT_EQ(dba("ALTER USER root SET EMAIL 'r@example.com'"), "E: Unauthorized: DBA cannot modify System users");
  EXPECT_EQ(dba("DROP USER root"), "E: Unauthorized: DBA cannot modify System users");
  // What nobody may.
  EXPECT_EQ(root("DROP USER root"), "E: Unauthorized: 'root' cannot be dropped");
  EXPECT_EQ(ask("DROP USER root", session_of("boss", Role::system)), "E: Unauthorized: 'root' cannot be dropped");
  EXPECT_EQ(ask("ALTER USER root SET ROLE dba", session_of("boss", Role::system)),
            "E: Unauthorized: The role of 'root' cannot be lowered");
  EXPECT_EQ(dba("DROP USER maria"), "E: Unauthorized: Nobody can drop himself");
  EXPECT_EQ(dba("ALTER USER maria SET ROLE user"), "E: Unauthorized: Nobody can lower the role of himself");
  EXPECT_EQ(root("DROP USER boss"), "User 'boss' dropped (soft delete)");
}

TEST_F(Users, Auth33_EverybodyMayChangeHisOwn) {
  EXPECT_EQ(user("ALTER USER alice SET PASSWORD 'New-Lagoon-8'"), "User 'alice' updated");
  EXPECT_EQ(user("ALTER USER alice SET EMAIL 'al@example.com'"), "User 'alice' updated");
  EXPECT_EQ(user("ALTER USER alice REVOKE TOKENS"), "User 'alice' updated");
  EXPECT_TRUE(auth::verify_password("New-Lagoon-8", stored("alice").password_hash));

  struct Case {
    std::string_view sql, answer;
  };
  const Case cases[] = {
      {"ALTER USER alice SET PASSWORD 'x'", "E: Unauthorized: Only admins can change other users' passwords"},
      {"ALTER USER alice SET EMAIL 'x'", "E: Unauthorized: Only admins can update other users' emails"},
      {"ALTER USER alice REVOKE TOKENS", "E: Unauthorized: ALTER USER requires DBA or System role"},
      {"ALTER USER alice SET ROLE dba", "E: Unauthorized: Only admins can change roles"},
      {"ALTER USER bob SET ROLE dba", "E: Unauthorized: Only admins can change roles"},
      {"ALTER USER bob UNLOCK", "E: Unauthorized: ALTER USER requires DBA or System role"},
      {"ALTER USER bob SET STORAGE_ID 'local'", "E: Unauthorized: ALTER USER requires DBA or System role"},
      {"ALTER USER bob SET OAUTH '{}'", "E: Unauthorized: ALTER USER requires DBA or System role"},
      // Who is there is not told.
      {"ALTER USER nobody SET PASSWORD 'x'", "E: Unauthorized: Only admins can change other users' passwords"},
  };
  for (const auto& [sql, answer] : cases) EXPECT_EQ(user(sql, "bob"), answer) << sql;
  // Not under EXECUTE AS USER.
  EXPECT_EQ(dba("EXECUTE AS USER 'alice' (ALTER USER alice SET PASSWORD 'x')"),
            "E: Unauthorized: Only admins can change other users' passwords");
}

TEST_F(Users, Auth69_TokensAreVoidAfterEachOfTheseChanges) {
  for (const auto* sql :
       {"ALTER USER alice SET PASSWORD 'other'", "ALTER USER alice SET ROLE service", "ALTER USER alice REVOKE TOKENS",
        R"(ALTER USER alice SET OAUTH '{"provider":"google","subject":"1"}')"}) {
    const auto before = stored("alice");
    EXPECT_THAT(dba(sql), HasSubstr("User 'alice' updated"));
    const auto after = stored("alice");
    EXPECT_GT(after.token_epoch, before.token_epoch) << sql;
    EXPECT_EQ(after.revoked_at, after.updated_at) << sql;
    EXPECT_GT(after.updated_at, before.updated_at) << sql;
  }
  const auto before = stored("alice");
  for (const auto* sql : {"ALTER USER alice SET EMAIL 'x'", "ALTER USER alice UNLOCK",
                          "ALTER USER alice SET ROLE service", "ALTER USER alice SET STORAGE_MODE region"}) {
    EXPECT_EQ(dba(sql), "User 'alice' updated");
  }
  EXPECT_EQ(stored("alice").token_epoch, before.token_epoch);
}

TEST_F(Users, Auth5_APasswordAndUnlockEndALock) {
  for (const auto* sql : {"ALTER USER alice UNLOCK", "ALTER USER alice SET PASSWORD 'other'"}) {
    auto locked = stored("alice");
    locked.failed_login_attempts = 5;
    locked.locked_until = locked.updated_at + std::chrono::minutes(15);
    ASSERT_TRUE(catalog_->update([&](auto& change) { return change.put(locked); }).ok());
    EXPECT_EQ(dba(sql), "User 'alice' updated");
    EXPECT_EQ(stored("alice").failed_login_attempts, 0) << sql;
    EXPECT_EQ(stored("alice").locked_until, std::nullopt) << sql;
  }
}

TEST_F(Users, Auth33_StoragePreferences) {
  EXPECT_EQ(dba("ALTER USER alice SET STORAGE_ID 'nosuch'"), "E: Storage 'nosuch' does not exist");
  EXPECT_EQ(dba("ALTER USER alice SET STORAGE_ID 'local'"), "User 'alice' updated");
  EXPECT_EQ(dba("ALTER USER alice SET STORAGE_MODE region"), "User 'alice' updated");
  EXPECT_EQ(select("SELECT storage_mode, storage_id FROM system.users WHERE user_id = 'alice'"),
            R"(["Region","local"])");
  EXPECT_EQ(dba("ALTER USER alice SET STORAGE_ID NULL"), "User 'alice' updated");
  EXPECT_EQ(stored("alice").storage_id, std::nullopt);
}

TEST_F(Users, AuthCases15And69_ExternalAccounts) {
  const auto note = " (issuer not trusted yet)";
  EXPECT_EQ(dba(R"(CREATE USER o1 WITH OAUTH '{"provider":"google","subject":"s1"}' ROLE user EMAIL 'g@x')"),
            std::string("User 'o1' created") + note);
  EXPECT_EQ(select("SELECT auth_type, auth_data FROM system.users WHERE user_id = 'o1'"),
            R"(["OAuth","{\"provider_type\":\"google\",\"issuer\":\"google\",\"subject\":\"s1\"}"])");
  EXPECT_EQ(dba(R"(CREATE USER o2 WITH OAUTH '{"provider":"google","subject":"s1"}' ROLE user)"),
            "E: external account is linked to another user");
  EXPECT_EQ(dba(R"(ALTER USER alice SET OAUTH '{"provider":"google","subject":"s1"}')"),
            "E: external account is linked to another user");
  EXPECT_EQ(dba(R"(ALTER USER o1 SET OAUTH '{"provider":"google","subject":"s1"}')"),
            std::string("User 'o1' updated") + note);
  services_.options.trusted_issuers.issuers = {"https://id.example.com/realms/main"};
  EXPECT_EQ(dba(R"(CREATE USER o3 WITH OAUTH '{"provider":"keycloak","subject":"abc"}' ROLE user)"),
            "User 'o3' created");
  EXPECT_EQ(dba("CREATE USER x WITH OAUTH ROLE user"), "E: OAuth user requires JSON payload with provider and subject");
  EXPECT_EQ(dba(R"(CREATE USER x WITH OAUTH '{"subject":"s"}' ROLE user)"), "E: OAuth user requires 'provider' field");
  EXPECT_THAT(dba("CREATE USER x WITH OAUTH 'nojson' ROLE user"), HasSubstr("E: Invalid OAuth JSON: "));
}

TEST_F(Users, AuthCase59_CatalogCase72_UsersAreAudited) {
  dba("CREATE USER u1 WITH PASSWORD 'StrongPass123!' ROLE user");
  dba("ALTER USER u1 SET ROLE dba");
  dba("ALTER USER u1 SET PASSWORD 'SuperSecret789!'");
  dba("ALTER USER u1 SET EMAIL 'u1@example.com'");
  dba("ALTER USER u1 REVOKE TOKENS");
  dba("DROP USER u1");
  EXPECT_EQ(select("SELECT actor_user_id, action, details FROM system.audit_log WHERE target = 'u1' ORDER BY audit_id"),
            R"x(["maria","CREATE_USER","Role: User"],["maria","ALTER_USER","Modification: SetRole(Dba)"],)x"
            R"x(["maria","ALTER_USER","Modification: SetPassword([REDACTED])"],)x"
            R"x(["maria","ALTER_USER","Modification: SetEmail(u1@example.com)"],)x"
            R"x(["maria","ALTER_USER","Modification: RevokeTokens"],["maria","DROP_USER",null])x");
  const auto all = select("SELECT * FROM system.audit_log");
  EXPECT_THAT(all, Not(HasSubstr("StrongPass")));
  EXPECT_THAT(all, Not(HasSubstr("SuperSecret")));
}

}  // namespace
}  // namespace kalam::query
