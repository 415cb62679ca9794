// Login: a name and a password -> the user, or why not (spec auth §4.3, §5).
//
//   record -> locked? -> one round of bcrypt -> counted in the user's record -> audit log
//
// Always true: who does not know the password learns nothing about the account: an unknown, a dropped and an external
// user answer as a wrong password does, and as late. Attempts on one account run one at a time, so that no more than
// five passwords are tried between two locks.

#pragma once
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <variant>

#include "auth/lockout.h"
#include "catalog/models/user.h"
#include "query/services.h"
#include "server/auth_reply.h"

namespace kalam::server {

struct LoginAttempt {
  std::string user;
  std::string password;
  std::string client_address;
  bool from_localhost = false;
  std::string request_id = {};
};

class Login {
 public:
  // `services` outlives this.
  Login(const query::Services& services, auth::OnLock on_lock);

  // Takes as long as bcrypt: for a worker of its own kind. Safe from any thread.
  std::variant<catalog::User, AuthRefusal> check(const LoginAttempt& attempt);

 private:
  std::variant<catalog::User, AuthRefusal> check_alone(const LoginAttempt& attempt);
  void spend_a_round(const std::string& password) const;
  Status count(const catalog::User& user, bool succeeded, const LoginAttempt& attempt);
  void audit(std::string action, const UserId& user, const UserId& actor, const LoginAttempt& attempt) const;

  const query::Services& services_;
  const auth::OnLock on_lock_;
  const std::string nobodys_hash_;  // of the configured cost; no password fits

  std::mutex mutex_;
  std::condition_variable left_;
  std::set<std::string> being_checked_;  // guarded by mutex_: users
};

}  // namespace kalam::server
