#include "auth/lockout.h"

#include "catalog/token_epoch.h"

namespace kalam::auth {

bool is_locked(const catalog::User& user, catalog::Timestamp at) {
  return user.locked_until && *user.locked_until > at;
}

int64_t minutes_until_unlock(const catalog::User& user, catalog::Timestamp at) {
  return is_locked(user, at) ? std::chrono::ceil<std::chrono::minutes>(*user.locked_until - at).count() : 0;
}

void unlock(catalog::User& user) {
  user.failed_login_attempts = 0;
  user.locked_until = std::nullopt;
}

void count_failure(catalog::User& user, catalog::Timestamp at, OnLock on_lock) {
  if (is_locked(user, at)) return;
  if (user.locked_until) unlock(user);
  if (++user.failed_login_attempts < kFailuresUntilLock) return;
  user.locked_until = at + kLockDuration;
  if (on_lock == OnLock::void_tokens) catalog::void_tokens(user, at);
}

void count_success(catalog::User& user, catalog::Timestamp at) {
  unlock(user);
  user.last_login_at = at;
}

}  // namespace kalam::auth
