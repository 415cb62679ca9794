#include <gtest/gtest.h>

#include "server/detail/ws_outbox.h"

namespace kalam::server {
namespace {

constexpr size_t kLarge = 1'000'000;
const std::string kChange(1'000, 'x');

std::shared_ptr<WsOutbox> outbox(size_t bytes_max, const std::shared_ptr<QueueBudget>& budget) {
  return std::make_shared<WsOutbox>(bytes_max, budget, [] {});
}

TEST(WsOutbox, WsCase69_AQueueHasALimit) {
  const auto budget = std::make_shared<QueueBudget>(kLarge);
  const auto slow = outbox(3'500, budget);
  for (int i = 0; i < 3; ++i) slow->send_change(kChange);
  EXPECT_FALSE(slow->overflowed());
  EXPECT_EQ(slow->pop()->bytes, kChange);
  slow->send_change(kChange);
  EXPECT_FALSE(slow->overflowed());
  slow->send_change(kChange);
  EXPECT_TRUE(slow->overflowed());
  EXPECT_FALSE(slow->pop());
  EXPECT_EQ(budget->bytes(), 0);
}

TEST(WsOutbox, OneChangeMayBeLargerThanTheLimit) {
  const auto small = outbox(10, std::make_shared<QueueBudget>(10));
  small->send_change(kChange);
  EXPECT_FALSE(small->overflowed());
  EXPECT_EQ(small->pop()->bytes, kChange);
}

// The long queue goes, those beside it stay, and its room is theirs.
TEST(WsOutbox, WsCase69_AllQueuesTogetherHaveALimitToo) {
  const auto budget = std::make_shared<QueueBudget>(20'000);
  const auto slow = outbox(kLarge, budget);
  const auto healthy = outbox(kLarge, budget);
  for (int i = 0; i < 15; ++i) slow->send_change(kChange);
  for (int i = 0; i < 8; ++i) healthy->send_change(kChange);  // more than is left, less than its half
  EXPECT_FALSE(healthy->overflowed());
  EXPECT_FALSE(slow->overflowed());
  slow->send_change(kChange);
  EXPECT_TRUE(slow->overflowed());
  for (int i = 0; i < 8; ++i) healthy->send_change(kChange);
  EXPECT_FALSE(healthy->overflowed());
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(healthy->pop());
  EXPECT_EQ(budget->bytes(), 0);
}

TEST(WsOutbox, WhatIsClosedHoldsNothing) {
  const auto budget = std::make_shared<QueueBudget>(kLarge);
  auto box = outbox(kLarge, budget);
  box->send("{}");
  EXPECT_GT(budget->bytes(), 0);
  box->close();
  EXPECT_EQ(budget->bytes(), 0);
  box->send("{}");
  EXPECT_EQ(budget->bytes(), 0);
}

}  // namespace
}  // namespace kalam::server
