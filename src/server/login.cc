#include "server/login.h"

#include "auth/password.h"
#include "base/log.h"
#include "query/statements/audited_write.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

const AuthRefusal kWrong{};

// A well-formed hash that nothing hashes to: its digest is not one that bcrypt can end with.
std::string hash_of_nobody(int cost) {
  const auto digits = std::to_string(cost);
  return "$2b$" + (digits.size() < 2 ? "0" + digits : digits) + "$" + std::string(21, 'K') + "." + std::string(31, 'z');
}

bool needs_setup(const catalog::User& user) { return user.user_id.value() == "root" && user.password_hash.empty(); }

}  // namespace

Login::Login(const query::Services& services, auth::OnLock on_lock)
    : services_(services), on_lock_(on_lock), nobodys_hash_(hash_of_nobody(services.options.bcrypt_cost)) {}

std::variant<catalog::User, AuthRefusal> Login::check(const LoginAttempt& attempt) {
  if (trimmed(attempt.user).empty() || !parse_user_id(attempt.user).ok()) return kWrong;
  {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [&] { return being_checked_.insert(attempt.user).second; });
  }
  auto answer = check_alone(attempt);
  {
    const std::lock_guard lock(mutex_);
    being_checked_.erase(attempt.user);
  }
  left_.notify_all();
  return answer;
}

std::variant<catalog::User, AuthRefusal> Login::check_alone(const LoginAttempt& attempt) {
  const auto failed = [](const Error& error) {
    log::error("server", "login failed", {{"error", error.message}, {"detail", error.detail}});
    return internal_failure("Authentication failed");
  };
  auto stored = services_.catalog.tables().users.get(UserId(attempt.user));
  if (!stored.ok()) return failed(stored.error());
  if (!*stored || (*stored)->deleted_at) return spend_a_round(attempt.password), kWrong;
  auto& user = **stored;
  const auto now = catalog::timestamp(services_.clock.now_ms());
  if (const auto minutes = auth::minutes_until_unlock(user, now)) {
    return AuthRefusal{401, "account_locked", std::to_string(minutes) + " minute(s)"};
  }
  if (user.auth_type == catalog::AuthType::oauth) return spend_a_round(attempt.password), kWrong;
  if (needs_setup(user) && attempt.password.empty()) {
    return AuthRefusal{428, "setup_required", "Server requires initial setup. Root password is not configured."};
  }
  if (user.password_hash.empty()) {
    // Nothing to guess, so nothing is counted.
    spend_a_round(attempt.password);
    if (user.role == Role::system && user.auth_type == catalog::AuthType::internal && !attempt.from_localhost) {
      return AuthRefusal{403, "forbidden",
                         "System users with empty passwords cannot authenticate remotely. Set a password with: ALTER "
                         "USER root SET PASSWORD '...'"};
    }
    return kWrong;
  }
  const bool right = auth::verify_password(attempt.password, user.password_hash);
  if (!right) {
    auto counted = count(user, false, attempt);
    if (!counted.ok()) return failed(counted.error());
    return kWrong;
  }
  if (user.failed_login_attempts != 0 || user.locked_until) {
    auto counted = count(user, true, attempt);
    if (!counted.ok()) return failed(counted.error());
    stored = services_.catalog.tables().users.get(user.user_id);
    if (!stored.ok()) return failed(stored.error());
    if (!*stored || (*stored)->deleted_at) return kWrong;
  }
  if (is_admin((*stored)->role)) audit("LOGIN", (*stored)->user_id, (*stored)->user_id, attempt);
  return std::move(**stored);
}

void Login::spend_a_round(const std::string& password) const {
  // The answer is no in any case; what counts is the time.
  if (auth::verify_password(password, nobodys_hash_)) log::warn("server", "a password fits the hash of nobody");
}

Status Login::count(const catalog::User& user, bool succeeded, const LoginAttempt& attempt) {
  using commands::CountLogin;
  const auto now_ms = services_.clock.now_ms();
  const CountLogin counted{
      .id = user.user_id,
      .outcome = succeeded ? CountLogin::Outcome::succeeded : CountLogin::Outcome::failed,
      .lock_voids_tokens = on_lock_ == auth::OnLock::void_tokens,
  };
  TRY(services_.writer.write(commands::CatalogWrite{.changes = {counted}, .audit = {}, .at_ms = now_ms}));
  if (succeeded) return {};
  const auto after = TRY(services_.catalog.tables().users.get(user.user_id));
  if (after && auth::is_locked(*after, catalog::timestamp(now_ms))) {
    log::warn("server", "account locked after too many wrong passwords", {{"user", user.user_id.value()}});
    audit("LOGIN_LOCKED", user.user_id, UserId("anonymous"), attempt);
  }
  return {};
}

void Login::audit(std::string action, const UserId& user, const UserId& actor, const LoginAttempt& attempt) const {
  query::Session session;
  session.actor = session.viewer = Viewer{actor, Role::anonymous};
  session.request_id = attempt.request_id;
  session.client_address = attempt.client_address;
  auto written = query::write({}, {{std::move(action), "user:" + user.value()}}, services_, session);
  if (!written.ok()) {
    log::warn("server", "a login is missing in the audit log",
              {{"user", user.value()}, {"error", written.error().message}});
  }
}

}  // namespace kalam::server
