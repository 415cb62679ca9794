#include "feed/feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

namespace kalam::feed {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 60s;  // for waits that must end for another reason

ChangeSetPtr change_set(uint64_t commit, size_t text_bytes = 0) {
  ChangeSet changes{.commit = CommitSeq(commit), .tables = {}};
  TableChanges table;
  RowChange row;
  row.after = std::make_shared<const Row>(Row{{Value::text(std::string(text_bytes, 'x'))}});
  table.rows.push_back(std::move(row));
  changes.tables.push_back(std::move(table));
  return std::make_shared<const ChangeSet>(std::move(changes));
}

// What a reader gets without waiting: commits, then the outcome that is no change set.
struct Got {
  std::vector<uint64_t> commits;
  Outcome end;
  bool operator==(const Got&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Got& got) {
    for (const auto commit : got.commits) out << commit << ' ';
    return out << "then " << static_cast<int>(got.end);
  }
};
Got drain(Reader& reader) {
  Got got{};
  for (;;) {
    const auto next = reader.try_next();
    if (next.outcome != Outcome::changes) return got.end = next.outcome, got;
    got.commits.push_back(next.changes->commit.value());
  }
}

TEST(Feed, ReadersGetWhatComesAfterTheirPlace) {
  Feed feed({}, CommitSeq(10));
  auto early = feed.from_now();
  for (const uint64_t commit : {12, 15, 20}) feed.publish(change_set(commit));
  auto late = feed.from_now();
  struct Case {
    uint64_t cursor;
    Got expected;
  };
  const Case cases[] = {
      {9, {{}, Outcome::lagged}},              // before this feed
      {10, {{12, 15, 20}, Outcome::nothing}},  // where it began
      {11, {{12, 15, 20}, Outcome::nothing}},  // between commits
      {12, {{15, 20}, Outcome::nothing}},
      {19, {{20}, Outcome::nothing}},
      {20, {{}, Outcome::nothing}},
      {25, {{}, Outcome::nothing}},  // one that is still to come
  };
  for (const auto& [cursor, expected] : cases) {
    auto reader = feed.from(CommitSeq(cursor));
    EXPECT_EQ(drain(reader), expected) << "cursor " << cursor;
  }
  auto ahead = feed.from(CommitSeq(25));
  for (const uint64_t commit : {24, 26}) feed.publish(change_set(commit));
  EXPECT_EQ(drain(ahead), (Got{{26}, Outcome::nothing}));
  EXPECT_EQ(drain(early), (Got{{12, 15, 20, 24, 26}, Outcome::nothing}));
  EXPECT_EQ(early.position(), CommitSeq(26));
  EXPECT_EQ(drain(late), (Got{{24, 26}, Outcome::nothing}));
  EXPECT_EQ(feed.last(), CommitSeq(26));
}

TEST(Feed, TheWindowIsBoundedByCount) {
  Feed feed({.bytes_max = SIZE_MAX, .change_sets_max = 3});
  auto slow = feed.from_now();
  auto attentive = feed.from_now();
  for (uint64_t commit = 1; commit <= 10; ++commit) {
    feed.publish(change_set(commit));
    EXPECT_EQ(drain(attentive), (Got{{commit}, Outcome::nothing}));
  }
  EXPECT_EQ(feed.stats().change_sets, 3u);
  EXPECT_EQ(drain(slow), (Got{{}, Outcome::lagged}));
  feed.publish(change_set(11));
  EXPECT_EQ(drain(slow), (Got{{}, Outcome::lagged}));  // for good
  EXPECT_EQ(feed.stats().lagged, 1u);
  EXPECT_EQ(feed.stats().published, 11u);

  auto gone = feed.from(CommitSeq(7));
  EXPECT_EQ(drain(gone), (Got{{}, Outcome::lagged}));
  auto just = feed.from(CommitSeq(8));
  EXPECT_EQ(drain(just), (Got{{9, 10, 11}, Outcome::nothing}));
}

TEST(Feed, TheWindowIsBoundedByBytes) {
  const auto one = estimated_bytes(*change_set(1, 1000));
  EXPECT_GE(one, 1000u);
  EXPECT_LE(one, 2000u);
  Feed feed({.bytes_max = 5 * one, .change_sets_max = SIZE_MAX});
  for (uint64_t commit = 1; commit <= 20; ++commit) feed.publish(change_set(commit, 1000));
  EXPECT_EQ(feed.stats().change_sets, 5u);
  EXPECT_EQ(feed.stats().bytes, 5 * one);
  // One that is larger than the window is there until the next one.
  auto reader = feed.from_now();
  feed.publish(change_set(21, 100 * one));
  EXPECT_EQ(feed.stats().change_sets, 1u);
  EXPECT_EQ(drain(reader), (Got{{21}, Outcome::nothing}));
  feed.publish(change_set(22));
  EXPECT_EQ(feed.stats().change_sets, 1u);
  EXPECT_EQ(feed.stats().bytes, estimated_bytes(*change_set(22)));
}

TEST(Feed, SizesCountBothSidesOfAChange) {
  auto changes = ChangeSet(*change_set(1, 500));
  const auto before = estimated_bytes(changes);
  changes.tables[0].rows[0].before = changes.tables[0].rows[0].after;
  EXPECT_GE(estimated_bytes(changes), before + 500);
  EXPECT_GT(estimated_bytes(ChangeSet()), 0u);
}

TEST(Feed, WhatNobodyNeedsIsFreed) {
  Feed feed({.bytes_max = SIZE_MAX, .change_sets_max = 1});
  auto changes = change_set(1);
  const std::weak_ptr<const ChangeSet> watched = changes;
  feed.publish(std::move(changes));
  auto reader = feed.from(CommitSeq(0));
  auto held = reader.try_next();
  feed.publish(change_set(2));
  EXPECT_FALSE(watched.expired());  // its reader still has it
  held = {};
  EXPECT_TRUE(watched.expired());
}

TEST(Feed, AfterTheEndReadersGetTheRestThenClosed) {
  std::optional<Feed> feed(std::in_place);
  auto reader = feed->from_now();
  auto other = feed->from_now();
  feed->publish(change_set(1));
  feed->close();
  feed->publish(change_set(2));
  EXPECT_EQ(drain(reader), (Got{{1}, Outcome::closed}));
  feed.reset();
  EXPECT_EQ(drain(reader), (Got{{}, Outcome::closed}));
  EXPECT_EQ(other.next(kLong).changes->commit, CommitSeq(1));
  EXPECT_EQ(other.next(kLong).outcome, Outcome::closed);
}

TEST(Feed, WaitingEndsWithAChangeATimeoutAStopOrTheEnd) {
  Feed feed;
  auto reader = feed.from_now();
  EXPECT_EQ(reader.next(0us).outcome, Outcome::nothing);
  EXPECT_EQ(reader.next(100us).outcome, Outcome::nothing);
  {
    std::jthread publisher([&] { feed.publish(change_set(1)); });
    EXPECT_EQ(reader.next(kLong).changes->commit, CommitSeq(1));
  }
  {
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(reader.next(kLong, stop.get_token()).outcome, Outcome::nothing);
  }
  std::jthread closer([&] { feed.close(); });
  EXPECT_EQ(reader.next(kLong).outcome, Outcome::closed);
}

TEST(Feed, AWakeupComesOnceAfterNothingWasFound) {
  Feed feed;
  auto reader = feed.from_now();
  int calls = 0;
  reader.set_wakeup([&] { ++calls; });
  feed.publish(change_set(1));
  EXPECT_EQ(calls, 0);  // it has not looked yet
  EXPECT_EQ(drain(reader), (Got{{1}, Outcome::nothing}));
  feed.publish(change_set(2));
  feed.publish(change_set(3));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(drain(reader), (Got{{2, 3}, Outcome::nothing}));
  EXPECT_EQ(drain(reader), (Got{{}, Outcome::nothing}));  // looking twice does not call twice
  feed.publish(change_set(4));
  EXPECT_EQ(calls, 2);

  int others = 0;
  EXPECT_EQ(drain(reader), (Got{{4}, Outcome::nothing}));
  reader.set_wakeup([&] { ++others; });
  EXPECT_EQ(drain(reader), (Got{{}, Outcome::nothing}));
  auto moved = std::move(reader);
  feed.publish(change_set(5));
  EXPECT_EQ(others, 1);
  EXPECT_EQ(drain(moved), (Got{{5}, Outcome::nothing}));
  feed.close();
  EXPECT_EQ(others, 2);
  EXPECT_EQ(calls, 2);
}

TEST(Feed, AReaderThatIsGoneIsNotWoken) {
  Feed feed;
  int calls = 0;
  {
    auto reader = feed.from_now();
    reader.set_wakeup([&] { ++calls; });
    drain(reader);
    auto replaced = feed.from_now();
    replaced.set_wakeup([&] { calls += 100; });
    drain(replaced);
    replaced = feed.from_now();
    feed.publish(change_set(1));
    EXPECT_EQ(calls, 1);
    drain(reader);
  }
  feed.publish(change_set(2));
  EXPECT_EQ(calls, 1);
}

// Every reader sees the same order without a gap, until it lags or the end; waiting and woken readers alike.
TEST(Feed, ManyReadersBesideOnePublisher) {
  constexpr uint64_t kCommits = 20'000;
  constexpr int kReaders = 4;
  Feed feed({.bytes_max = SIZE_MAX, .change_sets_max = kCommits});  // nobody has to lag
  std::atomic<uint64_t> sum{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kReaders; ++i) {
      threads.emplace_back([&, i, reader = feed.from_now()]() mutable {
        std::mutex mutex;
        std::condition_variable woken;
        bool awake = true;
        const bool waits = i % 2 == 0;
        if (!waits) {
          reader.set_wakeup([&] {
            const std::lock_guard lock(mutex);
            awake = true;
            woken.notify_one();
          });
        }
        for (uint64_t expected = 1;;) {
          const auto next = waits ? reader.next(kLong) : reader.try_next();
          if (next.outcome == Outcome::closed) break;
          if (next.outcome == Outcome::nothing) {
            ASSERT_FALSE(waits);
            std::unique_lock lock(mutex);
            ASSERT_TRUE(woken.wait_for(lock, kLong, [&] { return awake; })) << "a lost wake-up";
            awake = false;
            continue;
          }
          ASSERT_EQ(next.outcome, Outcome::changes);
          ASSERT_EQ(next.changes->commit, CommitSeq(expected++));
          sum += next.changes->commit.value();
        }
        reader.set_wakeup({});
      });
    }
    for (uint64_t commit = 1; commit <= kCommits; ++commit) feed.publish(change_set(commit));
    feed.close();
  }
  EXPECT_EQ(sum, kReaders * (kCommits * (kCommits + 1) / 2));
}

