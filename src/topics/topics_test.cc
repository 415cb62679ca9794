// Messages and who gets them, on a store in memory, with a clock that stands still.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/must.h"
#include "topics/consumers.h"
#include "topics/message_log.h"
#include "topics/routes.h"

namespace kalam::topics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TopicId kTopic("app.orders");
const PartitionId kFirst{kTopic, 0};
const ConsumerGroupId kGroup("workers");

TEST(Messages, ComeBackAsTheyWere) {
  const Message cases[] = {
      {kTopic, 0, 0, "{}", std::nullopt, 0, std::nullopt, ChangeKind::insert},
      {TopicId("a.b"), 7, UINT64_MAX, "{\"a\":\"é\"}", "k", -1, UserId("alice"), ChangeKind::remove},
      {kTopic, 1, 2, std::string("\0\xFF", 2), "", 3, UserId("b"), ChangeKind::update},
  };
  for (const auto& message : cases) EXPECT_EQ(must(decode(must(encode(message)))), message);
  EXPECT_FALSE(decode("nonsense").ok());
}

TEST(Routes, AreKeptAsJsonOneForATableAndOperation) {
  const Route route{
      .table = must(parse_table_id("app.o")), .on = ChangeKind::update, .payload = Payload::diff, .filter = "v > 'x'"};
  const auto one = must(with_route("[]", route));
  EXPECT_EQ(one, R"([{"filter_expr":"v > 'x'","op":"update","partition_key_expr":null,"payload_mode":"diff",)"
                 R"("table_id":"app.o"}])");
  EXPECT_THAT(must(read_routes(one)), ElementsAre(route));
  EXPECT_EQ(with_route(one, route).error().message, "Route for app.o ON Update already exists");
  auto other = route;
  other.on = ChangeKind::remove;
  EXPECT_THAT(must(read_routes(must(with_route(one, other)))), ElementsAre(route, other));
  EXPECT_THAT(must(read_routes(R"([{"table_id":"a.b","op":"upsert"},{"table_id":"","op":"insert"}])")), IsEmpty());
  EXPECT_FALSE(read_routes("{").ok());
}

class TopicsTest : public ::testing::Test {
 protected:
  void publish(int count, PartitionId partition = kFirst, int64_t at_ms = 0) {
    auto extent = must(log_->extent(partition));
    store::Batch batch;
    for (int i = 0; i < count; ++i) {
      const auto offset = extent.next++;
      must(log_->put(batch, {partition.topic, partition.partition, offset, "{}", std::to_string(offset), at_ms,
                             std::nullopt, ChangeKind::insert}));
    }
    log_->put(batch, partition, extent);
    must(store_->write(batch));
    log_->published(partition, extent);
  }
  std::vector<uint64_t> consume(uint64_t count, Start start = Earliest{}, ConsumerGroupId group = kGroup) {
    return offsets(must(consumers_.consume({kFirst, group, start, count})).messages);
  }
  static std::vector<uint64_t> offsets(const std::vector<Message>& messages) {
    std::vector<uint64_t> offsets;
    for (const auto& message : messages) offsets.push_back(message.offset);
    return offsets;
  }
  void restart() { log_ = must(MessageLog::open(*store_)); }

  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  std::unique_ptr<MessageLog> log_ = must(MessageLog::open(*store_));
  std::map<ConsumerGroupId, uint64_t> acknowledged_;
  Consumers consumers_{*log_,
                       [this](const PartitionId&, const ConsumerGroupId& group) -> Result<std::optional<uint64_t>> {
                         const auto found = acknowledged_.find(group);
                         if (found == acknowledged_.end()) return std::optional<uint64_t>();
                         return std::optional(found->second);
                       },
                       clock_,
                       {.claimed_for = std::chrono::seconds(60), .messages_max = 100, .bytes_max = 1 << 20}};
};

TEST_F(TopicsTest, MessagesAreReadInOrderAndOffsetsOutliveARestart) {
  EXPECT_EQ(must(log_->extent(kFirst)), Extent());
  publish(3);
  publish(2, {kTopic, 1});
  publish(1, {TopicId("app.orders2"), 0});
  EXPECT_THAT(offsets(must(log_->read(kFirst, 1, 10, 1 << 20))), ElementsAre(1, 2));
  EXPECT_THAT(offsets(must(log_->read(kFirst, 0, 10, 1))), ElementsAre(0)) << "one at least";
  EXPECT_THAT(offsets(must(log_->read({kTopic, 1}, 0, 10, 1 << 20))), ElementsAre(0, 1));
  restart();
  EXPECT_EQ(must(log_->extent(kFirst)), (Extent{0, 3}));
  publish(1);
  EXPECT_THAT(offsets(must(log_->read(kFirst, 3, 10, 1 << 20))), ElementsAre(3));
}

