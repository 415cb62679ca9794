// Loader: the rows that a subscription begins with, or what its client missed; and the same from the table when the
// feed has forgotten what is needed. It says them to the client; when there is nothing more to load, the subscription
// is ready to go live from its position (`after`).
//
// Safe from any thread; each subscription is served by one at a time (Subscription::serving).

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/access.h"
#include "live/changes.h"
#include "live/cursor.h"
#include "live/live_queries.h"
#include "live/messages.h"
#include "live/subscription.h"
#include "tables/table_reader.h"

namespace kalam::live {

constexpr uint64_t kBatchSize = 1000;  // when the client names no other

class Loader {
 public:
  explicit Loader(const LiveServices& services) : services_(services) {}

  // The ack, with the first batch or the replay. Of one that is registered: what is committed from here on is either in
  // the snapshot or comes after its position.
  std::optional<Refusal> begin(Subscription& subscription) const;
  // Later: `resync` with that reason, and a fresh snapshot that is loaded like the first one.
  std::optional<Refusal> begin_again(Subscription& subscription, std::string_view reason) const;
  std::optional<Refusal> next_batch(Subscription& subscription, const Plan& plan, std::optional<int64_t> after) const;
  // As changes: what is there, and what is gone, since its position, which moves to now.
  Status catch_up(Subscription& subscription) const;

 private:
  enum class Turn : uint8_t { first, first_again, next };

  Status open_snapshot(Subscription& subscription) const;
  std::optional<Refusal> load(Subscription& subscription, const Plan& plan, std::optional<int64_t> after,
                              Turn turn) const;
  std::optional<Refusal> send_batch(Subscription& subscription, const Plan& plan, std::optional<int64_t> after,
                                    Turn turn) const;
  std::optional<std::string> resume(Subscription& subscription, const Cursor& cursor) const;
  void send_replay(Subscription& subscription, const std::vector<ChangeBody>& changes, const Cursor& start) const;
  Result<std::vector<ChangeBody>> removed_since(const Subscription& subscription, const Plan& plan,
                                                const tables::TableReader& reader, int64_t after) const;
  void send_removed(Subscription& subscription, const std::vector<ChangeBody>& removed) const;
  tables::TableReader reader_of(const Subscription& subscription, const Plan& plan, store::SnapshotPtr snapshot,
                                CommitSeq after = CommitSeq(0)) const;
  std::optional<AckExtras> extras_of(const Subscription& subscription) const;
  Cursor cursor_at(CommitSeq commit) const { return {services_.catalog.epoch(), commit}; }
  int64_t now_us() const { return services_.clock.monotonic().count() + 1; }  // never 0

  const LiveServices services_;
};

}  // namespace kalam::live
