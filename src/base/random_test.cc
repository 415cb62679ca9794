#include "base/random.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace kalam {
namespace {

std::vector<uint8_t> take(Random& random, size_t count) {
  std::vector<uint8_t> bytes(count);
  random.fill(bytes);
  return bytes;
}

TEST(SeededRandom, GivesTheSameBytesForTheSameSeedEverywhere) {
  SeededRandom one(42), same(42), other(43);
  const auto bytes = take(one, 19);
  EXPECT_EQ(bytes, take(same, 19));
  EXPECT_NE(bytes, take(other, 19));
  // By the definition of mt19937_64: seed 5489, first number 14514284786278117030, low byte first.
  SeededRandom known(5489);
  const uint64_t first = 14514284786278117030u;
  for (const auto byte : take(known, 8)) {
    static int shift = 0;
    EXPECT_EQ(byte, static_cast<uint8_t>(first >> shift));
    shift += 8;
  }
}

TEST(SeededRandom, ServesSeveralThreads) {
  SeededRandom random(1);
  std::vector<std::vector<uint64_t>> taken(4);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&random, &mine] {
      for (int i = 0; i < 1000; ++i) mine.push_back(random.next_u64());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<uint64_t> all;
  for (const auto& mine : taken) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000u);  // no number was given twice
}

TEST(SystemRandom, FillsAllBytesAndNeverRepeats) {
  SystemRandom random;
  const auto bytes = take(random, 4096);
  EXPECT_GT(std::set<uint8_t>(bytes.begin(), bytes.end()).size(), 200u);
  EXPECT_NE(random.next_u64(), random.next_u64());
  EXPECT_TRUE(take(random, 0).empty());
}

}  // namespace
}  // namespace kalam
