// What system.server_logs takes for an event.

#include "node/server_log_view.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testing/temp_directory.h"

namespace kalam::node {
namespace {

std::string shown(const std::optional<catalog::ServerLogRow>& row) {
  if (!row) return "-";
  return row->timestamp + "|" + row->level + "|" + row->thread.value_or("-") + "|" + row->target.value_or("-") + "|" +
         (row->line ? std::to_string(*row->line) : "-") + "|" + row->message;
}

TEST(ServerLogView, ReadsBothFormatsAndPassesOverTheRest) {
  struct Case {
    std::string_view line;
    std::string_view row;
  };
  const Case cases[] = {
      {R"({"timestamp":"2026-11-24T12:00:00.000001Z","level":"INFO","target":"node","threadName":"main","message":"up"})",
       "2026-11-24T12:00:00.000001Z|INFO|main|node|-|up"},
      {R"({"timestamp":"t","level":"WARN","thread":"a","line":7,"message":"m","rows":[1,{"x":2}]})", "t|WARN|a|-|7|m"},
      {R"({"timestamp":"t","level":"WARN","fields":{"message":"inside","n":1}})", "t|WARN|-|-|-|inside"},
      {R"({"timestamp":"t","level":"WARN","message":"outside","fields":{"message":"inside"}})", "t|WARN|-|-|-|outside"},
      {"2026-11-24T12:00:00.000001Z  INFO main node: Server started: rows=3",
       "2026-11-24T12:00:00.000001Z|INFO|main|node|-|Server started: rows=3"},
      {"2026-11-24T12:00:00.000001Z ERROR query 1 store: no space",
       "2026-11-24T12:00:00.000001Z|ERROR|query 1|store|-|no space"},
      {"", "-"},
      {"   ", "-"},
      {"garbage", "-"},
      {R"({"timestamp":"t","level":"INFO"})", "-"},
      {R"({"timestamp":"t","level":"INFO","message":"half wri)", "-"},
      {R"({"timestamp":"t","level":1,"message":"m"})", "-"},
      {"[1,2]", "-"},
      {"{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"\xFF\"}", "-"},
  };
  for (const auto& [line, row] : cases) EXPECT_EQ(shown(log_row_of(line)), row) << line;
}

std::vector<std::string> messages_in(const std::string& directory) {
  auto rows = server_log_rows(directory);
  std::vector<std::string> messages;
  catalog::ServerLogRow row;
  while (rows.ok() && *(*rows)(row)) messages.push_back(row.message);
  return messages;
}

// catalog case 84
TEST(ServerLogView, Case84_TheJsonFileComesFirstAndNoFileIsNoRows) {
  const TempDirectory directory;
  EXPECT_EQ(messages_in(directory.path()), std::vector<std::string>());
  std::ofstream(directory.path() + "/server.log") << "2026-11-24T12:00:00.000001Z  INFO main node: compact\n";
  EXPECT_EQ(messages_in(directory.path()), std::vector<std::string>{"compact"});
  std::ofstream(directory.path() + "/server.jsonl") << "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"one\"}\n"
                                                       "garbage\n\n"
                                                       "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"two\"}\n"
                                                       "{\"timestamp\":\"t\",\"level\":\"INFO\",\"mess";
  EXPECT_EQ(messages_in(directory.path()), (std::vector<std::string>{"one", "two"}));
}

}  // namespace
}  // namespace kalam::node
