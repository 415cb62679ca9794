#include "sql/detail/classify.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/utf8.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

constexpr size_t kWordsMax = 4;

struct Line {
  std::array<std::string_view, kWordsMax> words;  // "-" is the sign
  StatementKind kind;
  Parser parse;
};

template <TableType kKind, Result<Body> (*kParse)(Words&, std::optional<TableType>)>
Result<Body> of_kind(Words& words) {
  return kParse(words, kKind);
}
template <Result<Body> (*kParse)(Words&, std::optional<TableType>)>
Result<Body> of_any_kind(Words& words) {
  return kParse(words, std::nullopt);
}

using enum StatementKind;
constexpr Line kLines[] = {
    {{"CREATE", "NAMESPACE"}, create_namespace, parse_create_namespace},
    {{"ALTER", "NAMESPACE"}, alter_namespace, parse_alter_namespace},
    {{"DROP", "NAMESPACE"}, drop_namespace, parse_drop_namespace},
    {{"SHOW", "NAMESPACES"}, show_namespaces, parse_show_namespaces},
    {{"USE"}, use_namespace, parse_use},
    {{"SET", "NAMESPACE"}, use_namespace, parse_set_namespace},
    {{"CREATE", "STORAGE"}, create_storage, parse_create_storage},
    {{"ALTER", "STORAGE"}, alter_storage, parse_alter_storage},
    {{"DROP", "STORAGE"}, drop_storage, parse_drop_storage},
    {{"STORAGE", "CHECK"}, check_storage, parse_check_storage},
    {{"SHOW", "STORAGES"}, show_storages, parse_show_storages},
    {{"DROP", "VIEW"}, drop_view, parse_drop_view},
    {{"CREATE", "TABLE"}, create_table, of_any_kind<parse_create_table>},
    {{"CREATE", "USER", "TABLE"}, create_table, of_kind<TableType::user, parse_create_table>},
    {{"CREATE", "SHARED", "TABLE"}, create_table, of_kind<TableType::shared, parse_create_table>},
    {{"CREATE", "STREAM", "TABLE"}, create_table, of_kind<TableType::stream, parse_create_table>},
    {{"ALTER", "TABLE"}, alter_table, of_any_kind<parse_alter_table>},
    {{"ALTER", "USER", "TABLE"}, alter_table, of_kind<TableType::user, parse_alter_table>},
    {{"ALTER", "SHARED", "TABLE"}, alter_table, of_kind<TableType::shared, parse_alter_table>},
    {{"ALTER", "STREAM", "TABLE"}, alter_table, of_kind<TableType::stream, parse_alter_table>},
    {{"DROP", "TABLE"}, drop_table, of_any_kind<parse_drop_table>},
    {{"DROP", "USER", "TABLE"}, drop_table, of_kind<TableType::user, parse_drop_table>},
    {{"DROP", "SHARED", "TABLE"}, drop_table, of_kind<TableType::shared, parse_drop_table>},
    {{"DROP", "STREAM", "TABLE"}, drop_table, of_kind<TableType::stream, parse_drop_table>},
    {{"SHOW", "TABLES"}, show_tables, parse_show_tables},
    {{"DESCRIBE", "TABLE"}, describe_table, parse_describe_table},
    {{"DESC", "TABLE"}, describe_table, parse_describe_table},
    {{"SHOW", "STATS"}, show_stats, parse_show_stats},
    {{"STORAGE", "FLUSH", "ALL"}, flush_all, parse_flush_all},
    {{"STORAGE", "FLUSH", "TABLE"}, flush_table, parse_flush_table},
    {{"STORAGE", "COMPACT", "ALL"}, compact_all, parse_compact_all},
    {{"STORAGE", "COMPACT", "TABLE"}, compact_table, parse_compact_table},
    {{"SHOW", "MANIFEST"}, show_manifest, parse_show_manifest},
    {{"SHOW", "EXPORT"}, show_export, parse_show_export},
    {{"EXPORT", "USER", "DATA"}, export_user_data, parse_export_user_data},
    {{"KILL", "JOB"}, kill_job, parse_kill_job},
    {{"KILL", "LIVE", "QUERY"}, kill_live_query, parse_kill_live_query},
    {{"CLUSTER", "SNAPSHOT"}, cluster_snapshot, parse_cluster_snapshot},
    {{"CLUSTER", "PURGE"}, cluster_purge, parse_cluster_purge},
    {{"CLUSTER", "TRIGGER", "ELECTION"}, cluster_trigger_election, parse_cluster_trigger_election},
    {{"CLUSTER", "TRIGGER", "-", "ELECTION"}, cluster_trigger_election, parse_cluster_trigger_election},
    {{"CLUSTER", "TRANSFER", "LEADER"}, cluster_transfer_leader, parse_cluster_transfer_leader},
    {{"CLUSTER", "TRANSFER", "-", "LEADER"}, cluster_transfer_leader, parse_cluster_transfer_leader},
    {{"CLUSTER", "JOIN"}, cluster_join, parse_cluster_join},
    {{"CLUSTER", "LEAVE"}, cluster_leave, parse_cluster_leave},
    {{"CLUSTER", "REBALANCE"}, cluster_rebalance, parse_cluster_rebalance},
    {{"CLUSTER", "STEPDOWN"}, cluster_step_down, parse_cluster_step_down},
    {{"CLUSTER", "STEP", "-", "DOWN"}, cluster_step_down, parse_cluster_step_down},
    {{"CLUSTER", "CLEAR"}, cluster_clear, parse_cluster_clear},
    {{"BEGIN"}, begin, parse_begin},
    {{"START", "TRANSACTION"}, begin, parse_start_transaction},
    {{"COMMIT"}, commit, parse_commit},
    {{"ROLLBACK"}, rollback, parse_rollback},
    {{"SUBSCRIBE", "TO"}, subscribe_to, parse_subscribe_to},
    {{"CREATE", "TOPIC"}, create_topic, parse_create_topic},
    {{"DROP", "TOPIC"}, drop_topic, parse_drop_topic},
    {{"CLEAR", "TOPIC"}, clear_topic, parse_clear_topic},
    {{"ALTER", "TOPIC"}, add_topic_source, parse_alter_topic},
    {{"CONSUME"}, consume, parse_consume},
    {{"ACK"}, ack, parse_ack},
    {{"BACKUP", "DATABASE"}, backup_database, parse_backup},
    {{"RESTORE", "DATABASE"}, restore_database, parse_restore},
    {{"CREATE", "USER"}, create_user, parse_create_user},
    {{"ALTER", "USER"}, alter_user, parse_alter_user},
    {{"DROP", "USER"}, drop_user, parse_drop_user},
    {{"EXPLAIN"}, explain, parse_explain},
    {{"SET"}, set_setting, parse_set},
    {{"SHOW", "COLUMNS"}, show_columns, parse_show_columns},
    {{"SHOW", "ALL"}, show_all, parse_show_all},
    {{"DESCRIBE"}, describe_relation, parse_describe_relation},
    {{"DESC"}, describe_relation, parse_describe_relation},
};

