#include "feed/feed.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace kalam::feed {

struct Reader::Wakeup {
  std::mutex mutex;
  std::function<void()> call;  // guarded by mutex, which is held while it runs: taking it away waits for its end
  bool armed = false;          // guarded by the window's mutex
};

struct Reader::Window {
  struct Entry {
    ChangeSetPtr changes;
    size_t bytes;
  };

  explicit Window(FeedOptions wanted, CommitSeq last) : options(wanted), passed(last), latest(last) {}

  uint64_t end() const { return first + entries.size(); }

  const FeedOptions options;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Entry> entries;  // guarded by mutex, like all below
  uint64_t first = 0;         // which one entries.front() is, of all that were ever published
  CommitSeq passed;           // the last commit that is no longer in the window
  CommitSeq latest;           // the last commit that was published
  size_t bytes = 0;           // of the entries
  uint64_t lagged = 0;        // readers
  bool closed = false;
  std::vector<std::shared_ptr<Wakeup>> armed;  // each once
};

size_t estimated_bytes(const ChangeSet& changes) {
  size_t bytes = sizeof(ChangeSet);
  for (const auto& table : changes.tables) {
    bytes += sizeof(TableChanges) + table.rows.size() * sizeof(RowChange);
    for (const auto& change : table.rows) {
      for (const auto* row : {change.before.get(), change.after.get()}) {
        if (!row) continue;
        bytes += sizeof(Row) + row->values.size() * sizeof(Value);
        for (const auto& value : row->values) bytes += estimated_size(value);
      }
    }
  }
  return bytes;
}

// --- readers ---------------------------------------------------------------------------------------------------------

Reader::Reader(std::shared_ptr<Window> window, uint64_t next, CommitSeq position)
    : window_(std::move(window)), next_(next), position_(position) {}

Reader::Reader(Reader&& other) noexcept = default;

Reader& Reader::operator=(Reader&& other) noexcept {
  if (this == &other) return *this;
  set_wakeup({});
  window_ = std::move(other.window_);
  wakeup_ = std::move(other.wakeup_);
  next_ = other.next_;
  position_ = other.position_;
  lagged_ = other.lagged_;
  return *this;
}

Reader::~Reader() { set_wakeup({}); }

Next Reader::take_locked() {
  if (lagged_) return {Outcome::lagged};
  if (next_ < window_->first) {
    lagged_ = true;
    ++window_->lagged;
    return {Outcome::lagged};
  }
  while (next_ < window_->end()) {
    const auto& changes = window_->entries[next_ - window_->first].changes;
    ++next_;
    if (changes->commit <= position_) continue;  // before the cursor it began at
    position_ = changes->commit;
    return {Outcome::changes, changes};
  }
  return {window_->closed ? Outcome::closed : Outcome::nothing};
}

Next Reader::try_next() {
  const std::lock_guard lock(window_->mutex);
  auto next = take_locked();
  if (next.outcome == Outcome::nothing && wakeup_ && !wakeup_->armed) {
    wakeup_->armed = true;
    window_->armed.push_back(wakeup_);
  }
  return next;
}

Next Reader::next(Micros timeout, const std::stop_token& stop) {
  std::unique_lock lock(window_->mutex);
  Next next;
  window_->changed.wait_for(lock, stop, timeout, [&] {
    next = take_locked();
    return next.outcome != Outcome::nothing;
  });
  return next;
}

void Reader::set_wakeup(std::function<void()> wake) {
  if (wakeup_) {
    {
      const std::lock_guard lock(window_->mutex);
      std::erase(window_->armed, wakeup_);
    }
    const std::lock_guard lock(wakeup_->mutex);
    wakeup_->call = nullptr;
  }
  wakeup_ = nullptr;
  if (!wake) return;
  wakeup_ = std::make_shared<Wakeup>();
  wakeup_->call = std::move(wake);
}

// --- the feed --------------------------------------------------------------------------------------------------------

namespace {

template <typename Wakeups>
void call_all(const Wakeups& wakeups) {
  for (const auto& wakeup : wakeups) {
    const std::lock_guard lock(wakeup->mutex);
    if (wakeup->call) wakeup->call();
  }
}

}  // namespace

Feed::Feed(FeedOptions options, CommitSeq last) : window_(std::make_shared<Reader::Window>(options, last)) {}
Feed::~Feed() { close(); }

void Feed::publish(ChangeSetPtr changes) {
  auto& window = *window_;
  const auto bytes = estimated_bytes(*changes);
  std::vector<ChangeSetPtr> passed;  // large ones take their time to go: not under the lock
  std::vector<std::shared_ptr<Reader::Wakeup>> wakeups;
  {
    const std::lock_guard lock(window.mutex);
    if (window.closed) return;
    assert(changes->commit > window.latest);
    window.latest = changes->commit;
    window.bytes += bytes;
    window.entries.push_back({std::move(changes), bytes});
    while (window.entries.size() > 1 &&
           (window.bytes > window.options.bytes_max || window.entries.size() > window.options.change_sets_max)) {
      auto& oldest = window.entries.front();
      window.bytes -= oldest.bytes;
      window.passed = oldest.changes->commit;
      passed.push_back(std::move(oldest.changes));
      window.entries.pop_front();
      ++window.first;
    }
    wakeups.swap(window.armed);
    for (const auto& wakeup : wakeups) wakeup->armed = false;
  }
  window.changed.notify_all();
  call_all(wakeups);
}

void Feed::close() {
  std::vector<std::shared_ptr<Reader::Wakeup>> wakeups;
  {
    const std::lock_guard lock(window_->mutex);
    window_->closed = true;
    wakeups.swap(window_->armed);
    for (const auto& wakeup : wakeups) wakeup->armed = false;
  }
  window_->changed.notify_all();
  call_all(wakeups);
}

Reader Feed::from_now() const {
  const std::lock_guard lock(window_->mutex);
  return {window_, window_->end(), window_->latest};
}

Reader Feed::from(CommitSeq cursor) const {
  const std::lock_guard lock(window_->mutex);
  Reader reader(window_, window_->first, cursor);
  if (cursor < window_->passed) {
    reader.lagged_ = true;
    ++window_->lagged;
    return reader;
  }
  const auto behind =
      std::ranges::upper_bound(window_->entries, cursor, {}, [](const auto& entry) { return entry.changes->commit; });
  reader.next_ += static_cast<uint64_t>(behind - window_->entries.begin());
  return reader;
}

CommitSeq Feed::last() const {
  const std::lock_guard lock(window_->mutex);
  return window_->latest;
}

FeedStats Feed::stats() const {
  const std::lock_guard lock(window_->mutex);
  return {.published = window_->end(),
          .lagged = window_->lagged,
          .change_sets = window_->entries.size(),
          .bytes = window_->bytes};
}

}  // namespace kalam::feed
