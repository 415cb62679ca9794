#include "auth/access.h"
#include "query/statements/naming.h"
#include "query/statements/statements.h"

namespace kalam::query {

namespace {

// A server that stands alone has no groups to do it to.
Result<QueryReply> alone(std::string_view statement, const Session& session) {
  TRY(auth::check(session.viewer.role, auth::Right::cluster));
  return refused(std::string(statement) + " requires cluster mode (Raft executor not available)");
}

}  // namespace

Result<QueryReply> run(const sql::ClusterSnapshot&, const Services&, Session& session) {
  return alone("CLUSTER SNAPSHOT", session);
}
Result<QueryReply> run(const sql::ClusterPurge&, const Services&, Session& session) {
  return alone("CLUSTER PURGE", session);
}
Result<QueryReply> run(const sql::ClusterTriggerElection&, const Services&, Session& session) {
  return alone("CLUSTER TRIGGER ELECTION", session);
}
Result<QueryReply> run(const sql::ClusterTransferLeader&, const Services&, Session& session) {
  return alone("CLUSTER TRANSFER LEADER", session);
}
Result<QueryReply> run(const sql::ClusterJoin&, const Services&, Session& session) {
  return alone("CLUSTER JOIN", session);
}
Result<QueryReply> run(const sql::ClusterLeave&, const Services&, Session& session) {
  return alone("CLUSTER LEAVE", session);
}
Result<QueryReply> run(const sql::ClusterRebalance&, const Services&, Session& session) {
  return alone("CLUSTER REBALANCE", session);
}
Result<QueryReply> run(const sql::ClusterStepDown&, const Services&, Session& session) {
  return alone("CLUSTER STEPDOWN", session);
}
Result<QueryReply> run(const sql::ClusterClear&, const Services&, Session& session) {
  return alone("CLUSTER CLEAR", session);
}

}  // namespace kalam::query
