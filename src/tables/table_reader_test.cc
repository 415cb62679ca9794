#include "tables/table_reader.h"

#include "tables/tables_fixture.h"
#include "types/snowflake.h"

namespace kalam::tables {
namespace {

const UserId kAlice("alice");
const UserId kBob("bob");

class TableReaderTest : public TablesTest {
 protected:
  // (id BIGINT PRIMARY KEY, name TEXT, n INT): ids 0, 10 … 90 of alice; of 30 only a deleted version is left.
  TablePtr sample() {
    create("app.t", {key(), column("name", TypeTag::text), column("n", TypeTag::integer)});
    const auto t = table("app.t");
    for (int64_t id = 90; id >= 0; id -= 10) put(*t, kAlice, sample_row(id), id == 30);
    put(*t, kBob, sample_row(55));
    return t;
  }
  static Values sample_row(int64_t id) {
    return {Value::int64(id), Value::text("row " + std::to_string(id)), Value::int32(static_cast<int32_t>(id % 20))};
  }
  static ScanRequest::Bound including(Value value) { return {std::move(value), true}; }
  static ScanRequest::Bound excluding(Value value) { return {std::move(value), false}; }
};
KALAM_ON_BOTH_STORES(TableReaderTest);

TEST_P(TableReaderTest, KeyConditionsChooseRows) {
  const auto t = sample();
  struct Case {
    const char* what;
    ScanRequest request;
    Values expected;
  };
  const auto id = [](int64_t n) { return Value::int64(n); };
  const Case cases[] = {
      {"all", {}, ints({0, 10, 20, 40, 50, 60, 70, 80, 90})},
      {"=", {.columns = {0}, .equal = {{0, id(40)}}}, ints({40})},
      {"= a deleted one", {.columns = {0}, .equal = {{0, id(30)}}}, {}},
      {"= none", {.columns = {0}, .equal = {{0, id(41)}}}, {}},
      {"= another user's", {.columns = {0}, .equal = {{0, id(55)}}}, {}},
      {"= of a narrower kind", {.columns = {0}, .equal = {{0, Value::int8(40)}}}, ints({40})},
      {"= twice", {.columns = {0}, .equal = {{0, id(40)}, {0, id(50)}}}, {}},
      {"IN", {.columns = {0}, .one_of = {{0, {id(90), id(10), id(55), id(30), id(10)}}}}, ints({10, 90})},
      {"IN ()", {.columns = {0}, .one_of = {{0, {}}}}, {}},
      {"IN and IN",
       {.columns = {0}, .one_of = {{0, {id(10), id(20), id(40)}}, {0, {id(40), id(20), id(80)}}}},
       ints({20, 40})},
      {"IN and <",
       {.columns = {0}, .one_of = {{0, {id(10), id(20), id(40)}}}, .ranges = {{0, {}, excluding(id(40))}}},
       ints({10, 20})},
      {">", {.columns = {0}, .ranges = {{0, excluding(id(60)), {}}}}, ints({70, 80, 90})},
      {">=", {.columns = {0}, .ranges = {{0, including(id(60)), {}}}}, ints({60, 70, 80, 90})},
      {"<", {.columns = {0}, .ranges = {{0, {}, excluding(id(20))}}}, ints({0, 10})},
      {"<=", {.columns = {0}, .ranges = {{0, {}, including(id(20))}}}, ints({0, 10, 20})},
      {"BETWEEN", {.columns = {0}, .ranges = {{0, including(id(15)), including(id(50))}}}, ints({20, 40, 50})},
      {"two ranges",
       {.columns = {0}, .ranges = {{0, including(id(15)), {}}, {0, excluding(id(20)), excluding(id(50))}}},
       ints({40})},
      {"an empty range", {.columns = {0}, .ranges = {{0, including(id(50)), including(id(20))}}}, {}},
      {"= and LIMIT 0", {.columns = {0}, .equal = {{0, id(40)}}, .limit = 0}, {}},
      {"LIMIT", {.columns = {0}, .limit = 4}, ints({0, 10, 20, 40})},
      {"> and LIMIT", {.columns = {0}, .ranges = {{0, excluding(id(20)), {}}}, .limit = 2}, ints({40, 50})},
      {"another column", {.columns = {0, 2}, .equal = {{2, Value::int32(10)}}}, ints({10, 50, 70, 90})},
      {"another column's range",
       {.columns = {0, 2}, .ranges = {{2, {}, excluding(Value::int32(10))}, {0, {}, excluding(id(50))}}},
       ints({0, 20, 40})},
      {"one that cannot be used",
       {.columns = {0}, .equal = {{0, Value::text("40")}}},
       ints({0, 10, 20, 40, 50, 60, 70, 80, 90})},
      {"one of another kind on another column",
       {.columns = {0, 2}, .equal = {{2, Value::int64(10)}}},
       ints({0, 10, 20, 40, 50, 60, 70, 80, 90})},
  };
  for (auto [what, request, expected] : cases) {
    if (request.columns.empty()) request.columns = {0};
    EXPECT_EQ(firsts(read(t, as(kAlice), request)), expected) << what;
    if (request.limit != SIZE_MAX) continue;
    request.reverse = true;
    std::ranges::reverse(expected);
    EXPECT_EQ(firsts(read(t, as(kAlice), request)), expected) << what << ", reversed";
    request.limit = 2;
    expected.resize(std::min<size_t>(expected.size(), 2));
    EXPECT_EQ(firsts(read(t, as(kAlice), request)), expected) << what << ", reversed, LIMIT 2";
  }
}

TEST_P(TableReaderTest, ColumnsComeInTheOrderAskedFor) {
  const auto t = sample();
  const auto seq = t->seq_column().value();
  const auto deleted = place_of(*t, "_deleted");
  const auto row = sample_row(20);
  const auto of_row = must(t->find(must(t->row_key(kAlice, Value::int64(20)))));
  const auto its_seq = Value::int64(of_row->header.seq.value());
  const auto no = Value::boolean(false);
  struct Case {
    std::vector<size_t> columns;
    Values expected;
  };
  const Case cases[] = {
      {{0, 1, 2, seq, deleted}, {row[0], row[1], row[2], its_seq, no}},
      {{2, 0}, {row[2], row[0]}},
      {{seq}, {its_seq}},
      {{deleted, seq}, {no, its_seq}},
      {{seq, 1, deleted, 0, seq, 1}, {its_seq, row[1], no, row[0], its_seq, row[1]}},
      {{1, 1}, {row[1], row[1]}},
      {{}, {}},
  };
  for (const auto& [columns, expected] : cases) {
    EXPECT_EQ(read(t, as(kAlice), {.columns = columns, .equal = {{0, Value::int64(20)}}}), Rows{expected});
    // A row of the cursor before does not shine through.
    EXPECT_EQ(read(t, as(kAlice), {.columns = columns, .ranges = {{0, {}, including(Value::int64(20))}}}).back(),
              expected);
  }
  EXPECT_ERROR(ErrorCode::internal, try_read(t, as(kAlice), {.columns = {99}}));
}

TEST_P(TableReaderTest, StorageSpec_Case8_DeletedRowsComeWhenAskedFor) {
  const auto t = sample();
  const auto deleted = place_of(*t, "_deleted");
  const auto rows = read(t, as(kAlice), {.columns = {0, 1, deleted}, .with_deleted = true});
  EXPECT_EQ(rows.size(), 10u);
  EXPECT_EQ(rows[3], (Values{Value::int64(30), Value::text("row 30"), Value::boolean(true)}));
  EXPECT_EQ(rows[4][2], Value::boolean(false));
}

TEST_P(TableReaderTest, SeqConditionsChooseVersions) {
  const auto t = sample();  // 90 has the seq 1001, 0 has 1010
  const auto seq = t->seq_column().value();
  struct Case {
    ScanRequest request;
    Values expected;
  };
  const auto at = [](int64_t n) { return Value::int64(n); };
  const Case cases[] = {
      {{.columns = {0}, .equal = {{seq, at(1002)}}}, ints({80})},
      {{.columns = {0}, .equal = {{seq, at(1)}}}, {}},
      {{.columns = {0}, .ranges = {{seq, excluding(at(1008)), {}}}},
       ints({0, 10, 20})},  // without 20: the caller filters
      {{.columns = {0}, .ranges = {{seq, including(at(1009)), {}}}}, ints({0, 10})},
      {{.columns = {0}, .ranges = {{seq, {}, including(at(1002))}}}, ints({80, 90})},
      {{.columns = {0}, .one_of = {{seq, {at(1002), at(1001)}}}}, ints({80, 90})},
      {{.columns = {0}, .equal = {{seq, at(1002)}, {0, Value::int64(90)}}}, {}},
      {{.columns = {0}, .equal = {{seq, Value::text("x")}}, .limit = 2}, ints({0, 10})},
  };
  for (auto [request, expected] : cases) {
    request.columns = {0};
    EXPECT_EQ(firsts(read(t, as(kAlice), request)), expected);
  }
}

TEST_P(TableReaderTest, StagedRowsLieOverThoseOfTheSnapshot) {
  const auto t = sample();
  StagedRows staged;
  const auto stage = [&](int64_t id, bool deleted, Row row) {
    staged[must(t->row_key(kAlice, Value::int64(id)))] = {deleted, std::move(row)};
  };
  stage(-5, false, Row{{Value::int64(-5)}});  // short: the rest is NULL
  stage(20, false, Row{sample_row(20)});
  staged.begin()->second.deleted = false;
  stage(30, false, Row{{Value::int64(30), Value::text("again"), Value::int32(1)}});
  stage(50, true, Row{sample_row(50)});
  stage(95, false, Row{sample_row(95)});
  auto point = as(kAlice);
  point.snapshot = store_->snapshot();
  point.staged = &staged;
  put(*t, kAlice, sample_row(45));  // after the snapshot

  const auto ids = [&](ScanRequest request) {
    if (request.columns.empty()) request.columns = {0};
    return firsts(read(t, point, request));
  };
  EXPECT_EQ(ids({}), ints({-5, 0, 10, 20, 30, 40, 60, 70, 80, 90, 95}));
  EXPECT_EQ(ids({.columns = {0}, .reverse = true}), ints({95, 90, 80, 70, 60, 40, 30, 20, 10, 0, -5}));
  EXPECT_EQ(ids({.columns = {0}, .limit = 2}), ints({-5, 0}));
  EXPECT_EQ(ids({.columns = {0}, .ranges = {{0, including(Value::int64(20)), excluding(Value::int64(95))}}}),
            ints({20, 30, 40, 60, 70, 80, 90}));
  EXPECT_EQ(ids({.columns = {0}, .ranges = {{0, including(Value::int64(91)), {}}}, .reverse = true}), ints({95}));
  EXPECT_EQ(
      ids({.columns = {0}, .one_of = {{0, {Value::int64(95), Value::int64(50), Value::int64(45), Value::int64(30)}}}}),
      ints({30, 95}));
  EXPECT_EQ(ids({.columns = {0, 2}, .equal = {{2, Value::int32(1)}}}), ints({30}));
  const auto seq = t->seq_column().value();
  const auto deleted = place_of(*t, "_deleted");
  EXPECT_EQ(read(t, point, {.columns = {seq, 1, deleted}, .equal = {{0, Value::int64(30)}}}),
            (Rows{{Value::null(ScalarKind::int64), Value::text("again"), Value::boolean(false)}}));
  EXPECT_EQ(read(t, point, {.columns = {1, 2}, .limit = 1}),
            (Rows{{Value::null(ScalarKind::utf8), Value::null(ScalarKind::int32)}}));
  EXPECT_EQ(read(t, point, {.columns = {0, deleted}, .equal = {{0, Value::int64(50)}}, .with_deleted = true}),
            (Rows{{Value::int64(50), Value::boolean(true)}}));

  // What somebody staged for bob is not alice's, though the map is the same.
  staged.clear();
  staged[must(t->row_key(kBob, Value::int64(1)))] = {false, Row{sample_row(1)}};
  EXPECT_EQ(ids({}), ints({0, 10, 20, 40, 50, 60, 70, 80, 90}));
  EXPECT_EQ(ids({.columns = {0}, .equal = {{0, Value::int64(1)}}}), Values());
}

TEST_P(TableReaderTest, StorageSpec_Case3_AScanSeesTheMomentItStarts) {
  const auto t = sample();
  const TableReader reader(t, as(kAlice));
  for (const auto& request :
       {ScanRequest{.columns = {0}}, ScanRequest{.columns = {0}, .limit = 500},
        ScanRequest{.columns = {0}, .one_of = {{0, {Value::int64(0), Value::int64(90), Value::int64(95)}}}}}) {
    auto cursor = must(reader.open(request));
    put(*t, kAlice, sample_row(90), true);
    put(*t, kAlice, sample_row(95));
    Values row, last;
    while (must(cursor->next(row))) last = row;
    EXPECT_EQ(last, ints({90}));
    EXPECT_EQ(firsts(read(t, as(kAlice), {.columns = {0}})).back(), Value::int64(95));
    put(*t, kAlice, sample_row(90));
    put(*t, kAlice, sample_row(95), true);
  }
}

TEST_P(TableReaderTest, SaysWhichOrderItHas) {
  struct Case {
    const char* name;
    std::vector<ColumnDefinition> columns;
    TableType type;
    std::optional<std::string> order;
  };
  const Case cases[] = {
      {"app.u", {column("a", TypeTag::text), key()}, TableType::user, "id"},
      {"app.s", {key()}, TableType::shared, "id"},
      {"app.e", {column("a", TypeTag::text)}, TableType::stream, "_seq"},
      {"app.k", {key()}, TableType::stream, std::nullopt},
  };
  for (const auto& [name, columns, type, order] : cases) {
    create(name, columns, type);
    const TableReader reader(table(name), as({}));
    const auto found = reader.order_column();
    ASSERT_EQ(found.has_value(), order.has_value()) << name;
    if (found) {
      EXPECT_EQ(reader.columns()[*found].name, *order);
    }
  }
  const TableReader reader(table("app.u"), as(kAlice));
  std::vector<std::string> names;
  for (const auto& each : reader.columns()) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "id", "_seq", "_deleted"}));
  EXPECT_EQ(reader.columns()[1].kind, ScalarKind::int64);
  EXPECT_TRUE(reader.columns()[1].primary_key);
  EXPECT_FALSE(reader.columns()[2].nullable);
}

