#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <thread>

#include "base/detail/log_line.h"
#include "base/testing/temp_directory.h"

namespace kalam::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const detail::Origin kOrigin{"2026-01-02T03:04:05.678901Z", "main"};

TEST(LogLine, CompactReadsLikeASentence) {
  EXPECT_EQ(detail::compact_line(kOrigin, Level::info, "store", "flush finished",
                                 {{"table", "chat.drafts"}, {"rows", 18230}, {"took_ms", 2.5}, {"last", true}}),
            "2026-01-02T03:04:05.678901Z  INFO main store: flush finished table=chat.drafts rows=18230 took_ms=2.5 "
            "last=true");
  EXPECT_EQ(detail::compact_line(kOrigin, Level::error, "node", "no", {}),
            "2026-01-02T03:04:05.678901Z ERROR main node: no");
}

TEST(LogLine, JsonIsOneObject) {
  EXPECT_EQ(detail::json_line(kOrigin, Level::warn, "store", "say \"hi\"", {{"rows", uint64_t{7}}, {"who", "a b"}}),
            R"({"timestamp":"2026-01-02T03:04:05.678901Z","level":"WARN","target":"store","threadName":"main",)"
            R"("message":"say \"hi\"","rows":7,"who":"a b"})");
}

// Whoever chooses a text that is logged must not be able to end the line, to write a second one, or to steer a
// terminal.
TEST(LogLine, NobodyForgesALine) {
  struct Case {
    std::string_view text;
    std::string_view in_message;  // compact
    std::string_view in_field;    // compact
    std::string_view in_json;
  };
  const Case cases[] = {
      {"plain", "plain", "plain", "plain"},
      {"a\nERROR b", "a\\nERROR b", R"("a\nERROR b")", R"(a\nERROR b)"},
      {"a\r\nb", "a\\r\\nb", R"("a\r\nb")", R"(a\r\nb)"},
      {"\x1b[2J", "\\u001b[2J", R"("\u001b[2J")", R"(\u001b[2J)"},
      {"\x7f", "\\u007f", R"("\u007f")", R"(\u007f)"},
      {"\u0085", "\\u0085", R"("\u0085")", R"(\u0085)"},
      {"\u2028", "\\u2028", R"("\u2028")", R"(\u2028)"},
      {"x=1 y=\"2\"", "x=1 y=\"2\"", R"("x=1 y=\"2\"")", R"(x=1 y=\"2\")"},
      {"back\\slash", "back\\slash", R"("back\\slash")", R"(back\\slash)"},
      {"", "", "\"\"", ""},
      {"größe 数 🚀", "größe 数 🚀", "\"größe 数 🚀\"", "größe 数 🚀"},
      // Not UTF-8: a lone byte, an overlong slash, half a surrogate pair, beyond the last character, cut off.
      {"\xff", "\uFFFD", "\"\uFFFD\"", "\uFFFD"},
      {"\xc0\xaf", "\uFFFD\uFFFD", "\"\uFFFD\uFFFD\"", "\uFFFD\uFFFD"},
      {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD", "\"\uFFFD\uFFFD\uFFFD\"", "\uFFFD\uFFFD\uFFFD"},
      {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", "\"\uFFFD\uFFFD\uFFFD\uFFFD\"", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xe6\x95", "\uFFFD\uFFFD", "\"\uFFFD\uFFFD\"", "\uFFFD\uFFFD"},
  };
  for (const auto& [text, in_message, in_field, in_json] : cases) {
    const std::string start = "2026-01-02T03:04:05.678901Z DEBUG main t: ";
    EXPECT_EQ(detail::compact_line(kOrigin, Level::debug, "t", text, {}), start + std::string(in_message));
    EXPECT_EQ(detail::compact_fields({{"f", text}}), " f=" + std::string(in_field));
    EXPECT_THAT(detail::json_line(kOrigin, Level::debug, "t", text, {{"f", text}}),
                EndsWith("\"message\":\"" + std::string(in_json) + "\",\"f\":\"" + std::string(in_json) + "\"}"));
  }
}

TEST(LogLine, NumbersOfEveryKind) {
  EXPECT_EQ(detail::compact_fields({{"a", int8_t{-1}},
                                    {"b", std::numeric_limits<int64_t>::min()},
                                    {"c", std::numeric_limits<uint64_t>::max()},
                                    {"d", -std::numeric_limits<double>::infinity()}}),
            " a=-1 b=-9223372036854775808 c=18446744073709551615 d=-inf");
  EXPECT_THAT(detail::json_line(kOrigin, Level::info, "t", "m", {{"x", std::numeric_limits<double>::quiet_NaN()}}),
              HasSubstr("\"x\":null"));
}

TEST(LogLevel, NamesAreLowerCaseBothWays) {
  for (const auto level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
    EXPECT_EQ(parse_level(name_of(level)), level);
  }
  for (const auto text : {"INFO", "Warn", "", "off", "fatal"}) EXPECT_EQ(parse_level(text), std::nullopt) << text;
}

TEST(LogCapture, KeepsEveryEventWhileItLives) {
  const Capture outer;
  {
    const Capture inner;
    debug("store", "below every level", {{"n", 1}});
    EXPECT_TRUE(inner.contains(Level::debug, "below"));
    EXPECT_FALSE(inner.contains(Level::info, "below"));
  }
  debug("store", "later");
  ASSERT_EQ(outer.events().size(), 2u);
  EXPECT_EQ(outer.events()[0].target, "store");
  EXPECT_EQ(outer.events()[0].fields, " n=1");
}

class LogFiles : public testing::Test {
 protected:
  LogFiles() { options_ = {.console = false, .directory = directory_.path()}; }
  ~LogFiles() override { EXPECT_TRUE(configure({.level = Level::warn, .console = false}).ok()); }

  std::vector<std::string> lines(const std::string& name) const {
    std::ifstream file(directory_ / name);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }

  TempDirectory directory_;
  Options options_;
};

TEST_F(LogFiles, CompactLinesGoToServerLog) {
  options_.directory += "/made/on/the/way";
  ASSERT_TRUE(configure(options_).ok());
  info("store", "opened", {{"path", "/data"}});
  flush();
  const auto found = lines("made/on/the/way/server.log");
  ASSERT_EQ(found.size(), 1u);
  char thread[16];
  pthread_getname_np(pthread_self(), thread, sizeof thread);
  EXPECT_TRUE(std::regex_match(found[0], std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z  INFO )" +
                                                    std::string(thread) + R"( store: opened path=/data)")))
      << found[0];
}

