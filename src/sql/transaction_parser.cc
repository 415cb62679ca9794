// BEGIN, COMMIT, ROLLBACK: what they cannot promise (isolation levels, savepoints, chains) is refused, not ignored.

#include "sql/detail/parsers.h"

namespace kalam::sql {

namespace {

Status end_of_control(Words& words, std::string_view statement) {
  if (!words.accept("WORK")) words.accept("TRANSACTION");
  return expect_nothing_after(words, statement);
}

}  // namespace

Result<Body> parse_begin(Words& words) {
  TRY(end_of_control(words, "BEGIN"));
  return Begin{};
}

Result<Body> parse_start_transaction(Words& words) {
  TRY(expect_nothing_after(words, "START TRANSACTION"));
  return Begin{};
}

Result<Body> parse_commit(Words& words) {
  TRY(end_of_control(words, "COMMIT"));
  return Commit{};
}

Result<Body> parse_rollback(Words& words) {
  TRY(end_of_control(words, "ROLLBACK"));
  return Rollback{};
}

}  // namespace kalam::sql
