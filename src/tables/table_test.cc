#include "tables/table.h"

#include "tables/tables_fixture.h"

namespace kalam::tables {
namespace {

using catalog::AddColumn;
using catalog::DropColumn;
using catalog::ModifyColumn;
using catalog::RenameColumn;

const UserId kAlice("alice");
const UserId kBob("bob");

class TableTest : public TablesTest {
 protected:
  std::optional<Version> find(const Table& table, const std::optional<UserId>& user, const Value& key,
                              const store::SnapshotPtr& snapshot = nullptr) {
    return must(table.find(must(table.row_key(user, key)), snapshot));
  }
};
KALAM_ON_BOTH_STORES(TableTest);

TEST_P(TableTest, FindsTheNewestVersionAndOlderOnesInSnapshots) {
  create("app.t", {key(), column("body", TypeTag::text)});
  const auto t = table("app.t");
  EXPECT_FALSE(find(*t, kAlice, Value::int64(1)));

  put(*t, kAlice, {Value::int64(1), Value::text("one")});
  const auto before = store_->snapshot();
  const auto seq = put(*t, kAlice, {Value::int64(1), Value::text("uno")});
  EXPECT_EQ(find(*t, kAlice, Value::int64(1))->row, (Row{{Value::int64(1), Value::text("uno")}}));
  EXPECT_EQ(find(*t, kAlice, Value::int64(1))->header, (RowHeader{seq, CommitSeq(2), false}));
  EXPECT_EQ(find(*t, kAlice, Value::int64(1), before)->row.values[1], Value::text("one"));

  put(*t, kAlice, {Value::int64(1), Value::text("uno")}, true);
  EXPECT_TRUE(find(*t, kAlice, Value::int64(1))->header.deleted);
  EXPECT_EQ(find(*t, kAlice, Value::int64(1))->row.values[1], Value::text("uno"));
}

TEST_P(TableTest, StorageSpec_Case10_TwoUsersHaveOneKeyEach) {
  create("app.t", {key(), column("body", TypeTag::text)});
  const auto t = table("app.t");
  put(*t, kAlice, {Value::int64(1), Value::text("hers")});
  put(*t, kBob, {Value::int64(1), Value::text("his")});
  EXPECT_EQ(find(*t, kAlice, Value::int64(1))->row.values[1], Value::text("hers"));
  EXPECT_EQ(find(*t, kBob, Value::int64(1))->row.values[1], Value::text("his"));
}

TEST_P(TableTest, GoesThroughAllUsersForQuestionsAboutTheTable) {
  create("app.t", {key()});
  const auto t = table("app.t");
  put(*t, kBob, {Value::int64(1)});
  put(*t, kAlice, {Value::int64(3)}, true);
  put(*t, kAlice, {Value::int64(2)});
  Values seen;
  size_t live = 0;
  const auto look = [&](size_t rows_max) {
    return t->each([&, rows_max](const Version& version) -> Result<bool> {
      seen.push_back(version.row.values[0]);
      live += !version.header.deleted;
      return seen.size() < rows_max;
    });
  };
  EXPECT_OK(look(10));
  EXPECT_EQ(seen, ints({2, 3, 1}));
  EXPECT_EQ(live, 2u);
  seen.clear();
  EXPECT_OK(look(1));
  EXPECT_EQ(seen, ints({2}));
  EXPECT_ERROR(ErrorCode::cancelled,
               t->each([](const Version&) -> Result<bool> { return Error{ErrorCode::cancelled, "enough"}; }));
}

TEST_P(TableTest, EveryTypeThatCanBeAKeyComesBack) {
  const DataType types[] = {TypeTag::smallint,        TypeTag::integer, TypeTag::bigint,   TypeTag::float_,
                            TypeTag::double_,         TypeTag::boolean, TypeTag::text,     TypeTag::date,
                            TypeTag::timestamp,       TypeTag::time,    TypeTag::datetime, TypeTag::uuid,
                            *DataType::decimal(20, 3)};
  const Value values[] = {Value::int16(-2),
                          Value::int32(-2),
                          Value::int64(-2),
                          Value::float32(-1.5f),
                          Value::float64(-1.5),
                          Value::boolean(true),
                          Value::text(std::string("a\0\x01", 3)),
                          Value::date(-7),
                          Value::timestamp_us(-1),
                          Value::time(5),
                          Value::timestamp_us(9, "UTC"),
                          Value::uuid({1, 0, 255}),
                          Value::decimal(-12345, 20, 3)};
  for (size_t i = 0; i < std::size(types); ++i) {
    const auto name = "app.t" + std::to_string(i);
    create(name, {key(types[i])}, TableType::shared);
    const auto t = table(name);
    put(*t, std::nullopt, {values[i]});
    ASSERT_TRUE(find(*t, std::nullopt, values[i])) << types[i];
    EXPECT_EQ(find(*t, std::nullopt, values[i])->row.values, Values{values[i]}) << types[i];
    EXPECT_EQ(firsts(read(t, as({}), {.columns = {0}})), Values{values[i]}) << types[i];
    EXPECT_ERROR(ErrorCode::invalid_input, t->row_key(std::nullopt, Value()));
  }
}

TEST_P(TableTest, RefusesWhatNobodyCouldReadBack) {
  create("app.t", {key(), column("n", TypeTag::integer)});
  create("app.all", {key()}, TableType::shared);
  const auto t = table("app.t");
  const auto all = table("app.all");
  const auto key = must(t->row_key(kAlice, Value::int64(1)));
  const auto good = Row{{Value::int64(1), Value::int32(1)}};
  struct Case {
    const Table* table;
    std::optional<UserId> user;
    Row row;
    ErrorCode code;
  };
  const Case cases[] = {
      {t.get(), kBob, good, ErrorCode::internal},          // another user's key
      {t.get(), std::nullopt, good, ErrorCode::internal},  // whose?
      {all.get(), kAlice, Row{{Value::int64(1)}}, ErrorCode::internal},
      {t.get(), kAlice, Row{{Value::int64(1), Value::int64(1)}}, ErrorCode::invalid_input},
      {t.get(), kAlice, Row{{Value::int64(1), Value::int32(1), Value::int32(1)}}, ErrorCode::internal},
  };
  for (const auto& [where, user, row, code] : cases) {
    store::Batch batch;
    EXPECT_ERROR(code, where->put(batch, key, user, {}, row));
    EXPECT_TRUE(batch.empty());
  }
  store::Batch batch;
  EXPECT_OK(t->put(batch, key, kAlice, {}, good));
  EXPECT_OK(t->put(batch, key, kAlice, {}, Row{{Value::int64(1)}}));           // what is missing is NULL
  EXPECT_OK(t->put(batch, key, kAlice, {}, Row{{Value::int64(1), Value()}}));  // untyped NULL too
  EXPECT_OK(store_->write(batch));
  EXPECT_EQ(find(*t, kAlice, Value::int64(1))->row.values[1], Value::null(ScalarKind::int32));
  EXPECT_ERROR(ErrorCode::internal, t->row_key(std::nullopt, Value::int64(1)));
  EXPECT_ERROR(ErrorCode::internal, all->row_key(kAlice, Value::int64(1)));
}

TEST_P(TableTest, RowsOfEarlierVersionsReadAsTheCurrentOne) {
  create("app.t", {key(TypeTag::smallint), column("name", TypeTag::text), column("age", TypeTag::smallint)});
  put(*table("app.t"), kAlice, {Value::int16(1), Value::text("ann"), Value::int16(30)});

  alter("app.t", RenameColumn{"name", "nick"});
  alter("app.t", ModifyColumn{"age", TypeTag::bigint, {}});
  alter("app.t", ModifyColumn{"id", TypeTag::bigint, {}});
  alter("app.t", AddColumn{"city", TypeTag::text, true, {}});
  alter("app.t", AddColumn{"level", TypeTag::integer, false, {ColumnDefault::Literal{"7"}}});
  auto now = table("app.t");
  const Values expected = {Value::int64(1), Value::text("ann"), Value::int64(30), Value::null(ScalarKind::utf8),
                           Value::int32(7)};
  EXPECT_EQ(find(*now, kAlice, Value::int64(1))->row.values, expected);
  EXPECT_EQ(read(now, as(kAlice), {.columns = places_of(*now, {"nick", "level", "_deleted", "age"})}),
            (Rows{{expected[1], expected[4], Value::boolean(false), expected[2]}}));
  put(*now, kAlice, {Value::int64(2), Value::text("bo"), Value::int64(5), Value::text("Rome"), Value::int32(1)});

  // Dropped and added again under the same name: another column.
  alter("app.t", DropColumn{"city"});
  alter("app.t", AddColumn{"city", TypeTag::text, true, {}});
  now = table("app.t");
  EXPECT_EQ(firsts(read(now, as(kAlice), {.columns = places_of(*now, {"city"})})),
            (Values{Value::null(ScalarKind::utf8), Value::null(ScalarKind::utf8)}));
  // In key order though one key was written as SMALLINT and one as BIGINT.
  EXPECT_EQ(firsts(read(now, as(kAlice), {.columns = {0}})), ints({1, 2}));
  EXPECT_EQ(now->definition().schema_version, 8u);
}

TEST_P(TableTest, AReaderOfAnEarlierDefinitionReadsNewerRowsToo) {
  create("app.t", {key(), column("a", TypeTag::text), column("b", TypeTag::text)});
  const auto before = table("app.t");
  alter("app.t", DropColumn{"a"});
  put(*table("app.t"), kAlice, {Value::int64(1), Value::text("b")});
  EXPECT_EQ(find(*before, kAlice, Value::int64(1))->row.values,
            (Values{Value::int64(1), Value::null(ScalarKind::utf8), Value::text("b")}));
}

TEST_P(TableTest, StorageSpec_Case28_ManyVersionsAtOnce) {
  create("app.t", {key()});
  constexpr int kVersions = 60;
  for (int i = 0; i < kVersions; ++i) {
    Values row = {Value::int64(i)};
    for (int c = 0; c < i; ++c) row.push_back(Value::int32(c));
    put(*table("app.t"), kAlice, row);
    alter("app.t", AddColumn{"c" + std::to_string(i), TypeTag::integer, true, {}});
  }
  const auto now = table("app.t");
  const auto rows = read(now, as(kAlice), {.columns = places_of(*now, {"id", "c0", "c30", "c59"})});
  ASSERT_EQ(rows.size(), size_t{kVersions});
  const auto null = Value::null(ScalarKind::int32);
  for (int i = 0; i < kVersions; ++i) {
    EXPECT_EQ(rows[static_cast<size_t>(i)],
              (Values{Value::int64(i), i > 0 ? Value::int32(0) : null, i > 30 ? Value::int32(30) : null, null}));
    EXPECT_TRUE(find(*now, kAlice, Value::int64(i)));
  }
}

TEST_P(TableTest, ATableInHandNeverReadsByTheDefinitionsOfItsSuccessor) {
  create("app.t", {key(), column("a", TypeTag::text)});
  put(*table("app.t"), kAlice, {Value::int64(1), Value::text("old")});
  alter("app.t", AddColumn{"b", TypeTag::text, true, {}});
  const auto old = table("app.t");  // version 2; its row is of version 1
  drop_definition("app.t");
  create("app.t", {key(), column("x", TypeTag::bigint)});
  alter("app.t", AddColumn{"y", TypeTag::text, true, {}});
  EXPECT_ERROR(ErrorCode::not_found, old->find(must(old->row_key(kAlice, Value::int64(1)))));
  EXPECT_EQ(read(table("app.t"), as(kAlice), {.columns = {0}}), Rows());
}

// serialization case 23; the counter of the schema id has its test with the codec (envelope_test.cc).
TEST_P(TableTest, DamagedRowsAreErrorsThatNameTheTable) {
  create("app.t", {key(), column("a", TypeTag::text)});
  const auto t = table("app.t");
  put(*t, kAlice, {Value::int64(1), Value::text("fine")});
  put(*t, kAlice, {Value::int64(2), Value::text("fine")});
  const auto room = must(store_->partition("user_app:t#" + std::to_string(t->definition().generation)));
  const auto key = must(t->row_key(kAlice, Value::int64(2)));
  const auto bytes = *must(store_->get(room, key));
  const auto alices = *must(store_->get(room, must(t->row_key(kAlice, Value::int64(1)))));
  struct Case {
    std::string key;
    std::string bytes;
    std::string says;
  };
  const Case cases[] = {
      {key, "", "table app.t: "},
      {key, "nonsense", "table app.t: "},
      {key, bytes.substr(0, bytes.size() / 2), "table app.t: "},
      {must(t->row_key(kBob, Value::int64(1))), alices, "table app.t: a row lies under the key of another user"},
  };
  for (const auto& [where, stored, says] : cases) {
    EXPECT_OK(store_->put(room, where, stored));
    const auto user = where == key ? kAlice : kBob;
    const auto rows = try_read(t, as(user), {.columns = {0, 1}});
    ASSERT_FALSE(rows.ok());
    EXPECT_EQ(rows.error().message.substr(0, says.size()), says);
    const auto one = try_read(t, as(user), {.columns = {1}, .equal = {{0, Value::int64(user == kAlice ? 2 : 1)}}});
    ASSERT_FALSE(one.ok());
    EXPECT_EQ(one.error().message.substr(0, says.size()), says);
    if (user == kAlice) {
      const auto found = t->find(where);
      ASSERT_FALSE(found.ok());
      EXPECT_EQ(found.error().message.substr(0, says.size()), says);
    }
  }
}

}  // namespace
}  // namespace kalam::tables
