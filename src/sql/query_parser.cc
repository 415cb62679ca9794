// Commands about the engine, its settings and the shape of what it knows.

#include "sql/detail/engine_words.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

Result<ObjectName> relation(Words& words) {
  return expect_object_name(words, "Invalid table reference. Use 'table' or 'namespace.table'");
}

}  // namespace

Result<Body> parse_explain(Words& words) {
  Explain statement;
  statement.analyze = words.accept("ANALYZE");
  statement.verbose = words.accept("VERBOSE");
  auto inside = words;
  while (inside.accept_sign('(')) {}
  const bool query = inside.is("SELECT") || inside.is("WITH");
  const bool dml = words.is("INSERT") || words.is("UPDATE") || words.is("DELETE");
  if (!query && !dml) return words.unexpected("a query, INSERT, UPDATE or DELETE to explain");
  if (dml && statement.analyze) {
    // It would have to be run to be measured.
    return Error{ErrorCode::not_supported,
                 "EXPLAIN ANALYZE is not supported for " + ascii_upper(words.peek().text) + " statements"};
  }
  statement.statement = in_engine_words(words.rest());
  words.skip_rest();
  return statement;
}

// SET key = value, SET key TO value
Result<Body> parse_set(Words& words) {
  SetSetting statement;
  auto key = words.accept_bare();
  if (!key) return words.unexpected("identifier");
  statement.key = ascii_lower(*key);
  if (!words.accept_sign('=') && !words.accept("TO")) return words.unexpected("equals sign or TO");
  auto value = words.accept_bare();
  if (!value) return words.unexpected("variable value");
  statement.value = *std::move(value);
  TRY(words.expect_end());
  return statement;
}

Result<Body> parse_show_columns(Words& words) {
  if (!words.accept("FROM") && !words.accept("IN")) return words.unexpected("FROM or IN");
  ShowColumns statement{TRY(relation(words))};
  TRY(words.expect_end());
  return statement;
}

Result<Body> parse_show_all(Words& words) {
  TRY(words.expect_end());
  return ShowAll{};
}

Result<Body> parse_describe_relation(Words& words) {
  if (words.at_end()) return words.unexpected("identifier");
  DescribeRelation statement{TRY(relation(words))};
  TRY(words.expect_end());
  return statement;
}

}  // namespace kalam::sql
