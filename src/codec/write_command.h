// What the commands of commands/command.h are on the wire: `Changes` (of what exists) is a variant of MetaCommand,
// `Write` (of rows) one of RaftCommand. The structs mirror those of commands, which lie above this module;
// commands/wire_form.h turns the one into the other.
//
// Rows travel by place, not by name: a write names the generation and the version of its table and is refused by any
// other, so places cannot be misread.

#pragma once
#include "codec/command_field.h"
#include "types/role.h"
#include "types/row_change.h"

namespace kalam::codec::command {

// Which request with an `Idempotency-Key` a write belongs to; a repeat of it gets the first answer.
struct WriteId {
  UserId user;
  std::string key;
  uint32_t statement = 0;   // its place in the request
  std::string fingerprint;  // of the whole request, in hexadecimal
  static constexpr auto fields() {
    return std::tuple(Field{"user", &WriteId::user}, Field{"key", &WriteId::key},
                      Field{"statement", &WriteId::statement}, Field{"fingerprint", &WriteId::fingerprint});
  }
  bool operator==(const WriteId&) const = default;
};

// When and where a command was made: what the applier takes for `now`, and for the worker in `_seq`.
struct Made {
  int64_t at_ms = 0;
  uint32_t worker = 0;
  static constexpr auto fields() { return std::tuple(Field{"at_ms", &Made::at_ms}, Field{"worker", &Made::worker}); }
  bool operator==(const Made&) const = default;
};

// --- rows ------------------------------------------------------------------------------------------------------------

struct TableVersion {
  TableId table_id;
  uint64_t generation = 0;
  uint32_t schema_version = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &TableVersion::table_id}, Field{"generation", &TableVersion::generation},
                      Field{"schema_version", &TableVersion::schema_version});
  }
  bool operator==(const TableVersion&) const = default;
};

struct RowVersion {
  ChangeKind kind = ChangeKind::insert;
  Value key;
  std::vector<Value> values;
  RowSeq seq = RowSeq(0);
  std::optional<RowSeq> expected_seq;
  static constexpr auto fields() {
    return std::tuple(Field{"kind", &RowVersion::kind}, Field{"key", &RowVersion::key},
                      Field{"values", &RowVersion::values}, Field{"seq", &RowVersion::seq},
                      Field{"expected_seq", &RowVersion::expected_seq});
  }
  bool operator==(const RowVersion&) const = default;
};

struct WriteRows {
  static constexpr std::string_view kName = "Rows";
  TableVersion table;
  std::optional<UserId> user_id;
  std::vector<RowVersion> rows;
  static constexpr auto fields() {
    return std::tuple(Field{"table", &WriteRows::table}, Field{"user_id", &WriteRows::user_id},
                      Field{"rows", &WriteRows::rows});
  }
  bool operator==(const WriteRows&) const = default;
};

// UPDATE or DELETE of one row by expressions over it: deterministic SQL, `$1` is the first of `parameters`.
struct WriteByKey {
  static constexpr std::string_view kName = "ByKey";
  TableVersion table;
  std::optional<UserId> user_id;
  ChangeKind kind = ChangeKind::update;
  Value key;
  std::vector<std::string> expressions;
  bool has_condition = false;
  std::vector<uint64_t> assigned;
  std::vector<Value> parameters;
  std::string viewer;
  Role viewer_role = Role::anonymous;
  static constexpr auto fields() {
    return std::tuple(Field{"table", &WriteByKey::table}, Field{"user_id", &WriteByKey::user_id},
                      Field{"kind", &WriteByKey::kind}, Field{"key", &WriteByKey::key},
                      Field{"expressions", &WriteByKey::expressions},
                      Field{"has_condition", &WriteByKey::has_condition}, Field{"assigned", &WriteByKey::assigned},
                      Field{"parameters", &WriteByKey::parameters}, Field{"viewer", &WriteByKey::viewer},
                      Field{"viewer_role", &WriteByKey::viewer_role});
  }
  bool operator==(const WriteByKey&) const = default;
};

using Part = std::variant<WriteRows, WriteByKey>;