// In a small window readers lag; what they get until then has no gap, and a new cursor goes on where the window is.
TEST(Feed, LaggingReadersNeverGetAGap) {
  constexpr uint64_t kCommits = 20'000;
  Feed feed({.bytes_max = SIZE_MAX, .change_sets_max = 8});
  std::jthread publisher([&] {
    for (uint64_t commit = 1; commit <= kCommits; ++commit) feed.publish(change_set(commit));
    feed.close();
  });
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      auto reader = feed.from_now();
      auto expected = reader.position();
      for (;;) {
        const auto next = reader.next(kLong);
        if (next.outcome == Outcome::closed) break;
        if (next.outcome == Outcome::lagged) {
          reader = feed.from_now();
          ASSERT_GE(reader.position(), expected);
          expected = reader.position();
          continue;
        }
        ASSERT_EQ(next.outcome, Outcome::changes);
        ASSERT_EQ(next.changes->commit.value(), expected.value() + 1);
        expected = next.changes->commit;
      }
      ASSERT_EQ(expected, CommitSeq(kCommits));
    });
  }
}

// What a wake-up uses may go as soon as it was taken away: nothing of it runs then.
TEST(Feed, TakingAWakeupAwayWaitsForItsEnd) {
  Feed feed;
  for (int round = 1; round <= 100; ++round) {
    std::binary_semaphore entered(0), taking(0);
    std::atomic<bool> ended{false};
    auto reader = feed.from_now();
    reader.set_wakeup([&] {
      entered.release();
      taking.acquire();
      std::this_thread::yield();
      ended = true;
    });
    EXPECT_EQ(drain(reader), (Got{{}, Outcome::nothing}));
    std::jthread publisher([&] { feed.publish(change_set(static_cast<uint64_t>(round))); });
    entered.acquire();  // it runs
    taking.release();
    if (round % 2 == 0) reader.set_wakeup({});
    else reader = feed.from_now();
    ASSERT_TRUE(ended) << round;
  }
}

}  // namespace
}  // namespace kalam::feed
