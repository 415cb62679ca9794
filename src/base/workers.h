// Workers: a bounded pool of threads for work that may block (disk, DuckDB, bcrypt). A full queue is an error of the
// caller's request, never a queue that grows.

#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace kalam {

struct WorkersOptions {
  std::string name = "worker";  // of the threads, for debuggers
  size_t threads = 4;           // that run tasks at once; 0 counts as 1
  size_t stand_ins = 0;         // further ones, for those that wait for somebody (Workers::Waiting)
  size_t queue_max = 10'000;    // tasks waiting, beside those being run
};

class Workers {
 public:
  using Task = std::function<void()>;  // an exception that leaves it is logged and swallowed: a pool outlives its tasks

  explicit Workers(WorkersOptions options);
  ~Workers();  // stop()
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // While it lives, its thread waits for somebody else, for a commit, say: a stand-in may run another task meanwhile.
  // On a thread of no pool it does nothing.
  class Waiting {
   public:
    Waiting();
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    Workers* const pool_;
  };

  Status post(Task task);  // `overloaded` when the queue is full, `cancelled` after stop()
  void stop();             // runs what is queued, then joins; not from a task

  size_t waiting() const;
  size_t queue_max() const { return options_.queue_max; }
  size_t threads() const { return at_once_; }

 private:
  void run();

  const WorkersOptions options_;
  const size_t at_once_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;  // guarded by mutex_
  size_t running_ = 0;      // guarded by mutex_: tasks that are run and do not wait
  bool stopping_ = false;   // guarded by mutex_
  std::mutex join_mutex_;
  std::vector<std::thread> threads_;  // joined under join_mutex_
};

// Lane: runs its tasks on a pool one at a time, in the order they were posted. Copies are the same lane; the pool must
// outlive them. What was accepted is run, also when the pool stops meanwhile.
class Lane {
 public:
  explicit Lane(Workers& workers);
  Status post(Workers::Task task);  // `overloaded` when as many wait here as the pool lets wait; `cancelled` as above

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace kalam
