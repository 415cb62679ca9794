// The words of replication: every command that changes something, and every answer. What they mean is the business of
// whoever applies them; their bytes are that of command_codec.h.
//
//   RaftCommand ── Meta ──> MetaCommand                 RaftResponse ── Meta ──> MetaResponse
//               ├─ UserData ──> UserDataCommand                       └─ Data ──> DataResponse
//               ├─ SharedData ──> SharedDataCommand
//               ├─ TransactionCommit
//               └─ Write
//
// Adding a variant: write its struct with `kName` and `fields()`, and append it to the union. That is all; the codec,
// its errors and its limits follow from the two. Names are for ever. A new field of an existing struct is an
// `std::optional`, so that commands written before it can still be read.
//
// Always true: a command holds everything that must be equal on all replicas (sequences, ids, defaults, timestamps), so
// that applying it asks no clock and no generator.

#pragma once
#include "codec/command_field.h"
#include "codec/write_command.h"

namespace kalam::codec {

namespace command {

// Namespaces, tables, storages, users, jobs: group `meta`. Times are milliseconds of the Unix epoch.

struct CreateNamespace {
  static constexpr std::string_view kName = "CreateNamespace";
  NamespaceId namespace_id;
  std::optional<UserId> created_by;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace_id", &CreateNamespace::namespace_id},
                      Field{"created_by", &CreateNamespace::created_by});
  }
  bool operator==(const CreateNamespace&) const = default;
};

struct DeleteNamespace {
  static constexpr std::string_view kName = "DeleteNamespace";
  NamespaceId namespace_id;
  static constexpr auto fields() { return std::tuple(Field{"namespace_id", &DeleteNamespace::namespace_id}); }
  bool operator==(const DeleteNamespace&) const = default;
};

struct CreateTable {
  static constexpr std::string_view kName = "CreateTable";
  TableId table_id;
  TableType table_type = TableType::user;
  TableDefinition table_def;
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &CreateTable::table_id}, Field{"table_type", &CreateTable::table_type},
                      Field{"table_def", &CreateTable::table_def});
  }
  bool operator==(const CreateTable&) const = default;
};

struct AlterTable {
  static constexpr std::string_view kName = "AlterTable";
  TableId table_id;
  TableDefinition table_def;  // the complete new one
  static constexpr auto fields() {
    return std::tuple(Field{"table_id", &AlterTable::table_id}, Field{"table_def", &AlterTable::table_def});
  }
  bool operator==(const AlterTable&) const = default;
};

struct DropTable {
  static constexpr std::string_view kName = "DropTable";
  TableId table_id;
  static constexpr auto fields() { return std::tuple(Field{"table_id", &DropTable::table_id}); }
  bool operator==(const DropTable&) const = default;
};

struct RegisterStorage {
  static constexpr std::string_view kName = "RegisterStorage";
  StorageId storage_id;
  Stored<SystemModel::storage> storage;
  static constexpr auto fields() {
    return std::tuple(Field{"storage_id", &RegisterStorage::storage_id}, Field{"storage", &RegisterStorage::storage});
  }
  bool operator==(const RegisterStorage&) const = default;
};

struct UnregisterStorage {
  static constexpr std::string_view kName = "UnregisterStorage";
  StorageId storage_id;
  static constexpr auto fields() { return std::tuple(Field{"storage_id", &UnregisterStorage::storage_id}); }
  bool operator==(const UnregisterStorage&) const = default;
};

struct CreateUser {
  static constexpr std::string_view kName = "CreateUser";
  Stored<SystemModel::user> user;
  static constexpr auto fields() { return std::tuple(Field{"user", &CreateUser::user}); }
  bool operator==(const CreateUser&) const = default;
};

struct UpdateUser {
  static constexpr std::string_view kName = "UpdateUser";
  Stored<SystemModel::user> user;
  static constexpr auto fields() { return std::tuple(Field{"user", &UpdateUser::user}); }
  bool operator==(const UpdateUser&) const = default;
};

struct DeleteUser {
  static constexpr std::string_view kName = "DeleteUser";
  UserId user_id;
  int64_t deleted_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"user_id", &DeleteUser::user_id}, Field{"deleted_at", &DeleteUser::deleted_at});
  }
  bool operator==(const DeleteUser&) const = default;
};

struct RecordLogin {
  static constexpr std::string_view kName = "RecordLogin";
  UserId user_id;
  int64_t logged_in_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"user_id", &RecordLogin::user_id}, Field{"logged_in_at", &RecordLogin::logged_in_at});
  }
  bool operator==(const RecordLogin&) const = default;
};

