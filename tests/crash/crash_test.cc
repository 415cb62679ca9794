// A child process works on a database and tells its parent of each answer; it dies, at a named point or when its parent
// kills it. The parent opens what is left: everything that was answered is there, and of the one request that was not,
// all or nothing.
//
//   crash_test [ROUNDS]                 the tests, with so many kills; --gtest_random_seed repeats a run
//   crash_test --child DIRECTORY STEPS  runs the requests of a file, a line each, and writes a dot for each answer

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iostream>

#include "base/testing/temp_directory.h"
#include "node/database.h"
#include "types/json_reader.h"
#include "workload.h"

namespace kalam::crash {
namespace {

class Opened {
 public:
  explicit Opened(const std::string& directory) {
    node::DatabaseOptions options;
    options.store.path = directory + "/rocksdb";
    options.catalog.first_start.data_path = directory;
    options.services.data_path = directory;
    auto opened = node::Database::open(std::move(options), clock_, random_);
    if (opened.ok()) database_ = std::move(*opened);
    else std::cerr << opened.error() << "\n";
  }
  explicit operator bool() const { return database_ != nullptr; }

  query::Replies ask(std::string_view sql) {
    query::Request request;
    request.sql = sql;
    request.session.actor = request.session.viewer = {UserId("root"), Role::system};
    request.session.request_id = "crash";
    return database_->run(std::move(request));
  }

  // Rows of texts.
  std::vector<std::vector<std::string>> rows(std::string_view sql) {
    const auto replies = ask(sql);
    std::vector<std::vector<std::string>> rows;
    EXPECT_FALSE(replies.failure) << sql << ": " << replies.failure->error;
    if (replies.failure) return rows;
    const auto text = "[" + replies.replies.front().rows_json + "]";
    JsonReader json(text);
    EXPECT_TRUE(json.begin_array().ok());
    while (json.element().value_or(false)) {
      EXPECT_TRUE(json.begin_array().ok());
      auto& row = rows.emplace_back();
      while (json.element().value_or(false)) row.push_back(json.string().value_or("?"));
    }
    return rows;
  }

  Model model() {
    Model model;
    for (const auto& row : rows("SELECT id, balance FROM crash.accounts")) {
      model.accounts[std::stoll(row[0])] = std::stoll(row[1]);
    }
    for (const auto& table : rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'crash'")) {
      if (table[0] == "accounts") continue;
      auto& ids = model.tables[table[0]];
      for (const auto& row : rows("SELECT id FROM crash." + table[0])) ids.insert(std::stoll(row[0]));
    }
    return model;
  }

 private:
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<node::Database> database_;
};

int work(const std::string& directory, const std::string& steps) {
  Opened database(directory);
  if (!database) return 3;
  std::ifstream in(steps);
  for (std::string line; std::getline(in, line);) {
    if (const auto replies = database.ask(line); replies.failure) {
      std::cerr << line << ": " << replies.failure->error << "\n";
      return 4;
    }
    if (::write(STDOUT_FILENO, ".", 1) != 1) return 5;
  }
  return 0;
}

struct Death {
  int status = 0;  // of waitpid
  size_t answers = 0;
};

// `kill_after`: this many answers; nothing: it dies by itself.
Death run_child(const std::string& directory, const std::string& steps, const std::string& point,
                std::optional<size_t> kill_after) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::vector<std::string> words = {"crash_test", "--child", directory, steps};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> settings = {"PATH=/usr/bin:/bin"};
  if (!point.empty()) settings.push_back("KALAM_CRASH_POINT=" + point);
  std::vector<char*> environment;
  for (auto& setting : settings) environment.push_back(setting.data());
  environment.push_back(nullptr);
  pid_t child = 0;
  EXPECT_EQ(::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environment.data()), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  Death death;
  char answer = 0;
  while (::read(ends[0], &answer, 1) == 1) {
    if (++death.answers == kill_after) ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  ::waitpid(child, &death.status, 0);
  return death;
}

constexpr size_t kStepsOfRound = 60;
size_t rounds_wanted = 30;

class Crash : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto given = ::testing::UnitTest::GetInstance()->random_seed();
    const auto seed = given != 0 ? static_cast<uint64_t>(given) : std::random_device()() % 99999 + 1;
    std::cout << "seed " << seed << " (--gtest_random_seed takes it)\n";
    random_.seed(seed);
    Opened database(directory_.path());
    ASSERT_TRUE(database);
    ASSERT_FALSE(database
                     .ask("CREATE NAMESPACE crash; "
                          "CREATE SHARED TABLE crash.accounts (id BIGINT PRIMARY KEY, balance BIGINT)")
                     .failure);
  }

