// LiveQueries: subscriptions: the rows of a query first, and then every change of them, for as long as the client
// wants.
//
//   subscribe -> rights -> Plan -> registered -> store snapshot -> ack, batches -> caught up with the feed -> live
//   feed -> dispatcher (one thread) -> subscriptions of (table, user) -> one JSON per plan -> sinks of clients
//   fell behind the feed -> `resync` and a snapshot anew, for who understands it
//
// Always true: whose changes a subscription gets is fixed by its client's user and the kind of table, never by its SQL.
// Every row version reaches it exactly once: in a batch when the snapshot's commit has it, else as a change, in commit
// order. What cannot go on is told with an error, never with silence.

#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "duck/instance.h"
#include "feed/feed.h"
#include "tables/tables.h"
#include "types/ids.h"
#include "types/role.h"

namespace kalam::live {

// Where messages of a client go. Any thread; takes it and does not wait.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void send(std::string json) = 0;         // what the client asked for: acks and batches
  virtual void send_change(std::string json) = 0;  // what comes by itself, however fast the client is
  virtual void send_error(std::string json) = 0;   // JSON whatever the client's serialization is
};

// What a client has asked for beyond the original's wire (spec websocket §12).
struct Features {
  bool exact_resume = false;
  bool frames = false;
};

struct SubscribeOptions {
  std::optional<uint64_t> batch_size = {};
  std::optional<uint32_t> last_rows = {};
  std::optional<int64_t> from = {};
  std::optional<std::string> cursor = {};  // of clients with exact_resume
};

struct SubscribeRequest {
  using Options = SubscribeOptions;

  std::string id;
  std::string sql;
  std::optional<Options> options = {};  // none: changes only, no rows first
};

struct LiveOptions {
  size_t subscriptions_per_user = 10;
  size_t subscriptions_per_client = 100;
  Micros load_timeout = std::chrono::minutes(10);             // for a client that does not ask for the next batch
  Micros look_around_every = std::chrono::milliseconds(200);  // for dropped tables and lost rights
  NodeId node = NodeId(0);
};

// All must outlive the LiveQueries.
struct LiveServices {
  catalog::Catalog& catalog;
  tables::Tables& tables;
  duck::Instance& engine;
  feed::Feed& feed;
  Clock& clock;
};

class Client;  // one connection, after its user is known
using ClientPtr = std::shared_ptr<Client>;

// Safe from any thread; requests of one client come one after the other. Calls block: for workers.
class LiveQueries {
 public:
  LiveQueries(const LiveServices& services, const LiveOptions& options);
  ~LiveQueries();  // sinks get nothing more
  LiveQueries(const LiveQueries&) = delete;
  LiveQueries& operator=(const LiveQueries&) = delete;

  ClientPtr connect(Viewer viewer, ConnectionId connection, std::shared_ptr<Sink> sink, Features features = {});
  std::string epoch() const;  // of the database, as cursors begin
  // Every answer, errors too, goes to the sink.
  void subscribe(const ClientPtr& client, const SubscribeRequest& request);
  void next_batch(const ClientPtr& client, std::string_view subscription, std::optional<int64_t> after);
  void unsubscribe(const ClientPtr& client, std::string_view subscription);  // also by live id; unknown ones: nothing
  void disconnect(const ClientPtr& client);
  void heard_of(Client& client) const;  // for `last_ping_at`; does not block

  bool kill(std::string_view live_id);
  std::vector<catalog::LiveRow> rows() const;  // system.live

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace kalam::live
