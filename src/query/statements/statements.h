// Statements: everything that is neither a query nor a change of rows: definitions, SHOW and DESCRIBE, users, storages,
// topics, jobs.
//
//   sql::Statement -> rights -> a commands::CatalogWrite with its audit entries -> message
//                          \-> rows of the catalog                              -> rows
//
// What a write depends on is checked by apply, in the order of the log. What is checked here before is what a handler
// alone knows: the role, the current namespace, the disk under a storage, a password.
//
// The caller has looked at the gates of the whole request, at parameters, and at an open transaction.

#pragma once
#include "base/result.h"
#include "query/query_reply.h"
#include "query/services.h"
#include "sql/statement.h"

namespace kalam::query {

// Any statement but SELECT, EXPLAIN, INSERT, UPDATE, DELETE, BEGIN, COMMIT and ROLLBACK. Safe from any thread. Waits
// for the disk, some also compute for long: for workers. USE changes the session.
Result<QueryReply> run_statement(const sql::Statement& statement, const Services& services, Session& session);

// One for each kind of statement. namespaces.cc
Result<QueryReply> run(const sql::CreateNamespace& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::AlterNamespace& alter, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropNamespace& drop, const Services& services, Session& session);
Result<QueryReply> run(const sql::UseNamespace& use, const Services& services, Session& session);

// create_table.cc, alter_table.cc, drop_table.cc, views.cc
Result<QueryReply> run(const sql::CreateTable& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::AlterTable& alter, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropTable& drop, const Services& services, Session& session);
Result<QueryReply> run(const sql::CreateView& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropView& drop, const Services& services, Session& session);

// describe.cc
Result<QueryReply> run(const sql::DescribeTable& describe, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowStats& show, const Services& services, Session& session);

// show.cc
Result<QueryReply> run(const sql::ShowNamespaces& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowTables& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowStorages& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowManifest& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowColumns& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::DescribeRelation& describe, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowAll& show, const Services& services, Session& session);
Result<QueryReply> run(const sql::SetSetting& set, const Services& services, Session& session);

// users.cc
Result<QueryReply> run(const sql::CreateUser& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::AlterUser& alter, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropUser& drop, const Services& services, Session& session);

// storages.cc
Result<QueryReply> run(const sql::CreateStorage& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::AlterStorage& alter, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropStorage& drop, const Services& services, Session& session);
Result<QueryReply> run(const sql::CheckStorage& check, const Services& services, Session& session);

// topics.cc
Result<QueryReply> run(const sql::CreateTopic& create, const Services& services, Session& session);
Result<QueryReply> run(const sql::DropTopic& drop, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClearTopic& clear, const Services& services, Session& session);
Result<QueryReply> run(const sql::AddTopicSource& add, const Services& services, Session& session);
Result<QueryReply> run(const sql::Consume& consume, const Services& services, Session& session);
Result<QueryReply> run(const sql::Ack& ack, const Services& services, Session& session);

// jobs.cc
Result<QueryReply> run(const sql::KillJob& kill, const Services& services, Session& session);
Result<QueryReply> run(const sql::ShowExport& show, const Services& services, Session& session);

// subscribe.cc
Result<QueryReply> run(const sql::SubscribeTo& subscribe, const Services& services, Session& session);

// not_yet.cc: flush, compaction, backup, restore, export, live queries
Result<QueryReply> run(const sql::FlushTable& flush, const Services& services, Session& session);
Result<QueryReply> run(const sql::FlushAll& flush, const Services& services, Session& session);
Result<QueryReply> run(const sql::CompactTable& compact, const Services& services, Session& session);
Result<QueryReply> run(const sql::CompactAll& compact, const Services& services, Session& session);
Result<QueryReply> run(const sql::BackupDatabase& backup, const Services& services, Session& session);
Result<QueryReply> run(const sql::RestoreDatabase& restore, const Services& services, Session& session);
Result<QueryReply> run(const sql::ExportUserData& start, const Services& services, Session& session);
Result<QueryReply> run(const sql::KillLiveQuery& kill, const Services& services, Session& session);

// cluster.cc
Result<QueryReply> run(const sql::ClusterSnapshot& snapshot, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterPurge& purge, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterTriggerElection& trigger, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterTransferLeader& transfer, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterJoin& join, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterLeave& leave, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterRebalance& rebalance, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterStepDown& step_down, const Services& services, Session& session);
Result<QueryReply> run(const sql::ClusterClear& clear, const Services& services, Session& session);

}  // namespace kalam::query
