#include "cluster/standalone_log.h"

#include <algorithm>
#include <utility>

#include "base/workers.h"

namespace kalam::cluster {
namespace {

Error overloaded() { return Error{ErrorCode::overloaded, "Too many writes are waiting; try again later"}; }

Error closed() { return Error{ErrorCode::cancelled, "The database is shutting down"}; }

}  // namespace

// A caller of propose_and_wait(), on its stack.
struct StandaloneLog::Waiter {
  std::mutex mutex;
  std::condition_variable wake;
  std::optional<Result<OutcomePtr>> answer;  // guarded by mutex
  bool has_role = false;                     // guarded by mutex

  void set_answer(Result<OutcomePtr> result) {
    const std::lock_guard lock(mutex);
    answer = std::move(result);
    wake.notify_one();  // while locked: afterwards this may be gone
  }
  void give_role() {
    const std::lock_guard lock(mutex);
    has_role = true;
    wake.notify_one();
  }
  // True: answered. False: this one has to commit.
  bool wait() {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return answer.has_value() || has_role; });
    return answer.has_value();
  }
};

StandaloneLog::StandaloneLog(StateMachine& machine, StandaloneLogOptions options)
    : machine_(machine), options_(options) {}

StandaloneLog::~StandaloneLog() { close(); }

std::optional<Error> StandaloneLog::enqueue(Entry entry) {
  if (closed_) return closed();
  const bool too_many = queue_.size() >= options_.waiting_max;
  const bool too_large = !queue_.empty() && queued_bytes_ + entry.bytes > options_.waiting_bytes_max;
  if (too_many || too_large) return overloaded();
  queued_bytes_ += entry.bytes;
  queue_.push_back(std::move(entry));
  return std::nullopt;
}

void StandaloneLog::propose(ProposalPtr proposal, Done done) {
  const auto bytes = proposal->bytes();
  std::unique_lock lock(mutex_);
  // `done` is kept here when the entry is refused.
  if (auto refused = enqueue({.proposal = std::move(proposal), .bytes = bytes, .done = done})) {
    lock.unlock();
    done(std::move(*refused));
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  if (committing_) return;
  committing_ = true;
  for_thread_ = true;
  thread_wake_.notify_one();
}

Result<OutcomePtr> StandaloneLog::propose_and_wait(ProposalPtr proposal) {
  const auto bytes = proposal->bytes();
  Waiter waiter;
  std::unique_lock lock(mutex_);
  if (auto refused = enqueue({.proposal = std::move(proposal), .bytes = bytes, .waiter = &waiter})) {
    return std::move(*refused);
  }
  if (committing_) {
    lock.unlock();
    bool answered = false;
    {
      const Workers::Waiting waiting;
      answered = waiter.wait();
    }
    if (answered) return std::move(*waiter.answer);
    lock.lock();
  }
  committing_ = true;
  commit_groups(lock, true);
  lock.unlock();
  // Whoever commits is in the first group he takes: the queue is served in order, and the role goes to its front.
  return std::move(*waiter.answer);
}

std::vector<StandaloneLog::Entry> StandaloneLog::take_group() {
  std::vector<Entry> group;
  group.reserve(std::min(queue_.size(), options_.group_max));
  size_t bytes = 0;
  while (!queue_.empty() && group.size() < options_.group_max) {
    if (!group.empty() && bytes + queue_.front().bytes > options_.group_bytes_max) break;
    bytes += queue_.front().bytes;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return group;
}

void StandaloneLog::commit_groups(std::unique_lock<std::mutex>& lock, bool may_hand_on) {
  for (size_t groups = 0; !queue_.empty(); ++groups) {
    if (may_hand_on && groups >= options_.groups_per_turn) return hand_on();
    auto group = take_group();
    lock.unlock();
    apply(std::move(group));
    lock.lock();
  }
  committing_ = false;
  if (closed_) idle_.notify_all();
}

void StandaloneLog::hand_on() {
  // To the front, and nobody else: he is then in the first group that he commits.
  if (auto* waiter = queue_.front().waiter) return waiter->give_role();
  for_thread_ = true;
  thread_wake_.notify_one();
}

void StandaloneLog::apply(std::vector<Entry> group) {
  std::vector<ProposalPtr> proposals;
  proposals.reserve(group.size());
  for (auto& entry : group) proposals.push_back(std::move(entry.proposal));
  auto answers = machine_.apply(proposals);
  for (size_t i = 0; i < group.size(); ++i) {
    if (group[i].waiter) {
      group[i].waiter->set_answer(std::move(answers[i]));
    } else {
      group[i].done(std::move(answers[i]));
    }
  }
}

void StandaloneLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    thread_wake_.wait(lock, [&] { return for_thread_ || (closed_ && !committing_ && queue_.empty()); });
    if (!for_thread_) return;
    for_thread_ = false;
    // It has nothing better to do than to commit, and callers who wait have.
    commit_groups(lock, false);
  }
}

void StandaloneLog::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  idle_.wait(lock, [&] { return !committing_ && queue_.empty(); });
  thread_wake_.notify_all();
  auto thread = std::exchange(thread_, {});
  lock.unlock();
  if (thread.joinable()) thread.join();
}

bool StandaloneLog::accepts() const {
  const std::lock_guard lock(mutex_);
  return !closed_;
}

size_t StandaloneLog::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace kalam::cluster
