#include "node/topic_retention.h"

#include "base/log.h"
#include "node/database.h"

namespace kalam::node {

TopicRetention::TopicRetention(Database& database, const Clock& clock, Micros every)
    : database_(database), clock_(clock) {
  thread_ = std::jthread([this, every](const std::stop_token& stop) { follow(stop, every); });
}

TopicRetention::~TopicRetention() { stop(); }

void TopicRetention::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void TopicRetention::follow(const std::stop_token& stop, Micros every) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (auto done = enforce(clock_.now_ms()); !done.ok()) {
      log::warn("node", "messages of topics were kept beyond their time", {{"error", done.error().message}});
    }
    stopping_.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); });
  }
}

Status TopicRetention::enforce(int64_t now_ms) {
  auto& messages = *database_.services().messages;
  const auto catalog = database_.catalog().snapshot();
  for (const auto& [id, topic] : catalog->topics()) {
    if (!topic.retention_seconds || *topic.retention_seconds <= 0) continue;
    const auto oldest = now_ms - *topic.retention_seconds * 1000;
    for (int32_t i = 0; i < topic.partitions; ++i) {
      const topics::PartitionId partition{id, static_cast<uint32_t>(i)};
      const auto first = TRY(messages.first_since(partition, oldest));
      if (first == TRY(messages.extent(partition)).first) continue;
      commands::CatalogWrite write{
          .changes = {commands::TrimTopic{.topic = id, .partition = partition.partition, .before = first}},
          .at_ms = now_ms};
      const auto written = database_.services().writer.write(std::move(write));
      // It may have been dropped since.
      if (!written.ok() && written.error().code != ErrorCode::not_found) return written.error();
    }
  }
  return {};
}

}  // namespace kalam::node
