#include "base/clock.h"

#include <gtest/gtest.h>

namespace kalam {
namespace {

TEST(ManualClock, StandsStillUntilTold) {
  ManualClock clock(Micros(5'000'700));
  EXPECT_EQ(clock.now_us(), 5'000'700);
  EXPECT_EQ(clock.now_ms(), 5'000);
  EXPECT_EQ(clock.monotonic(), Micros(0));
  EXPECT_EQ(clock.now_us(), 5'000'700);

  clock.advance(Millis(2));
  clock.sleep(Micros(300));
  EXPECT_EQ(clock.now_us(), 5'003'000);
  EXPECT_EQ(clock.monotonic(), Micros(2'300));
}

TEST(ManualClock, AnOperatorMovesOnlyTheWallClock) {
  ManualClock clock(Micros(1'000'000));
  clock.advance(Millis(1));
  clock.set(Micros(10));
  EXPECT_EQ(clock.now_us(), 10);
  EXPECT_EQ(clock.monotonic(), Millis(1));
}

TEST(Clock, MillisecondsAreRoundedDownBeforeTheEpochToo) {
  ManualClock clock(Micros(-1));
  EXPECT_EQ(clock.now_ms(), -1);
}

TEST(SystemClock, TellsARecentTimeAndNeverGoesBack) {
  const SystemClock clock;
  EXPECT_GT(clock.now_ms(), 1'700'000'000'000);  // 2023
  auto before = clock.monotonic();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.monotonic();
    ASSERT_GE(now, before);
    before = now;
  }
}

}  // namespace
}  // namespace kalam
