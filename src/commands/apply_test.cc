#include "commands/apply.h"

#include <thread>

#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

using testing::HasSubstr;

const TransactionId kTransaction("0190a000-0000-7000-8000-000000000001");

// What a ChangeSet says, short: "insert 1:x=0", "update 1:x=0->1:x=1", "remove 1:x=0".
std::string text_of(const Row& row) {
  const auto& n = row.values[2];
  return std::to_string(row.values[0].as_int64()) + ":" + std::string(row.values[1].as_text()) + "=" +
         (n.is_null() ? "NULL" : std::to_string(n.as_int64()));
}
std::vector<std::string> texts_of(const std::vector<ChangeSetPtr>& sets) {
  constexpr std::string_view kWords[] = {"insert ", "update ", "remove "};
  std::vector<std::string> texts;
  for (const auto& set : sets) {
    for (const auto& table : set->tables) {
      for (const auto& change : table.rows) {
        std::string text(kWords[static_cast<size_t>(change.kind)]);
        if (change.before) text += text_of(*change.before);
        if (change.before && change.after) text += "->";
        if (change.after) text += text_of(*change.after);
        texts.push_back(std::move(text));
      }
    }
  }
  return texts;
}

class Rows : public testing::Test {
 protected:
  Database db_;
  TableDefinitionPtr table_ = db_.create_table("app.t");

  KeyedWrite add_one(int64_t id, ChangeKind kind = ChangeKind::update) {
    KeyedWrite write{.table = table_, .kind = kind, .key = Value::int64(id), .expressions = nullptr};
    if (kind == ChangeKind::update) {
      write.expressions = std::make_shared<TestExpressions>(
          5, [](auto row, auto) { return std::vector<Value>{Value::int64(row[2].as_int64() + 1)}; });
      write.assigned = {2};
    }
    return write;
  }
};

TEST_F(Rows, VersionsCarryTheNumbersOfTheirCommit) {
  const auto before = db_.applier->last_commit();
  const auto applied = must(db_.rows(table_, {insert(row(1)), insert(row(2, "y", std::nullopt))}));
  EXPECT_EQ(applied.rows, std::vector<uint64_t>{2});
  EXPECT_EQ(applied.commit.value(), before.value() + 1);
  EXPECT_EQ(db_.applier->last_commit(), applied.commit);
  const auto one = db_.find(table_, 1), two = db_.find(table_, 2);
  EXPECT_EQ(one->header.commit_seq, applied.commit);
  EXPECT_EQ(two->header.commit_seq, applied.commit);
  EXPECT_LT(one->header.seq, two->header.seq);
  EXPECT_EQ(one->row, row(1));
  EXPECT_EQ(timestamp_ms(one->header.seq), db_.clock.now_ms());

  const auto changes = db_.changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0]->commit, applied.commit);
  EXPECT_EQ(changes[0]->tables[0].table, table_);
  EXPECT_EQ(changes[0]->tables[0].rows[1].header, two->header);
  EXPECT_EQ(texts_of(changes), (std::vector<std::string>{"insert 1:x=0", "insert 2:y=NULL"}));
}

TEST_F(Rows, WhatOneCommandDoesToARowIsOneEffect) {
  struct Case {
    std::string_view what;
    std::vector<RowWrite> writes;
    uint64_t count;
    std::vector<std::string> changes;
    std::optional<Row> left;
  };
  const Case cases[] = {
      {"insert then update", {insert(row(7)), update(row(7, "y", 1))}, 2, {"insert 7:y=1"}, row(7, "y", 1)},
      {"insert then delete", {insert(row(7)), remove(7)}, 2, {}, std::nullopt},
      {"delete then insert", {remove(1), insert(row(1, "new", 5))}, 2, {"update 1:x=0->1:new=5"}, row(1, "new", 5)},
      {"update twice", {update(row(1, "a")), update(row(1, "b"))}, 2, {"update 1:x=0->1:b=0"}, row(1, "b")},
      {"update then delete", {update(row(1, "a")), remove(1)}, 2, {"remove 1:x=0"}, std::nullopt},
      {"delete twice", {remove(1), remove(1)}, 1, {"remove 1:x=0"}, std::nullopt},
      {"of a row that is not there", {update(row(8)), remove(9)}, 0, {}, std::nullopt},
  };
  for (const auto& [what, writes, count, changes, left] : cases) {
    SCOPED_TRACE(what);
    Database db;
    const auto table = db.create_table("app.t");
    must(db.rows(table, {insert(row(1))}));
    db.changes();
    const auto commit = db.applier->last_commit();
    const auto applied = must(db.rows(table, writes));
    EXPECT_EQ(applied.rows, std::vector<uint64_t>{count});
    EXPECT_EQ(texts_of(db.changes()), changes);
    EXPECT_EQ(db.applier->last_commit().value(), commit.value() + (changes.empty() ? 0 : 1));
    const auto found = db.find(table, writes[0].key.as_int64());
    EXPECT_EQ(found ? std::optional(found->row) : std::nullopt, left);
  }
}

