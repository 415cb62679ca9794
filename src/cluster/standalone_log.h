// StandaloneLog: the log of a database that is alone. A group commit: whoever finds nobody committing does it himself,
// for all that wait by then, and again for those that came meanwhile.
//
//   caller ──┬── nobody commits ──> applies a group, answers it, the next group, … ──> hands on, or is done
//            └── somebody does ───> waits for the answer, or for the role
//
// A single writer is never handed from thread to thread, and many share one sync of the disk. Nobody commits for others
// for ever: after some groups the role goes to one of those who wait.

#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "cluster/log.h"

namespace kalam::cluster {

struct StandaloneLogOptions {
  size_t waiting_max = 16'384;           // proposals; more are `overloaded`
  size_t waiting_bytes_max = 256 << 20;  // of all of them; one alone may be larger
  size_t group_max = 1'024;              // proposals applied at a time
  size_t group_bytes_max = 32 << 20;
  size_t groups_per_turn = 16;  // that a caller commits before another one has to
};

// Safe from any thread.
class StandaloneLog final : public Log {
 public:
  // `machine` outlives this.
  explicit StandaloneLog(StateMachine& machine, StandaloneLogOptions options = {});
  ~StandaloneLog() override;  // close()

  // Never applies on the calling thread: for I/O threads.
  void propose(ProposalPtr proposal, Done done) override;
  Result<OutcomePtr> propose_and_wait(ProposalPtr proposal) override;

  // Refuses what comes from now on (`cancelled`), and returns when everything that waited is answered. From any thread
  // but one that is applying.
  void close();

  bool accepts() const;    // not closed
  size_t waiting() const;  // for an answer, and not yet in a group

 private:
  struct Waiter;
  struct Entry {
    ProposalPtr proposal;
    size_t bytes = 0;
    Done done = {};            // of propose()
    Waiter* waiter = nullptr;  // of propose_and_wait()
  };

  std::optional<Error> enqueue(Entry entry);  // with the lock
  std::vector<Entry> take_group();            // with the lock
  void commit_groups(std::unique_lock<std::mutex>& lock, bool may_hand_on);
  void apply(std::vector<Entry> group);
  void hand_on();  // with the lock
  void run();      // of thread_

  StateMachine& machine_;
  const StandaloneLogOptions options_;

  mutable std::mutex mutex_;
  std::deque<Entry> queue_;              // guarded by mutex_, like all below
  size_t queued_bytes_ = 0;              // of queue_
  bool committing_ = false;              // somebody has the role, or has been given it
  bool closed_ = false;                  // nothing new comes in
  bool for_thread_ = false;              // the role waits for thread_
  std::condition_variable idle_;         // nothing queued, nobody commits
  std::condition_variable thread_wake_;  // for_thread_, or the end
  std::thread thread_;                   // commits for those that do not wait; started by the first of them
};

}  // namespace kalam::cluster