struct SetUserLocked {
  static constexpr std::string_view kName = "SetUserLocked";
  UserId user_id;
  std::optional<int64_t> locked_until;  // none: unlocked
  int64_t updated_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"user_id", &SetUserLocked::user_id}, Field{"locked_until", &SetUserLocked::locked_until},
                      Field{"updated_at", &SetUserLocked::updated_at});
  }
  bool operator==(const SetUserLocked&) const = default;
};

struct CreateJob {
  static constexpr std::string_view kName = "CreateJob";
  Stored<SystemModel::job> job;
  static constexpr auto fields() { return std::tuple(Field{"job", &CreateJob::job}); }
  bool operator==(const CreateJob&) const = default;
};

struct CreateJobNode {
  static constexpr std::string_view kName = "CreateJobNode";
  JobId job_id;
  NodeId node_id;
  std::string status;
  int64_t created_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &CreateJobNode::job_id}, Field{"node_id", &CreateJobNode::node_id},
                      Field{"status", &CreateJobNode::status}, Field{"created_at", &CreateJobNode::created_at});
  }
  bool operator==(const CreateJobNode&) const = default;
};

struct ClaimJobNode {
  static constexpr std::string_view kName = "ClaimJobNode";
  JobId job_id;
  NodeId node_id;
  int64_t claimed_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &ClaimJobNode::job_id}, Field{"node_id", &ClaimJobNode::node_id},
                      Field{"claimed_at", &ClaimJobNode::claimed_at});
  }
  bool operator==(const ClaimJobNode&) const = default;
};

struct UpdateJobNodeStatus {
  static constexpr std::string_view kName = "UpdateJobNodeStatus";
  JobId job_id;
  NodeId node_id;
  std::string status;
  std::optional<std::string> error_message;
  int64_t updated_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &UpdateJobNodeStatus::job_id}, Field{"node_id", &UpdateJobNodeStatus::node_id},
                      Field{"status", &UpdateJobNodeStatus::status},
                      Field{"error_message", &UpdateJobNodeStatus::error_message},
                      Field{"updated_at", &UpdateJobNodeStatus::updated_at});
  }
  bool operator==(const UpdateJobNodeStatus&) const = default;
};

struct ClaimJob {
  static constexpr std::string_view kName = "ClaimJob";
  JobId job_id;
  NodeId node_id;
  int64_t claimed_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &ClaimJob::job_id}, Field{"node_id", &ClaimJob::node_id},
                      Field{"claimed_at", &ClaimJob::claimed_at});
  }
  bool operator==(const ClaimJob&) const = default;
};

struct UpdateJobStatus {
  static constexpr std::string_view kName = "UpdateJobStatus";
  JobId job_id;
  std::string status;
  int64_t updated_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &UpdateJobStatus::job_id}, Field{"status", &UpdateJobStatus::status},
                      Field{"updated_at", &UpdateJobStatus::updated_at});
  }
  bool operator==(const UpdateJobStatus&) const = default;
};

struct CompleteJob {
  static constexpr std::string_view kName = "CompleteJob";
  JobId job_id;
  std::optional<std::string> result;
  int64_t completed_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &CompleteJob::job_id}, Field{"result", &CompleteJob::result},
                      Field{"completed_at", &CompleteJob::completed_at});
  }
  bool operator==(const CompleteJob&) const = default;
};

struct FailJob {
  static constexpr std::string_view kName = "FailJob";
  JobId job_id;
  std::string error_message;
  int64_t failed_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &FailJob::job_id}, Field{"error_message", &FailJob::error_message},
                      Field{"failed_at", &FailJob::failed_at});
  }
  bool operator==(const FailJob&) const = default;
};

struct ReleaseJob {
  static constexpr std::string_view kName = "ReleaseJob";
  JobId job_id;
  std::string reason;
  int64_t released_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &ReleaseJob::job_id}, Field{"reason", &ReleaseJob::reason},
                      Field{"released_at", &ReleaseJob::released_at});
  }
  bool operator==(const ReleaseJob&) const = default;
};

struct CancelJob {
  static constexpr std::string_view kName = "CancelJob";
  JobId job_id;
  std::string reason;
  int64_t cancelled_at = 0;
  static constexpr auto fields() {
    return std::tuple(Field{"job_id", &CancelJob::job_id}, Field{"reason", &CancelJob::reason},
                      Field{"cancelled_at", &CancelJob::cancelled_at});
  }
  bool operator==(const CancelJob&) const = default;
};