TEST_F(Rows, RefusalsLeaveNoTrace) {
  must(db_.rows(table_, {insert(row(1)), insert(row(2))}));
  db_.changes();
  auto renamed_key = insert(row(3));
  renamed_key.key = Value::int64(4);
  auto wrong_type = row(3);
  wrong_type.values[2] = Value::text("no number");
  auto no_name = row(3);
  no_name.values[1] = Value::null(ScalarKind::utf8);
  struct Case {
    std::string_view what;
    std::vector<RowWrite> writes;
    std::optional<TransactionId> transaction;
    ErrorCode code;
    std::string_view text;
  };
  const Case cases[] = {
      {"a key that is there",
       {insert(row(3)), insert(row(1))},
       {},
       ErrorCode::already_exists,
       "Primary key violation: value '1' already exists in column 'id'"},
      {"a key twice",
       {insert(row(3)), insert(row(3))},
       {},
       ErrorCode::already_exists,
       "Primary key violation: value '3' appears multiple times in the insert batch for column 'id'"},
      {"a key twice in a transaction",
       {insert(row(3)), insert(row(3))},
       kTransaction,
       ErrorCode::already_exists,
       "Primary key violation: value '3' appears multiple times in the transaction batch for column 'id'"},
      {"a stale version",
       {insert(row(3)), update(row(1, "z"), RowSeq(5))},
       {},
       ErrorCode::conflict,
       "concurrent change of 'app.t' key '1'; try again"},
      {"a stale version in a transaction",
       {insert(row(3)), remove(2, RowSeq(5))},
       kTransaction,
       ErrorCode::conflict,
       "transaction '0190a000-0000-7000-8000-000000000001' conflicts with a concurrent change of 'app.t' key '2'; "
       "retry in a new transaction"},
      {"a row deleted meanwhile",
       {update(row(9), RowSeq(5))},
       {},
       ErrorCode::conflict,
       "concurrent change of 'app.t' key '9'; try again"},
      {"NOT NULL",
       {insert(row(4)), insert(no_name)},
       {},
       ErrorCode::constraint_violation,
       "NOT NULL constraint violation: column 'name' cannot be NULL (row 2)"},
      {"a short row",
       {insert({{Value::int64(3)}})},
       {},
       ErrorCode::constraint_violation,
       "NOT NULL constraint violation: column 'name' cannot be NULL (row 1)"},
      {"a value of another type, found late",
       {insert(row(4)), insert(wrong_type)},
       {},
       ErrorCode::invalid_input,
       "table app.t: "},
      {"a row under another key", {renamed_key}, {}, ErrorCode::internal, "table app.t: a row and its key differ"},
  };
  for (const auto& [what, writes, transaction, code, text] : cases) {
    SCOPED_TRACE(what);
    const auto bytes = db_.bytes();
    const auto refused = db_.rows(table_, writes, {}, transaction);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, code);
    EXPECT_THAT(refused.error().message, HasSubstr(text));
    EXPECT_EQ(db_.bytes(), bytes);
  }
  EXPECT_TRUE(db_.changes().empty());
  const auto commit = db_.applier->last_commit().value();
  EXPECT_EQ(must(db_.rows(table_, {insert(row(3))})).commit.value(), commit + 1);
}

