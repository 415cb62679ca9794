// For tests: a statement as one line of text, everything in it that was read.

#pragma once
#include <sstream>
#include <string>
#include <variant>

#include "sql/statement.h"

namespace kalam::sql {

class Shown {
 public:
  static std::string of(const Statement& statement) {
    Shown shown;
    shown.out_ << name_of(statement.kind);
    if (statement.as_user) shown.field("as", *statement.as_user);
    std::visit([&](const auto& body) { shown.body(body); }, statement.body);
    return shown.out_.str();
  }

 private:
  void field(std::string_view name, const std::string& value) { out_ << ' ' << name << '=' << value; }
  void field(std::string_view name, const char* value) { out_ << ' ' << name << '=' << value; }
  void field(std::string_view name, bool value) {
    if (value) out_ << ' ' << name;
  }
  template <std::integral Number>
  void field(std::string_view name, Number value) {
    out_ << ' ' << name << '=' << value;
  }
  void field(std::string_view name, const ObjectName& value) {
    field(name, value.ns.empty() ? value.name : value.ns + "." + value.name);
  }
  void field(std::string_view name, std::string_view value) { field(name, std::string(value)); }
  void field(std::string_view name, TableType value) { field(name, name_of(value)); }
  void field(std::string_view name, AccessLevel value) { field(name, name_of(value)); }
  void field(std::string_view name, Role value) { field(name, name_of(value)); }
  void field(std::string_view name, const FlushPolicy& value) { field(name, value.json()); }
  template <typename Value>
  void field(std::string_view name, const std::optional<Value>& value) {
    if constexpr (std::is_same_v<Value, bool>) {
      if (value) field(name, *value ? "true" : "false");
    } else {
      if (value) field(name, *value);
    }
  }

  void column(const ColumnSpec& column) {
    out_ << " [" << column.name << ' ' << column.type.sql_name();
    if (column.primary_key) out_ << " PRIMARY KEY";
    else if (!column.nullable) out_ << " NOT NULL";
    if (const auto text = column.default_value.sql()) out_ << " DEFAULT " << *text;
    if (column.comment) out_ << " COMMENT " << *column.comment;
    out_ << ']';
  }

