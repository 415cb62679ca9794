#include "base/clock.h"

#include <thread>

namespace kalam {

Micros SystemClock::now() const {
  return std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch());
}

Micros SystemClock::monotonic() const {
  return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch());
}

void SystemClock::sleep(Micros duration) { std::this_thread::sleep_for(duration); }

}  // namespace kalam
