// Two databases get the same statements from a seed. One runs them as it always does, the other has everything done by
// the engine: queries, and the rows that writes make and change. Each answer must be the same, and so must what is
// stored in the end.
//
//   differential_test [STATEMENTS]    --gtest_random_seed repeats a run

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <iostream>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "generator.h"
#include "node/database.h"
#include "types/json_reader.h"

namespace kalam::differential {
namespace {

size_t statements_wanted = 20'000;

constexpr size_t kStatementsBetweenComparisons = 500;
constexpr size_t kDifferencesShown = 20;
constexpr Micros kBetweenStatements = Millis(1);

struct Answer {
  std::optional<ErrorCode> failed;
  std::string message;  // of the failure
  std::string columns;
  std::string rows;  // as JSON
  std::string changed;
};

// One side: a database in memory, its clock and its chance of its own, so that nothing one side does moves the other.
class Side {
 public:
  Side(uint64_t seed, bool engine_only) : random_(seed) {
    node::DatabaseOptions options;
    options.catalog.first_start.data_path = directory_.path();
    options.services.data_path = directory_.path();
    options.runner.engine_only = engine_only;
    options.runner.statement_time_max = {};
    database_ = must(node::Database::open(std::move(options), clock_, random_));
  }

  Answer ask(const Statement& statement, const Viewer& viewer) {
    clock_.advance(kBetweenStatements);
    query::Request request;
    request.sql = statement.sql;
    request.parameters = statement.parameters;
    request.session.actor = request.session.viewer = viewer;
    request.session.request_id = "differential";
    const auto replies = database_->run(std::move(request));
    Answer answer;
    if (replies.failure) {
      answer.failed = replies.failure->error.code;
      answer.message = replies.failure->error.message;
      return answer;
    }
    for (const auto& reply : replies.replies) {
      if (reply.shape == query::QueryReply::Shape::message) continue;  // ids of transactions
      if (reply.shape != query::QueryReply::Shape::rows) {
        answer.changed += reply.message + "; ";
        continue;
      }
      std::ostringstream columns;
      for (const auto& column : reply.columns) {
        columns << column.name << ' ' << column.type << (column.primary_key ? " key" : "")
                << (column.not_null ? " not null" : "") << "; ";
      }
      answer.columns = columns.str();
      answer.rows = reply.rows_json;
    }
    return answer;
  }

 private:
  ManualClock clock_;
  SeededRandom random_;
  TempDirectory directory_;
  std::unique_ptr<node::Database> database_;
};

std::vector<std::string> sorted_rows(const std::string& rows) {
  std::vector<std::string> all;
  const auto text = "[" + rows + "]";
  JsonReader json(text);
  EXPECT_TRUE(json.begin_array().ok());
  while (json.element().value_or(false)) {
    const auto row = json.raw();
    EXPECT_TRUE(row.ok()) << rows;
    if (!row.ok()) break;
    all.emplace_back(*row);
  }
  std::sort(all.begin(), all.end());
  return all;
}

// 0 and -0 are one group, which shows itself as either.
std::string without_signed_zeros(std::string rows) {
  constexpr std::string_view kZero = "-0.0";
  for (auto at = rows.find(kZero); at != std::string::npos; at = rows.find(kZero, at + 1)) {
    const auto end = at + kZero.size();
    if (end < rows.size() && (rows[end] == ',' || rows[end] == ']')) rows.erase(at, 1);
  }
  return rows;
}

std::string shown(const Statement& statement) {
  std::ostringstream text;
  text << statement.sql;
  for (size_t i = 0; i < statement.parameters.size(); ++i) text << "\n  $" << i + 1 << " = " << statement.parameters[i];
  return text.str();
}

std::string shown(const Answer& answer) {
  if (answer.failed) return std::string(name_of(*answer.failed)) + ": " + answer.message;
  return answer.changed + answer.columns + "\n    " + answer.rows;
}

class Differential : public testing::Test {
 protected:
  Differential()
      : seed_(seed()),
        generate_(seed_),
        ours_(std::make_unique<Side>(seed_, false)),
        engine_(std::make_unique<Side>(seed_, true)) {}

  static uint64_t seed() {
    const auto given = testing::UnitTest::GetInstance()->random_seed();
    const auto seed = given != 0 ? static_cast<uint64_t>(given) : std::random_device()() % 99999 + 1;
    std::cout << "seed " << seed << " (--gtest_random_seed takes it)\n";
    return seed;
  }

