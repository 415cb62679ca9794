// WsOutbox: what waits to be sent to one client: filled by any thread, emptied by the connection's I/O thread. Bounded:
// who does not take his changes loses the connection, never one in between; who does not take his answers gets no more
// of them, since his next message is not read (full()).

#pragma once
#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "live/live_queries.h"

namespace kalam::server {

// What all queues may hold together. When it is used up, whoever waits with more than his share is closed first.
class QueueBudget {
 public:
  explicit QueueBudget(size_t bytes_max) : bytes_max_(bytes_max) {}

  void add(size_t bytes) { bytes_ += bytes; }
  void remove(size_t bytes) { bytes_ -= bytes; }
  void one_more() { ++queues_; }  // that holds something
  void one_less() { --queues_; }
  size_t bytes() const { return bytes_; }
  // May a queue of changes become this long?
  bool allows(size_t bytes, size_t queued) const {
    if (bytes_ + bytes <= bytes_max_) return true;
    return queued + bytes <= bytes_max_ / std::max<size_t>(1, queues_);
  }

 private:
  const size_t bytes_max_;
  std::atomic<size_t> bytes_{0};
  std::atomic<size_t> queues_{0};
};

class WsOutbox final : public live::Sink {
 public:
  struct Message {
    std::string bytes;
    bool binary = false;
  };

  // `wake` is called when there is something after there was nothing: it only posts. Never after close().
  WsOutbox(size_t bytes_max, std::shared_ptr<QueueBudget> budget, std::function<void()> wake)
      : bytes_max_(bytes_max), budget_(std::move(budget)), wake_(std::move(wake)) {}
  ~WsOutbox() override { close(); }
  WsOutbox(const WsOutbox&) = delete;
  WsOutbox& operator=(const WsOutbox&) = delete;

  // Before the first message that is not plain text.
  void set_format(bool msgpack, bool gzip) {
    msgpack_ = msgpack;
    gzip_ = gzip;
  }

  void send(std::string json) override;  // in the client's serialization, large ones compressed
  void send_change(std::string json) override;
  void send_error(std::string json) override;      // JSON text, as what is said about authentication
  std::optional<Message> pop();                    // none: `wake` tells when there is
  bool overflowed() const { return overflowed_; }  // of changes
  bool full();
  void close();  // what comes from now on goes nowhere

 private:
  struct Waiting {
    Message message;
    bool change = false;
  };
  Message encoded(std::string json) const;
  void push(Waiting waiting);
  void clear();  // under mutex_

  const size_t bytes_max_;
  const std::shared_ptr<QueueBudget> budget_;
  std::atomic<bool> msgpack_{false};
  std::atomic<bool> gzip_{false};
  std::atomic<bool> overflowed_{false};

  std::mutex mutex_;
  std::function<void()> wake_;    // guarded by mutex_; empty: closed
  std::deque<Waiting> messages_;  // guarded by mutex_
  size_t bytes_ = 0;              // guarded by mutex_
  size_t change_bytes_ = 0;       // guarded by mutex_; of bytes_
  bool sleeping_ = true;          // guarded by mutex_
};

}  // namespace kalam::server