struct Write {
  static constexpr std::string_view kName = "Write";
  Made made;
  std::vector<Part> parts;
  std::optional<TransactionId> transaction_id;
  std::optional<WriteId> write_id;
  std::optional<uint64_t> required_meta_index;
  static constexpr auto fields() {
    return std::tuple(Field{"made", &Write::made}, Field{"parts", &Write::parts},
                      Field{"transaction_id", &Write::transaction_id}, Field{"write_id", &Write::write_id},
                      Field{"required_meta_index", &Write::required_meta_index});
  }
  bool operator==(const Write&) const = default;
};

// --- what exists -----------------------------------------------------------------------------------------------------

// ALTER TABLE: one action.
struct AddColumn {
  static constexpr std::string_view kName = "AddColumn";
  std::string name;
  DataType type;
  bool nullable = true;
  ColumnDefault default_value;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &AddColumn::name}, Field{"type", &AddColumn::type},
                      Field{"nullable", &AddColumn::nullable}, Field{"default_value", &AddColumn::default_value});
  }
  bool operator==(const AddColumn&) const = default;
};
struct DropColumn {
  static constexpr std::string_view kName = "DropColumn";
  std::string name;
  static constexpr auto fields() { return std::tuple(Field{"name", &DropColumn::name}); }
  bool operator==(const DropColumn&) const = default;
};
struct RenameColumn {
  static constexpr std::string_view kName = "RenameColumn";
  std::string from;
  std::string to;
  static constexpr auto fields() {
    return std::tuple(Field{"from", &RenameColumn::from}, Field{"to", &RenameColumn::to});
  }
  bool operator==(const RenameColumn&) const = default;
};
struct ModifyColumn {
  static constexpr std::string_view kName = "ModifyColumn";
  std::string name;
  DataType type;
  std::optional<bool> nullable;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &ModifyColumn::name}, Field{"type", &ModifyColumn::type},
                      Field{"nullable", &ModifyColumn::nullable});
  }
  bool operator==(const ModifyColumn&) const = default;
};
struct SetNullable {
  static constexpr std::string_view kName = "SetNullable";
  std::string name;
  bool nullable = true;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &SetNullable::name}, Field{"nullable", &SetNullable::nullable});
  }
  bool operator==(const SetNullable&) const = default;
};
struct SetDefault {
  static constexpr std::string_view kName = "SetDefault";
  std::string name;
  ColumnDefault default_value;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &SetDefault::name}, Field{"default_value", &SetDefault::default_value});
  }
  bool operator==(const SetDefault&) const = default;
};
struct SetAccessLevel {
  static constexpr std::string_view kName = "SetAccessLevel";
  AccessLevel level = AccessLevel::private_;
  static constexpr auto fields() { return std::tuple(Field{"level", &SetAccessLevel::level}); }
  bool operator==(const SetAccessLevel&) const = default;
};

using AlterAction =
    std::variant<AddColumn, DropColumn, RenameColumn, ModifyColumn, SetNullable, SetDefault, SetAccessLevel>;

struct NewColumn {
  std::string name;
  std::optional<std::string> comment;
  DataType type;
  ColumnDefault default_value;
  bool nullable = true;
  bool primary_key = false;
  bool partition_key = false;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &NewColumn::name}, Field{"comment", &NewColumn::comment},
                      Field{"type", &NewColumn::type}, Field{"default_value", &NewColumn::default_value},
                      Field{"nullable", &NewColumn::nullable}, Field{"primary_key", &NewColumn::primary_key},
                      Field{"partition_key", &NewColumn::partition_key});
  }
  bool operator==(const NewColumn&) const = default;
};

