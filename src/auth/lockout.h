// Lockout: what attempts to log in do to a user's record (spec auth §5). Plain rules; commands::CountLogin applies them
// in the order of the log, so that attempts at once are counted one after the other.

#pragma once
#include <chrono>

#include "catalog/models/user.h"

namespace kalam::auth {

inline constexpr int32_t kFailuresUntilLock = 5;
inline constexpr std::chrono::minutes kLockDuration{15};

bool is_locked(const catalog::User& user, catalog::Timestamp at);
int64_t minutes_until_unlock(const catalog::User& user, catalog::Timestamp at);  // rounded up; 0: not locked

enum class OnLock : uint8_t { keep_tokens, void_tokens };

// A wrong password. Changes nothing while the user is locked; the first after a lock starts at one.
void count_failure(catalog::User& user, catalog::Timestamp at, OnLock on_lock);
// A right one.
void count_success(catalog::User& user, catalog::Timestamp at);
void unlock(catalog::User& user);

}  // namespace kalam::auth