// Statements of SQL that may be written, but not to us.
constexpr std::string_view kKnownWords[] = {
    "ALTER",      "ANALYZE", "ATTACH",   "CALL",     "CHECKPOINT", "COMMENT", "COPY",      "CREATE",
    "DEALLOCATE", "DECLARE", "DETACH",   "DISCARD",  "DROP",       "END",     "EXECUTE",   "FROM",
    "GRANT",      "IMPORT",  "INSTALL",  "LISTEN",   "LOAD",       "LOCK",    "MERGE",     "NOTIFY",
    "PIVOT",      "PRAGMA",  "PREPARE",  "RELEASE",  "RESET",      "REVOKE",  "SAVEPOINT", "SHOW",
    "SUMMARIZE",  "TABLE",   "TRUNCATE", "UNLISTEN", "UNPIVOT",    "VACUUM",  "VALUES"};

bool fits(Words& words, const Line& line) {
  // A batch may hold a hundred thousand statements: most lines are ruled out at a glance.
  const auto first = words.peek().text;
  if (first.size() != line.words[0].size() || ascii_upper(first.front()) != line.words[0].front()) return false;
  for (size_t i = 0; i < kWordsMax && !line.words[i].empty(); ++i) {
    const bool same = line.words[i] == "-" ? words.peek(i).sign('-') : words.is(line.words[i], i);
    if (!same) return false;
  }
  return true;
}