  // One child's life. How many of its steps are in the database is the answer; SIZE_MAX: none of the states that may
  // be.
  void round(const std::string& point, std::optional<size_t> kill_after) {
    SCOPED_TRACE(point.empty() ? "killed" : point);
    const auto before = model_;
    const auto all = steps(before, kStepsOfRound, random_, next_id_);
    const auto file = directory_ / "steps.sql";
    {
      std::ofstream out(file, std::ios::trunc);
      for (const auto& step : all) out << step.sql << "\n";
    }
    const auto death = run_child(directory_.path(), file, point, kill_after);
    const bool died = WIFSIGNALED(death.status) && WTERMSIG(death.status) == SIGKILL;
    const bool ended = WIFEXITED(death.status) && WEXITSTATUS(death.status) == 0;
    ASSERT_TRUE(died || ended) << "status " << death.status << " after " << death.answers << " answers";
    if (died) ++deaths_;
    Opened database(directory_.path());
    ASSERT_TRUE(database) << "it does not open any more";
    model_ = database.model();
    const auto& answered = death.answers == 0 ? before : all[death.answers - 1].after;
    const bool exactly = model_ == answered;
    const bool one_more = death.answers < all.size() && model_ == all[death.answers].after;
    const bool changes = death.answers < all.size() && !(all[death.answers].after == answered);
    ASSERT_TRUE(exactly || one_more) << death.answers << " answers; then " << all[death.answers].sql << "\nthere is\n"
                                     << model_.text() << "\ninstead of\n"
                                     << answered.text();
    const bool telling = died && changes;
    EXPECT_TRUE(exactly || !telling || !point.starts_with("commit.before_write")) << "it was not written yet";
    EXPECT_TRUE(one_more || !telling || !point.starts_with("commit.before_answer")) << "it was written";
    // And it goes on working.
    const auto id = std::to_string(next_id_++);
    ASSERT_FALSE(database.ask("INSERT INTO crash.accounts VALUES (" + id + ", 1)").failure);
    model_.accounts[std::stoll(id)] = 1;
  }

  TempDirectory directory_;
  std::mt19937_64 random_;
  Model model_;
  int64_t next_id_ = 1;
  size_t deaths_ = 0;
};

TEST_F(Crash, AtEveryPointOfCommitAndDefinition) {
  const char* const points[] = {"commit.before_write", "commit.before_activate", "commit.before_answer",
                                "ddl.room_made",       "ddl.definition_stored",  "ddl.definition_dropped",
                                "ddl.rows_dropped"};
  for (const auto* point : points) {
    const auto before = deaths_;
    for (int i = 0; i < 5; ++i) {
      const bool definition = std::string_view(point).starts_with("ddl.");
      const auto time = random_() % (definition ? 3 : 30) + 1;
      ASSERT_NO_FATAL_FAILURE(round(std::string(point) + ":" + std::to_string(time), {}));
    }
    EXPECT_GT(deaths_, before) << "nobody comes to " << point;
  }
}

TEST_F(Crash, KilledAtAnyTime) {
  for (size_t i = 0; i < rounds_wanted; ++i) ASSERT_NO_FATAL_FAILURE(round({}, random_() % kStepsOfRound + 1));
  std::cout << deaths_ << " of " << rounds_wanted << " died\n";
  EXPECT_GT(deaths_, rounds_wanted * 2 / 3);
}

}  // namespace
}  // namespace kalam::crash

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--child") return kalam::crash::work(argv[2], argv[3]);
  ::testing::InitGoogleTest(&argc, argv);
  if (argc == 2) {
    const std::string_view wanted(argv[1]);
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), kalam::crash::rounds_wanted);
  }
  return RUN_ALL_TESTS();
}