TEST_F(Rows, ADeletedKeyIsFreeAndItsTombstoneKeepsTheValues) {
  must(db_.rows(table_, {insert(row(1, "first", 4))}));
  const auto seq = *db_.seq_of(table_, 1);
  must(db_.rows(table_, {remove(1, seq)}));
  const auto opened = must(db_.tables->open(table_));
  const auto tombstone = must(opened->find(must(opened->row_key({}, Value::int64(1)))));
  EXPECT_TRUE(tombstone->header.deleted);
  EXPECT_GT(tombstone->header.seq, seq);
  EXPECT_EQ(tombstone->row, row(1, "first", 4));
  must(db_.rows(table_, {insert(row(1, "second"))}));
  EXPECT_EQ(db_.find(table_, 1)->row, row(1, "second"));
  EXPECT_EQ(texts_of(db_.changes()),
            (std::vector<std::string>{"insert 1:first=4", "remove 1:first=4", "insert 1:second=0"}));
}

TEST_F(Rows, UsersDoNotMeet) {
  const auto table = db_.create_table("app.mine", TableType::user);
  must(db_.rows(table, {insert(row(1, "alice's"))}, UserId("alice")));
  must(db_.rows(table, {insert(row(1, "bob's"))}, UserId("bob")));
  EXPECT_EQ(db_.find(table, 1, UserId("alice"))->row, row(1, "alice's"));
  EXPECT_EQ(db_.find(table, 1, UserId("bob"))->row, row(1, "bob's"));
  EXPECT_EQ(db_.rows(table, {insert(row(2))}).error().code, ErrorCode::internal);
  EXPECT_EQ(db_.rows(table_, {insert(row(2))}, UserId("bob")).error().code, ErrorCode::internal);
}

TEST_F(Rows, StreamsKeepWhatComesAndForgetWhatIsRemoved) {
  const auto table = db_.create_table("app.s", TableType::stream);
  const UserId alice("alice");
  must(db_.rows(table, {insert(row(1)), insert(row(1, "again"))}, alice));  // keys are not unique
  const auto changes = db_.changes();
  ASSERT_EQ(texts_of(changes), (std::vector<std::string>{"insert 1:x=0", "insert 1:again=0"}));
  const auto seq = changes[0]->tables[0].rows[0].header.seq;
  const RowWrite removal{.kind = ChangeKind::remove, .key = {}, .seq = seq};
  EXPECT_EQ(must(db_.rows(table, {removal, removal}, alice)).rows, std::vector<uint64_t>{1});
  const auto removed = db_.changes();
  EXPECT_EQ(texts_of(removed), std::vector<std::string>{"remove 1:x=0"});
  EXPECT_EQ(removed[0]->tables[0].rows[0].header.seq, seq) << "of the row that was removed";
  EXPECT_EQ(must(db_.rows(table, {removal}, alice)).rows, std::vector<uint64_t>{0});
  const auto opened = must(db_.tables->open(table));
  EXPECT_FALSE(must(opened->find(opened->stream_key(alice, seq))));
  EXPECT_EQ(db_.rows(table, {update(row(1))}, alice).error().message, "UPDATE not supported for STREAM tables");
}

TEST_F(Rows, KeyedWritesWorkOnTheNewestVersion) {
  must(db_.rows(table_, {insert(row(1, "x", 10))}));
  db_.changes();
  const auto applied = must(db_.write(DataWrite{{add_one(1), add_one(1), add_one(2)}}));
  EXPECT_EQ(applied.rows, (std::vector<uint64_t>{1, 1, 0}));
  EXPECT_EQ(db_.find(table_, 1)->row, row(1, "x", 12)) << "the second sees what the first did";
  EXPECT_EQ(texts_of(db_.changes()), std::vector<std::string>{"update 1:x=10->1:x=12"});

  auto same = add_one(1);
  same.expressions = std::make_shared<TestExpressions>(5, [](auto row, auto) { return std::vector<Value>{row[2]}; });
  const auto seq = *db_.seq_of(table_, 1);
  const auto nothing = must(db_.write(DataWrite{{same}}));
  EXPECT_EQ(nothing.rows, std::vector<uint64_t>{0}) << "values that stay are not written";
  EXPECT_EQ(nothing.commit, CommitSeq(0));
  EXPECT_EQ(*db_.seq_of(table_, 1), seq);

  EXPECT_EQ(must(db_.write(DataWrite{{add_one(1, ChangeKind::remove)}})).rows, std::vector<uint64_t>{1});
  EXPECT_EQ(must(db_.write(DataWrite{{add_one(1, ChangeKind::remove)}})).rows, std::vector<uint64_t>{0});
}

