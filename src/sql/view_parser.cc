#include "sql/detail/engine_words.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

Result<CreateView> create_view(Words& words) {
  CreateView statement;
  statement.or_replace = words.accept({"OR", "REPLACE"});
  if (words.accept("TEMP") || words.accept("TEMPORARY")) return invalid("TEMPORARY VIEWS are not supported");
  if (words.accept("MATERIALIZED")) return invalid("MATERIALIZED VIEWS are not supported yet");
  TRY(words.expect("VIEW"));
  statement.if_not_exists = words.accept({"IF", "NOT", "EXISTS"});
  if (words.at_end()) return words.unexpected("identifier");
  statement.view = TRY(expect_object_name(words, "CREATE VIEW expects either <view> or <namespace>.<view>"));
  if (words.accept_sign('(')) {
    do {
      statement.columns.push_back(ascii_lower(TRY(words.expect_name("identifier"))));
    } while (words.accept_sign(','));
    TRY(words.expect_sign(')'));
  }
  TRY(words.expect("AS"));
  if (!words.is("SELECT") && !words.is("WITH") && !words.peek().sign('(')) return words.unexpected("SELECT");
  statement.query = in_engine_words(words.rest());
  words.skip_rest();
  return statement;
}

}  // namespace

Result<Body> parse_create_view(Words& words) {
  auto statement = create_view(words);
  if (statement.ok()) return Body(*std::move(statement));
  return std::move(statement).error().within("Invalid CREATE VIEW statement: ");
}

Result<Body> parse_drop_view(Words& words) {
  DropView statement;
  statement.if_exists = words.accept({"IF", "EXISTS"});
  if (words.at_end()) return invalid("Entity name is required after DROP VIEW");
  statement.view = TRY(expect_object_name(words, "DROP VIEW expects either <view> or <namespace>.<view>"));
  TRY(expect_nothing_after(words, "DROP VIEW"));
  return statement;
}

}  // namespace kalam::sql
