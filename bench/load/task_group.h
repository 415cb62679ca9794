// Coroutines that run side by side on one thread, and somebody who waits for all of them.

#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>

#include "load/timings.h"

namespace kalam::load {

namespace asio = boost::asio;

// Lives until what it started has ended: wait() before it goes.
class TaskGroup {
 public:
  explicit TaskGroup(const asio::any_io_executor& executor);
  void start(asio::awaitable<void> task);
  // Throws what the first failed task threw, once all have ended.
  asio::awaitable<void> wait();

 private:
  asio::steady_timer ended_;
  size_t running_ = 0;
  std::exception_ptr failure_;
};

asio::awaitable<void> sleep_until(Clock::time_point when);

}  // namespace kalam::load