// CREATE [OR REPLACE] [TEMP|TEMPORARY] [MATERIALIZED] VIEW
bool is_create_view(Words& words) {
  if (!words.is("CREATE")) return false;
  size_t ahead = 1;
  if (words.is("OR", ahead) && words.is("REPLACE", ahead + 1)) ahead += 2;
  if (words.is("TEMP", ahead) || words.is("TEMPORARY", ahead)) ++ahead;
  if (words.is("MATERIALIZED", ahead)) ++ahead;
  return words.is("VIEW", ahead);
}

// What is left in front of a query once its brackets are opened.
std::optional<StatementKind> read_by_engine(Words& words) {
  if (words.peek().kind == TokenKind::sign) {
    auto inside = words;
    while (inside.accept_sign('(')) {}
    if (inside.is("SELECT") || inside.is("WITH")) return select;
    return std::nullopt;
  }
  if (words.is("SELECT") || words.is("WITH")) return select;
  if (words.is("INSERT")) return insert;
  if (words.is("UPDATE")) return update;
  if (words.is("DELETE")) return remove;
  return std::nullopt;
}

// Words of ours that begin nothing by themselves.
Error half_said(Words& words) {
  const auto expected = [&](std::string_view what) {
    words.take();
    return words.unexpected(what);
  };
  if (words.is("START")) return expected("TRANSACTION");
  if (words.is("KILL")) return expected("JOB or LIVE QUERY");
  if (words.is("SUBSCRIBE")) return expected("TO");
  if (words.is("BACKUP") || words.is("RESTORE")) return expected("DATABASE");
  if (words.is("CREATE") && words.is("EXTERNAL", 1)) return expected("an object type");
  if (words.is("EXPORT")) return expected("USER DATA");
  return words.unexpected("an SQL statement");
}

}  // namespace

Result<Classified> classify(Words& words) {
  if (const auto kind = read_by_engine(words)) return Classified{*kind};
  if (is_create_view(words)) {
    words.take();
    return Classified{create_view, gate_of(create_view), parse_create_view};
  }
  for (const auto& line : kLines) {
    if (!fits(words, line)) continue;
    auto gate = gate_of(line.kind);
    if (line.words[0] == "DESC" && !gate.refusal.empty()) gate.refusal.remove_suffix(std::string_view("RIBE").size());
    for (size_t i = 0; i < kWordsMax && !line.words[i].empty(); ++i) words.take();
    return Classified{line.kind, gate, line.parse};
  }
  if (words.is("CLUSTER") && (words.is("LIST", 1) || words.is("STATUS", 1) || words.is("LS", 1))) {
    return invalid(
        "CLUSTER LIST is a CLI-only command. Use \\cluster list in kalam, or query system.cluster and "
        "system.cluster_groups directly.");
  }
  auto inside = words;
  while (inside.accept_sign('(')) {}
  const auto first = ascii_upper(inside.peek().text);
  const bool known = inside.peek().kind == TokenKind::word &&
                     std::find(std::begin(kKnownWords), std::end(kKnownWords), first) != std::end(kKnownWords);
  const bool whole = !(words.is("SHOW") && words.peek(1).kind == TokenKind::end);
  if (!known || !whole || (words.is("CREATE") && words.is("EXTERNAL", 1))) {
    return words.peek().sign('(') ? inside.unexpected("an SQL statement") : half_said(words);
  }
  const auto shown = words.rest().substr(0, 200);
  return Error{ErrorCode::not_supported,
               "Unsupported statement type: " + std::string(shown.substr(0, valid_utf8_prefix(shown)))};
}

}  // namespace kalam::sql
