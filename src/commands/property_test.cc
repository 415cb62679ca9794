// Random commands against a database that fits on a page.

#include <array>
#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "commands/commands_fixture.h"

namespace kalam::commands {
namespace {

constexpr int64_t kKeys = 12;

// What a table is when nothing can fail: rows by key.
using Model = std::map<int64_t, Row>;

// Applies the whole command or nothing; the counts of its parts.
std::optional<std::vector<uint64_t>> apply(Model& model, const DataWrite& write) {
  Model after = model;
  std::vector<uint64_t> counts;
  for (const auto& part : write.parts) {
    uint64_t count = 0;
    if (const auto* rows = std::get_if<RowsWrite>(&part)) {
      for (const auto& each : rows->rows) {
        const auto key = each.key.as_int64();
        const bool there = after.contains(key);
        if (each.kind == ChangeKind::insert && there) return std::nullopt;
        if (each.kind != ChangeKind::insert && !there) continue;
        if (each.kind == ChangeKind::remove) after.erase(key);
        else after.insert_or_assign(key, each.row);
        ++count;
      }
    } else {
      const auto& keyed = std::get<KeyedWrite>(part);
      const auto found = after.find(keyed.key.as_int64());
      if (found != after.end()) {
        if (keyed.kind == ChangeKind::remove) after.erase(found);
        else found->second.values[2] = Value::int64(found->second.values[2].as_int64() + 1);
        count = 1;
      }
    }
    counts.push_back(count);
  }
  model = std::move(after);
  return counts;
}

class Commands {
 public:
  Commands(TableDefinitionPtr table, uint64_t seed) : table_(std::move(table)), random_(seed) {}

  DataWrite next() {
    DataWrite write;
    for (auto parts = 1 + pick(3); parts > 0; --parts) {
      if (pick(3) == 0) {
        KeyedWrite keyed{.table = table_, .key = Value::int64(key()), .expressions = nullptr};
        if (pick(3) == 0) {
          keyed.kind = ChangeKind::remove;
        } else {
          keyed.expressions = add_one_;
          keyed.assigned = {2};
        }
        write.parts.emplace_back(std::move(keyed));
        continue;
      }
      RowsWrite rows{.table = table_};
      for (auto count = pick(4); count > 0; --count) {
        const auto value = row(key(), "r" + std::to_string(pick(1000)), pick(1000));
        switch (pick(3)) {
          case 0: rows.rows.push_back(insert(value)); break;
          case 1: rows.rows.push_back(update(value)); break;
          default: rows.rows.push_back(remove(value.values[0].as_int64()));
        }
      }
      write.parts.emplace_back(std::move(rows));
    }
    return write;
  }

 private:
  int64_t pick(int64_t below) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(below)); }
  int64_t key() { return pick(kKeys); }

  TableDefinitionPtr table_;
  std::mt19937_64 random_;
  std::shared_ptr<const duck::RowExpressions> add_one_ = std::make_shared<TestExpressions>(
      5, [](auto row, auto) { return std::vector<Value>{Value::int64(row[2].as_int64() + 1)}; });
};

Model stored(Database& db, const TableDefinitionPtr& table) {
  Model rows;
  for (int64_t key = 0; key < kKeys; ++key) {
    if (auto found = db.find(table, key)) rows.emplace(key, std::move(found->row));
  }
  return rows;
}

TEST(Properties, OneAfterTheOtherIsWhatTheModelSays) {
  for (const uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TempDirectory directory;
    Database db(directory / "db", false);
    auto table = db.create_table("app.t");
    Model model;
    for (int round = 0; round < 4; ++round) {
      Commands commands(table, seed * 100 + static_cast<uint64_t>(round));
      for (int i = 0; i < 200; ++i) {
        const auto write = commands.next();
        const auto expected = apply(model, write);
        const auto answer = db.write(write);
        ASSERT_EQ(answer.ok(), expected.has_value()) << "command " << i << (answer.ok() ? "" : answer.error().message);
        if (expected) {
          ASSERT_EQ(answer->rows, *expected) << "command " << i;
        }
      }
      ASSERT_EQ(stored(db, table), model);
      db.restart();
      table = db.table("app.t");
      ASSERT_EQ(stored(db, table), model) << "after a restart";
    }
  }
}

