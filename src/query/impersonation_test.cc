#include "query/impersonation.h"

#include "query/runner.h"
#include "query/statements/statements_fixture.h"

namespace kalam::query {
namespace {

class Impersonation : public StatementsTest {
 protected:
  Impersonation() {
    for (const auto& [user, role] : {std::pair("u2", "user"), {"s2", "service"}, {"d2", "dba"}, {"y2", "system"}}) {
      EXPECT_EQ(root("CREATE USER " + std::string(user) + " WITH INTERNAL ROLE " + role),
                "User '" + std::string(user) + "' created");
    }
  }
  std::string audited() {
    return select(
        "SELECT actor_user_id, action, target, details, subject_user_id, ip_address FROM system.audit_log WHERE action "
        "LIKE 'EXECUTE%' ORDER BY audit_id");
  }
};

// auth 51, 52, 55, 56.
TEST_F(Impersonation, Cases51_52_55_56_TheMatrix) {
  root("DROP USER d2");  // stays what it was
  struct Case {
    Role actor;
    std::string_view allowed;
  };
  for (const auto& [role, allowed] : {Case{Role::anonymous, "self"},
                                      {Role::user, "self"},
                                      {Role::service, "self u2 s2 nobody"},
                                      {Role::dba, "self u2 s2 d2 nobody"},
                                      {Role::system, "self u2 s2 d2 y2 nobody"}}) {
    for (const std::string target : {"self", "u2", "s2", "d2", "y2", "nobody"}) {
      const auto viewer = impersonate({UserId("self"), role}, target, services_);
      EXPECT_EQ(viewer.ok(), allowed.find(target) != std::string_view::npos) << name_of(role) << " as " << target;
      if (viewer.ok()) {
        EXPECT_EQ(viewer->user, UserId(target));
        EXPECT_EQ(viewer->role, Role::user) << target;
      } else {
        EXPECT_EQ(viewer.error().code, ErrorCode::permission_denied);
      }
    }
  }
}

// auth 57.
TEST_F(Impersonation, Case57_EveryAttemptIsInTheAuditLog) {
  const auto service = session_of("svc", Role::service);
  EXPECT_TRUE(impersonate_audited(service, "u2", services_).ok());
  clock_.advance(Millis(1));
  EXPECT_FALSE(impersonate_audited(service, "d2", services_).ok());
  clock_.advance(Millis(1));
  EXPECT_FALSE(impersonate_audited(service, "../x", services_).ok());  // names nobody
  EXPECT_EQ(audited(),
            R"(["svc","EXECUTE_AS_USER","user:u2","{\"actor_role\":\"Service\",\"success\":true}","u2",null],)"
            R"(["svc","EXECUTE_AS_USER_DENIED","user:d2",)"
            R"("{\"actor_role\":\"Service\",\"reason\":\"role_not_allowed\",\"success\":false}","d2",null])");
}

// A request writes one row for each of its statements that is run for somebody else.
TEST_F(Impersonation, Case57_OnceForAStatement) {
  Runner runner(services_, {});
  Request request;
  request.sql = "EXECUTE AS USER 'u2' (SELECT 1)";
  request.session = session_of("svc", Role::service);
  EXPECT_FALSE(runner.run(std::move(request)).failure);
  EXPECT_EQ(audited(),
            R"(["svc","EXECUTE_AS_USER","user:u2","{\"actor_role\":\"Service\",\"success\":true}","u2",null])");
}

}  // namespace
}  // namespace kalam::query