struct CreateNamespaceIfNotExists {
  static constexpr std::string_view kName = "CreateNamespaceIfNotExists";
  NamespaceId namespace_id;
  std::optional<UserId> created_by;
  static constexpr auto fields() {
    return std::tuple(Field{"namespace_id", &CreateNamespaceIfNotExists::namespace_id},
                      Field{"created_by", &CreateNamespaceIfNotExists::created_by});
  }
  bool operator==(const CreateNamespaceIfNotExists&) const = default;
};

}  // namespace command

using MetaCommand =
    std::variant<command::CreateNamespace, command::DeleteNamespace, command::CreateTable, command::AlterTable,
                 command::DropTable, command::RegisterStorage, command::UnregisterStorage, command::CreateUser,
                 command::UpdateUser, command::DeleteUser, command::RecordLogin, command::SetUserLocked,
                 command::CreateJob, command::CreateJobNode, command::ClaimJobNode, command::UpdateJobNodeStatus,
                 command::ClaimJob, command::UpdateJobStatus, command::CompleteJob, command::FailJob,
                 command::ReleaseJob, command::CancelJob, command::CreateNamespaceIfNotExists, command::Changes>;

namespace command {

// Rows of tables: groups `data:user:NN` and `data:shared:NN`.

// What the applier evaluates on the newest version of the one row that `filter` or `pk_values` names. All texts are
// deterministic SQL expressions over that row; `$1` is the first of `parameters`.
struct Assignment {
  std::string column;
  std::string value;
  static constexpr auto fields() {
    return std::tuple(Field{"column", &Assignment::column}, Field{"value", &Assignment::value});
  }
  bool operator==(const Assignment&) const = default;
};
struct Expression {
  std::vector<Assignment> assignments;  // none for a DELETE
  std::optional<std::string> condition;
  std::vector<Value> parameters;
  static constexpr auto fields() {
    return std::tuple(Field{"assignments", &Expression::assignments}, Field{"condition", &Expression::condition},
                      Field{"parameters", &Expression::parameters});
  }
  bool operator==(const Expression&) const = default;
};

// What every write of rows says.
struct WriteToTable {
  std::optional<uint64_t> required_meta_index;  // a replica that has not applied it yet waits
  std::optional<TransactionId> transaction_id;
  TableId table_id;
  std::optional<uint32_t> schema_version;  // of the table, when the rows were made
  std::optional<WriteId> write_id;
  static constexpr auto fields() {
    return std::tuple(
        Field{"required_meta_index", &WriteToTable::required_meta_index},
        Field{"transaction_id", &WriteToTable::transaction_id}, Field{"table_id", &WriteToTable::table_id},
        Field{"schema_version", &WriteToTable::schema_version}, Field{"write_id", &WriteToTable::write_id});
  }
  bool operator==(const WriteToTable&) const = default;
};
struct WriteToSharedTable : WriteToTable {
  bool operator==(const WriteToSharedTable&) const = default;
};
struct WriteToUserTable : WriteToTable {
  UserId user_id;
  static constexpr auto fields() {
    return std::tuple_cat(WriteToTable::fields(), std::tuple(Field{"user_id", &WriteToUserTable::user_id}));
  }
  bool operator==(const WriteToUserTable&) const = default;
};

// `seq` holds the `_seq` of each new version, `expected_seq` that of each row which the statement saw: one element a
// row. Whether there are as many as rows is asked by the applier.
template <typename Target>
struct Insert : Target {
  static constexpr std::string_view kName = "Insert";
  std::vector<NamedValues> rows;
  std::optional<std::vector<RowSeq>> seq;
  static constexpr auto fields() {
    return std::tuple_cat(Target::fields(), std::tuple(Field{"rows", &Insert::rows}, Field{"seq", &Insert::seq}));
  }
  bool operator==(const Insert&) const = default;
};

template <typename Target>
struct Update : Target {
  static constexpr std::string_view kName = "Update";
  std::vector<NamedValues> updates;   // the assigned columns
  std::optional<std::string> filter;  // text of the primary key
  std::optional<std::vector<RowSeq>> seq;
  std::optional<std::vector<RowSeq>> expected_seq;
  std::optional<Expression> expression;
  static constexpr auto fields() {
    return std::tuple_cat(
        Target::fields(),
        std::tuple(Field{"updates", &Update::updates}, Field{"filter", &Update::filter}, Field{"seq", &Update::seq},
                   Field{"expected_seq", &Update::expected_seq}, Field{"expression", &Update::expression}));
  }
  bool operator==(const Update&) const = default;
};

template <typename Target>
struct Delete : Target {
  static constexpr std::string_view kName = "Delete";
  std::optional<std::vector<std::string>> pk_values;  // texts of primary keys
  std::optional<std::vector<RowSeq>> seq;             // of the tombstones
  std::optional<std::vector<RowSeq>> expected_seq;
  std::optional<Expression> expression;
  static constexpr auto fields() {
    return std::tuple_cat(
        Target::fields(),
        std::tuple(Field{"pk_values", &Delete::pk_values}, Field{"seq", &Delete::seq},
                   Field{"expected_seq", &Delete::expected_seq}, Field{"expression", &Delete::expression}));
  }
  bool operator==(const Delete&) const = default;
};

// One staged write of a transaction.
enum class Operation : uint8_t { insert, update, remove };

struct Mutation {
  TransactionId transaction_id;
  uint64_t order = 0;  // 0, 1, 2, … in a transaction
  TableId table_id;
  TableType table_type = TableType::user;
  std::optional<UserId> user_id;  // of USER tables
  Operation operation = Operation::insert;
  std::string primary_key;  // as text
  NamedValues row;          // Insert: all of it; Update: the assigned columns; Delete: empty
  bool tombstone = false;
  std::optional<uint32_t> schema_version;
  std::optional<RowSeq> seq;
  std::optional<RowSeq> expected_seq;
  static constexpr auto fields() {
    return std::tuple(Field{"transaction_id", &Mutation::transaction_id}, Field{"order", &Mutation::order},
                      Field{"table_id", &Mutation::table_id}, Field{"table_type", &Mutation::table_type},
                      Field{"user_id", &Mutation::user_id}, Field{"operation", &Mutation::operation},
                      Field{"primary_key", &Mutation::primary_key}, Field{"row", &Mutation::row},
                      Field{"tombstone", &Mutation::tombstone}, Field{"schema_version", &Mutation::schema_version},
                      Field{"seq", &Mutation::seq}, Field{"expected_seq", &Mutation::expected_seq});
  }
  bool operator==(const Mutation&) const = default;
};

struct TransactionCommit {
  static constexpr std::string_view kName = "TransactionCommit";
  TransactionId transaction_id;
  std::vector<Mutation> mutations;
  std::optional<uint64_t> required_meta_index;
  std::optional<WriteId> write_id;
  static constexpr auto fields() {
    return std::tuple(Field{"transaction_id", &TransactionCommit::transaction_id},
                      Field{"mutations", &TransactionCommit::mutations},
                      Field{"required_meta_index", &TransactionCommit::required_meta_index},
                      Field{"write_id", &TransactionCommit::write_id});
  }
  bool operator==(const TransactionCommit&) const = default;
};

}  // namespace command

