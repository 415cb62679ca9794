// Deadlines: statements that take too long are asked to stop.
//
// Always true: a statement that is over is asked nothing, and one that is not over is asked soon after its time is. All
// have the same time, so they end in the order in which they began, and one thread with a list is all it takes.
//
// Safe from any thread. The time is real time, as it is for whoever waits.

#pragma once
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"

namespace kalam::query {

class Deadlines {
  struct Entry {
    std::chrono::steady_clock::time_point end;
    std::stop_source stop;
  };

 public:
  explicit Deadlines(Micros time_max);  // 0: none
  ~Deadlines();                         // nothing runs any more
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // One statement, from its making to its end.
  class Running {
   public:
    explicit Running(Deadlines& deadlines);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    std::stop_token token() const { return stop_.get_token(); }  // without a state when there is no deadline
    bool passed() const { return stop_.stop_requested(); }

   private:
    Deadlines& deadlines_;
    std::stop_source stop_{std::nostopstate};
    std::list<Entry>::iterator entry_;
  };

  // "Query timed out after 30s"
  std::string told() const;

 private:
  void watch(const std::stop_token& over);

  const Micros time_max_;
  std::mutex mutex_;
  std::list<Entry> running_;  // guarded by mutex_; first to end first; an entry stays until its statement is over
  bool watching_ = false;     // guarded by mutex_; the thread will look again by itself, nobody need wake it
  std::condition_variable_any begun_;
  std::jthread watcher_;  // last: it uses the rest
};

}  // namespace kalam::query
