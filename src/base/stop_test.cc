#include "base/stop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace kalam {
namespace {

using namespace std::chrono_literals;

TEST(StopSignal, WakesEverybodyWhoWaits) {
  StopSignal stop;
  std::atomic<int> woken{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 4; ++i) {
    waiters.emplace_back([&, i] {
      if (i % 2 == 0) stop.wait();
      else EXPECT_TRUE(stop.wait_for(1h));
      ++woken;
    });
  }
  EXPECT_FALSE(stop.requested());
  stop.request();
  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(woken, 4);
  EXPECT_TRUE(stop.requested());
}

TEST(StopSignal, MayBeRequestedAgainAndWaitedForAfterwards) {
  StopSignal stop;
  stop.request();
  stop.request();
  stop.wait();
  EXPECT_TRUE(stop.wait_for(0us));
}

TEST(StopSignal, TellsWhenTheTimeIsOver) {
  StopSignal stop;
  EXPECT_FALSE(stop.wait_for(1us));
}

TEST(StopSignal, CallbacksMayUseTheSignal) {
  StopSignal stop;
  bool called = false;
  const std::stop_callback callback(stop.token(), [&] {
    stop.wait();  // would hang if callbacks ran under the signal's own lock
    called = stop.requested();
  });
  stop.request();
  EXPECT_TRUE(called);
}

}  // namespace
}  // namespace kalam
