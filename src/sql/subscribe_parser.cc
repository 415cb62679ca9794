// SUBSCRIBE TO: a table or a subscription query, and options behind it.

#include <algorithm>
#include <limits>

#include "sql/detail/parsers.h"
#include "sql/subscription.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

// Does an expression end with this token, so that a word behind it begins a clause?
bool ends_expression(const Token& token) {
  static constexpr std::string_view kOpen[] = {"SELECT", "WHERE", "AND", "OR",   "NOT", "FROM", "AS",
                                               "BY",     "LIKE",  "IN",  "WHEN", "IS",  "THEN", "ELSE"};
  switch (token.kind) {
    case TokenKind::word:
      return std::none_of(std::begin(kOpen), std::end(kOpen),
                          [&](std::string_view word) { return equal_ignoring_case(word, token.text); });
    case TokenKind::quoted:
    case TokenKind::text:
    case TokenKind::number: return true;
    default: return token.sign(')');
  }
}

Result<uint64_t> option_value(Words& words, std::string_view key) {
  if (const auto number = words.accept_number()) return *number;
  return invalid("Invalid " + std::string(key) + " value: " + words.accept_bare().value_or(""));
}

Status read_option(Words& words, SubscribeTo& statement) {
  const auto begin = words.offset();
  const auto key = ascii_lower(words.accept_name().value_or(""));
  if (key.empty() || !words.accept_sign('=')) {
    while (!words.at_end() && !words.peek().sign(',') && !words.peek().sign(')')) words.take();
    return invalid("Invalid option format: '" + std::string(words.written_since(begin)) + "'. Expected key=value");
  }
  if (key == "last_rows") {
    statement.last_rows = TRY(option_value(words, key));
  } else if (key == "batch_size") {
    statement.batch_size = TRY(option_value(words, key));
  } else if (key == "from") {
    const auto from = TRY(option_value(words, key));
    if (from > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return invalid("Invalid from value: " + std::to_string(from));
    }
    statement.from_seq = static_cast<int64_t>(from);
  } else {
    return invalid("Unknown subscription option: '" + key + "'. Valid options are: last_rows, batch_size, from");
  }
  return {};
}

Status read_options(Words& words, SubscribeTo& statement) {
  if (!words.accept_sign('(')) {
    return invalid("OPTIONS clause must be wrapped in parentheses, e.g., OPTIONS (last_rows=10)");
  }
  while (!words.accept_sign(')')) {
    TRY(read_option(words, statement));
    if (!words.accept_sign(',') && !words.peek().sign(')')) {
      return invalid("OPTIONS clause must be wrapped in parentheses, e.g., OPTIONS (last_rows=10)");
    }
  }
  return expect_nothing_after(words, "SUBSCRIBE TO");
}

}  // namespace

Result<Body> parse_subscribe_to(Words& words) {
  if (words.at_end()) return words.unexpected("a table or a query");
  SubscribeTo statement;
  const bool table_only = !words.is("SELECT") && !words.is("WITH") && !words.peek().sign('(');
  const auto begin = words.offset();
  Token before;
  while (!words.at_end() && !(words.is("OPTIONS") && ends_expression(before))) {
    if (words.peek().kind == TokenKind::unfinished) return words.unexpected("an expression");
    before = words.take();
    if (before.sign('(')) {
      if (!words.skip_brackets()) return words.unexpected(")");
      before.text = ")";
    }
  }
  const auto written = words.written_since(begin);
  if (words.accept("OPTIONS")) TRY(read_options(words, statement));
  auto query = parse_subscription(table_only ? "SELECT * FROM " + std::string(written) : std::string(written));
  if (!query.ok()) {
    auto error = std::move(query).error();
    if (error.code == ErrorCode::invalid_identifier) return error;
    return invalid("Invalid subscription query: " + error.message);
  }
  statement.query = *std::move(query);
  return statement;
}

}  // namespace kalam::sql
