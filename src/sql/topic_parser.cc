#include "sql/detail/engine_words.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

Result<std::string> topic_name(Words& words) {
  auto name = words.accept_bare();
  if (!name || name->empty()) return invalid("Expected identifier after 2 tokens");
  return *std::move(name);
}

Result<uint64_t> offset(Words& words) {
  if (const auto number = words.accept_number()) return *number;
  const auto written = words.accept_bare().value_or("");
  return invalid("Invalid offset '" + written + "'. Must be a non-negative integer");
}

Result<std::string> group(Words& words) {
  auto name = words.accept_bare();
  if (!name || name->empty()) return words.unexpected("a group name");
  return *std::move(name);
}

Result<RowOperation> operation(Words& words) {
  if (words.accept("INSERT")) return RowOperation::insert;
  if (words.accept("UPDATE")) return RowOperation::update;
  if (words.accept("DELETE")) return RowOperation::remove;
  const auto written = words.accept_bare().value_or("");
  return invalid("Invalid operation '" + written + "'. Expected INSERT, UPDATE, or DELETE");
}

// The expression up to `WITH (` or the end.
Result<std::string> filter(Words& words) {
  const auto begin = words.offset();
  while (!words.at_end() && !(words.is("WITH") && words.peek(1).sign('('))) {
    if (words.peek().kind == TokenKind::unfinished) return words.unexpected("an expression");
    const auto token = words.take();
    if (token.sign('(') && !words.skip_brackets()) return words.unexpected(")");
  }
  const auto written = trimmed(words.written_since(begin));
  if (words.offset() == begin) return words.unexpected("an expression");
  return in_engine_words(written);
}

Result<TopicPayload> payload(Words& words) {
  constexpr std::string_view kExpected = "Expected 'payload' parameter in WITH clause";
  if (!words.accept_sign('(') || !words.accept("PAYLOAD") || !words.accept_sign('=')) {
    return invalid(std::string(kExpected));
  }
  const auto written = words.accept_bare();
  if (!written) return invalid(std::string(kExpected));
  TRY(words.expect_sign(')'));
  if (equal_ignoring_case(*written, "key")) return TopicPayload::key;
  if (equal_ignoring_case(*written, "full")) return TopicPayload::full;
  if (equal_ignoring_case(*written, "diff")) return TopicPayload::diff;
  return invalid("Invalid payload mode '" + *written + "'. Expected 'key', 'full', or 'diff'");
}

Error given_twice(std::string_view clause) { return invalid(std::string(clause) + " is given twice"); }

}  // namespace

Result<Body> parse_create_topic(Words& words) {
  CreateTopic statement;
  statement.if_not_exists = words.accept({"IF", "NOT", "EXISTS"});
  statement.topic = TRY(topic_name(words));
  if (words.accept("PARTITIONS")) {
    const auto partitions = words.accept_number();
    if (!partitions || *partitions == 0 || *partitions > UINT32_MAX) {
      return invalid("Partition count must be a positive integer");
    }
    statement.partitions = static_cast<uint32_t>(*partitions);
  }
  TRY(expect_nothing_after(words, "CREATE TOPIC"));
  return statement;
}

Result<Body> parse_drop_topic(Words& words) {
  DropTopic statement{TRY(topic_name(words))};
  TRY(expect_nothing_after(words, "DROP TOPIC"));
  return statement;
}

Result<Body> parse_clear_topic(Words& words) {
  ClearTopic statement{TRY(topic_name(words))};
  TRY(expect_nothing_after(words, "CLEAR TOPIC"));
  return statement;
}

Result<Body> parse_alter_topic(Words& words) {
  AddTopicSource statement;
  statement.topic = TRY(topic_name(words));
  if (!words.accept({"ADD", "SOURCE"})) return invalid("SOURCE keyword not found");
  statement.table = TRY(expect_object_name(words, "Invalid table reference. Use 'table' or 'namespace.table'"));
  if (!words.accept("ON")) return invalid("ON keyword not found");
  statement.operation = TRY(operation(words));
  if (words.accept("WHERE")) statement.filter = TRY(filter(words));
  if (words.accept("WITH")) statement.payload = TRY(payload(words));
  TRY(expect_nothing_after(words, "ALTER TOPIC"));
  return statement;
}

Result<Body> parse_consume(Words& words) {
  Consume statement;
  TRY(words.expect("FROM"));
  statement.topic = TRY(topic_name(words));
  bool started = false;
  bool limited = false;
  while (!words.at_end()) {
    if (words.accept("GROUP")) {
      if (statement.group) return given_twice("GROUP");
      statement.group = TRY(group(words));
    } else if (words.accept("FROM") || words.accept("START")) {
      if (std::exchange(started, true)) return given_twice("FROM");
      if (words.accept("LATEST")) statement.start = Consume::Latest{};
      else if (words.accept("EARLIEST")) statement.start = Consume::Earliest{};
      else statement.start = Consume::Offset{TRY(offset(words))};
    } else if (words.accept("LIMIT")) {
      if (std::exchange(limited, true)) return given_twice("LIMIT");
      const auto limit = words.accept_number();
      if (!limit)
        return invalid("Invalid limit '" + words.accept_bare().value_or("") + "'. Must be a non-negative integer");
      statement.limit = *limit;
    } else {
      return words.unexpected("GROUP, FROM or LIMIT");
    }
  }
  return statement;
}

Result<Body> parse_ack(Words& words) {
  Ack statement;
  auto topic = words.accept_bare();
  if (!topic || topic->empty()) return words.unexpected("a topic name");
  statement.topic = *std::move(topic);
  if (!words.accept("GROUP")) return invalid("ACK requires GROUP clause");
  statement.group = TRY(group(words));
  if (words.accept("PARTITION")) {
    const auto partition = words.accept_number();
    if (!partition || *partition > UINT32_MAX) return words.unexpected("a partition number");
    statement.partition = static_cast<uint32_t>(*partition);
  }
  if (!words.accept({"UPTO", "OFFSET"})) return invalid("ACK requires UPTO OFFSET clause");
  statement.offset = TRY(offset(words));
  TRY(expect_nothing_after(words, "ACK"));
  return statement;
}

}  // namespace kalam::sql
