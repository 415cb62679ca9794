// What a node knows of itself, as rows: its groups of system.stats, system.cluster, system.cluster_groups and
// system.server_logs.

#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace kalam::node {

class Database;

// What does not change while the node runs.
struct NodeFacts {
  std::string version = {};
  std::string build_date = {};
  std::string api_addr = {};
  std::string logs_path = {};
  uint64_t io_threads_configured = 0;  // 0: by the number of cores
  uint64_t io_threads = 0;
  uint64_t worker_threads = 0;
  uint64_t connections_max = 0;
  uint64_t backlog = 0;
  uint64_t query_threads = 0;
  uint64_t query_partitions = 0;
  uint64_t query_memory_bytes = 0;
};

// For as long as `database` lives.
void provide_node_views(Database& database, const NodeFacts& facts);

}  // namespace kalam::node
