#include "base/stop.h"

namespace kalam {

void StopSignal::request() {
  source_.request_stop();  // runs the callbacks of token(): not under our lock, they may wait for this very signal
  { std::lock_guard lock(mutex_); }  // a waiter between its check and its sleep must not miss what follows
  requested_.notify_all();
}

void StopSignal::wait() {
  std::unique_lock lock(mutex_);
  requested_.wait(lock, [&] { return requested(); });
}

bool StopSignal::wait_for(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return requested_.wait_for(lock, time, [&] { return requested(); });
}

}  // namespace kalam
