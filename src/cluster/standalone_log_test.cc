#include "cluster/standalone_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>

namespace kalam::cluster {
namespace {

struct Number final : Proposal {
  explicit Number(int value, size_t size = 0) : value(value), size(size) {}
  Result<std::string> encode() const override { return std::to_string(value); }
  size_t bytes() const override { return size; }
  int value;
  size_t size;
};
struct Seen final : Outcome {
  explicit Seen(int value) : value(value) {}
  int value;
};

ProposalPtr number(int value, size_t bytes = 0) { return std::make_shared<Number>(value, bytes); }

int value_of(const Result<OutcomePtr>& outcome) {
  EXPECT_TRUE(outcome.ok()) << outcome.error();
  return outcome.ok() ? static_cast<const Seen&>(**outcome).value : -1;
}

// Answers each number with itself, refuses negative ones, and can be held in the middle of a group.
class Machine final : public StateMachine {
 public:
  std::vector<Result<OutcomePtr>> apply(std::span<const ProposalPtr> proposals) override {
    EXPECT_FALSE(inside_.exchange(true)) << "two threads apply at once";
    std::vector<Result<OutcomePtr>> answers;
    std::vector<int> group;
    for (const auto& each : proposals) {
      const int value = static_cast<const Number&>(*each).value;
      group.push_back(value);
      if (value < 0) {
        answers.emplace_back(Error{ErrorCode::conflict, "negative"});
      } else {
        answers.emplace_back(OutcomePtr(std::make_shared<Seen>(value)));
      }
    }
    {
      std::unique_lock lock(mutex_);
      groups_.push_back(std::move(group));
      threads_.push_back(std::this_thread::get_id());
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
    }
    inside_ = false;
    return answers;
  }