TEST_F(Rows, ConditionsSeeTheRowAsReadersDo) {
  must(db_.rows(table_, {insert(row(1, "x", 10))}));
  const auto seq = *db_.seq_of(table_, 1);
  auto conditional = add_one(1);
  conditional.has_condition = true;
  conditional.parameters = {Value::int64(10)};
  std::vector<Value> seen;
  conditional.expressions = std::make_shared<TestExpressions>(
      5,
      [&](auto row, auto parameters) {
        seen.assign(row.begin(), row.end());
        const bool holds = row[2].as_int64() == parameters[0].as_int64();
        return std::vector<Value>{Value::boolean(holds), Value::int64(11)};
      },
      2);
  EXPECT_EQ(must(db_.write(DataWrite{{conditional}})).rows, std::vector<uint64_t>{1});
  EXPECT_EQ(seen, (std::vector<Value>{Value::int64(1), Value::text("x"), Value::int64(10), Value::int64(seq.value()),
                                      Value::boolean(false)}));
  EXPECT_EQ(must(db_.write(DataWrite{{conditional}})).rows, std::vector<uint64_t>{0}) << "n is 11 now";

  auto to_null = add_one(1);
  to_null.assigned = {1};
  to_null.expressions = std::make_shared<TestExpressions>(
      5, [](auto, auto) { return std::vector<Value>{Value::null(ScalarKind::utf8)}; });
  EXPECT_EQ(db_.write(DataWrite{{to_null}}).error().message,
            "NOT NULL constraint violation: column 'name' cannot be NULL (row 1)");
}

TEST_F(Rows, OneRefusedPartRefusesTheWhole) {
  const auto other = db_.create_table("app.mine", TableType::user);
  must(db_.rows(table_, {insert(row(1))}));
  db_.changes();
  const auto bytes = db_.bytes();
  DataWrite write;
  write.parts.emplace_back(RowsWrite{other, UserId("alice"), {insert(row(1))}});
  write.parts.emplace_back(add_one(1));
  write.parts.emplace_back(RowsWrite{table_, {}, {insert(row(1))}});
  EXPECT_FALSE(db_.write(write).ok());
  EXPECT_EQ(db_.bytes(), bytes);
  write.parts.pop_back();
  EXPECT_EQ(must(db_.write(write)).rows, (std::vector<uint64_t>{1, 1}));
  const auto changes = db_.changes();
  ASSERT_EQ(changes.size(), 1u) << "one commit, whatever it touches";
  EXPECT_EQ(changes[0]->tables.size(), 2u);
  EXPECT_EQ(changes[0]->tables[0].user, UserId("alice"));
}

TEST_F(Rows, TablesMustBeAsTheStatementSawThem) {
  const auto changed = [&](std::optional<TransactionId> transaction) {
    return db_.rows(table_, {insert(row(1))}, {}, std::move(transaction)).error();
  };
  const auto add = catalog::AddColumn{.name = "more", .type = DataType(TypeTag::text), .default_value = {}};
  must(db_.change(AlterTable{table_->id, add}));
  EXPECT_EQ(changed({}).code, ErrorCode::conflict);
  EXPECT_EQ(changed(kTransaction).message,
            "table 'app.t' changed since the transaction read it; retry in a new transaction");
  must(db_.rows(db_.table("app.t"), {insert(row(1))}));
  must(db_.change(DropTable{table_->id}));
  EXPECT_EQ(changed({}).code, ErrorCode::conflict);
  db_.create_table("app.t");
  EXPECT_EQ(changed({}).code, ErrorCode::conflict) << "the same name and version, and another table";
  EXPECT_FALSE(db_.find(db_.table("app.t"), 1)) << "it starts empty";
}

