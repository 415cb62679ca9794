#include "base/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

#include "base/log.h"

namespace kalam {
namespace {

// Holds the only thread of a pool until it is opened.
class Gate {
 public:
  Workers::Task task() {
    return [this] {
      entered_.set_value();
      opened_.get_future().wait();
    };
  }
  void wait_until_held() { entered_.get_future().wait(); }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> opened_;
};

TEST(Workers, RunEveryTaskAndStopAfterTheQueue) {
  std::atomic<int> run{0};
  Workers workers({.threads = 3});
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(workers.post([&] { ++run; }).ok());
  workers.stop();
  EXPECT_EQ(run, 500);
  EXPECT_EQ(workers.waiting(), 0u);
}

TEST(Workers, NoThreadsCountAsOne) {
  Workers workers({.threads = 0});
  EXPECT_EQ(workers.threads(), 1u);
  std::promise<void> done;
  ASSERT_TRUE(workers.post([&] { done.set_value(); }).ok());
  done.get_future().wait();
}

TEST(Workers, AFullQueueIsTheCallersError) {
  Gate gate;
  Workers workers({.name = "small", .threads = 1, .queue_max = 2});
  ASSERT_TRUE(workers.post(gate.task()).ok());
  gate.wait_until_held();
  std::atomic<int> run{0};
  EXPECT_TRUE(workers.post([&] { ++run; }).ok());
  EXPECT_TRUE(workers.post([&] { ++run; }).ok());
  EXPECT_EQ(workers.waiting(), 2u);
  const auto refused = workers.post([&] { ++run; });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  gate.open();
  workers.stop();
  EXPECT_EQ(run, 2);  // what was accepted, not what was refused
}

TEST(Workers, AfterAStopTheyTakeNothing) {
  Workers workers({.threads = 1});
  workers.stop();
  workers.stop();
  const auto refused = workers.post([] {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::cancelled);
}

TEST(Workers, SeveralMayStopThemAtOnce) {
  std::atomic<int> run{0};
  Workers workers({.threads = 2});
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(workers.post([&] { ++run; }).ok());
  std::vector<std::thread> stoppers;
  for (int i = 0; i < 3; ++i) {
    stoppers.emplace_back([&] {
      workers.stop();
      EXPECT_EQ(run, 100);  // each returns only when all is done
    });
  }
  for (auto& stopper : stoppers) stopper.join();
}

TEST(Workers, ATaskThatThrowsIsLoggedAndThePoolLivesOn) {
  const log::Capture captured;
  Workers workers({.name = "brave", .threads = 1});
  std::promise<void> after;
  ASSERT_TRUE(workers.post([] { throw std::runtime_error("dropped a plate"); }).ok());
  ASSERT_TRUE(workers.post([] { throw 7; }).ok());
  ASSERT_TRUE(workers.post([&] { after.set_value(); }).ok());
  after.get_future().wait();
  EXPECT_TRUE(captured.contains(log::Level::error, "a task failed"));
  ASSERT_EQ(captured.events().size(), 2u);
  EXPECT_EQ(captured.events()[0].fields, " pool=brave cause=\"dropped a plate\"");
}

TEST(Workers, AStandInRunsWhileOneWaits) {
  Workers workers({.name = "test", .threads = 1, .stand_ins = 1});
  std::promise<void> comes, begun;
  std::atomic<int> at_once = 0, most = 0;
  const auto work = [&] {
    most = std::max(most.load(), ++at_once);
    --at_once;
  };
  const auto waits = [&] {
    begun.set_value();
    const Workers::Waiting waiting;
    comes.get_future().wait();
  };
  ASSERT_TRUE(workers.post(waits).ok());
  begun.get_future().wait();
  std::promise<void> ran;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(workers.post(work).ok());
  ASSERT_TRUE(workers.post([&] { ran.set_value(); }).ok());
  ran.get_future().wait();  // by the stand-in: the other still waits
  comes.set_value();
  workers.stop();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(workers.threads(), 1u);
}

TEST(Workers, WithoutAStandInTasksWaitAndAreStillRun) {
  Workers workers({.name = "test", .threads = 1});
  std::atomic<int> ran = 0;
  for (int i = 0; i < 10; ++i) {
    const auto waits = [&] {
      const Workers::Waiting waiting;
      ++ran;
    };
    ASSERT_TRUE(workers.post(waits).ok());
  }
  workers.stop();
  EXPECT_EQ(ran, 10);
  const Workers::Waiting outside;  // of no pool
}

TEST(Lane, RunsInOrderOneAtATime) {
  Workers workers({.threads = 4});
  Lane lane(workers);
  std::vector<int> order;  // no lock: the lane promises that one task runs at a time
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(lane.post([&order, i] { order.push_back(i); }).ok());
  workers.stop();
  ASSERT_EQ(order.size(), 2000u);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(order[i], i);
}

TEST(Lane, CopiesAreTheSameLaneForAllThreads) {
  Workers workers({.threads = 4});
  Lane lane(workers);
  int64_t sum = 0;  // no lock, as above
  std::vector<std::thread> posters;
  for (int t = 0; t < 4; ++t) {
    posters.emplace_back([lane, &sum]() mutable {
      for (int i = 0; i < 500; ++i) ASSERT_TRUE(lane.post([&sum] { ++sum; }).ok());
    });
  }
  for (auto& poster : posters) poster.join();
  workers.stop();
  EXPECT_EQ(sum, 2000);
}

TEST(Lane, WhatWasAcceptedRunsWhenThePoolStopsMeanwhile) {
  Gate gate;
  Workers workers({.threads = 1});
  Lane lane(workers);
  std::atomic<int> run{0};
  ASSERT_TRUE(lane.post(gate.task()).ok());
  gate.wait_until_held();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(lane.post([&] { ++run; }).ok());
  std::thread stopper([&] { workers.stop(); });
  while (workers.post([] {}).ok()) std::this_thread::yield();  // until the stop has begun
  gate.open();
  stopper.join();
  EXPECT_EQ(run, 10);
  EXPECT_EQ(lane.post([] {}).error().code, ErrorCode::cancelled);
}

TEST(Lane, IsBoundedAsThePoolIs) {
  Gate gate;
  Workers workers({.threads = 1, .queue_max = 3});
  Lane lane(workers);
  std::atomic<int> run{0};
  ASSERT_TRUE(lane.post(gate.task()).ok());
  gate.wait_until_held();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lane.post([&] { ++run; }).ok());
  EXPECT_EQ(lane.post([&] { ++run; }).error().code, ErrorCode::overloaded);
  gate.open();
  workers.stop();
  EXPECT_EQ(run, 3);
}

TEST(Lane, AFullPoolDoesNotLoseATurn) {
  Gate lane_gate;
  Workers workers({.threads = 1, .queue_max = 1});
  Lane lane(workers);
  std::atomic<int> run{0};
  ASSERT_TRUE(lane.post(lane_gate.task()).ok());
  lane_gate.wait_until_held();
  ASSERT_TRUE(lane.post([&] { ++run; }).ok());
  ASSERT_TRUE(workers.post([&] { ++run; }).ok());  // takes the place that the lane's next turn would need
  lane_gate.open();
  workers.stop();
  EXPECT_EQ(run, 2);
}

TEST(Lane, ATaskThatThrowsDoesNotStopTheNext) {
  const log::Capture captured;
  Workers workers({.threads = 1});
  Lane lane(workers);
  std::atomic<bool> run{false};
  ASSERT_TRUE(lane.post([] { throw std::runtime_error("no"); }).ok());
  ASSERT_TRUE(lane.post([&] { run = true; }).ok());
  workers.stop();
  EXPECT_TRUE(run);
  EXPECT_TRUE(captured.contains(log::Level::error, "a task failed"));
}

}  // namespace
}  // namespace kalam