// Ids are texts here: whether a name may be given is asked by the applier, whose answer the user gets.
struct MakeNamespace {
  static constexpr std::string_view kName = "CreateNamespace";
  std::string name;
  std::string created_by;
  static constexpr auto fields() {
    return std::tuple(Field{"name", &MakeNamespace::name}, Field{"created_by", &MakeNamespace::created_by});
  }
  bool operator==(const MakeNamespace&) const = default;
};
struct AlterNamespace {
  static constexpr std::string_view kName = "AlterNamespace";
  std::string namespace_id;
  std::string options;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace_id", &AlterNamespace::namespace_id}, Field{"options", &AlterNamespace::options});
  }
  bool operator==(const AlterNamespace&) const = default;
};
struct RemoveNamespace {
  static constexpr std::string_view kName = "DropNamespace";
  std::string namespace_id;
  bool cascade = false;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace_id", &RemoveNamespace::namespace_id},
                      Field{"cascade", &RemoveNamespace::cascade});
  }
  bool operator==(const RemoveNamespace&) const = default;
};
struct MakeTable {
  static constexpr std::string_view kName = "CreateTable";
  RawTableId table_id;
  TableType type = TableType::user;
  std::vector<NewColumn> columns;
  TableOptions options;
  std::optional<std::string> comment;
  std::string created_by;
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &MakeTable::table_id}, Field{"type", &MakeTable::type},
                      Field{"columns", &MakeTable::columns}, Field{"options", &MakeTable::options},
                      Field{"comment", &MakeTable::comment}, Field{"created_by", &MakeTable::created_by});
  }
  bool operator==(const MakeTable&) const = default;
};
struct ChangeTable {
  static constexpr std::string_view kName = "AlterTable";
  RawTableId table_id;
  AlterAction action;
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &ChangeTable::table_id}, Field{"action", &ChangeTable::action});
  }
  bool operator==(const ChangeTable&) const = default;
};
struct RemoveTable {
  static constexpr std::string_view kName = "DropTable";
  RawTableId table_id;
  static constexpr auto fields() { return std::tuple(Field{"table_id", &RemoveTable::table_id}); }
  bool operator==(const RemoveTable&) const = default;
};
struct MakeView {
  static constexpr std::string_view kName = "CreateView";
  RawTableId view_id;
  std::string query;
  std::vector<std::string> columns;
  std::string created_by;
  bool or_replace = false;
  static constexpr auto fields() {
    return std::tuple(Field{"view_id", &MakeView::view_id}, Field{"query", &MakeView::query},
                      Field{"columns", &MakeView::columns}, Field{"created_by", &MakeView::created_by},
                      Field{"or_replace", &MakeView::or_replace});
  }
  bool operator==(const MakeView&) const = default;
};
struct RemoveView {
  static constexpr std::string_view kName = "DropView";
  RawTableId view_id;
  static constexpr auto fields() { return std::tuple(Field{"view_id", &RemoveView::view_id}); }
  bool operator==(const RemoveView&) const = default;
};
struct MakeStorage {
  static constexpr std::string_view kName = "CreateStorage";
  Stored<SystemModel::storage> storage;
  static constexpr auto fields() { return std::tuple(Field{"storage", &MakeStorage::storage}); }
  bool operator==(const MakeStorage&) const = default;
};
struct AlterStorage {
  static constexpr std::string_view kName = "AlterStorage";
  Stored<SystemModel::storage> storage;
  Stored<SystemModel::storage> before;
  static constexpr auto fields() {
    return std::tuple(Field{"storage", &AlterStorage::storage}, Field{"before", &AlterStorage::before});
  }
  bool operator==(const AlterStorage&) const = default;
};
struct RemoveStorage {
  static constexpr std::string_view kName = "DropStorage";
  std::string storage_id;
  static constexpr auto fields() { return std::tuple(Field{"storage_id", &RemoveStorage::storage_id}); }
  bool operator==(const RemoveStorage&) const = default;
};
struct MakeUser {
  static constexpr std::string_view kName = "CreateUser";
  Stored<SystemModel::user> user;
  static constexpr auto fields() { return std::tuple(Field{"user", &MakeUser::user}); }
  bool operator==(const MakeUser&) const = default;
};
struct AlterUser {
  static constexpr std::string_view kName = "AlterUser";
  Stored<SystemModel::user> user;
  int64_t expected_updated_at_us = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"user", &AlterUser::user},
                      Field{"expected_updated_at_us", &AlterUser::expected_updated_at_us});
  }
  bool operator==(const AlterUser&) const = default;
};
struct RemoveUser {
  static constexpr std::string_view kName = "DropUser";
  std::string user_id;
  static constexpr auto fields() { return std::tuple(Field{"user_id", &RemoveUser::user_id}); }
  bool operator==(const RemoveUser&) const = default;
};
struct CountLogin {
  static constexpr std::string_view kName = "CountLogin";
  std::string user_id;
  bool succeeded = false;
  bool lock_voids_tokens = false;
  static constexpr auto fields() {
    return std::tuple(Field{"user_id", &CountLogin::user_id}, Field{"succeeded", &CountLogin::succeeded},
                      Field{"lock_voids_tokens", &CountLogin::lock_voids_tokens});
  }
  bool operator==(const CountLogin&) const = default;
};
struct MakeTopic {
  static constexpr std::string_view kName = "CreateTopic";
  Stored<SystemModel::topic> topic;
  static constexpr auto fields() { return std::tuple(Field{"topic", &MakeTopic::topic}); }
  bool operator==(const MakeTopic&) const = default;
};
struct AlterTopic {
  static constexpr std::string_view kName = "AlterTopic";
  Stored<SystemModel::topic> topic;
  Stored<SystemModel::topic> before;
  static constexpr auto fields() {
    return std::tuple(Field{"topic", &AlterTopic::topic}, Field{"before", &AlterTopic::before});
  }
  bool operator==(const AlterTopic&) const = default;
};
struct RemoveTopic {
  static constexpr std::string_view kName = "DropTopic";
  std::string topic_id;
  static constexpr auto fields() { return std::tuple(Field{"topic_id", &RemoveTopic::topic_id}); }
  bool operator==(const RemoveTopic&) const = default;
};
struct PutJob {
  static constexpr std::string_view kName = "PutJob";
  Stored<SystemModel::job> job;
  static constexpr auto fields() { return std::tuple(Field{"job", &PutJob::job}); }
  bool operator==(const PutJob&) const = default;
};

