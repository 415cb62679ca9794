#include "auth/attempt_rate.h"

#include <gtest/gtest.h>

namespace kalam::auth {
namespace {

// auth 63.
TEST(AttemptRate, Case63_ASecondsWorthAtOnceAndThenOneByOne) {
  ManualClock clock;
  AttemptRate rate(clock, 4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(rate.allow("10.0.0.1")) << i;
  EXPECT_FALSE(rate.allow("10.0.0.1"));
  EXPECT_TRUE(rate.allow("10.0.0.2"));
  clock.advance(Millis(249));
  EXPECT_FALSE(rate.allow("10.0.0.1"));
  clock.advance(Millis(1));
  EXPECT_TRUE(rate.allow("10.0.0.1"));
  EXPECT_FALSE(rate.allow("10.0.0.1"));
  clock.advance(Millis(60'000));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(rate.allow("10.0.0.1")) << i;
  EXPECT_FALSE(rate.allow("10.0.0.1"));
}

TEST(AttemptRate, NothingPassesAtZero) {
  ManualClock clock;
  AttemptRate rate(clock, 0);
  EXPECT_FALSE(rate.allow("10.0.0.1"));
}

TEST(AttemptRate, MemoryIsBounded) {
  ManualClock clock;
  AttemptRate rate(clock, 2);
  const auto flood = [&] {
    for (size_t i = 0; i < AttemptRate::kAddressesMax + 1000; ++i) rate.allow(std::to_string(i));
  };
  flood();
  EXPECT_EQ(rate.addresses(), AttemptRate::kAddressesMax + 1);
  EXPECT_FALSE(rate.allow("somebody new"));  // shares one bucket with all that are too many
  clock.advance(Millis(1000));
  EXPECT_TRUE(rate.allow("somebody new"));
  EXPECT_EQ(rate.addresses(), 1u);
}

}  // namespace
}  // namespace kalam::auth