TEST_P(TableReaderTest, StreamRowsComeInTheOrderOfTheirSeq) {
  create("app.e", {key(TypeTag::text), column("n", TypeTag::bigint)}, TableType::stream);
  const auto t = table("app.e");
  const auto seq = t->seq_column().value();
  std::vector<int64_t> seqs;
  for (const char* id : {"z", "a", "a", "m"}) {
    const auto n = static_cast<int64_t>(seqs.size());
    seqs.push_back(put(*t, kAlice, {Value::text(id), Value::int64(n)}).value());
  }
  put(*t, kBob, {Value::text("b"), Value::int64(9)});
  const auto at = [&](size_t n) { return Value::int64(seqs[n]); };
  const auto ns = [&](ScanRequest request) {
    request.columns = {1, 0};
    return firsts(read(t, as(kAlice), request));
  };
  EXPECT_EQ(ns({}), ints({0, 1, 2, 3}));  // a key may be there twice
  EXPECT_EQ(ns({.columns = {0}, .reverse = true, .limit = 3}), ints({3, 2, 1}));
  EXPECT_EQ(ns({.columns = {0}, .equal = {{seq, at(2)}}}), ints({2}));
  EXPECT_EQ(ns({.columns = {0}, .one_of = {{seq, {at(3), at(0), Value::int64(5)}}}}), ints({0, 3}));
  EXPECT_EQ(ns({.columns = {0}, .ranges = {{seq, excluding(at(1)), {}}}}), ints({2, 3}));
  EXPECT_EQ(ns({.columns = {0}, .ranges = {{seq, {}, excluding(at(1))}}}), ints({0}));
  EXPECT_EQ(ns({.columns = {0}, .equal = {{0, Value::text("a")}}}), ints({1, 2}));
}

