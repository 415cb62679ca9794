#include "sql/subscription.h"

#include <algorithm>
#include <utility>

#include "sql/detail/parsers.h"
#include "sql/detail/words.h"
#include "sql/parse.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

Error rule(std::string message) { return Error{ErrorCode::not_supported, std::move(message)}; }
Error without(std::string_view clause) {
  return rule("Subscription query does not support " + std::string(clause) +
              ". Only SELECT ... FROM ... [WHERE ...] is supported.");
}
Error only_the_form() { return rule("Subscription query supports only SELECT ... FROM ... [WHERE ...]."); }
Error simple_only() { return rule("Subscription query supports only simple SELECT statements."); }
Error one_table() { return rule("Subscription query requires exactly one table in the FROM clause."); }
Error needs_table() { return rule("Subscription query requires a direct table reference in FROM."); }

bool is_any(Words& words, std::initializer_list<std::string_view> keywords) {
  return std::any_of(keywords.begin(), keywords.end(), [&](std::string_view keyword) { return words.is(keyword); });
}

// Does a clause begin here that a query may have and a subscription may not?
Status refuse_clause(Words& words) {
  if (words.are({"ORDER", "BY"})) return without("ORDER BY");
  if (words.are({"GROUP", "BY"})) return without("GROUP BY");
  if (is_any(words, {"UNION", "INTERSECT", "EXCEPT"})) return simple_only();
  if (is_any(words,
             {"LIMIT", "OFFSET", "FETCH", "FOR", "HAVING", "QUALIFY", "WINDOW", "INTO", "USING", "TABLESAMPLE"})) {
    return only_the_form();
  }
  return {};
}

// Takes one balanced token: a bracket with all that is inside. One that closes nothing is no part of any expression.
Status take_whole(Words& words) {
  const auto& next = words.peek();
  if (next.sign(')') || next.sign(']') || next.sign('}')) return words.unexpected("an expression");
  const auto token = words.take();
  const bool opens = token.sign('(') || token.sign('[') || token.sign('{');
  if (opens && !words.skip_brackets()) return words.unexpected(")");
  return {};
}

bool is_system_column(const Token& token) {
  if (token.kind == TokenKind::word) {
    return equal_ignoring_case(token.text, "_seq") || equal_ignoring_case(token.text, "_deleted");
  }
  if (token.kind != TokenKind::quoted) return false;
  const auto name = unquoted_name(token.text);
  return equal_ignoring_case(name, "_seq") || equal_ignoring_case(name, "_deleted");
}

bool is_name(const Token& token) { return token.kind == TokenKind::word || token.kind == TokenKind::quoted; }

class SubscriptionParser {
 public:
  explicit SubscriptionParser(std::string_view text) : words_(text) {}

  Result<SubscriptionQuery> read() {
    if (words_.is("WITH")) return without("WITH clauses");
    if (!words_.accept("SELECT")) return simple_only();
    if (words_.is("DISTINCT") || words_.is("ALL")) return only_the_form();
    TRY(read_items());
    if (!words_.accept("FROM")) {
      TRY(refuse_clause(words_));
      if (!words_.at_end() && !words_.is("WHERE")) return words_.unexpected("FROM");
      return one_table();
    }
    TRY(read_table());
    if (words_.accept("WHERE")) TRY(read_condition());
    TRY(refuse_clause(words_));
    TRY(words_.expect_end());
    if (!nameless_.empty()) {
      return rule("Subscription query needs an alias for expression '" + std::string(nameless_) + "'");
    }
    return std::move(query_);
  }

 private:
  Status read_items() {
    bool all = false;
    size_t items = 0;
    do {
      all |= TRY(read_item());
      ++items;
    } while (words_.accept_sign(','));
    if (all && items > 1) return only_the_form();
    return {};
  }