TEST_F(LogFiles, JsonLinesGoToServerJsonl) {
  options_.format = Format::json;
  ASSERT_TRUE(configure(options_).ok());
  std::thread([] {
    pthread_setname_np(pthread_self(), "scribe");
    warn("live", "slow reader\nforged", {{"bytes", 12}});
  }).join();
  flush();
  const auto found = lines("server.jsonl");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(
      found[0],
      HasSubstr(R"("level":"WARN","target":"live","threadName":"scribe","message":"slow reader\nforged","bytes":12})"));
  EXPECT_TRUE(lines("server.log").empty());
}

TEST_F(LogFiles, LevelsByTarget) {
  options_.level = Level::warn;
  options_.targets = {{"store", Level::debug}, {"live", Level::error}};
  ASSERT_TRUE(configure(options_).ok());
  struct Case {
    Level level;
    std::string_view target;
    bool written;
  };
  const Case cases[] = {{Level::debug, "store", true},   {Level::trace, "store", false}, {Level::warn, "live", false},
                        {Level::error, "live", true},    {Level::info, "query", false},  {Level::warn, "query", true},
                        {Level::debug, "storage", false}};
  size_t expected = 0;
  for (const auto& [level, target, written] : cases) {
    EXPECT_EQ(enabled(level, target), written) << name_of(level) << ' ' << target;
    write(level, target, "event", {});
    expected += written;
  }
  flush();
  EXPECT_EQ(lines("server.log").size(), expected);
}

