// Database: everything behind the network, in one object. What an embedding program and the tests use; Node puts the
// server in front of it.
//
//   store -> catalog -> tables -> apply -> log -> writer -> engine -> runner          and its ChangeSets -> feed ->
//   live
//
// Always true: when open() returns, what a crash left half-done is finished or gone.

#pragma once
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "duck/instance.h"
#include "feed/feed.h"
#include "live/live_queries.h"
#include "query/runner.h"
#include "store/store.h"
#include "tables/eviction.h"
#include "topics/consumers.h"
#include "types/generated_ids.h"

namespace kalam::node {

struct DatabaseOptions {
  store::StoreOptions store = {};  // without a path: in memory
  catalog::CatalogOptions catalog = {};
  duck::InstanceOptions engine = {};
  query::RunnerOptions runner = {};
  query::ServicesOptions services = {};
  live::LiveOptions live = {};
  tables::EvictionOptions eviction = {};
  topics::ConsumersOptions consumers = {};
  uint32_t worker = 0;  // of this node, in the ids it makes
};

// Safe from any thread. Calls block: for workers.
class Database {
 public:
  // `clock` and `random` outlive it.
  static Result<std::unique_ptr<Database>> open(DatabaseOptions options, Clock& clock, Random& random);
  ~Database();  // what was answered is durable; nobody is running a request any more
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  query::Replies run(query::Request request);

  query::Runner& runner();
  const query::Services& services();  // what statements work with
  catalog::Catalog& catalog();
  store::Store& store();
  feed::Feed& feed();
  live::LiveQueries& live();
  TimeOrderedIds& ids();

 private:
  struct Parts;
  explicit Database(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace kalam::node
