#include "base/workers.h"

#include <pthread.h>

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace kalam {
namespace {

void run_safely(const Workers::Task& task, const std::string& pool) {
  try {
    task();
  } catch (const std::exception& failure) {
    log::error("base", "a task failed", {{"pool", pool}, {"cause", failure.what()}});
  } catch (...) {
    log::error("base", "a task failed", {{"pool", pool}, {"cause", "not an exception"}});
  }
}

}  // namespace

Workers::Workers(WorkersOptions options) : options_(std::move(options)) {
  const auto count = std::max<size_t>(1, options_.threads);
  threads_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, 15).c_str());
  }
}

Workers::~Workers() { stop(); }

Status Workers::post(Task task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return Error{ErrorCode::cancelled, "the server is stopping"};
    if (queue_.size() >= options_.queue_max) {
      return Error{ErrorCode::overloaded, "too much work is waiting; try again later", options_.name};
    }
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return {};
}

void Workers::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

size_t Workers::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void Workers::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    run_safely(task, options_.name);
  }
}

struct Lane::State : std::enable_shared_from_this<Lane::State> {
  explicit State(Workers& pool) : workers(pool) {}
  Workers& workers;
  std::mutex mutex;
  std::deque<Workers::Task> queue;  // guarded by mutex
  bool running = false;             // guarded by mutex: a task of ours is on the pool
};

Lane::Lane(Workers& workers) : state_(std::make_shared<State>(workers)) {}

Status Lane::post(Workers::Task task) {
  std::lock_guard lock(state_->mutex);
  if (!state_->running) {
    TRY(state_->workers.post([state = state_] { run(state); }));
    state_->running = true;
  }
  state_->queue.push_back(std::move(task));
  return {};
}

// One turn on the pool runs what is queued now; what arrives meanwhile gets a turn of its own, so that one busy lane
// does not hold a thread for ever. When the pool takes no more turns (it stops), the rest is run here.
void Lane::run(const std::shared_ptr<State>& state) {
  while (true) {
    std::deque<Workers::Task> turn;
    {
      std::lock_guard lock(state->mutex);
      if (state->queue.empty()) {
        state->running = false;
        return;
      }
      turn.swap(state->queue);
    }
    for (const auto& task : turn) run_safely(task, "lane");
    if (state->workers.post([state] { run(state); }).ok()) return;
  }
}

}  // namespace kalam
