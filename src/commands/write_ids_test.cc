#include "commands/write_ids.h"

#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

codec::command::WriteId write_id(std::string key, uint32_t statement = 0, std::string fingerprint = "f") {
  return {UserId("alice"), std::move(key), statement, std::move(fingerprint)};
}

class Repeats : public testing::Test {
 protected:
  TempDirectory directory_;
  Database db_{directory_ / "db"};
  TableDefinitionPtr table_ = db_.create_table("app.t");

  Command insert_one(int64_t id) { return DataWrite{{RowsWrite{table_, {}, {insert(row(id))}}}}; }
  void later(int64_t ms) { db_.clock.advance(Micros(ms * 1000)); }
  size_t remembered() { return db_.bytes()["write_ids"].size(); }
};

TEST_F(Repeats, GetTheFirstAnswerAndWriteNothing) {
  const auto first = must(db_.write(insert_one(1), write_id("k")));
  EXPECT_FALSE(first.repeated);
  db_.changes();
  for (const bool restarted : {false, true}) {
    if (restarted) db_.restart();
    table_ = db_.table("app.t");
    const auto bytes = db_.bytes();
    const auto again = must(db_.write(insert_one(1), write_id("k")));
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.commit, first.commit);
    EXPECT_EQ(again.rows, first.rows);
    EXPECT_EQ(db_.bytes(), bytes);
    EXPECT_TRUE(db_.changes().empty());
  }
  EXPECT_FALSE(must(db_.write(insert_one(2), write_id("k", 1))).repeated) << "another statement of the request";
  auto bobs = write_id("k");
  bobs.user = UserId("bob");
  EXPECT_FALSE(must(db_.write(insert_one(3), bobs)).repeated) << "another user's key";
}

TEST_F(Repeats, OfAnotherRequestAreRefused) {
  must(db_.write(insert_one(1), write_id("k")));
  const auto other = db_.write(insert_one(2), write_id("k", 0, "other"));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error(), (Error{ErrorCode::conflict, "Idempotency-Key was used with a different request"}));
  EXPECT_FALSE(db_.find(table_, 2));
}

TEST_F(Repeats, GetTheFirstFailureThatTheStateDecided) {
  must(db_.rows(table_, {insert(row(1))}));
  const auto first = db_.write(insert_one(1), write_id("k"));
  must(db_.rows(table_, {remove(1)}));
  const auto again = db_.write(insert_one(1), write_id("k"));
  EXPECT_EQ(again.error(), first.error());
  EXPECT_FALSE(db_.find(table_, 1));

  // A statement on its own that met a newer version is tried again under its id.
  const DataWrite stale{{RowsWrite{table_, {}, {remove(1, RowSeq(1))}}}};
  EXPECT_EQ(db_.write(stale, write_id("retry")).error().code, ErrorCode::conflict);
  EXPECT_FALSE(must(db_.write(insert_one(1), write_id("retry"))).repeated);
  auto transaction = stale;
  transaction.transaction = TransactionId("0190a000-0000-7000-8000-000000000001");
  const auto aborted = db_.write(transaction, write_id("tx"));
  EXPECT_EQ(aborted.error().code, ErrorCode::conflict);
  EXPECT_EQ(db_.write(insert_one(9), write_id("tx")).error(), aborted.error());
}

TEST_F(Repeats, OfChangesToTheCatalog) {
  const auto add = CatalogWrite{
      {AlterTable{table_->id, catalog::AddColumn{.name = "c", .type = DataType(TypeTag::text), .default_value = {}}}}};
  const auto first = must(db_.write(add, write_id("add")));
  const auto again = must(db_.write(add, write_id("add")));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.alteration->after, first.alteration->after);
  EXPECT_EQ(again.alteration->message(), first.alteration->message());
  const CatalogWrite drop{{DropTable{table_->id}}};
  const auto dropped = must(db_.write(drop, write_id("drop")));
  EXPECT_EQ(must(db_.write(drop, write_id("drop"))).dropped, dropped.dropped);
  const auto missing = db_.write(drop, write_id("missing"));
  db_.create_table("app.t");
  EXPECT_EQ(db_.write(drop, write_id("missing")).error(), missing.error());
  EXPECT_TRUE(db_.table("app.t"));
}

TEST_F(Repeats, AreForgottenAfterADay) {
  must(db_.write(insert_one(1), write_id("k")));
  later(kWriteIdsKeptMs - 1);
  EXPECT_TRUE(must(db_.write(insert_one(1), write_id("k"))).repeated);
  later(1);
  EXPECT_EQ(db_.write(insert_one(1), write_id("k")).error().code, ErrorCode::already_exists) << "it is new again";
}

TEST_F(Repeats, OldOnesAreClearedAwayByNewOnes) {
  for (int i = 0; i < 20; ++i) must(db_.write(insert_one(i), write_id("k" + std::to_string(i))));
  EXPECT_EQ(remembered(), 40u);
  later(kWriteIdsKeptMs);
  must(db_.write(insert_one(100), write_id("k0")));  // used again before it was cleared away
  for (int i = 1; i < 10; ++i) must(db_.write(insert_one(100 + i), write_id("n" + std::to_string(i))));
  EXPECT_EQ(remembered(), 20u) << "the ten of today, each with its place in time";
  EXPECT_TRUE(must(db_.write(insert_one(100), write_id("k0"))).repeated);
}

}  // namespace
}  // namespace kalam::commands