  // Statements of one word.
  template <typename Body>
  void body(const Body&) {
    static_assert(std::is_empty_v<Body>, "a statement that is not shown");
  }
  void body(const Insert& s) {
    if (s.values) field("values", print(*s.values));
  }
  void body(const Explain& s) {
    field("analyze", s.analyze);
    field("verbose", s.verbose);
    field("of", s.statement);
  }
  void body(const SetSetting& s) { field(s.key, s.value); }
  void body(const ShowColumns& s) { field("table", s.table); }
  void body(const DescribeRelation& s) { field("relation", s.relation); }
  void body(const CreateNamespace& s) {
    field("name", s.name);
    field("if_not_exists", s.if_not_exists);
  }
  void body(const AlterNamespace& s) {
    field("name", s.name);
    for (const auto& [key, json] : s.options) field(key, json);
  }
  void body(const DropNamespace& s) {
    field("name", s.name);
    field("if_exists", s.if_exists);
    field("cascade", s.cascade);
  }
  void body(const UseNamespace& s) { field("name", s.name); }
  void body(const CreateTable& s) {
    field("table", s.table);
    field("if_not_exists", s.if_not_exists);
    field("kind", s.kind);
    for (const auto& spec : s.columns) column(spec);
    field("storage_id", s.options.storage_id);
    field("use_user_storage", s.options.use_user_storage);
    field("flush_policy", s.options.flush_policy);
    field("deleted_retention_hours", s.options.deleted_retention_hours);
    field("ttl_seconds", s.options.ttl_seconds);
    field("access_level", s.options.access_level);
  }
  void body(const AlterTable& s) {
    field("table", s.table);
    field("kind", s.kind);
    std::visit([this](const auto& made) { action(made); }, s.action);
  }
  void action(const AddColumn& a) {
    out_ << " ADD";
    column(a.column);
  }
  void action(const DropColumn& a) {
    field("DROP", a.column);
    field("if_exists", a.if_exists);
  }
  void action(const RenameColumn& a) {
    field("RENAME", a.column);
    field("TO", a.new_name);
  }
  void action(const ModifyColumn& a) {
    field("MODIFY", a.column);
    field("type", a.type.sql_name());
    field("nullable", a.nullable);
  }
  void action(const SetNullable& a) { field(a.nullable ? "NULLABLE" : "NOT NULL", a.column); }
  void action(const SetDefault& a) {
    field("DEFAULT", a.column);
    field("is", a.default_value.sql());
  }
  void action(const SetAccessLevel& a) { field("ACCESS", a.level); }
  void action(const CreateVectorIndex& a) {
    field("CREATE INDEX", a.column);
    const char* names[] = {"cosine", "l2", "dot"};
    field("metric", names[static_cast<size_t>(a.metric)]);
  }
  void action(const DropVectorIndex& a) { field("DROP INDEX", a.column); }
  void body(const DropTable& s) {
    field("table", s.table);
    field("kind", s.kind);
    field("if_exists", s.if_exists);
  }
  void body(const CreateView& s) {
    field("view", s.view);
    field("or_replace", s.or_replace);
    field("if_not_exists", s.if_not_exists);
    for (const auto& column : s.columns) field("column", column);
    field("query", s.query);
  }
  void body(const DropView& s) {
    field("view", s.view);
    field("if_exists", s.if_exists);
  }
  void body(const ShowTables& s) { field("in", s.ns); }
  void body(const DescribeTable& s) {
    field("table", s.table);
    field("history", s.history);
  }
  void body(const ShowStats& s) { field("table", s.table); }
  void body(const CreateStorage& s) {
    const char* types[] = {"filesystem", "s3", "gcs", "azure"};
    field("id", s.id);
    field("type", types[static_cast<size_t>(s.type)]);
    field("name", s.name);
    field("description", s.description);
    field("base", s.base_directory);
    field("shared", s.shared_tables_template);
    field("user", s.user_tables_template);
    field("credentials", s.credentials);
    field("config", s.config);
  }
  void body(const AlterStorage& s) {
    field("id", s.id);
    field("name", s.name);
    field("description", s.description);
    field("shared", s.shared_tables_template);
    field("user", s.user_tables_template);
    field("config", s.config);
  }
  void body(const DropStorage& s) {
    field("id", s.id);
    field("if_exists", s.if_exists);
  }
  void body(const CheckStorage& s) {
    field("id", s.id);
    field("extended", s.extended);
  }
  void body(const FlushTable& s) { field("table", s.table); }
  void body(const FlushAll& s) { field("in", s.ns); }
  void body(const CompactTable& s) { field("table", s.table); }
  void body(const CompactAll& s) { field("in", s.ns); }
  void body(const CreateTopic& s) {
    field("topic", s.topic);
    field("partitions", s.partitions);
    field("if_not_exists", s.if_not_exists);
  }
  void body(const DropTopic& s) { field("topic", s.topic); }
  void body(const ClearTopic& s) { field("topic", s.topic); }
  void body(const AddTopicSource& s) {
    const char* operations[] = {"insert", "update", "delete"};
    const char* payloads[] = {"key", "full", "diff"};
    field("topic", s.topic);
    field("table", s.table);
    field("on", operations[static_cast<size_t>(s.operation)]);
    field("where", s.filter);
    field("payload", payloads[static_cast<size_t>(s.payload)]);
  }
  void body(const Consume& s) {
    field("topic", s.topic);
    field("group", s.group);
    if (const auto* offset = std::get_if<Consume::Offset>(&s.start)) field("from", offset->offset);
    else field("from", std::holds_alternative<Consume::Latest>(s.start) ? "latest" : "earliest");
    field("limit", s.limit);
  }
  void body(const Ack& s) {
    field("topic", s.topic);
    field("group", s.group);
    field("partition", s.partition);
    field("offset", s.offset);
  }
  void body(const CreateUser& s) {
    field("user", s.name);
    if (const auto* password = std::get_if<CreateUser::Password>(&s.auth)) field("password", password->password);
    if (const auto* oauth = std::get_if<CreateUser::OAuth>(&s.auth)) field("oauth", oauth->json.value_or("?"));
    field("internal", std::holds_alternative<CreateUser::Internal>(s.auth));
    field("role", s.role);
    field("email", s.email);
  }
  void body(const AlterUser& s) {
    field("user", s.name);
    std::visit([this](const auto& made) { action(made); }, s.action);
  }
  void action(const SetPassword& a) { field("PASSWORD", a.password); }
  void action(const SetRole& a) { field("ROLE", a.role); }
  void action(const SetEmail& a) { field("EMAIL", a.email); }
  void action(const RevokeTokens&) { field("REVOKE TOKENS", true); }
  void action(const Unlock&) { field("UNLOCK", true); }
  void action(const SetStorageMode& a) { field("STORAGE_MODE", a.mode == StorageMode::table ? "table" : "region"); }
  void action(const SetStorageId& a) { field("STORAGE_ID", a.storage_id.value_or("NULL")); }
  void action(const SetOAuth& a) { field("OAUTH", a.json); }
  void body(const DropUser& s) {
    field("user", s.name);
    field("if_exists", s.if_exists);
  }
  void body(const KillJob& s) { field("job", s.job_id); }
  void body(const KillLiveQuery& s) { field("live", s.live_id); }
  void body(const SubscribeTo& s) {
    field("query", print(s.query));
    field("last_rows", s.last_rows);
    field("batch_size", s.batch_size);
    field("from", s.from_seq);
  }
  void body(const BackupDatabase& s) { field("path", s.path); }
  void body(const RestoreDatabase& s) { field("path", s.path); }
  void body(const ClusterPurge& s) { field("upto", s.upto); }
  void body(const ClusterTransferLeader& s) { field("node", s.node_id); }
  void body(const ClusterJoin& s) {
    field("node", s.node_id);
    field("rpc", s.rpc_address);
    field("api", s.api_address);
  }
  void body(const ClusterLeave& s) { field("node", s.node_id); }

  std::ostringstream out_;
};

}  // namespace kalam::sql
