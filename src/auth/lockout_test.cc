#include "auth/lockout.h"

#include <gtest/gtest.h>

namespace kalam::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const auto kStart = catalog::timestamp(1'750'000'000'000);

// auth 29.
TEST(Lockout, Case29_FiveFailuresLockForAQuarterOfAnHour) {
  catalog::User user;
  user.token_epoch = 7;
  for (int i = 1; i <= 4; ++i) {
    count_failure(user, kStart, OnLock::keep_tokens);
    EXPECT_EQ(user.failed_login_attempts, i);
    EXPECT_FALSE(is_locked(user, kStart));
  }
  count_failure(user, kStart, OnLock::keep_tokens);
  EXPECT_EQ(user.failed_login_attempts, 5);
  EXPECT_EQ(user.locked_until, kStart + minutes(15));
  EXPECT_EQ(user.token_epoch, 7);

  count_failure(user, kStart + minutes(3), OnLock::keep_tokens);  // neither counted nor prolonging
  EXPECT_EQ(user.failed_login_attempts, 5);
  EXPECT_EQ(user.locked_until, kStart + minutes(15));

  struct Case {
    milliseconds after;
    int64_t minutes;
  };
  for (const auto& [after, left] : {Case{milliseconds(0), 15},
                                    {milliseconds(1), 15},
                                    {minutes(1), 14},
                                    {minutes(15) - milliseconds(1), 1},
                                    {minutes(15), 0},
                                    {minutes(16), 0}}) {
    EXPECT_EQ(minutes_until_unlock(user, kStart + after), left) << after.count();
  }

  auto forgetful = user;
  count_failure(forgetful, kStart + minutes(15), OnLock::keep_tokens);  // the lock is over: from the start
  EXPECT_EQ(forgetful.failed_login_attempts, 1);
  EXPECT_EQ(forgetful.locked_until, std::nullopt);

  count_success(user, kStart + minutes(15));
  EXPECT_EQ(user.failed_login_attempts, 0);
  EXPECT_EQ(user.locked_until, std::nullopt);
  EXPECT_EQ(user.last_login_at, kStart + minutes(15));
}

TEST(Lockout, ALockMayVoidTheTokens) {
  catalog::User user;
  user.token_epoch = 7;
  user.failed_login_attempts = 4;
  count_failure(user, kStart, OnLock::void_tokens);
  EXPECT_EQ(user.token_epoch, 1'750'000'000'000);
  EXPECT_EQ(user.revoked_at, kStart);
}

}  // namespace
}  // namespace kalam::auth
