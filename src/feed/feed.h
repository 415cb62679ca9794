// Feed: what commits did to rows, in their order, for everybody who follows: subscriptions, topics, vectors. It
// remembers a window of the latest change sets, so that who falls behind for a moment goes on where he was.
//
//   apply -> publish -> [ window ] -> Reader, each at its own place
//
// Always true: a reader gets each change set after its place exactly once and in order, or is told that the window has
// passed it (`lagged`) and gets nothing more. Publishing waits for no reader, fails for none, and keeps no more than
// the window: who is slow loses his place, never anybody's time or memory.
//
// Safe from any thread; a Reader belongs to one thread at a time. Readers may outlive the feed.

#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "base/clock.h"
#include "types/row_change.h"

namespace kalam::feed {

struct FeedOptions {
  // How much stays readable. The latest change set does in any case, however large it is.
  size_t bytes_max = size_t{64} << 20;
  size_t change_sets_max = 65'536;
};

struct FeedStats {
  uint64_t published = 0;  // since the start
  uint64_t lagged = 0;     // readers that lost their place
  size_t change_sets = 0;  // in the window
  size_t bytes = 0;        // of it, estimated
};

enum class Outcome : uint8_t {
  changes,  // the next change set
  nothing,  // none yet
  lagged,   // the window has passed this reader: it has to begin anew, from a snapshot
  closed,   // no more will come
};

struct Next {
  Outcome outcome = Outcome::nothing;
  ChangeSetPtr changes = {};  // with Outcome::changes
};

class Reader {
 public:
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  Next try_next();
  // Waits for at most `timeout`; `nothing` when it is over or a stop was asked for.
  Next next(Micros timeout, const std::stop_token& stop = {});

  // Instead of waiting: once try_next() has found nothing, `wake` is called one time when there is something again (a
  // change set, or the end of the feed). So: set it, then call try_next() until it finds nothing, and again whenever it
  // was called. It runs on the publishing thread: it only posts work elsewhere, does not throw, and does not touch this
  // reader. Once set_wakeup() or the destructor has returned, an earlier one no longer runs.
  void set_wakeup(std::function<void()> wake);

  // Everything up to and with this commit was read here; a cursor for Feed::from().
  CommitSeq position() const { return position_; }

 private:
  friend class Feed;
  struct Wakeup;
  struct Window;
  Reader(std::shared_ptr<Window> window, uint64_t next, CommitSeq position);
  Next take_locked();

  std::shared_ptr<Window> window_;  // null after a move
  std::shared_ptr<Wakeup> wakeup_;  // null: none
  uint64_t next_ = 0;               // counted from the first that was ever published
  CommitSeq position_;
  bool lagged_ = false;
};

class Feed {
 public:
  // `last`: the last commit before this feed; cursors from before it have lagged.
  explicit Feed(FeedOptions options = {}, CommitSeq last = CommitSeq(0));
  ~Feed();  // close()
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // In the order of commits, from one thread at a time. After close() it goes nowhere.
  void publish(ChangeSetPtr changes);
  // Readers get what is in the window, then `closed`.
  void close();

  // Of what is published from now on.
  Reader from_now() const;
  // Of what came after `cursor`. Its first answer is `lagged` when that is no longer all in the window.
  Reader from(CommitSeq cursor) const;

  CommitSeq last() const;  // the latest commit that was published
  FeedStats stats() const;

 private:
  std::shared_ptr<Reader::Window> window_;
};

// A rough size in memory.
size_t estimated_bytes(const ChangeSet& changes);

}  // namespace kalam::feed
