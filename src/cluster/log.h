// Log: what every write goes through, in one order. Alone, the log is a group commit (StandaloneLog); with more than
// one machine it will be a Raft group. Neither knows what a proposal means: a StateMachine applies it.
//
//   propose -> (order) -> StateMachine::apply -> durable -> answered

#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace kalam::cluster {

// One replicated change. Opaque here; turned into bytes only when it has to travel or to be kept.
class Proposal {
 public:
  virtual ~Proposal() = default;
  virtual Result<std::string> encode() const = 0;
  // About how much memory applying it takes: a log takes fewer of the large ones at a time.
  virtual size_t bytes() const { return 0; }
};
using ProposalPtr = std::shared_ptr<const Proposal>;

// What apply answers to a proposal.
class Outcome {
 public:
  virtual ~Outcome() = default;
};
using OutcomePtr = std::shared_ptr<const Outcome>;

class StateMachine {
 public:
  virtual ~StateMachine() = default;
  // Applies the proposals in this order, each atomically, all durable on return; one answer each. Deterministic. A
  // proposal that is refused (an error among the answers) changes nothing and does not disturb the others. Called by
  // one thread at a time.
  virtual std::vector<Result<OutcomePtr>> apply(std::span<const ProposalPtr> proposals) = 0;
};

class Log {
 public:
  using Done = std::function<void(Result<OutcomePtr>)>;

  virtual ~Log() = default;
  // Calls `done` once, on some thread, when the proposal is applied and durable, or refused. `overloaded` at once when
  // too much waits already.
  virtual void propose(ProposalPtr proposal, Done done) = 0;
  // The same, waiting. Not for I/O threads: the caller may be the one who applies, for others too.
  virtual Result<OutcomePtr> propose_and_wait(ProposalPtr proposal);
};

}  // namespace kalam::cluster
