#include "cluster/log.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace kalam::cluster {

Result<OutcomePtr> Log::propose_and_wait(ProposalPtr proposal) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<OutcomePtr>> answer;  // guarded by mutex
  propose(std::move(proposal), [&](Result<OutcomePtr> result) {
    const std::lock_guard lock(mutex);
    answer = std::move(result);
    answered.notify_one();  // while locked: the waiting thread takes all of this with it when it goes
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return answer.has_value(); });
  return std::move(*answer);
}

}  // namespace kalam::cluster