// Large INSERTs look for free ranges instead of each key; nothing that is there may be overlooked, be it in the store
// or from a command of the same group.
TEST(Properties, LargeInsertsMeetWhatIsThere) {
  for (const uint64_t seed : {1u, 2u, 3u, 4u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Database db;
    const auto table = db.create_table("app.t");
    std::mt19937_64 random(seed);
    std::set<int64_t> keys;
    const auto pick = [&](int64_t below) { return static_cast<int64_t>(random() % static_cast<uint64_t>(below)); };
    size_t refused = 0;
    size_t done = 0;
    for (int round = 0; round < 60; ++round) {
      std::vector<cluster::ProposalPtr> group;
      std::vector<bool> expected;
      for (auto statements = 1 + pick(3); statements > 0; --statements) {
        const auto from = pick(20'000);
        const auto step = std::array<int64_t, 3>{1, 7, -3}[static_cast<size_t>(pick(3))];
        RowsWrite part{table};
        std::set<int64_t> fresh;
        bool free = true;
        for (int64_t i = 0; i < 60; ++i) {
          const auto key = pick(5) == 0 ? pick(20'000) : from + i * step;
          free = free && !keys.contains(key) && fresh.insert(key).second;
          part.rows.push_back(insert(row(key)));
        }
        if (free) keys.merge(fresh);
        expected.push_back(free);
        group.push_back(
            std::make_shared<WriteProposal>(DataWrite{{std::move(part)}}, codec::command::Made{db.clock.now_ms(), 0}));
      }
      const auto answers = db.through_wire->apply(group);
      for (size_t i = 0; i < answers.size(); ++i) {
        ASSERT_EQ(answers[i].ok(), expected[i]) << "round " << round;
        ++(answers[i].ok() ? done : refused);
      }
    }
    EXPECT_GT(refused, 5u);
    EXPECT_GT(done, 5u);
    for (const auto key : keys) ASSERT_TRUE(db.find(table, key)) << key;
  }
}

// Many at once: whatever order they got, it was one order, and it is that of the ChangeSets.
TEST(Properties, TheChangesTellTheWholeStory) {
  constexpr int kThreads = 6;
  const TempDirectory directory;
  Database db(directory / "db", false);
  const auto table = db.create_table("app.t");
  const auto first_commit = db.applier->last_commit().value();
  std::atomic<uint64_t> commits{0};
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Commands commands(table, 1000 + t);
      for (int i = 0; i < 300; ++i) {
        const auto answer = db.write(commands.next());
        if (answer.ok() && answer->commit != CommitSeq(0)) ++commits;
      }
    });
  }
  for (auto& thread : threads) thread.join();

  const auto changes = db.changes();
  EXPECT_EQ(changes.size(), commits);
  Model model;
  uint64_t commit = first_commit;
  std::map<int64_t, RowHeader> headers;
  for (const auto& set : changes) {
    ASSERT_EQ(set->commit.value(), ++commit) << "one after the other, without gaps";
    for (const auto& part : set->tables) {
      for (const auto& change : part.rows) {
        const auto key = (change.after ? change.after : change.before)->values[0].as_int64();
        const auto found = model.find(key);
        ASSERT_EQ(change.before != nullptr, found != model.end());
        ASSERT_EQ(change.kind == ChangeKind::insert, change.before == nullptr);
        ASSERT_EQ(change.kind == ChangeKind::remove, change.after == nullptr);
        if (change.before) {
          ASSERT_EQ(*change.before, found->second) << "key " << key;
        }
        auto& header = headers[key];
        ASSERT_TRUE(change.header.newer_than(header));
        ASSERT_GT(change.header.seq, header.seq);
        header = change.header;
        if (change.after) model.insert_or_assign(key, *change.after);
        else model.erase(key);
      }
    }
  }
  EXPECT_EQ(stored(db, table), model);
  db.restart();
  EXPECT_EQ(stored(db, db.table("app.t")), model);
  EXPECT_EQ(db.applier->last_commit().value(), commit);
}

}  // namespace
}  // namespace kalam::commands
