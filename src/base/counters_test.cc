#include "base/counters.h"

#include <gtest/gtest.h>

#include <thread>

namespace kalam::counters {
namespace {

TEST(Counters, TheSameNameAndLabelsAreTheSameCounter) {
  auto& one = counter("counters_test_reads", {{"partition", "a"}});
  auto& same = counter("counters_test_reads", {{"partition", "a"}});
  auto& other = counter("counters_test_reads", {{"partition", "b"}});
  EXPECT_EQ(&one, &same);
  EXPECT_NE(&one, &other);
  one.add();
  same.add(4);
  EXPECT_EQ(one.value(), 5u);
  EXPECT_EQ(other.value(), 0u);
}

TEST(Counters, NoAdditionIsLostBetweenThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 10'000; ++j) counter("counters_test_races").add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter("counters_test_races").value(), 40'000u);
}

TEST(Gauge, GoesUpAndDown) {
  auto& open = gauge("counters_test_open");
  open.set(3);
  open.add(-5);
  EXPECT_EQ(open.value(), -2);
}

TEST(Histogram, PutsEachValueIntoTheBucketOfItsPowerOfTwo) {
  struct Case {
    uint64_t value;
    size_t bucket;
  };
  const Case cases[] = {{0, 0},          {1, 1}, {2, 2}, {3, 2}, {4, 3}, {1023, 10}, {1024, 11}, {UINT64_MAX / 2, 63},
                        {UINT64_MAX, 64}};
  for (const auto& [value, bucket] : cases) {
    Histogram histogram;
    histogram.record(value);
    EXPECT_EQ(histogram.bucket(bucket), 1u) << value;
    EXPECT_EQ(histogram.count(), 1u) << value;
    EXPECT_EQ(histogram.sum(), value);
    EXPECT_GE(histogram.quantile(1), value);
  }
}

TEST(Histogram, QuantilesAreUpperBoundsOfBuckets) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0u);              // nothing was recorded
  for (int i = 0; i < 90; ++i) histogram.record(5);    // [4, 8)
  for (int i = 0; i < 9; ++i) histogram.record(1000);  // [512, 1024)
  histogram.record(UINT64_MAX);
  struct Case {
    double share;
    uint64_t expected;
  };
  const Case cases[] = {{-1, 7},        {0, 7}, {0.5, 7}, {0.9, 7}, {0.91, 1023}, {0.99, 1023}, {0.995, UINT64_MAX},
                        {2, UINT64_MAX}};
  for (const auto& [share, expected] : cases) EXPECT_EQ(histogram.quantile(share), expected) << share;
}

TEST(Counters, SamplesAreOrderedAndOfOneKind) {
  counter("counters_test_z", {{"a", "2"}}).add(7);
  counter("counters_test_z", {{"a", "1"}});
  gauge("counters_test_a").set(1);
  histogram("counters_test_m").record(1);
  const auto all = samples();
  std::vector<std::string> seen;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto& sample = all[i];
    EXPECT_EQ((sample.counter != nullptr) + (sample.gauge != nullptr) + (sample.histogram != nullptr), 1)
        << sample.name;
    EXPECT_LE(all[i > 0 ? i - 1 : 0].name, sample.name);
    if (sample.name == "counters_test_z") seen.push_back(sample.labels[0].second);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2"}));
}

}  // namespace
}  // namespace kalam::counters