using UserInsert = command::Insert<command::WriteToUserTable>;
using UserUpdate = command::Update<command::WriteToUserTable>;
using UserDelete = command::Delete<command::WriteToUserTable>;
using UserDataCommand = std::variant<UserInsert, UserUpdate, UserDelete>;

using SharedInsert = command::Insert<command::WriteToSharedTable>;
using SharedUpdate = command::Update<command::WriteToSharedTable>;
using SharedDelete = command::Delete<command::WriteToSharedTable>;
using SharedDataCommand = std::variant<SharedInsert, SharedUpdate, SharedDelete>;

namespace command {

struct Meta {
  static constexpr std::string_view kName = "Meta";
  MetaCommand command;
  static constexpr auto fields() { return Content{&Meta::command}; }
  bool operator==(const Meta&) const = default;
};
struct UserData {
  static constexpr std::string_view kName = "UserData";
  UserDataCommand command;
  static constexpr auto fields() { return Content{&UserData::command}; }
  bool operator==(const UserData&) const = default;
};
struct SharedData {
  static constexpr std::string_view kName = "SharedData";
  SharedDataCommand command;
  static constexpr auto fields() { return Content{&SharedData::command}; }
  bool operator==(const SharedData&) const = default;
};

}  // namespace command

// What a proposal is forwarded as; logs hold the inner command, and a transaction's commit as this.
using RaftCommand =
    std::variant<command::Meta, command::UserData, command::SharedData, command::TransactionCommit, command::Write>;

}  // namespace kalam::codec
