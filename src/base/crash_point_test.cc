#include "base/crash_point.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace kalam {
namespace {

TEST(CrashPoint, IsNothingUnlessTheEnvironmentNamesIt) { KALAM_CRASH_POINT("here"); }

// The environment is read when a process starts: the child of this test is a new one.
TEST(CrashPointDeathTest, DiesTheSecondTimeItComesThere) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  ::setenv("KALAM_CRASH_POINT", "here:2", 1);
  EXPECT_EXIT(
      {
        KALAM_CRASH_POINT("here");
        KALAM_CRASH_POINT("there");
        ::write(STDERR_FILENO, "still alive", 11);
        KALAM_CRASH_POINT("here");
        ::_exit(0);
      },
      testing::KilledBySignal(SIGKILL), "still alive");
  ::unsetenv("KALAM_CRASH_POINT");
}

}  // namespace
}  // namespace kalam
