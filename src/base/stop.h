// StopSignal: one request to stop, seen by everybody who works in the background.

#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kalam {

class StopSignal {
 public:
  void request();  // safe to repeat, from any thread (not from a signal handler)
  bool requested() const { return source_.stop_requested(); }
  std::stop_token token() const { return source_.get_token(); }

  void wait();                                    // until requested
  bool wait_for(std::chrono::microseconds time);  // true: requested, false: the time is over

 private:
  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable requested_;
};

}  // namespace kalam