  void SetUp() override {
    const Viewer root{UserId("root"), Role::system};
    std::string definitions = "CREATE NAMESPACE app";
    for (const auto& table : tables()) definitions += "; " + table.definition();
    for (auto* side : {ours_.get(), engine_.get()}) {
      const auto answer = side->ask({.sql = definitions}, root);
      ASSERT_FALSE(answer.failed) << answer.message;
    }
  }

  // Who may write what: SHARED tables are for services.
  const Viewer& viewer(size_t number) const { return viewers_[number % viewers_.size()]; }

  // Whether both say the same; what differs is a failure.
  bool same(const Statement& statement, const Viewer& viewer) {
    auto ours = ours_->ask(statement, viewer);
    auto engine = engine_->ask(statement, viewer);
    if (statement.groups) {
      for (auto* answer : {&ours, &engine}) answer->rows = without_signed_zeros(std::move(answer->rows));
    }
    failures_ += ours.failed.has_value();
    filled_ += !ours.rows.empty();
    changed_ += !ours.changed.empty() && ours.changed.find(" 0 row") == std::string::npos;
    bool equal = ours.failed == engine.failed && ours.columns == engine.columns && ours.changed == engine.changed;
    if (equal && ours.rows != engine.rows) {
      equal = !statement.ordered && sorted_rows(ours.rows) == sorted_rows(engine.rows);
    }
    // Rows behind a LIMIT are not read by one side, and fail on the other; so do conditions that another one rules out.
    const bool one_failed = ours.failed.has_value() != engine.failed.has_value();
    const auto& changed = ours.failed ? engine.changed : ours.changed;
    const bool nothing_done = changed.empty() || changed == "Updated 0 row(s); " || changed == "Deleted 0 row(s); ";
    const bool excused = one_failed && nothing_done && (statement.cut || statement.doubtful);
    excused_ += excused;
    if (equal || excused) return true;
    ADD_FAILURE() << viewer.user.value() << ": " << shown(statement) << "\n  ours:   " << shown(ours)
                  << "\n  engine: " << shown(engine);
    return false;
  }

  // Everything that is stored, row by row.
  void compare_tables() {
    for (const auto& table : tables()) {
      for (const auto& each : viewers_) {
        Statement all{.sql = "SELECT * EXCLUDE (_seq) FROM app." + table.name};
        ASSERT_TRUE(same(all, each)) << "the databases have gone apart";
      }
    }
  }

  const uint64_t seed_;
  const std::vector<Viewer> viewers_ = {{UserId("alice"), Role::user}, {UserId("svc"), Role::service}};
  Generator generate_;
  std::unique_ptr<Side> ours_;
  std::unique_ptr<Side> engine_;
  size_t failures_ = 0;
  size_t excused_ = 0;
  size_t filled_ = 0;
  size_t changed_ = 0;
};

TEST_F(Differential, BothWaysGiveTheSameAnswers) {
  size_t differences = 0;
  for (size_t i = 0; i < statements_wanted && differences < kDifferencesShown; ++i) {
    const auto statement = generate_.next();
    if (!same(statement, viewer(i))) {
      ++differences;
      if (statement.kind != Statement::Kind::query) {
        ASSERT_NO_FATAL_FAILURE(compare_tables());
      }
    }
    if (i % kStatementsBetweenComparisons == 0) {
      ASSERT_NO_FATAL_FAILURE(compare_tables());
    }
  }
  ASSERT_NO_FATAL_FAILURE(compare_tables());
  std::cout << failures_ << " failed, " << filled_ << " gave rows, " << changed_ << " changed some, " << excused_
            << " failed on one side only, and might\n";
  // Statements that all fail, or find nothing, prove nothing.
  EXPECT_LT(failures_, statements_wanted / 3);
  EXPECT_LT(excused_, statements_wanted / 100);
  EXPECT_GT(filled_, statements_wanted / 3);
  EXPECT_GT(changed_, statements_wanted / 20);
}

}  // namespace
}  // namespace kalam::differential

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc == 2) {
    const std::string_view wanted(argv[1]);
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), kalam::differential::statements_wanted);
  }
  return RUN_ALL_TESTS();
}