  // One of the select list. True: it was a star.
  Result<bool> read_item() {
    const auto begin = words_.offset();
    std::vector<Token> last;  // the last three tokens at this level
    bool path = true;         // names and dots only
    while (!words_.at_end() && !words_.peek().sign(',') && !words_.is("FROM") && !words_.is("WHERE")) {
      TRY(refuse_clause(words_));
      const auto token = words_.peek();
      if (token.kind == TokenKind::unfinished) return words_.unexpected("an expression");
      if (is_system_column(token)) {
        return rule("Subscription query cannot project system columns '_seq' or '_deleted'.");
      }
      path = path && (is_name(token) || token.sign('.') || token.sign('*'));
      if (last.size() == 3) last.erase(last.begin());
      last.push_back(token);
      TRY(take_whole(words_));
    }
    const auto written = words_.written_since(begin);
    if (last.empty()) return words_.unexpected("an expression");
    const auto final_token = last.back();
    const auto before = last.size() > 1 ? last[last.size() - 2] : Token{};
    const bool behind_dot = before.sign('.');
    if (path && final_token.sign('*') && (last.size() == 1 || behind_dot)) return true;
    if (path && is_name(final_token) && (last.size() == 1 || behind_dot)) {
      query_.columns.push_back({name_of(final_token), {}});
      return false;
    }
    if (!is_name(final_token) || !ends_operand(before, last)) {
      if (nameless_.empty()) nameless_ = written;
      return false;
    }
    const bool as = before.kind == TokenKind::word && equal_ignoring_case(before.text, "AS");
    const auto end = as ? before.offset : final_token.offset;
    query_.columns.push_back({name_of(final_token), std::string(trimmed(words_.text().substr(begin, end - begin)))});
    return false;
  }

  // May what stands before a name be a whole expression, so that the name is its alias? `last` has three tokens at
  // most.
  static bool ends_operand(const Token& before, const std::vector<Token>& last) {
    if (before.kind == TokenKind::word && equal_ignoring_case(before.text, "AS")) return last.size() > 2;
    return is_name(before) || before.kind == TokenKind::number || before.kind == TokenKind::text || before.sign('(');
  }

  static std::string name_of(const Token& token) {
    return ascii_lower(token.kind == TokenKind::quoted ? unquoted_name(token.text) : std::string(token.text));
  }

  Status read_table() {
    if (words_.at_end()) return words_.unexpected("identifier");
    if (!is_name(words_.peek())) return needs_table();
    auto table = expect_object_name(words_, "");
    if (!table.ok() && table.error().code == ErrorCode::invalid_identifier) return std::move(table).error();
    if (!table.ok() || words_.peek().sign('(')) return needs_table();
    query_.table = *std::move(table);
    if (words_.peek().sign(',')) return one_table();
    if (is_any(words_,
               {"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "SEMI", "ANTI", "ASOF", "POSITIONAL"})) {
      return without("JOIN clauses");
    }
    if (is_name(words_.peek()) && !words_.is("WHERE")) {
      TRY(refuse_clause(words_));
      return only_the_form();  // an alias
    }
    return {};
  }

  Status read_condition() {
    const auto begin = words_.offset();
    while (!words_.at_end()) {
      TRY(refuse_clause(words_));
      if (words_.peek().kind == TokenKind::unfinished) return words_.unexpected("an expression");
      TRY(take_whole(words_));
    }
    if (words_.offset() == begin) return words_.unexpected("an expression");
    query_.where = std::string(trimmed(words_.written_since(begin)));
    return {};
  }

  Words words_;
  SubscriptionQuery query_;
  std::string_view nameless_;  // the first expression without an alias; told when the clauses are known to be right
};

bool is_plain(std::string_view name) {
  return !name.empty() && !is_ascii_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '_';
  });
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

}  // namespace

Result<SubscriptionQuery> parse_subscription(std::string_view text) {
  auto script = read_script(text);
  if (script.refusal) {
    auto& error = script.refusal->error;
    if (error.code == ErrorCode::not_found) return rule("Empty SQL statement");
    if (!script.statements.empty()) return rule("Subscription query must contain exactly one SELECT statement");
    if (error.code != ErrorCode::not_supported) return Error{ErrorCode::invalid_input, std::move(error.message)};
    return simple_only();
  }
  if (script.statements.size() != 1) return rule("Subscription query must contain exactly one SELECT statement");
  const auto& statement = script.statements.front();
  if (statement.kind != StatementKind::select || statement.as_user) {
    return rule("Only SELECT queries are supported for subscriptions");
  }
  return SubscriptionParser(statement.text).read();
}

std::string print(const SubscriptionQuery& query) {
  std::string text = "SELECT ";
  if (query.columns.empty()) text += "*";
  for (const auto& column : query.columns) {
    if (&column != &query.columns.front()) text += ", ";
    if (!column.expression.empty()) text += column.expression + " AS ";
    text += quoted(column.name);
  }
  const auto add_name = [&](const std::string& name) { text += is_plain(name) ? name : quoted(name); };
  text += " FROM ";
  if (!query.table.ns.empty()) {
    add_name(query.table.ns);
    text += '.';
  }
  add_name(query.table.name);
  if (query.where) text += " WHERE " + *query.where;
  return text;
}

}  // namespace kalam::sql