TEST(Group, CommandsSeeThoseBefore) {
  Database db;
  const auto table = db.create_table("app.t");
  db.changes();
  const auto proposal = [&](Command command) -> cluster::ProposalPtr {
    return std::make_shared<WriteProposal>(std::move(command), codec::command::Made{db.clock.now_ms(), 0});
  };
  const auto one = [&](RowWrite write) { return proposal(DataWrite{{RowsWrite{table, {}, {std::move(write)}}}}); };
  const TableId late{NamespaceId("app"), TableName("late")};
  const cluster::ProposalPtr group[] = {
      one(insert(row(1))),
      one(insert(row(1, "second"))),  // refused: the first has it
      one(remove(1)),
      one(insert(row(1, "third"))),
      proposal(CatalogWrite{{DropTable{table->id}}}),
      one(insert(row(2))),  // refused: the table is gone
      proposal(CatalogWrite{{CreateTable{
          {.id = late, .type = TableType::shared, .columns = sample_columns(), .options = SharedTableOptions{}}}}}),
  };
  const auto answers = db.through_wire->apply(group);
  std::vector<std::string> codes;
  for (const auto& answer : answers) codes.emplace_back(answer.ok() ? "ok" : name_of(answer.error().code));
  EXPECT_EQ(codes, (std::vector<std::string>{"ok", "already_exists", "ok", "ok", "ok", "conflict", "ok"}));
  EXPECT_EQ(texts_of(db.changes()), (std::vector<std::string>{"insert 1:x=0", "remove 1:x=0", "insert 1:third=0"}));
  EXPECT_TRUE(db.table("app.late"));
}

TEST(Counting, GoesOnAfterARestart) {
  const TempDirectory directory;
  Database db(directory / "db");
  auto table = db.create_table("app.t");
  const auto first = must(db.rows(table, {insert(row(1))}));
  const auto seq = *db.seq_of(table, 1);
  db.clock.set(Micros(1'740'000'000'000'000));  // an operator sets the clock back by months
  db.restart();
  table = db.table("app.t");
  EXPECT_EQ(db.applier->last_commit(), first.commit);
  EXPECT_EQ(must(db.rows(table, {insert(row(2))})).commit.value(), first.commit.value() + 1);
  EXPECT_GT(*db.seq_of(table, 2), seq);
  auto given = insert(row(3));
  given.seq = RowSeq(seq.value() + (int64_t{1} << 40));
  must(db.rows(table, {given, insert(row(4))}));
  EXPECT_EQ(*db.seq_of(table, 3), given.seq);
  EXPECT_GT(*db.seq_of(table, 4), given.seq);
}

TEST(Concurrency, NoUpdateIsLost) {
  constexpr int kThreads = 16;
  constexpr int kEach = 200;
  Database db;
  const auto table = db.create_table("app.t");
  must(db.rows(table, {insert(row(1))}));
  const auto add_one = std::make_shared<TestExpressions>(
      5, [](auto row, auto) { return std::vector<Value>{Value::int64(row[2].as_int64() + 1)}; });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        KeyedWrite write{.table = table, .key = Value::int64(1), .expressions = add_one, .assigned = {2}};
        must(db.write(DataWrite{{std::move(write)}}));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(db.find(table, 1)->row, row(1, "x", kThreads * kEach));
}

// storage case 13
TEST(Concurrency, OfManyInsertsOfOneKeyOneWins) {
  constexpr int kThreads = 8;
  constexpr int kKeys = 100;
  Database db;
  const auto table = db.create_table("app.t");
  std::atomic<int> won{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int key = 0; key < kKeys; ++key) {
        const auto answer = db.rows(table, {insert(row(key))});
        if (answer.ok()) ++won;
        else if (answer.error().code == ErrorCode::already_exists) ++refused;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, kKeys);
  EXPECT_EQ(refused, kKeys * (kThreads - 1));
}

}  // namespace
}  // namespace kalam::commands
