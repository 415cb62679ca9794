// Commands as bytes. That they do the same after the journey is what every test of this module shows (ThroughWire in
// commands_fixture.h); here is what is particular to the bytes.

#include "commands/wire_form.h"

#include <random>
#include <set>

#include "codec/command_codec.h"
#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

using testing::HasSubstr;

const TableId kTable{NamespaceId("app"), TableName("t")};

std::string bytes_of(Command command, std::optional<codec::command::WriteId> id = {}) {
  std::optional<Remembered> remembered;
  if (id) remembered = Remembered{*std::move(id)};
  return must(WriteProposal(std::move(command), {1'750'000'000'123, 5}, std::move(remembered)).encode());
}

// Every change there is, each action of ALTER TABLE included.
std::vector<Change> every_change() {
  catalog::User user;
  user.user_id = UserId("alice");
  user.email = "a@example.org";
  user.token_epoch = 3;
  catalog::Storage storage;
  storage.storage_id = StorageId("s");
  storage.credentials = catalog::Json{"{}"};
  catalog::Topic topic;
  topic.topic_id = TopicId("app.topic");
  topic.name = "topic";
  topic.routes = catalog::Json{"[]"};
  catalog::Job job;
  job.job_id = JobId("FL-1");
  job.job_type = catalog::JobType::flush;
  const ColumnDefault literal{ColumnDefault::Literal{"5"}};
  const auto type = *DataType::decimal(10, 2);
  std::vector<Change> all = {
      CreateNamespace{"app", UserId("root")},
      AlterNamespace{NamespaceId("app"), "{\"a\":1}"},
      DropNamespace{NamespaceId("app"), true},
      CreateTable{{.id = kTable,
                   .type = TableType::stream,
                   .columns = sample_columns(),
                   .options = StreamTableOptions{.ttl_seconds = 7},
                   .comment = "words"}},
      DropTable{kTable},
      CreateView{kTable, "SELECT 1", {"one"}, UserId("root"), true},
      DropView{kTable},
      CreateStorage{storage},
      AlterStorage{storage, storage},
      DropStorage{StorageId("s")},
      CreateUser{user},
      AlterUser{user, 17},
      DropUser{UserId("alice")},
      CountLogin{UserId("alice"), CountLogin::Outcome::succeeded, true},
      CreateTopic{topic},
      AlterTopic{topic, topic},
      DropTopic{topic.topic_id},
      PutJob{job},
      AckOffset{topic.topic_id, ConsumerGroupId("workers"), 3, 41},
      TrimTopic{topic.topic_id, 1, 7},
      TrimTopic{topic.topic_id},
  };
  const catalog::AlterAction actions[] = {
      catalog::AddColumn{"a", type, false, literal},
      catalog::DropColumn{"a"},
      catalog::RenameColumn{"a", "b"},
      catalog::ModifyColumn{"a", type, true},
      catalog::SetNullable{"a", true},
      catalog::SetDefault{"a", literal},
      catalog::SetAccessLevel{AccessLevel::restricted},
  };
  std::set<size_t> kinds;
  for (const auto& action : actions) {
    kinds.insert(action.index());
    all.push_back(AlterTable{kTable, action});
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<catalog::AlterAction>);
  return all;
}

DataWrite data_write() {
  const TableVersion version{kTable, 9, 2};
  KeyedWrite keyed{.table = version, .key = Value::int64(1), .expressions = nullptr};
  keyed.texts = {"n > $1", "n + $1"};
  keyed.has_condition = true;
  keyed.assigned = {2};
  keyed.parameters = {Value::int64(3)};
  keyed.viewer = {UserId("alice"), Role::user};
  RowsWrite rows{version, UserId("alice"), {insert(row(1)), update(row(2), RowSeq(8)), remove(3)}};
  return {{std::move(rows), std::move(keyed)}, TransactionId("0190a000-0000-7000-8000-000000000001")};
}

TEST(WireForm, EveryChangeComesBackAsItWas) {
  std::set<size_t> kinds;
  for (const auto& change : every_change()) {
    kinds.insert(change.index());
    const auto bytes = bytes_of(CatalogWrite{{change}, {}, 77});
    const auto back = must(read_wire_form(bytes));
    const auto& write = std::get<CatalogWrite>(back->command());
    ASSERT_EQ(write.changes.size(), 1u);
    EXPECT_EQ(write.changes[0].index(), change.index());
    EXPECT_EQ(write.at_ms, 77);
    EXPECT_EQ(must(back->encode()), bytes) << "change " << change.index();
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Change>) << "a change without a sample";
}

