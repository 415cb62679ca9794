#include "base/workers.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <system_error>

#include "base/log.h"

namespace kalam {
namespace {

// What the task holds is given back before the next one runs.
void run_safely(Workers::Task task, const std::string& pool) {
  try {
    task();
    task = nullptr;
  } catch (const std::exception& failure) {
    log::error("base", "a task failed", {{"pool", pool}, {"cause", failure.what()}});
  } catch (...) {
    log::error("base", "a task failed", {{"pool", pool}, {"cause", "not an exception"}});
  }
}

thread_local Workers* pool_of_this_thread = nullptr;

}  // namespace

Workers::Workers(WorkersOptions options)
    : options_(std::move(options)), at_once_(std::max<size_t>(1, options_.threads)) {
  const auto count = at_once_ + options_.stand_ins;
  threads_.reserve(count);
  try {
    while (threads_.size() < count) threads_.emplace_back([this] { run(); });
  } catch (const std::system_error& refused) {
    // The machine has no more threads to give. A smaller pool works; one without threads says so at each post().
    log::error("base", "fewer worker threads than wanted",
               {{"pool", options_.name}, {"wanted", count}, {"started", threads_.size()}, {"cause", refused.what()}});
  }
}

Workers::~Workers() { stop(); }

Workers::Waiting::Waiting() : pool_(pool_of_this_thread) {
  if (!pool_) return;
  const std::lock_guard lock(pool_->mutex_);
  --pool_->running_;
  if (!pool_->queue_.empty()) pool_->changed_.notify_one();
}

// Goes on at once: for a moment more may run than should. Whoever finishes next sees to it.
Workers::Waiting::~Waiting() {
  if (!pool_) return;
  const std::lock_guard lock(pool_->mutex_);
  ++pool_->running_;
}

Status Workers::post(Task task) {
  bool has_place = false;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return Error{ErrorCode::cancelled, "the server is stopping"};
    if (threads_.empty() || queue_.size() >= options_.queue_max) {
      return Error{ErrorCode::overloaded, "too much work is waiting; try again later", options_.name};
    }
    queue_.push_back(std::move(task));
    has_place = running_ < at_once_;
  }
  if (has_place) changed_.notify_one();  // else whoever finishes takes it
  return {};
}

void Workers::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  std::lock_guard joining(join_mutex_);  // a second caller waits for the same end
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

size_t Workers::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void Workers::run() {
  pthread_setname_np(pthread_self(), options_.name.substr(0, 15).c_str());
  pool_of_this_thread = this;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return queue_.empty() ? stopping_ : running_ < at_once_; });
    if (queue_.empty()) return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    if (stopping_ && queue_.empty()) changed_.notify_all();  // there is nothing left to stay for
    ++running_;
    lock.unlock();
    run_safely(std::move(task), options_.name);
    lock.lock();
    --running_;
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
  if (state_->running) {
    if (state_->queue.size() >= state_->workers.queue_max()) {
      return Error{ErrorCode::overloaded, "too much work is waiting; try again later", "lane"};
    }
  } else {
    TRY(state_->workers.post([state = state_] { run(state); }));
    state_->running = true;
  }
  state_->queue.push_back(std::move(task));
  return {};
}

// One turn on the pool runs what is queued now; what arrives meanwhile gets a turn of its own, so that one busy lane
// does not hold a thread for ever. When the pool takes no more turns (it is full, or stops), the rest is run here.
void Lane::run(const std::shared_ptr<State>& state) {
  while (true) {
    std::deque<Workers::Task> turn;
    {
      std::lock_guard lock(state->mutex);
      turn.swap(state->queue);
    }
    for (auto& task : turn) run_safely(std::move(task), "lane");

    std::lock_guard lock(state->mutex);
    if (state->queue.empty()) {
      state->running = false;
      return;
    }
    if (state->workers.post([state] { run(state); }).ok()) return;
  }
}

}  // namespace kalam
