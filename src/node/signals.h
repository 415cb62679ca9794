// SignalWatch: SIGINT and SIGTERM ask for a stop, the second one ends the process at once (130, 143); SIGHUP reopens
// the log files.

#pragma once
#include <atomic>
#include <thread>

#include "base/stop.h"

namespace kalam::node {

class SignalWatch {
 public:
  // Before any other thread starts: the signals are blocked in all of them, so that this one alone gets them.
  explicit SignalWatch(StopSignal& stop);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  int first() const { return first_; }  // the signal that asked for the stop; 0: none

 private:
  void watch();

  StopSignal& stop_;
  std::atomic<int> first_{0};
  std::thread thread_;
};

}  // namespace kalam::node