TEST_F(LogFiles, AFullFileIsPutAsideAndTheOldestGoes) {
  options_.rotate_bytes = 300;
  options_.rotate_files = 2;
  ASSERT_TRUE(configure(options_).ok());
  for (int i = 0; i < 40; ++i) info("base", "event", {{"number", i}});
  flush();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "server.log.3"));
  int expected = 39;  // walking back from the youngest line, none is missing and none is doubled
  for (const auto* name : {"server.log", "server.log.1", "server.log.2"}) {
    EXPECT_LE(std::filesystem::file_size(directory_ / name), 300u) << name;
    auto found = lines(name);
    ASSERT_FALSE(found.empty()) << name;
    for (auto line = found.rbegin(); line != found.rend(); ++line) {
      EXPECT_THAT(*line, EndsWith(" number=" + std::to_string(expected--))) << name;
    }
  }
}

TEST_F(LogFiles, WithoutOldFilesItStartsAfresh) {
  options_.rotate_bytes = 200;
  options_.rotate_files = 0;
  ASSERT_TRUE(configure(options_).ok());
  for (int i = 0; i < 10; ++i) info("base", "event", {{"number", i}});
  flush();
  EXPECT_THAT(lines("server.log").back(), EndsWith(" number=9"));
  EXPECT_LE(std::filesystem::file_size(directory_ / "server.log"), 200u);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "server.log.1"));
}

TEST_F(LogFiles, ReopenContinuesInANewFileWithTheSameOptions) {
  options_.level = Level::debug;
  ASSERT_TRUE(configure(options_).ok());
  info("base", "first");
  std::filesystem::rename(directory_ / "server.log", directory_ / "moved.log");
  info("base", "second");
  reopen();
  debug("base", "third");
  flush();
  EXPECT_EQ(lines("moved.log").size(), 2u);
  ASSERT_EQ(lines("server.log").size(), 1u);
  EXPECT_THAT(lines("server.log")[0], HasSubstr("third"));
}

TEST_F(LogFiles, AnExistingFileIsContinued) {
  ASSERT_TRUE(configure(options_).ok());
  info("base", "one");
  ASSERT_TRUE(configure(options_).ok());
  info("base", "two");
  flush();
  EXPECT_EQ(lines("server.log").size(), 2u);
}

TEST_F(LogFiles, APlaceThatCannotBeUsedIsAnErrorAndTheOldOutputsStay) {
  ASSERT_TRUE(configure(options_).ok());
  std::ofstream(directory_ / "file") << "in the way";
  std::filesystem::create_directories(directory_ / "taken/server.log");
  struct Case {
    std::string directory;
    std::string_view says;
  };
  const Case cases[] = {{directory_ / "file/logs", "cannot create the log directory"},
                        {directory_ / "taken", "cannot open the log file"}};
  for (const auto& [directory, says] : cases) {
    auto wrong = options_;
    wrong.directory = directory;
    const auto done = configure(wrong);
    ASSERT_FALSE(done.ok()) << directory;
    EXPECT_EQ(done.error().code, ErrorCode::io);
    EXPECT_THAT(done.error().message, HasSubstr(says));
    EXPECT_THAT(done.error().message, HasSubstr(directory));
  }
  info("base", "still here");
  flush();
  EXPECT_EQ(lines("server.log").size(), 1u);
}

TEST_F(LogFiles, ThreadsDoNotMixTheirLines) {
  options_.rotate_bytes = 4000;
  options_.rotate_files = 100;
  ASSERT_TRUE(configure(options_).ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i) info("base", "event", {{"from", t}, {"number", i}, {"end", "here"}});
    });
  }
  reopen();  // meanwhile
  for (auto& thread : threads) thread.join();
  flush();
  size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    for (const auto& line : lines(entry.path().filename())) {
      EXPECT_THAT(line, EndsWith(" end=here"));
      ++found;
    }
  }
  EXPECT_EQ(found, 800u);
}

}  // namespace
}  // namespace kalam::log
