// The parsers of single statements. Each is called with the words behind those that said which statement it is, reads
// the statement to its end, and refuses what it does not know.

#pragma once
#include "base/result.h"
#include "sql/detail/words.h"
#include "sql/statement.h"

namespace kalam::sql {

using Parser = Result<Body> (*)(Words&);

// query_parser.cc: the commands of the engine. What is explained, and queries themselves, stay text.
Result<Body> parse_explain(Words& words);
Result<Body> parse_set(Words& words);
Result<Body> parse_show_columns(Words& words);
Result<Body> parse_show_all(Words& words);
Result<Body> parse_describe_relation(Words& words);

// namespace_parser.cc
Result<Body> parse_create_namespace(Words& words);
Result<Body> parse_alter_namespace(Words& words);
Result<Body> parse_drop_namespace(Words& words);
Result<Body> parse_show_namespaces(Words& words);
Result<Body> parse_use(Words& words);
Result<Body> parse_set_namespace(Words& words);

// table_parser.cc: whole CREATE, ALTER and DROP statements, behind `CREATE [USER|SHARED|STREAM] TABLE`.
Result<Body> parse_create_table(Words& words, std::optional<TableType> kind);
Result<Body> parse_drop_table(Words& words, std::optional<TableType> kind);
Result<Body> parse_show_tables(Words& words);
Result<Body> parse_describe_table(Words& words);
Result<Body> parse_show_stats(Words& words);
Result<Body> parse_show_manifest(Words& words);

// alter_parser.cc
Result<Body> parse_alter_table(Words& words, std::optional<TableType> kind);

// view_parser.cc
Result<Body> parse_create_view(Words& words);  // behind CREATE
Result<Body> parse_drop_view(Words& words);

// storage_parser.cc
Result<Body> parse_create_storage(Words& words);
Result<Body> parse_alter_storage(Words& words);
Result<Body> parse_drop_storage(Words& words);
Result<Body> parse_show_storages(Words& words);
Result<Body> parse_check_storage(Words& words);
Result<Body> parse_flush_table(Words& words);
Result<Body> parse_flush_all(Words& words);
Result<Body> parse_compact_table(Words& words);
Result<Body> parse_compact_all(Words& words);

// topic_parser.cc
Result<Body> parse_create_topic(Words& words);
Result<Body> parse_drop_topic(Words& words);
Result<Body> parse_clear_topic(Words& words);
Result<Body> parse_alter_topic(Words& words);
Result<Body> parse_consume(Words& words);
Result<Body> parse_ack(Words& words);

// user_parser.cc
Result<Body> parse_create_user(Words& words);
Result<Body> parse_alter_user(Words& words);
Result<Body> parse_drop_user(Words& words);

// job_parser.cc
Result<Body> parse_kill_job(Words& words);
Result<Body> parse_kill_live_query(Words& words);
Result<Body> parse_backup(Words& words);
Result<Body> parse_restore(Words& words);
Result<Body> parse_export_user_data(Words& words);
Result<Body> parse_show_export(Words& words);

// cluster_parser.cc: behind CLUSTER and the word or words of its action.
Result<Body> parse_cluster_snapshot(Words& words);
Result<Body> parse_cluster_purge(Words& words);
Result<Body> parse_cluster_trigger_election(Words& words);
Result<Body> parse_cluster_transfer_leader(Words& words);
Result<Body> parse_cluster_join(Words& words);
Result<Body> parse_cluster_leave(Words& words);
Result<Body> parse_cluster_rebalance(Words& words);
Result<Body> parse_cluster_step_down(Words& words);
Result<Body> parse_cluster_clear(Words& words);

// transaction_parser.cc
Result<Body> parse_begin(Words& words);
Result<Body> parse_start_transaction(Words& words);
Result<Body> parse_commit(Words& words);
Result<Body> parse_rollback(Words& words);

// subscribe_parser.cc
Result<Body> parse_subscribe_to(Words& words);

}  // namespace kalam::sql
