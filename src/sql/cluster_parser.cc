#include "sql/detail/parsers.h"

namespace kalam::sql {

namespace {

template <typename Statement>
Result<Body> alone(Words& words, std::string_view name) {
  TRY(expect_nothing_after(words, name));
  return Body(Statement{});
}

}  // namespace

Result<Body> parse_cluster_snapshot(Words& words) { return alone<ClusterSnapshot>(words, "CLUSTER SNAPSHOT"); }

Result<Body> parse_cluster_purge(Words& words) {
  words.accept("UPTO");
  const auto upto = words.accept_number();
  if (!upto) return invalid("CLUSTER PURGE requires --upto <index> or a numeric index");
  TRY(expect_nothing_after(words, "CLUSTER PURGE"));
  return ClusterPurge{*upto};
}

Result<Body> parse_cluster_trigger_election(Words& words) {
  return alone<ClusterTriggerElection>(words, "CLUSTER TRIGGER-ELECTION");
}

Result<Body> parse_cluster_transfer_leader(Words& words) {
  const auto node = words.accept_number();
  if (!node) return invalid("CLUSTER TRANSFER-LEADER requires a numeric node id");
  TRY(expect_nothing_after(words, "CLUSTER TRANSFER-LEADER"));
  return ClusterTransferLeader{*node};
}

Result<Body> parse_cluster_join(Words& words) {
  const auto node = words.accept_number();
  if (!node) return invalid("CLUSTER JOIN requires a numeric node id");
  words.accept("RPC");
  auto rpc = words.accept_bare();
  if (!rpc) return invalid("CLUSTER JOIN requires RPC address");
  words.accept("API");
  auto api = words.accept_bare();
  if (!api) return invalid("CLUSTER JOIN requires API address");
  TRY(expect_nothing_after(words, "CLUSTER JOIN"));
  return ClusterJoin{*node, *std::move(rpc), *std::move(api)};
}

Result<Body> parse_cluster_leave(Words& words) {
  const auto node = words.accept_number();
  if (!node) return invalid("CLUSTER LEAVE requires a numeric node id");
  TRY(expect_nothing_after(words, "CLUSTER LEAVE"));
  return ClusterLeave{*node};
}

Result<Body> parse_cluster_rebalance(Words& words) { return alone<ClusterRebalance>(words, "CLUSTER REBALANCE"); }
Result<Body> parse_cluster_step_down(Words& words) { return alone<ClusterStepDown>(words, "CLUSTER STEPDOWN"); }
Result<Body> parse_cluster_clear(Words& words) { return alone<ClusterClear>(words, "CLUSTER CLEAR"); }

}  // namespace kalam::sql
