#include "server/detail/ws_outbox.h"

#include "base/log.h"
#include "server/gzip.h"
#include "server/msgpack.h"

namespace kalam::server {

namespace {

constexpr size_t kWorthCompressing = 512;
constexpr size_t kMessageOverhead = 64;

}  // namespace

WsOutbox::Message WsOutbox::encoded(std::string json) const {
  Message message{std::move(json), false};
  if (msgpack_) {
    auto packed = msgpack_of_json(message.bytes);
    if (packed.ok()) message = {*std::move(packed), true};
    else log::error("server", "a message has no MessagePack", {{"error", packed.error().message}});
  }
  if (gzip_ && message.bytes.size() >= kWorthCompressing) {
    auto smaller = gzip(message.bytes);
    if (!smaller.empty() && smaller.size() < message.bytes.size()) message = {std::move(smaller), true};
  }
  return message;
}

void WsOutbox::send(std::string json) { push({encoded(std::move(json)), false}); }
void WsOutbox::send_change(std::string json) { push({encoded(std::move(json)), true}); }
void WsOutbox::send_error(std::string json) { push({{std::move(json), false}, false}); }

void WsOutbox::push(Waiting waiting) {
  const std::lock_guard lock(mutex_);
  if (!wake_ || overflowed_) return;
  const auto bytes = waiting.message.bytes.size() + kMessageOverhead;
  // One change alone may be larger than the limit.
  const bool room = change_bytes_ + bytes <= bytes_max_ && budget_->allows(bytes, change_bytes_);
  if (waiting.change && change_bytes_ > 0 && !room) {
    overflowed_ = true;
    clear();
  } else {
    if (messages_.empty()) budget_->one_more();
    budget_->add(bytes);
    bytes_ += bytes;
    if (waiting.change) change_bytes_ += bytes;
    messages_.push_back(std::move(waiting));
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
  auto waiting = std::move(messages_.front());
  messages_.pop_front();
  const auto bytes = waiting.message.bytes.size() + kMessageOverhead;
  bytes_ -= bytes;
  budget_->remove(bytes);
  if (messages_.empty()) budget_->one_less();
  if (waiting.change) change_bytes_ -= bytes;
  return std::move(waiting.message);
}

bool WsOutbox::full() {
  const std::lock_guard lock(mutex_);
  return bytes_ > bytes_max_;
}

void WsOutbox::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  clear();
}

void WsOutbox::clear() {
  if (!messages_.empty()) budget_->one_less();
  budget_->remove(bytes_);
  messages_.clear();
  bytes_ = change_bytes_ = 0;
}

}  // namespace kalam::server
