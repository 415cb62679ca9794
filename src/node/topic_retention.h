// TopicRetention: messages go when their topic keeps them no longer, on a thread of its own.
//
// Offsets stay what they are; a group that stood before the first message that is left goes on at that.

#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/result.h"

namespace kalam::node {

class Database;

class TopicRetention {
 public:
  // Both outlive this.
  TopicRetention(Database& database, const Clock& clock, Micros every = std::chrono::hours(1));
  ~TopicRetention();  // stop()
  TopicRetention(const TopicRetention&) = delete;
  TopicRetention& operator=(const TopicRetention&) = delete;

  void stop();  // safe to repeat

  // What the thread does, every now and then.
  Status enforce(int64_t now_ms);

 private:
  void follow(const std::stop_token& stop, Micros every);

  Database& database_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::jthread thread_;
};

}  // namespace kalam::node
