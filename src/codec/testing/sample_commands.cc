#include "codec/testing/sample_commands.h"

#include <algorithm>

#include "codec/testing/sample_models.h"
#include "codec/testing/sample_tables.h"

namespace kalam::codec::testing {
namespace {

using namespace command;

const TransactionId kTransaction("0190a000-0000-7000-8000-000000000001");
const TableId kTable{NamespaceId("chat"), TableName("messages")};
const JobId kJob("FL-1");
const NodeId kNode(3);

template <SystemModel M>
Stored<M> stored(Filling filling) {
  return {*write_sample(system_schema(M), filling)};
}

NamedValues row(int64_t id) {
  return {{"id", Value::int64(id)},
          {"body", Value::text("gr\xC3\xBC\xC3\x9F")},
          {"at", Value::timestamp_us(1'700'000'000'000'000 + id, "UTC")},
          {"price", Value::decimal(20075, 10, 2)},
          {"note", Value::null(ScalarKind::utf8)},
          {"blob", Value::binary(std::string("\0\xFF", 2))},
          {"vector", Value::embedding(std::vector<float>{0.5f, -1.25f})}};
}

WriteToTable head_with_all() {
  WriteToTable head;
  head.required_meta_index = 77;
  head.transaction_id = kTransaction;
  head.table_id = kTable;
  head.schema_version = 4;
  head.write_id = WriteId{UserId("alice"), "key-1", 2, "ab12"};
  return head;
}
WriteToTable head_with_none() {
  WriteToTable head;
  head.table_id = kTable;
  return head;
}

void aim(WriteToSharedTable& target, WriteToTable head) { static_cast<WriteToTable&>(target) = std::move(head); }
void aim(WriteToUserTable& target, WriteToTable head) {
  static_cast<WriteToTable&>(target) = std::move(head);
  target.user_id = UserId("alice");
}

Expression expression() {
  return {{{"balance", "balance - $1"}, {"body", "'x'"}}, "balance >= $1", {Value::int64(5), Value()}};
}

template <typename Target>
std::vector<std::variant<Insert<Target>, Update<Target>, Delete<Target>>> data_commands() {
  Insert<Target> insert;
  aim(insert, head_with_all());
  insert.rows = {row(1), row(2), {}};
  insert.seq = {RowSeq(10), RowSeq(-11), RowSeq(INT64_MAX)};
  Update<Target> update;
  aim(update, head_with_all());
  update.updates = {{{"body", Value::text("new")}}};
  update.filter = "1";
  update.seq = {RowSeq(12)};
  update.expected_seq = {RowSeq(10)};
  update.expression = expression();
  Delete<Target> remove;
  aim(remove, head_with_all());
  remove.pk_values = {"1", "2"};
  remove.seq = {RowSeq(13), RowSeq(14)};
  remove.expected_seq = {RowSeq(10), RowSeq(12)};
  remove.expression = Expression{{}, std::nullopt, {}};
  Insert<Target> no_insert;
  aim(no_insert, head_with_none());
  Update<Target> no_update;
  aim(no_update, head_with_none());
  Delete<Target> no_delete;
  aim(no_delete, head_with_none());
  return {insert, update, remove, no_insert, no_update, no_delete};
}

TransactionCommit commit() {
  Mutation insert{kTransaction, 0,     kTable, TableType::user, UserId("alice"), Operation::insert, "1",
                  row(1),       false, 4,      RowSeq(20),      RowSeq(19)};
  Mutation update{
      kTransaction, 1,  kTable, TableType::shared, {}, Operation::update, "2", {{"body", Value::text("b")}}, false,
      {},           {}, {}};
  Mutation remove{kTransaction, 2, kTable, TableType::shared, {}, Operation::remove, "3", {}, true, {}, {}, {}};
  return {kTransaction, {insert, update, remove}, 77, WriteId{UserId("bob"), "k", 0, "00"}};
}

Changes every_change() {
  const RawTableId table{"chat", "messages"};
  const ColumnDefault none;
  const ColumnDefault literal{ColumnDefault::Literal{"5"}};
  const ColumnDefault call{ColumnDefault::Function{"NOW", {}}};
  const auto decimal = *DataType::decimal(10, 2);
  const NewColumn id{"id", {},   TypeTag::bigint, ColumnDefault{ColumnDefault::Function{"SNOWFLAKE_ID", {}}}, false,
                     true, false};
  const NewColumn price{"price", "in \xE2\x82\xAC", decimal, literal, true, false, true};
  const auto storage = stored<SystemModel::storage>(Filling::dense);
  const auto user = stored<SystemModel::user>(Filling::dense);
  const auto topic = stored<SystemModel::topic>(Filling::dense);
  return {{1'700'000'000'000, 7},
          {MakeNamespace{"chat", "alice"},
           AlterNamespace{"chat", "{\"a\":1}"},
           RemoveNamespace{"chat", true},
           MakeTable{table, TableType::shared, {id, price}, SharedTableOptions{}, "words", "alice"},
           MakeTable{table, TableType::stream, {}, StreamTableOptions{}, {}, ""},
           ChangeTable{table, AddColumn{"a", decimal, false, literal}},
           ChangeTable{table, DropColumn{"a"}},
           ChangeTable{table, RenameColumn{"a", "b"}},
           ChangeTable{table, ModifyColumn{"a", TypeTag::text, true}},
           ChangeTable{table, ModifyColumn{"a", TypeTag::text, {}}},
           ChangeTable{table, SetNullable{"a", false}},
           ChangeTable{table, SetDefault{"a", call}},
           ChangeTable{table, SetDefault{"a", none}},
           ChangeTable{table, SetAccessLevel{AccessLevel::public_}},
           RemoveTable{table},
           MakeView{{"chat", "v"}, "SELECT 1", {"one"}, "alice", true},
           RemoveView{{"chat", "v"}},
           MakeStorage{storage},
           AlterStorage{stored<SystemModel::storage>(Filling::sparse), storage},
           RemoveStorage{"local"},
           MakeUser{user},
           AlterUser{stored<SystemModel::user>(Filling::sparse), 1'700'000'000'000'000},
           RemoveUser{"alice"},
           CountLogin{"alice", true, false},
           CountLogin{"alice", false, true},
           MakeTopic{topic},
           AlterTopic{stored<SystemModel::topic>(Filling::sparse), topic},
           RemoveTopic{"t"},
           PutJob{stored<SystemModel::job>(Filling::dense)},
           AckOffset{"app.orders", "workers", 3, 41},
           TrimTopic{"app.orders", 1, 7},
           TrimTopic{"app.orders", 0, std::nullopt}},
          {stored<SystemModel::audit_log_entry>(Filling::dense), stored<SystemModel::audit_log_entry>(Filling::sparse)},
          1'700'000'000'001,
          WriteId{UserId("alice"), "key-1", 2, "ab12"}};
}

Write write() {
  const TableVersion version{kTable, 17, 4};
  const WriteRows rows{
      version,
      UserId("alice"),
      {{ChangeKind::insert, Value::int64(1), {Value::int64(1), Value::text("x"), Value()}, RowSeq(0), {}},
       {ChangeKind::update, Value::text("k"), {Value::text("k")}, RowSeq(9), RowSeq(8)},
       {ChangeKind::remove, Value(), {}, RowSeq(INT64_MAX), {}}}};
  const WriteByKey change{version, {},  ChangeKind::update,         Value::int64(2), {"balance >= $1", "balance - $1"},
                          true,    {1}, {Value::int64(5), Value()}, "alice",         Role::user};
  const WriteByKey remove{version, UserId("bob"), ChangeKind::remove, Value::int64(3), {}, false, {}, {}, "", {}};
  return {{1'700'000'000'000, 7}, {rows, change, remove}, kTransaction, WriteId{UserId("bob"), "k", 0, "00"}, 77};
}

}  // namespace

std::vector<MetaCommand> sample_meta_commands() {
  const NamespaceId chat("chat");
  const UserId alice("alice");
  const StorageId local("local");
  const auto tables = sample_tables();
  return {CreateNamespace{chat, alice},
          CreateNamespace{chat, {}},
          DeleteNamespace{chat},
          CreateTable{tables[0].id, tables[0].type, tables[0]},
          CreateTable{tables[3].id, tables[3].type, tables[3]},
          AlterTable{tables[1].id, tables[1]},
          DropTable{kTable},
          RegisterStorage{local, stored<SystemModel::storage>(Filling::dense)},
          UnregisterStorage{local},
          CreateUser{stored<SystemModel::user>(Filling::dense)},
          UpdateUser{stored<SystemModel::user>(Filling::sparse)},
          DeleteUser{alice, 1'700'000'000'000},
          RecordLogin{alice, -1},
          SetUserLocked{alice, 1'700'000'000'001, 1'700'000'000'000},
          SetUserLocked{alice, {}, 0},
          CreateJob{stored<SystemModel::job>(Filling::sparse)},
          CreateJobNode{kJob, kNode, "queued", 5},
          ClaimJobNode{kJob, kNode, 6},
          UpdateJobNodeStatus{kJob, kNode, "failed", "disk full", 7},
          UpdateJobNodeStatus{kJob, kNode, "completed", {}, 7},
          ClaimJob{kJob, NodeId(UINT64_MAX), INT64_MIN},
          UpdateJobStatus{kJob, "running", INT64_MAX},
          CompleteJob{kJob, "{\"rows\":3}", 8},
          CompleteJob{kJob, {}, 8},
          FailJob{kJob, "why", 9},
          ReleaseJob{kJob, "leader lost", 10},
          CancelJob{kJob, "by root", 11},
          CreateNamespaceIfNotExists{chat, alice},
          CreateNamespaceIfNotExists{chat, {}},
          every_change(),
          Changes{}};
}

std::vector<UserDataCommand> sample_user_data_commands() { return data_commands<WriteToUserTable>(); }
std::vector<SharedDataCommand> sample_shared_data_commands() { return data_commands<WriteToSharedTable>(); }

std::vector<RaftCommand> sample_raft_commands() {
  std::vector<RaftCommand> all = {commit(), TransactionCommit{kTransaction, {}, {}, {}}};
  // Golden files are numbered: what came later stands behind what was there.
  auto meta = sample_meta_commands();
  const auto later = std::stable_partition(
      meta.begin(), meta.end(), [](const auto& command) { return !std::holds_alternative<Changes>(command); });
  for (auto command = meta.begin(); command != later; ++command) all.push_back(Meta{*command});
  for (auto& command : sample_user_data_commands()) all.push_back(UserData{std::move(command)});
  for (auto& command : sample_shared_data_commands()) all.push_back(SharedData{std::move(command)});
  for (auto command = later; command != meta.end(); ++command) all.push_back(Meta{*command});
  all.push_back(write());
  all.push_back(Write{});
  return all;
}

std::vector<MetaResponse> sample_meta_responses() {
  return {response::Ok{},
          response::Message{"done"},
          response::NamespaceCreated{NamespaceId("chat"), "Namespace chat created successfully"},
          response::TableCreated{kTable, "user table chat.messages created successfully"},
          response::UserCreated{UserId("alice"), "User alice created successfully"},
          response::JobCreated{kJob, "created"},
          response::JobClaimed{kJob, kNode, "claimed"},
          response::Failed{"Job FL-1 already claimed by node 2"}};
}

std::vector<DataResponse> sample_data_responses() {
  return {response::Ok{},
          response::RowsAffected{0},
          response::RowsAffected{UINT64_MAX},
          response::TransactionCommitted{1, CommitSeq(UINT64_MAX), 3, 4, 5},
          response::Subscribed{SubscriptionId("alice-1-2")},
          response::Failed{""}};
}

std::vector<RaftResponse> sample_raft_responses() {
  std::vector<RaftResponse> all;
  for (auto& answer : sample_meta_responses()) all.push_back(response::Meta{std::move(answer)});
  for (auto& answer : sample_data_responses()) all.push_back(response::Data{std::move(answer)});
  return all;
}

}  // namespace kalam::codec::testing
