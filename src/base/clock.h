// Time and chance as parameters: a test stops the clock and fixes the seed, and gets the very same run again.

#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>

namespace kalam {

using Micros = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Micros now() const = 0;        // since the Unix epoch; may jump when an operator sets the clock
  virtual Micros monotonic() const = 0;  // from an arbitrary start; never goes back
  virtual void sleep(Micros duration) = 0;

  int64_t now_us() const { return now().count(); }
  int64_t now_ms() const { return std::chrono::floor<Millis>(now()).count(); }
};

class SystemClock final : public Clock {
 public:
  Micros now() const override;
  Micros monotonic() const override;
  void sleep(Micros duration) override;
};

// Stands still until told otherwise. Sleeping advances it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Micros now = Micros(1'750'000'000'000'000)) : now_(now.count()) {}
  Micros now() const override { return Micros(now_.load()); }
  Micros monotonic() const override { return Micros(monotonic_.load()); }
  void sleep(Micros duration) override { advance(duration); }

  void advance(Micros by) {
    now_ += by.count();
    monotonic_ += by.count();
  }
  void set(Micros now) { now_ = now.count(); }  // the wall clock only, as an operator would; may go back

 private:
  std::atomic<int64_t> now_;
  std::atomic<int64_t> monotonic_{0};
};

}  // namespace kalam