TEST(WireForm, KeepsWhenAndWhereAndForWhomACommandWasMade) {
  const codec::command::WriteId id{UserId("alice"), "key-1", 2, "ab12"};
  const auto back = must(read_wire_form(bytes_of(data_write(), id)));
  EXPECT_EQ(back->made(), (codec::command::Made{1'750'000'000'123, 5}));
  EXPECT_EQ(back->remembered()->id, id);
  const auto& write = std::get<DataWrite>(back->command());
  EXPECT_EQ(write.transaction, data_write().transaction);
  const auto& keyed = std::get<KeyedWrite>(write.parts.at(1));
  EXPECT_EQ(keyed.texts, (std::vector<std::string>{"n > $1", "n + $1"}));
  EXPECT_EQ(keyed.viewer.user, UserId("alice"));
  EXPECT_EQ(keyed.viewer.role, Role::user);
}

TEST(WireForm, TheSameCommandIsTheSameBytes) {
  EXPECT_EQ(bytes_of(data_write()), bytes_of(data_write()));
  EXPECT_EQ(bytes_of(CatalogWrite{every_change(), {}, 1}), bytes_of(CatalogWrite{every_change(), {}, 1}));
}

TEST(WireForm, RefusesWhatNoProposalSays) {
  struct Case {
    const char* what;
    std::function<void(KeyedWrite&)> spoil;
  };
  const Case cases[] = {
      {"inserts", [](auto& write) { write.kind = ChangeKind::insert; }},
      {"assigns to what it deletes", [](auto& write) { write.kind = ChangeKind::remove; }},
      {"has other expressions than it assigns", [](auto& write) { write.texts.pop_back(); }},
      {"has other expressions than it assigns", [](auto& write) { write.has_condition = false; }},
  };
  for (const auto& [what, spoil] : cases) {
    auto write = data_write();
    spoil(std::get<KeyedWrite>(write.parts[1]));
    const auto read = read_wire_form(bytes_of(write));
    ASSERT_FALSE(read.ok()) << what;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt_payload);
    EXPECT_THAT(read.error().message, HasSubstr(what));
  }
  const codec::RaftCommand of_others[] = {
      codec::command::Meta{codec::command::DropTable{kTable}},
      codec::command::TransactionCommit{TransactionId("0190a000-0000-7000-8000-000000000001"), {}, {}, {}},
  };
  for (const auto& command : of_others) {
    EXPECT_EQ(read_wire_form(must(codec::encode_command(command))).error().code, ErrorCode::not_supported);
  }
}

// A place that the table does not have must not make the row longer.
TEST(WireForm, PlacesBeyondTheTableAreRefusedWhenApplied) {
  Database db;
  const auto table = db.create_table("app.t");
  must(db.rows(table, {insert(row(1))}));
  auto write = data_write();
  write.parts.erase(write.parts.begin());
  write.transaction.reset();
  auto& keyed = std::get<KeyedWrite>(write.parts[0]);
  keyed.table = table;
  keyed.assigned = {size_t{1} << 60};
  const cluster::ProposalPtr proposals[] = {must(read_wire_form(bytes_of(write)))};
  const auto answers = db.applier->apply(proposals);
  ASSERT_FALSE(answers[0].ok());
  EXPECT_EQ(answers[0].error().code, ErrorCode::corrupt_payload);

  auto wide = row(2);
  wide.values.emplace_back();
  EXPECT_EQ(db.rows(table, {insert(wide)}).error().code, ErrorCode::corrupt_payload);
}

// Real expressions: bound where the write is made, and from their texts where it arrives.
TEST(WireForm, ExpressionsAreBoundWhereTheyArrive) {
  const auto engine = must(duck::Instance::open({}));
  Database db;
  const auto table = db.create_table("app.t");
  must(db.rows(table, {insert(row(1, "x", 10))}));
  db.stay_alone();
  db.applier = must(Applier::open(*db.store, *db.catalog, *db.tables,
                                  {.bind = [&](const tables::TablePtr& of, const KeyedWrite& write) {
                                    return bind_expressions(*engine, of, write);
                                  }}));
  auto write = data_write();
  write.parts.erase(write.parts.begin());
  write.transaction.reset();
  std::get<KeyedWrite>(write.parts[0]).table = table;
  for (const int64_t expected : {13, 16}) {
    const cluster::ProposalPtr proposals[] = {must(read_wire_form(bytes_of(write)))};
    const auto answers = db.applier->apply(proposals);
    ASSERT_TRUE(answers[0].ok()) << answers[0].error();
    EXPECT_EQ(db.find(table, 1)->row.values[2], Value::int64(expected));
  }
  db.log = std::make_unique<cluster::StandaloneLog>(*db.applier);
}

// Bytes that were damaged are refused, or say something else that is a command; nothing breaks.
TEST(WireForm, DamagedBytesAreAnErrorOrACommand) {
  std::random_device device;
  const uint64_t seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string whole[] = {bytes_of(data_write()), bytes_of(CatalogWrite{every_change(), {}, 1})};
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    auto bytes = whole[i % 2];
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1u << (random() % 8));
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto read = read_wire_form(bytes);
    if (!read.ok()) {
      ++refused;
      continue;
    }
    const auto again = (*read)->encode();
    ASSERT_TRUE(again.ok()) << again.error();
    ASSERT_EQ(must(must(read_wire_form(*again))->encode()), *again);
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace kalam::commands
