// Tables against a model that is a std::map: random writes, snapshots, staged rows and requests, for hostile users.

#include <map>
#include <random>

#include "tables/tables_fixture.h"
#include "types/order.h"

namespace kalam::tables {
namespace {

struct ByOrder {
  bool operator()(const Value& a, const Value& b) const { return compare(a, b) < 0; }
};
struct ModelVersion {
  Values row;
  std::optional<RowSeq> seq;  // none: staged
  bool deleted = false;
};
using ModelRows = std::map<Value, ModelVersion, ByOrder>;  // of one user, by primary key

class ReaderModel : public TablesTest {
 protected:
  uint64_t below(uint64_t end) { return random_engine_() % end; }
  bool one_in(uint64_t n) { return below(n) == 0; }

  Value random_key() {
    if (text_keys_) {
      std::string text(below(3), '\0');
      for (auto& byte : text) byte = static_cast<char>(below(3));
      return Value::text(text);
    }
    return Value::int64(static_cast<int64_t>(below(40)) - 20);
  }
  Values random_row() {
    return {random_key(), one_in(4) ? Value::null(ScalarKind::int32) : Value::int32(static_cast<int32_t>(below(5))),
            Value::text(std::string(below(40), 'x'))};
  }
  std::optional<ScanRequest::Bound> random_bound(Value value) {
    if (one_in(3)) return std::nullopt;
    return ScanRequest::Bound{std::move(value), one_in(2)};
  }
  ScanRequest random_request(const Table& t) {
    ScanRequest request;
    for (size_t i = below(6); i > 0; --i) request.columns.push_back(below(t.columns().size()));
    const auto seq = *t.seq_column();
    const auto random_seq = [&] { return Value::int64(1001 + static_cast<int64_t>(below(200))); };
    if (one_in(4)) request.equal.push_back({0, random_key()});
    if (one_in(8)) request.equal.push_back({1, Value::int32(static_cast<int32_t>(below(5)))});
    if (one_in(10)) request.equal.push_back({seq, random_seq()});
    if (one_in(4)) {
      request.one_of.push_back({0, {}});
      for (size_t i = below(6); i > 0; --i) request.one_of[0].values.push_back(random_key());
    }
    if (one_in(3)) request.ranges.push_back({0, random_bound(random_key()), random_bound(random_key())});
    if (one_in(8)) request.ranges.push_back({seq, random_bound(random_seq()), random_bound(random_seq())});
    if (one_in(8)) request.ranges.push_back({1, random_bound(Value::int32(2)), random_bound(Value::int32(3))});
    request.reverse = one_in(3);
    request.with_deleted = one_in(3);
    return request;
  }

  // Does a row pass the conditions, as SQL would have it?
  static bool passes(const ScanRequest& request, const Values& row) {
    const auto known = [&](size_t column) { return !row[column].is_null(); };
    for (const auto& equal : request.equal) {
      if (!known(equal.column) || compare(row[equal.column], equal.value) != 0) return false;
    }
    for (const auto& one_of : request.one_of) {
      const auto same = [&](const Value& value) { return compare(row[one_of.column], value) == 0; };
      if (!known(one_of.column) || !std::ranges::any_of(one_of.values, same)) return false;
    }
    for (const auto& range : request.ranges) {
      if (!range.lower && !range.upper) continue;
      if (!known(range.column)) return false;
      if (range.lower) {
        const auto order = compare(row[range.column], range.lower->value);
        if (order < 0 || (order == 0 && !range.lower->inclusive)) return false;
      }
      if (range.upper) {
        const auto order = compare(row[range.column], range.upper->value);
        if (order > 0 || (order == 0 && !range.upper->inclusive)) return false;
      }
    }
    return true;
  }

  // All columns of all rows that the conditions let through; without conditions, of all rows.
  static Rows expected_rows(const ModelRows& model, const ScanRequest& request) {
    Rows rows;
    for (const auto& [key, version] : model) {
      if (version.deleted && !request.with_deleted) continue;
      auto row = version.row;
      row.push_back(version.seq ? Value::int64(version.seq->value()) : Value::null(ScalarKind::int64));
      row.push_back(Value::boolean(version.deleted));
      if (passes(request, row)) rows.push_back(std::move(row));
    }
    if (request.reverse) std::ranges::reverse(rows);
    return rows;
  }

