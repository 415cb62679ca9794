#include "query/deadlines.h"

#include <utility>
#include <vector>

namespace kalam::query {

using std::chrono::steady_clock;

Deadlines::Deadlines(Micros time_max) : time_max_(time_max) {
  if (time_max_ > Micros::zero()) watcher_ = std::jthread([this](const std::stop_token& over) { watch(over); });
}
Deadlines::~Deadlines() = default;

Deadlines::Running::Running(Deadlines& deadlines) : deadlines_(deadlines) {
  if (deadlines_.time_max_ <= Micros::zero()) return;
  stop_ = std::stop_source();
  bool wake = false;
  {
    const std::lock_guard lock(deadlines_.mutex_);
    entry_ = deadlines_.running_.insert(deadlines_.running_.end(), {steady_clock::now() + deadlines_.time_max_, stop_});
    wake = !std::exchange(deadlines_.watching_, true);
  }
  if (wake) deadlines_.begun_.notify_one();
}

Deadlines::Running::~Running() {
  if (!stop_.stop_possible()) return;
  const std::lock_guard lock(deadlines_.mutex_);
  deadlines_.running_.erase(entry_);
}

std::string Deadlines::told() const {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time_max_).count();
  const bool whole = milliseconds % 1000 == 0;
  return "Query timed out after " +
         (whole ? std::to_string(milliseconds / 1000) + "s" : std::to_string(milliseconds) + "ms");
}

// Looks at most once in a deadline's time while statements come and go, however many there are.
void Deadlines::watch(const std::stop_token& over) {
  std::unique_lock lock(mutex_);
  while (!over.stop_requested()) {
    const auto now = steady_clock::now();
    auto next = steady_clock::time_point::max();
    std::vector<std::stop_source> late;
    for (const auto& entry : running_) {
      if (entry.end > now) {
        next = entry.end;
        break;
      }
      if (!entry.stop.stop_requested()) late.push_back(entry.stop);
    }
    if (!late.empty()) {
      lock.unlock();
      for (auto& stop : late) stop.request_stop();  // runs what others hung on it: not under our lock
      lock.lock();
      continue;
    }
    watching_ = next != steady_clock::time_point::max();
    if (watching_) begun_.wait_until(lock, over, next, [] { return false; });
    else begun_.wait(lock, over, [this] { return watching_; });
  }
}

}  // namespace kalam::query
