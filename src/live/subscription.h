// Subscription: one live query of one client. Inner part of LiveQueries.

#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "live/equality.h"
#include "live/live_queries.h"
#include "live/plan.h"
#include "sql/subscription.h"
#include "store/store.h"

namespace kalam::live {

class Client {
 public:
  Client(Viewer viewer, ConnectionId connection, std::shared_ptr<Sink> sink, Features features)
      : viewer(std::move(viewer)), connection(std::move(connection)), sink(std::move(sink)), features(features) {}

  const Viewer viewer;
  const ConnectionId connection;
  const std::shared_ptr<Sink> sink;
  const Features features;
  std::atomic<int64_t> heard_us{0};
};

// Which changes: those of a table, and of one user's part of it.
struct Scope {
  TableId table;
  std::optional<UserId> user;
  bool holds(const TableChanges& part) const { return part.table->id == table && part.user == user; }
  bool operator==(const Scope&) const = default;
};
struct ScopeHash {
  size_t operator()(const Scope& scope) const {
    const auto table = std::hash<TableId>()(scope.table);
    return scope.user ? table * 31 + std::hash<UserId>()(*scope.user) : table;
  }
};

struct Subscription {
  // Fixed when it is made.
  ClientPtr client;
  std::string id;
  LiveQueryId live_id;
  std::string sql;
  std::optional<SubscribeRequest::Options> options;
  sql::SubscriptionQuery query;
  Scope scope;
  uint64_t generation = 0;  // of the table; 0: a system table, whose changes are not in the feed
  catalog::TimestampUs created_at;
  std::optional<Equality> equality = {};  // what its filter asks for, if it can be indexed
  uint64_t number = 0;                    // by which the index orders them

  // Held by who loads it: a worker with the client's request, or who begins it anew. Taken before the index's lock.
  std::mutex serving;
  // Of who holds `serving`; plan and after are the dispatcher's once it is live.
  std::optional<SubscribeOptions> to_load;  // which rows; none: changes only
  PlanPtr plan;
  CommitSeq after{0};                // it has what commits did up to this one
  int64_t boundary = 0;              // the greatest `_seq` of the snapshot
  std::string resync = {};           // why its first batch is to be reconciled; empty: it is not
  uint64_t batches = 0;              // sent
  store::SnapshotPtr snapshot = {};  // while it loads

  std::atomic<bool> live{false};  // set under the lock of the index: from then on the dispatcher delivers
  std::atomic<bool> ended{false};
  std::atomic<int64_t> loading_since_us{0};  // of the monotonic clock; 0: it does not load
  std::atomic<int64_t> changes{0};
  std::atomic<int64_t> last_update_us{0};

  const Viewer& viewer() const { return client->viewer; }
  void send(std::string json) const {
    if (!ended) client->sink->send(std::move(json));
  }
  void send_change(std::string json) const {
    if (!ended) client->sink->send_change(std::move(json));
  }
  void send_error(std::string json) const {
    if (!ended) client->sink->send_error(std::move(json));
  }
};
using SubscriptionPtr = std::shared_ptr<Subscription>;

}  // namespace kalam::live