  void run(uint64_t seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_engine_.seed(seed);
    text_keys_ = one_in(2);
    const auto name = "app.t" + std::to_string(seed);
    const bool shared = one_in(4);
    create(
        name,
        {key(text_keys_ ? TypeTag::text : TypeTag::bigint), column("n", TypeTag::integer), column("s", TypeTag::text)},
        shared ? TableType::shared : TableType::user);
    const auto t = table(name);
    std::vector<std::optional<UserId>> users = {std::nullopt};
    if (!shared) users = {UserId("a"), UserId(std::string("a\0b", 3)), UserId("al"), UserId("alice"), UserId("\x01")};
    std::vector<ModelRows> models(users.size());
    last_seq_ = 1000;

    for (int round = 0; round < 12; ++round) {
      const auto write_some = [&](size_t count) {
        for (; count > 0; --count) {
          const auto user = below(users.size());
          auto row = random_row();
          const bool deleted = one_in(4);
          const auto seq = put(*t, users[user], row, deleted);
          models[user].insert_or_assign(row[0], ModelVersion{row, seq, deleted});
        }
      };
      write_some(below(30));
      const auto at_snapshot = models;
      const auto snapshot = one_in(2) ? store_->snapshot() : nullptr;
      if (snapshot) write_some(below(10));

      const auto user = below(users.size());
      auto model = at_snapshot[user];
      StagedRows staged;
      if (snapshot && one_in(2)) {
        for (size_t i = below(8); i > 0; --i) {
          auto row = random_row();
          const bool deleted = one_in(3);
          staged[must(t->row_key(users[user], row[0]))] = {deleted, Row{row}};
          model.insert_or_assign(row[0], ModelVersion{row, std::nullopt, deleted});
        }
      }
      for (int i = 0; i < 10; ++i) {
        const auto request = random_request(*t);
        ReadPoint point{.user = users[user], .snapshot = snapshot, .staged = staged.empty() ? nullptr : &staged};
        // The caller filters again: to compare, it needs all columns.
        auto whole = request;
        whole.columns = {0, 1, 2, 3, 4};
        auto rows = read(t, point, whole);
        std::erase_if(rows, [&](const auto& row) { return !passes(request, row); });
        const auto expected = expected_rows(model, request);
        ASSERT_EQ(rows, expected);
        // Without a filter above, any columns and a limit.
        ScanRequest bare{.columns = request.columns, .reverse = request.reverse, .with_deleted = request.with_deleted};
        auto bare_expected = expected_rows(model, bare);
        bare.limit = below(bare_expected.size() + 2);
        bare_expected.resize(std::min(bare_expected.size(), bare.limit));
        for (auto& row : bare_expected) {
          Values chosen;
          for (const auto column : bare.columns) chosen.push_back(row[column]);
          row = std::move(chosen);
        }
        ASSERT_EQ(read(t, point, bare), bare_expected);
        // A point read says the same as the model.
        const auto one = random_key();
        const auto found = must(t->find(must(t->row_key(users[user], one)), snapshot));
        const auto known = at_snapshot[user].find(one);
        ASSERT_EQ(found.has_value(), known != at_snapshot[user].end());
        if (found) {
          ASSERT_EQ(found->row.values, known->second.row);
          ASSERT_EQ(found->header.seq, *known->second.seq);
          ASSERT_EQ(found->header.deleted, known->second.deleted);
        }
      }
    }
  }

  std::mt19937_64 random_engine_;
  bool text_keys_ = false;
};
KALAM_ON_BOTH_STORES(ReaderModel);

TEST_P(ReaderModel, ReadersSeeWhatAMapWouldHold) {
  for (uint64_t seed = 1; seed <= 12 && !HasFailure(); ++seed) run(seed);
  for (int i = 0; i < 8 && !HasFailure(); ++i) run(1000 + std::random_device()());
}

// Every user writes rows that hold his name, under keys made to fall into the ranges of others; every request that
// anybody can make shows him nothing but his own.
TEST_P(ReaderModel, NoRequestReachesARowOfAnotherUser) {
  const std::vector<std::string> users = {"a",
                                          std::string("a\0", 2),
                                          std::string("a\0b", 3),
                                          "al",
                                          "alice",
                                          "alicf",
                                          "alice\xC3\xBF",
                                          "b",
                                          "A",
                                          "\x01",
                                          "\x01\x01",
                                          std::string("\0", 1),
                                          "\x7F",
                                          "a:b",
                                          "a#1"};
  const std::vector<std::string> keys = {"", std::string("\0", 1), "\x01", "lice", std::string("\0b", 2), "b", "\x7F"};
  for (const auto type : {TableType::user, TableType::stream}) {
    const std::string name = type == TableType::user ? "app.u" : "app.s";
    create(name, {key(TypeTag::text), column("owner", TypeTag::text)}, type);
    const auto t = table(name);
    for (const auto& user : users) {
      for (const auto& each : keys) put(*t, UserId(user), {Value::text(each), Value::text(user)});
    }
    for (const auto& user : users) {
      StagedRows others;  // a map that holds rows of everybody
      for (const auto& other : users) {
        const auto where = type == TableType::user ? must(t->row_key(UserId(other), Value::text("staged")))
                                                   : t->stream_key(UserId(other), RowSeq(1));
        others[where] = {false, Row{{Value::text("staged"), Value::text(other)}}};
      }
      for (const auto* staged : {static_cast<StagedRows*>(nullptr), &others}) {
        auto point = as(UserId(user));
        point.staged = staged;
        std::vector<ScanRequest> requests = {
            {}, {.columns = {0}, .reverse = true}, {.columns = {0}, .with_deleted = true}};
        for (const auto& each : keys) {
          const ScanRequest::Bound bound{Value::text(each), false};
          requests.push_back({.columns = {0}, .equal = {{0, Value::text(each)}}});
          requests.push_back({.columns = {0}, .ranges = {{0, bound, {}}}});
          requests.push_back({.columns = {0}, .ranges = {{0, {}, bound}}, .reverse = true});
        }
        const auto seq = *t->seq_column();
        requests.push_back({.columns = {0}, .ranges = {{seq, ScanRequest::Bound{Value::int64(INT64_MIN)}, {}}}});
        requests.push_back(
            {.columns = {0}, .ranges = {{seq, {}, ScanRequest::Bound{Value::int64(INT64_MAX)}}}, .reverse = true});
        for (auto& request : requests) {
          request.columns = {1};
          for (const auto& row : read(t, point, request)) ASSERT_EQ(row[0].as_text(), user);
        }
        EXPECT_EQ(read(t, point, requests[0]).size(), keys.size() + (staged ? 1 : 0));
      }
    }
  }
}

}  // namespace
}  // namespace kalam::tables
