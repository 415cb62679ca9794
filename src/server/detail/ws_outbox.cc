#include "server/detail/ws_outbox.h"

#include "base/log.h"
#include "server/gzip.h"
#include "server/msgpack.h"

namespace kalam::server {

namespace {

constexpr size_t kWorthCompressing = 512;
constexpr size_t kMessageOverhead = 64;

}  // namespace

void WsOutbox::send(std::string json) {
  Message message{std::move(json), false};
  if (msgpack_) {
    auto packed = msgpack_of_json(message.bytes);
    if (!packed.ok()) {
      log::error("server", "a message has no MessagePack", {{"error", packed.error().message}});
      return;
    }
    message = {*std::move(packed), true};
  }
  if (gzip_ && message.bytes.size() >= kWorthCompressing) {
    auto smaller = gzip(message.bytes);
    if (!smaller.empty() && smaller.size() < message.bytes.size()) message = {std::move(smaller), true};
  }
  push(std::move(message));
}

void WsOutbox::send_error(std::string json) { push({std::move(json), false}); }

void WsOutbox::push(Message message) {
  const std::lock_guard lock(mutex_);
  if (!wake_ || overflowed_) return;
  const auto bytes = message.bytes.size() + kMessageOverhead;
  // One message alone may be larger than the limit: a batch of large rows.
  if (!messages_.empty() && bytes_ + bytes > bytes_max_) {
    overflowed_ = true;
    messages_.clear();
    bytes_ = 0;
  } else {
    bytes_ += bytes;
    messages_.push_back(std::move(message));
  }
  if (!sleeping_) return;
  sleeping_ = false;
  wake_();
}

std::optional<WsOutbox::Message> WsOutbox::pop() {
  const std::lock_guard lock(mutex_);
  if (messages_.empty()) {
    sleeping_ = true;
    return std::nullopt;
  }
  auto message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.bytes.size() + kMessageOverhead;
  return message;
}

void WsOutbox::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  messages_.clear();
  bytes_ = 0;
}

}  // namespace kalam::server
