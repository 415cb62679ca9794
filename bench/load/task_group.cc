#include "load/task_group.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace kalam::load {

TaskGroup::TaskGroup(const asio::any_io_executor& executor) : ended_(executor, Clock::time_point::max()) {}

void TaskGroup::start(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(ended_.get_executor(), std::move(task), [this](std::exception_ptr failure) {
    if (failure && !failure_) failure_ = failure;
    if (--running_ == 0) ended_.cancel();
  });
}

asio::awaitable<void> TaskGroup::wait() {
  if (running_ > 0) co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

asio::awaitable<void> sleep_until(Clock::time_point when) {
  asio::steady_timer timer(co_await asio::this_coro::executor, when);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace kalam::load