struct AckOffset {
  static constexpr std::string_view kName = "AckOffset";
  std::string topic_id;
  std::string group_id;
  uint32_t partition = 0;
  uint64_t offset = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"topic_id", &AckOffset::topic_id}, Field{"group_id", &AckOffset::group_id},
                      Field{"partition", &AckOffset::partition}, Field{"offset", &AckOffset::offset});
  }
  bool operator==(const AckOffset&) const = default;
};
struct TrimTopic {
  static constexpr std::string_view kName = "TrimTopic";
  std::string topic_id;
  uint32_t partition = 0;
  std::optional<uint64_t> before;
  static constexpr auto fields() {
    return std::tuple(Field{"topic_id", &TrimTopic::topic_id}, Field{"partition", &TrimTopic::partition},
                      Field{"before", &TrimTopic::before});
  }
  bool operator==(const TrimTopic&) const = default;
};

// In the order of commands::Change; new ones are appended.
using Change = std::variant<MakeNamespace, AlterNamespace, RemoveNamespace, MakeTable, ChangeTable, RemoveTable,
                            MakeView, RemoveView, MakeStorage, AlterStorage, RemoveStorage, MakeUser, AlterUser,
                            RemoveUser, CountLogin, MakeTopic, AlterTopic, RemoveTopic, PutJob, AckOffset, TrimTopic>;

struct Changes {
  static constexpr std::string_view kName = "Changes";
  Made made;
  std::vector<Change> changes;
  std::vector<Stored<SystemModel::audit_log_entry>> audit;
  int64_t at_ms = 0;
  std::optional<WriteId> write_id;
  static constexpr auto fields() {
    return std::tuple(Field{"made", &Changes::made}, Field{"changes", &Changes::changes},
                      Field{"audit", &Changes::audit}, Field{"at_ms", &Changes::at_ms},
                      Field{"write_id", &Changes::write_id});
  }
  bool operator==(const Changes&) const = default;
};

}  // namespace kalam::codec::command