TEST_F(TopicsTest, WhatIsTrimmedIsGoneAndItsOffsetsAreNotGivenAgain) {
  publish(5);
  store::Batch batch;
  log_->put(batch, kFirst, {5, 5});
  must(store_->write(batch));
  log_->published(kFirst, {5, 5});
  EXPECT_THAT(must(log_->read(kFirst, 0, 10, 1 << 20)), IsEmpty());
  restart();  // before its messages were removed
  publish(1);
  must(log_->settle([](const TopicId&) { return true; }));
  EXPECT_THAT(offsets(must(log_->read(kFirst, 0, 10, 1 << 20))), ElementsAre(5));
  EXPECT_EQ(must(log_->remove_before(kFirst, 5)), 0u) << "settled";
  must(log_->settle([](const TopicId& topic) { return topic != kTopic; }));
  EXPECT_EQ(must(log_->remove_all(kTopic)), 0u) << "of a topic that is not there";
}

TEST_F(TopicsTest, RetentionFindsTheFirstMessageThatIsYoungEnough) {
  publish(300, kFirst, 1000);
  publish(2, kFirst, 2000);
  EXPECT_EQ(must(log_->first_since(kFirst, 0)), 0u);
  EXPECT_EQ(must(log_->first_since(kFirst, 1001)), 300u);
  EXPECT_EQ(must(log_->first_since(kFirst, 2001)), 302u);
}

TEST_F(TopicsTest, WaitersAreWokenByTheFirstMessageBeyond) {
  int woken = 0;
  const auto wake = [&woken] { ++woken; };
  publish(2);
  EXPECT_EQ(log_->when_beyond(kFirst, 1, wake), nullptr) << "it is there";
  EXPECT_EQ(woken, 1);
  const auto waits = log_->when_beyond(kFirst, 2, wake);
  auto leaves = log_->when_beyond(kFirst, 2, wake);
  const auto later = log_->when_beyond(kFirst, 3, wake);
  leaves.reset();
  publish(1, {kTopic, 1});
  EXPECT_EQ(woken, 1);
  publish(1);
  EXPECT_EQ(woken, 2);
  log_->forget(kTopic);
  EXPECT_EQ(woken, 3) << "there is nothing left to wait for";
}

TEST_F(TopicsTest, MembersShareAPartitionAndGroupsDoNot) {
  publish(5);
  EXPECT_THAT(consume(2), ElementsAre(0, 1));
  EXPECT_THAT(consume(2), ElementsAre(2, 3));
  EXPECT_THAT(consume(9), ElementsAre(4));
  EXPECT_THAT(consume(9), IsEmpty());
  EXPECT_THAT(consume(9, Earliest{}, ConsumerGroupId("others")), ElementsAre(0, 1, 2, 3, 4));
  publish(1);
  EXPECT_THAT(consume(9), ElementsAre(5));
}

TEST_F(TopicsTest, WhatIsNotAcknowledgedInTimeComesAgainAndNothingElse) {
  publish(6);
  consume(4);
  clock_.advance(std::chrono::seconds(30));
  consume(1);
  acknowledged_[kGroup] = 1;
  clock_.advance(std::chrono::seconds(30));
  EXPECT_THAT(consume(1), ElementsAre(2)) << "0 and 1 are done";
  EXPECT_THAT(consume(9), ElementsAre(3));
  EXPECT_THAT(consume(9), ElementsAre(5)) << "4 is still somebody's";
  clock_.advance(std::chrono::seconds(30));
  EXPECT_THAT(consume(9), ElementsAre(4));
  acknowledged_[kGroup] = 5;
  clock_.advance(std::chrono::hours(1));
  EXPECT_THAT(consume(9), IsEmpty());
}

TEST_F(TopicsTest, ANewGroupStartsWhereItSaysAndAnOldOneWhereItWas) {
  publish(4);
  EXPECT_THAT(consume(9, Latest{}), IsEmpty());
  publish(1);
  EXPECT_THAT(consume(9, Earliest{}), ElementsAre(4)) << "it has started already";
  EXPECT_THAT(consume(9, uint64_t{3}, ConsumerGroupId("b")), ElementsAre(3, 4));
  acknowledged_[ConsumerGroupId("c")] = 2;
  EXPECT_THAT(consume(9, Earliest{}, ConsumerGroupId("c")), ElementsAre(3, 4));
  consumers_.forget(kTopic);
  EXPECT_THAT(consume(9, Earliest{}), ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(TopicsTest, AnEmptyAnswerSaysWhatToWaitFor) {
  publish(3);
  consume(2);
  consume(2);
  const auto none = must(consumers_.consume({kFirst, kGroup, Earliest{}, 5}));
  EXPECT_EQ(none.waits_for, 3u);
  EXPECT_EQ(none.overdue_at, clock_.monotonic() + std::chrono::seconds(60));
  EXPECT_EQ(none.next_offset, 0u) << "where the group stands";
  const auto zero = must(consumers_.consume({kFirst, kGroup, Earliest{}, 0}));
  EXPECT_THAT(zero.messages, IsEmpty());
}

}  // namespace
}  // namespace kalam::topics
