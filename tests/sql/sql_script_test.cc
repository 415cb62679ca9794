// Runs every *.test file of a directory against a database of its own, three ways: as it stands, with the database
// closed and opened again before every fourth record, and with everything through DuckDB.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/testing/temp_directory.h"
#include "node/database.h"
#include "script.h"
#include "types/json_reader.h"
#include "types/json_value.h"

namespace kalam::testing {
namespace {

enum class Way : uint8_t { plain, restarted, engine };
constexpr size_t kRecordsBetweenRestarts = 4;  // an open costs 40 ms

class ScriptRun {
 public:
  explicit ScriptRun(Way way) : way_(way) {}

  void run(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto records = parse_script(text);
    ASSERT_TRUE(records.ok()) << file << ": " << records.error();
    ASSERT_FALSE(records->empty()) << file << " has no records";
    reopen();
    for (const auto& record : *records) {
      if (::testing::Test::HasFatalFailure()) return;
      SCOPED_TRACE(file.string() + ":" + std::to_string(record.line));
      if (way_ == Way::restarted && ++performed_ % kRecordsBetweenRestarts == 0) reopen();
      std::visit([this](const auto& what) { perform(what); }, record.what);
    }
  }

 private:
  void reopen() {
    database_.reset();
    node::DatabaseOptions options;
    options.store.path = directory_.path() + "/rocksdb";
    options.store.sync_writes = false;  // of a process that stays alive nothing is lost
    options.catalog.first_start.data_path = directory_.path();
    options.services.data_path = directory_.path();
    options.services.bcrypt_cost = 4;
    options.runner.engine_only = way_ == Way::engine;
    auto opened = node::Database::open(std::move(options), clock_, random_);
    ASSERT_TRUE(opened.ok()) << opened.error();
    database_ = std::move(*opened);
  }

  void perform(const SwitchUser& to) { viewer_ = to.viewer; }
  void perform(const SwitchNamespace& to) { namespace_ = to.name; }
  void perform(const Restart&) { reopen(); }

  query::Replies ask(const std::string& sql, const std::string& parameters) {
    query::Request request;
    request.sql = sql;
    request.session.actor = request.session.viewer = viewer_;
    request.session.current_namespace = namespace_;
    request.session.request_id = "test";
    if (!parameters.empty()) {
      JsonReader json(parameters);
      EXPECT_TRUE(json.begin_array().ok()) << parameters;
      while (json.element().value_or(false)) {
        const auto raw = json.raw();
        auto value = raw.ok() ? value_from_json_parameter(*raw) : Result<Value>(raw.error());
        EXPECT_TRUE(value.ok()) << parameters;
        if (!value.ok()) break;
        request.parameters.push_back(std::move(*value));
      }
    }
    return database_->run(std::move(request));
  }

  void perform(const StatementRecord& record) {
    const auto replies = ask(record.sql, record.parameters);
    if (record.expect == StatementRecord::Expect::error) {
      ASSERT_TRUE(replies.failure) << record.sql << "\nsucceeded, but should fail with: " << record.text;
      EXPECT_NE(replies.failure->error.message.find(record.text), std::string::npos)
          << record.sql << "\nfailed with: " << replies.failure->error.message << "\ninstead of:  " << record.text;
      return;
    }
    ASSERT_FALSE(replies.failure) << record.sql << "\nfailed with: " << replies.failure->error;
    if (record.expect == StatementRecord::Expect::ok) return;
    ASSERT_FALSE(replies.replies.empty()) << record.sql << "\ngave no reply";
    const auto& last = replies.replies.back();
    if (record.expect == StatementRecord::Expect::count) {
      EXPECT_EQ(last.row_count, record.count) << record.sql;
    } else {
      EXPECT_TRUE(matches(last.message, record.text))
          << record.sql << "\nsaid:       " << last.message << "\ninstead of: " << record.text;
    }
  }

  static std::string cell_text(std::string_view json) {
    if (json == "null") return "NULL";
    if (json.empty() || json.front() != '"') return std::string(json);
    JsonReader reader(json);
    auto text = reader.string().value_or("");
    if (text.empty()) return "(empty)";
    for (auto& c : text) {
      if (c == '\n' || c == '\t') c = ' ';
    }
    return text;
  }

  static std::vector<std::string> lines_of(const query::QueryReply& reply, bool names) {
    std::vector<std::string> lines;
    if (names) {
      std::string line;
      for (const auto& column : reply.columns) line += (line.empty() ? "" : "\t") + column.name;
      lines.push_back(std::move(line));
    }
    const auto rows = "[" + reply.rows_json + "]";
    JsonReader json(rows);
    EXPECT_TRUE(json.begin_array().ok());
    while (json.element().value_or(false)) {
      std::string line;
      bool first = true;
      EXPECT_TRUE(json.begin_array().ok());
      while (json.element().value_or(false)) {
        const auto raw = json.raw();
        EXPECT_TRUE(raw.ok());
        if (!raw.ok()) return lines;
        line += (first ? "" : "\t") + cell_text(*raw);
        first = false;
      }
      lines.push_back(std::move(line));
    }
    EXPECT_TRUE(json.end().ok()) << rows;
    return lines;
  }

  void perform(const QueryRecord& record) {
    const auto replies = ask(record.sql, record.parameters);
    ASSERT_FALSE(replies.failure) << record.sql << "\nfailed with: " << replies.failure->error;
    const auto with_rows = std::find_if(replies.replies.rbegin(), replies.replies.rend(), [](const auto& reply) {
      return reply.shape == query::QueryReply::Shape::rows;
    });
    ASSERT_NE(with_rows, replies.replies.rend()) << record.sql << "\ngave no rows";
    auto got = lines_of(*with_rows, record.names);
    auto expected = record.rows;
    if (record.sorted) {
      std::sort(got.begin() + record.names, got.end());
      std::sort(expected.begin() + record.names, expected.end());
    }
    ASSERT_EQ(got.size(), expected.size()) << record.sql << "\n" << ::testing::PrintToString(got);
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_TRUE(matches(got[i], expected[i]))
          << record.sql << "\nrow " << i + 1 << ":      " << got[i] << "\ninstead of: " << expected[i];
    }
  }

  const Way way_;
  size_t performed_ = 0;
  TempDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<node::Database> database_;
  Viewer viewer_{UserId("root"), Role::system};
  std::string namespace_ = "default";
};

class ScriptTest : public ::testing::Test {
 public:
  ScriptTest(std::filesystem::path file, Way way) : file_(std::move(file)), way_(way) {}
  void TestBody() override { ScriptRun(way_).run(file_); }

 private:
  const std::filesystem::path file_;
  const Way way_;
};

void register_scripts(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    auto name = std::filesystem::relative(file, root).replace_extension().string();
    std::replace(name.begin(), name.end(), '/', '_');
    for (const auto& [way, suffix] :
         {std::pair{Way::plain, "Plain"}, {Way::restarted, "Restarted"}, {Way::engine, "Engine"}}) {
      ::testing::RegisterTest(suffix, name.c_str(), nullptr, nullptr, file.c_str(), 1,
                              [file, way = way]() -> ScriptTest* { return new ScriptTest(file, way); });
    }
  }
}

}  // namespace
}  // namespace kalam::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
    return 2;
  }
  kalam::testing::register_scripts(argv[1]);
  return RUN_ALL_TESTS();
}
