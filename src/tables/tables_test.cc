#include "tables/tables.h"
#include "tables/eviction.h"

#include "tables/tables_fixture.h"
#include "types/snowflake.h"

namespace kalam::tables {
namespace {

const UserId kAlice("alice");
const UserId kBob("bob");

class TablesOnStore : public TablesTest {
 protected:
  std::vector<std::string> rooms() const {
    std::vector<std::string> rooms;
    for (const auto& name : store_->list_partitions()) {
      if (name.find('#') != std::string::npos) rooms.push_back(name);
    }
    return rooms;
  }
  static RowSeq seq_at(int64_t ms, int64_t number = 0) { return RowSeq((ms - kSnowflakeEpochMs) << 22 | number); }
};
KALAM_ON_BOTH_STORES(TablesOnStore);

TEST_P(TablesOnStore, RowsAreThereAfterARestart) {
  if (!durable()) GTEST_SKIP() << "the store in memory keeps nothing";
  create("app.t", {key(), column("body", TypeTag::text)});
  put(*table("app.t"), kAlice, {Value::int64(1), Value::text("kept")});
  restart();
  EXPECT_EQ(read(table("app.t"), as(kAlice), {.columns = {0, 1}}), (Rows{{Value::int64(1), Value::text("kept")}}));
}

TEST_P(TablesOnStore, ATableMadeAgainStartsEmptyWhateverWasLeftBehind) {
  const auto before = create("app.t", {key()});
  const auto old = table("app.t");
  put(*old, kAlice, {Value::int64(1)});
  drop_definition("app.t");  // and a crash before the room goes
  create("app.t", {key()});
  EXPECT_EQ(read(table("app.t"), as(kAlice), {.columns = {0}}), Rows());
  put(*table("app.t"), kAlice, {Value::int64(2)});

  EXPECT_EQ(rooms().size(), 2u);
  EXPECT_OK(tables_->drop(before->id, before->generation));  // late, and again
  EXPECT_OK(tables_->drop(before->id, before->generation));
  EXPECT_EQ(rooms().size(), 1u);
  EXPECT_EQ(firsts(read(table("app.t"), as(kAlice), {.columns = {0}})), ints({2}));

  // Who still holds the old table gets errors, not rows of the new one.
  EXPECT_ERROR(ErrorCode::partition_not_found, old->find(must(old->row_key(kAlice, Value::int64(2)))));
  EXPECT_ERROR(ErrorCode::partition_not_found, try_read(old, as(kAlice), {.columns = {0}}));
  EXPECT_ERROR(ErrorCode::partition_not_found, tables_->open(before));
  store::Batch batch;
  EXPECT_OK(old->put(batch, must(old->row_key(kAlice, Value::int64(9))), kAlice, {}, Row{{Value::int64(9)}}));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->write(batch));
}

TEST_P(TablesOnStore, NamesDoNotMoveATableElsewhere) {
  const std::string names[] = {"app.foo", "app.foo_pk_idx", "app.foo_pk", "app.foo_1"};
  for (const auto& name : names) {
    for (const auto type : {TableType::user, TableType::shared, TableType::stream}) {
      const auto made = create(name, {key()}, type);
      const std::string prefix = type == TableType::user ? "user_" : type == TableType::shared ? "shared_" : "stream_";
      const auto room = prefix + made->id.colon() + "#" + std::to_string(made->generation);
      EXPECT_OK(store_->partition(room));
      EXPECT_EQ(store::family_of(room), store::Family::hot_data) << room;
      drop_definition(name);
      EXPECT_OK(tables_->drop(made->id, made->generation));
    }
  }
  EXPECT_EQ(rooms(), std::vector<std::string>());
}

TEST_P(TablesOnStore, OpeningIsCheapAndFollowsTheDefinition) {
  const auto first = create("app.t", {key()});
  EXPECT_EQ(table("app.t"), table("app.t"));
  const auto copy = std::make_shared<const TableDefinition>(*first);
  EXPECT_EQ(must(tables_->open(copy)), table("app.t"));  // the same in another place
  alter("app.t", catalog::AddColumn{"a", TypeTag::text, true, {}});
  const auto second = table("app.t");
  EXPECT_EQ(second->definition().schema_version, 2u);
  EXPECT_EQ(must(tables_->open(first))->definition().schema_version, 1u);
  EXPECT_EQ(table("app.t"), second);  // an old statement does not push it out
  // A version that was never stored does not answer for the one that was.
  auto other = *second->shared_definition();
  other.columns.back().name = "b";
  EXPECT_EQ(must(tables_->open(std::make_shared<const TableDefinition>(other)))->columns().back().name, "b");
  EXPECT_EQ(table("app.t")->columns().back().name, "a");
}

TEST_P(TablesOnStore, RefusesTablesThatCannotHaveRows) {
  auto base = *create("app.t", {key(), column("b", TypeTag::text)});
  const auto refused = [&](TableDefinition definition) {
    EXPECT_ERROR(ErrorCode::invalid_operation, tables_->create(definition));
    EXPECT_ERROR(ErrorCode::invalid_operation,
                 tables_->open(std::make_shared<const TableDefinition>(std::move(definition))));
  };
  auto definition = base;
  definition.type = TableType::system;
  refused(definition);
  definition = base;
  definition.columns[1].primary_key = true;
  refused(definition);
  definition = base;
  definition.columns[0].primary_key = false;
  refused(definition);
  definition = base;
  definition.columns[0].type = TypeTag::file;
  refused(definition);
  EXPECT_OK(tables_->create(base));  // idempotent
}

TEST_P(TablesOnStore, RoomsThatNoTableHasGoAtAStart) {
  const auto kept = create("app.kept", {key()});
  put(*table("app.kept"), kAlice, {Value::int64(1)});
  auto never_stored = *kept;
  never_stored.id = must(parse_table_id("app.crashed"));
  never_stored.generation = 99;
  EXPECT_OK(tables_->create(never_stored));
  auto same_name = *kept;
  same_name.generation = 98;
  EXPECT_OK(tables_->create(same_name));
  const auto dropped = create("app.dropped", {key()}, TableType::stream);
  drop_definition("app.dropped");
  EXPECT_OK(store_->create_partition("user_of_somebody_else"));
  EXPECT_OK(store_->create_partition("vix_app:kept#5"));

  EXPECT_EQ(must(tables_->drop_unused()), 3u);
  EXPECT_EQ(must(tables_->drop_unused()), 0u);
  EXPECT_EQ(rooms(), (std::vector<std::string>{"user_app:kept#" + std::to_string(kept->generation), "vix_app:kept#5"}));
  EXPECT_OK(store_->partition("user_of_somebody_else"));
  EXPECT_EQ(firsts(read(table("app.kept"), as(kAlice), {.columns = {0}})), ints({1}));

  // A definition that cannot be read keeps its rows.
  const auto schemas = must(store_->partition("system_schemas"));
  for (const auto& row : store::rows_of(*store_, schemas)) {
    if (row.first.find("kept") != std::string::npos) EXPECT_OK(store_->put(schemas, row.first, "damaged"));
  }
  EXPECT_EQ(must(tables_->drop_unused()), 0u);
  EXPECT_EQ(rooms().size(), 2u);
}

TEST_P(TablesOnStore, StorageSpec_Case36_ExpiredRowsAreNotSeenEvenIfNobodyEvicts) {
  create("app.events", {column("body", TypeTag::text)}, TableType::stream, 2);
  const auto t = table("app.events");
  const auto now = clock_.now_ms();
  for (int i = 0; i < 3; ++i) {
    put_at(*t, kAlice, seq_at(now, i), {Value::text("event " + std::to_string(i))});
  }
  put_at(*t, kBob, seq_at(now + 1000), {Value::text("later")});
  const auto seen = [&](const UserId& user, int64_t after_ms, ScanRequest request = {}) {
    request.columns = {0};
    auto point = as(user);
    point.now_ms = now + after_ms;
    return read(t, point, request).size();
  };
  struct Case {
    int64_t after_ms;
    size_t alice;
    size_t bob;
  };
  const Case cases[] = {{0, 3, 1}, {1999, 3, 1}, {2000, 0, 1}, {2999, 0, 1}, {3000, 0, 0}, {int64_t{1} << 50, 0, 0}};
  for (const auto& [after_ms, alice, bob] : cases) {
    EXPECT_EQ(seen(kAlice, after_ms), alice) << after_ms;
    EXPECT_EQ(seen(kBob, after_ms), bob) << after_ms;
    const ScanRequest one{.columns = {}, .equal = {{*t->seq_column(), Value::int64(seq_at(now, 1).value())}}};
    EXPECT_EQ(seen(kAlice, after_ms, one), alice == 3 ? 1u : 0u) << after_ms;
    const ScanRequest backwards{.columns = {}, .reverse = true};
    EXPECT_EQ(seen(kAlice, after_ms, backwards), alice) << after_ms;
  }
}

TEST_P(TablesOnStore, EvictionTakesWhatIsOverAndNothingElse) {
  create("app.events", {column("n", TypeTag::bigint)}, TableType::stream, 10);
  create("app.t", {key()});
  const auto t = table("app.events");
  const auto room = must(store_->partition("stream_app:events#" + std::to_string(t->definition().generation)));
  const auto now = clock_.now_ms();
  constexpr int kUsers = 5;
  for (int user = 0; user < kUsers; ++user) {
    for (int i = 0; i < 10; ++i) {
      put_at(*t, UserId("u" + std::to_string(user)), seq_at(now + i * 1000, user), {Value::int64(i)});
    }
  }
  EXPECT_EQ(must(tables_->evict_expired(*t, 1000)), 0u);
  clock_.advance(std::chrono::seconds(14));  // those of the seconds 0 … 4 are over
  EXPECT_EQ(must(tables_->evict_expired(*t, 7)), 7u);
  EXPECT_EQ(store::rows_of(*store_, room).size(), 43u);
  EXPECT_EQ(must(tables_->evict_expired(*t, 1000)), 18u);
  EXPECT_EQ(must(tables_->evict_expired(*t, 1000)), 0u);
  for (int user = 0; user < kUsers; ++user) {
    EXPECT_EQ(firsts(read(t, as(UserId("u" + std::to_string(user))), {.columns = {0}})), ints({5, 6, 7, 8, 9}));
  }
  put(*table("app.t"), kAlice, {Value::int64(1)});
  EXPECT_EQ(must(tables_->evict_expired(*table("app.t"), 1000)), 0u);
  EXPECT_EQ(read(table("app.t"), as(kAlice), {.columns = {0}}).size(), 1u);
}

TEST_P(TablesOnStore, EvictionGoesOverAllStreamTablesByItself) {
  create("app.short", {column("n", TypeTag::bigint)}, TableType::stream, 10);
  create("app.long", {column("n", TypeTag::bigint)}, TableType::stream, 1000);
  const auto now = clock_.now_ms();
  for (const auto* name : {"app.short", "app.long"}) {
    for (int i = 0; i < 5; ++i) put_at(*table(name), kAlice, seq_at(now, i), {Value::int64(i)});
  }
  EXPECT_EQ(must(evict_all_expired(*tables_, *catalog_, 1000)), 0u);
  clock_.advance(std::chrono::seconds(11));
  EXPECT_EQ(must(evict_all_expired(*tables_, *catalog_, 3)), 3u);
  const auto room = must(store_->partition("stream_app:short#" + std::to_string(definition("app.short")->generation)));
  const Eviction eviction(*tables_, *catalog_, {.every = std::chrono::milliseconds(1)});
  while (!store::rows_of(*store_, room).empty()) std::this_thread::yield();  // hangs when nobody evicts
  EXPECT_EQ(read(table("app.long"), as(kAlice), {.columns = {0}}).size(), 5u);
}

TEST_P(TablesOnStore, EvictionOfManyRowsGoesInSeveralWrites) {
  create("app.events", {column("n", TypeTag::bigint)}, TableType::stream, 10);
  const auto t = table("app.events");
  const auto now = clock_.now_ms();
  store::Batch batch;
  constexpr int kRows = 10'000;
  for (int i = 0; i < kRows; ++i) {
    const auto seq = seq_at(now, i);
    EXPECT_OK(t->put(batch, t->stream_key(kAlice, seq), kAlice, {.seq = seq}, Row{{Value::int64(i)}}));
  }
  EXPECT_OK(store_->write(batch));
  clock_.advance(std::chrono::seconds(11));
  EXPECT_EQ(must(tables_->evict_expired(*t, 9'000)), 9'000u);
  EXPECT_EQ(must(tables_->evict_expired(*t, 9'000)), 1'000u);
}

}  // namespace
}  // namespace kalam::tables