TEST_P(TableReaderTest, AsksForTheUserThatTheTableHas) {
  create("app.u", {key()});
  create("app.s", {key()}, TableType::shared);
  EXPECT_ERROR(ErrorCode::internal, try_read(table("app.u"), as({}), {.columns = {0}}));
  EXPECT_ERROR(ErrorCode::internal, try_read(table("app.s"), as(kAlice), {.columns = {0}}));
}

// Case 31: nothing is cut off, and a scan that stops filling the cache on its way goes on where it was.
TEST_P(TableReaderTest, StorageSpec_Case31_LargeTablesAreReadToTheEnd) {
  create("app.t", {key(), column("body", TypeTag::text)});
  const auto t = table("app.t");
  constexpr int64_t kRows = 150'000;
  store::Batch batch;
  for (int64_t id = 0; id < kRows; ++id) {
    const auto row = Row{{Value::int64(id), Value::text("some text of some length")}};
    EXPECT_OK(
        t->put(batch, must(t->row_key(kAlice, row.values[0])), kAlice, {RowSeq(id + 1), CommitSeq(1), false}, row));
    if (batch.size() == 10'000) {
      EXPECT_OK(store_->write(batch, store::Durability::buffered));
      batch.clear();
    }
  }
  EXPECT_OK(store_->flush_memtables());
  for (const bool reverse : {false, true}) {
    const TableReader reader(t, as(kAlice));
    auto cursor = must(reader.open({.columns = {0}, .reverse = reverse}));
    Values row;
    int64_t count = 0;
    while (must(cursor->next(row))) {
      ASSERT_EQ(row[0].as_int64(), reverse ? kRows - 1 - count : count);
      ++count;
    }
    EXPECT_EQ(count, kRows);
  }
}

}  // namespace
}  // namespace kalam::tables