  void hold() { set_held(true); }
  void let_go() { set_held(false); }
  void await_groups(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return groups_.size() >= count; });
  }
  std::vector<std::vector<int>> groups() {
    const std::lock_guard lock(mutex_);
    return groups_;
  }
  std::vector<std::thread::id> threads() {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

 private:
  void set_held(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::atomic<bool> inside_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::vector<std::vector<int>> groups_;
  std::vector<std::thread::id> threads_;
};

void await_waiting(const StandaloneLog& log, size_t count) {
  while (log.waiting() < count) std::this_thread::yield();
}

// Proposes on a thread of its own, and is in the queue (or committing) when it returns.
std::future<Result<OutcomePtr>> propose_behind(StandaloneLog& log, int value, size_t waiting) {
  auto answer = std::async(std::launch::async, [&log, value] { return log.propose_and_wait(number(value)); });
  await_waiting(log, waiting);
  return answer;
}

TEST(StandaloneLog, OneCallerIsServedOnHisOwnThread) {
  Machine machine;
  StandaloneLog log(machine);
  EXPECT_EQ(value_of(log.propose_and_wait(number(1))), 1);
  EXPECT_EQ(value_of(log.propose_and_wait(number(2))), 2);
  EXPECT_THAT(machine.groups(), testing::ElementsAre(testing::ElementsAre(1), testing::ElementsAre(2)));
  EXPECT_THAT(machine.threads(), testing::Each(std::this_thread::get_id()));
}

TEST(StandaloneLog, WhatWaitsBecomesOneGroupInOrder) {
  Machine machine;
  StandaloneLog log(machine);
  machine.hold();
  std::vector<std::future<Result<OutcomePtr>>> answers;
  answers.push_back(propose_behind(log, 0, 0));
  machine.await_groups(1);
  for (int i = 1; i <= 5; ++i) answers.push_back(propose_behind(log, i == 3 ? -3 : i, static_cast<size_t>(i)));
  machine.let_go();
  for (int i = 0; i <= 5; ++i) {
    auto answer = answers[static_cast<size_t>(i)].get();
    if (i == 3) {
      EXPECT_EQ(answer.error().code, ErrorCode::conflict) << "a refusal is one's own";
    } else {
      EXPECT_EQ(value_of(answer), i);
    }
  }
  EXPECT_THAT(machine.groups(), testing::ElementsAre(testing::ElementsAre(0), testing::ElementsAre(1, 2, -3, 4, 5)));
}

TEST(StandaloneLog, GroupsAreBoundedByCountAndBytes) {
  struct Case {
    std::string_view what;
    StandaloneLogOptions options;
    std::vector<size_t> sizes;  // of the groups behind the first
  };
  const Case cases[] = {
      {"count", {.group_max = 2}, {2, 2, 1}},
      {"bytes", {.group_bytes_max = 300}, {3, 2}},
      {"one that is larger alone", {.group_bytes_max = 10}, {1, 1, 1, 1, 1}},
  };
  for (const auto& [what, options, sizes] : cases) {
    Machine machine;
    StandaloneLog log(machine, options);
    machine.hold();
    auto first = propose_behind(log, 0, 0);
    machine.await_groups(1);
    std::atomic<int> answered{0};
    for (int i = 1; i <= 5; ++i) log.propose(number(i, 100), [&](const Result<OutcomePtr>&) { ++answered; });
    machine.let_go();
    EXPECT_EQ(value_of(first.get()), 0);
    log.close();
    EXPECT_EQ(answered, 5) << what;
    std::vector<size_t> seen;
    for (const auto& group : machine.groups()) seen.push_back(group.size());
    EXPECT_EQ(std::vector<size_t>(seen.begin() + 1, seen.end()), sizes) << what;
  }
}

TEST(StandaloneLog, TooMuchIsRefusedAtOnce) {
  struct Case {
    std::string_view what;
    StandaloneLogOptions options;
  };
  const Case cases[] = {
      {"count", {.waiting_max = 3}},
      {"bytes", {.waiting_bytes_max = 350}},
  };
  for (const auto& [what, options] : cases) {
    Machine machine;
    StandaloneLog log(machine, options);
    machine.hold();
    auto first = propose_behind(log, 0, 0);
    machine.await_groups(1);
    std::atomic<int> answered{0};
    for (int i = 1; i <= 3; ++i) log.propose(number(i, 100), [&](const Result<OutcomePtr>&) { ++answered; });
    const auto refused = log.propose_and_wait(number(4, 100));
    ASSERT_FALSE(refused.ok()) << what;
    EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("try again later"));
    bool told = false;
    log.propose(number(5, 100), [&](const Result<OutcomePtr>& answer) {
      told = !answer.ok() && answer.error().code == ErrorCode::overloaded;
    });
    EXPECT_TRUE(told) << what;
    machine.let_go();
    EXPECT_EQ(value_of(first.get()), 0);
    log.close();
    EXPECT_EQ(answered, 3) << what << ": what was accepted is answered";
  }
}

TEST(StandaloneLog, NobodyCommitsForOthersForEver) {
  Machine machine;
  StandaloneLog log(machine, {.group_max = 1, .groups_per_turn = 1});
  machine.hold();
  std::vector<std::future<Result<OutcomePtr>>> answers;
  answers.push_back(propose_behind(log, 0, 0));
  machine.await_groups(1);
  for (int i = 1; i < 4; ++i) answers.push_back(propose_behind(log, i, static_cast<size_t>(i)));
  machine.let_go();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(value_of(answers[static_cast<size_t>(i)].get()), i);
  const auto threads = machine.threads();
  EXPECT_EQ(std::set<std::thread::id>(threads.begin(), threads.end()).size(), 4u) << "each committed his own";
}

TEST(StandaloneLog, WhoDoesNotWaitDoesNotApply) {
  Machine machine;
  StandaloneLog log(machine);
  std::promise<int> answered;
  log.propose(number(7), [&](const Result<OutcomePtr>& answer) { answered.set_value(value_of(answer)); });
  EXPECT_EQ(answered.get_future().get(), 7);
  EXPECT_THAT(machine.threads(), testing::Each(testing::Ne(std::this_thread::get_id())));
}

TEST(StandaloneLog, AnAnswerMayProposeAgain) {
  Machine machine;
  StandaloneLog log(machine);
  std::promise<int> answered;
  log.propose(number(1), [&](const Result<OutcomePtr>&) {
    log.propose(number(2), [&](const Result<OutcomePtr>& second) { answered.set_value(value_of(second)); });
  });
  EXPECT_EQ(answered.get_future().get(), 2);
}

TEST(StandaloneLog, CloseAnswersWhatWaitsAndRefusesTheRest) {
  Machine machine;
  StandaloneLog log(machine);
  machine.hold();
  auto first = propose_behind(log, 0, 0);
  machine.await_groups(1);
  auto second = propose_behind(log, 1, 1);
  auto closing = std::async(std::launch::async, [&] { log.close(); });
  while (log.accepts()) std::this_thread::yield();
  const auto refused = log.propose_and_wait(number(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::cancelled);
  machine.let_go();
  closing.get();
  EXPECT_EQ(value_of(first.get()), 0);
  EXPECT_EQ(value_of(second.get()), 1);
  EXPECT_EQ(machine.groups().size(), 2u);
  log.close();
}

TEST(StandaloneLog, EveryoneIsAnsweredOnceWithHisOwn) {
  constexpr int kThreads = 8;
  constexpr int kEach = 2000;
  Machine machine;
  std::atomic<int> wrong{0};
  std::atomic<int> async_answers{0};
  {
    StandaloneLog log(machine, {.group_max = 5, .groups_per_turn = 2});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const int value = t * kEach + i;
          if (i % 7 == 0) {
            log.propose(number(value), [&, value](const Result<OutcomePtr>& answer) {
              ++async_answers;
              wrong += value_of(answer) != value;
            });
          } else {
            wrong += value_of(log.propose_and_wait(number(value))) != value;
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(async_answers, kThreads * ((kEach + 6) / 7));
  std::set<int> applied;
  std::vector<int> last(kThreads, -1);
  for (const auto& group : machine.groups()) {
    EXPECT_LE(group.size(), 5u);
    for (const int value : group) {
      EXPECT_TRUE(applied.insert(value).second) << value;
      auto& before = last[static_cast<size_t>(value / kEach)];
      EXPECT_LT(before, value) << "a caller's proposals keep their order";
      before = value;
    }
  }
  EXPECT_EQ(applied.size(), static_cast<size_t>(kThreads * kEach));
}

// The default of other logs: built on propose().
TEST(Log, WaitingIsBuiltOnProposing) {
  struct Later final : Log {
    void propose(ProposalPtr proposal, Done done) override {
      answering = std::async(std::launch::async, [proposal = std::move(proposal), done = std::move(done)] {
        done(OutcomePtr(std::make_shared<Seen>(static_cast<const Number&>(*proposal).value)));
      });
    }
    std::future<void> answering;
  };
  Later log;
  EXPECT_EQ(value_of(log.propose_and_wait(number(9))), 9);
}

}  // namespace
}  // namespace kalam::cluster
