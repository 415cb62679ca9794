#include "sql/detail/literal.h"
#include "sql/detail/parsers.h"
#include "types/ascii.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam::sql {

namespace {

Result<UseNamespace> use(Words& words, std::string_view statement) {
  UseNamespace use{TRY(expect_namespace(words, std::string(statement) + " requires a namespace name"))};
  TRY(expect_nothing_after(words, statement));
  return use;
}

// 'text', true, false, 2, -3.5
Result<std::string> option_value(Words& words) {
  std::string out;
  JsonText json(out);
  const auto begin = words.offset();
  if (const auto text = words.accept_text()) {
    json.string(*text);
    return out;
  }
  if (words.accept("TRUE")) return std::string("true");
  if (words.accept("FALSE")) return std::string("false");
  const bool negative = words.accept_sign('-');
  if (words.peek().kind == TokenKind::number) {
    const auto value = value_of_number(words.take().text, negative);
    if (value && value->kind() == ScalarKind::int64) return json.number(value->as_int64()), out;
    if (value && value->kind() == ScalarKind::float64) return json.number(value->as_double()), out;
    if (value) return json.number(decimal_to_f64(value->as_decimal(), value->scale())), out;
  } else if (!words.at_end()) {
    words.take();
  }
  return invalid("Invalid value format: " + std::string(words.written_since(begin)));
}

Result<AlterNamespace::Option> option(Words& words) {
  const auto begin = words.offset();
  auto key = words.accept_bare();
  if (!key || !words.accept_sign('=')) {
    while (!words.at_end() && !words.peek().sign(',') && !words.peek().sign(')')) words.take();
    return invalid("Invalid option format: " + std::string(words.written_since(begin)));
  }
  return AlterNamespace::Option{*std::move(key), TRY(option_value(words))};
}

}  // namespace

Result<Body> parse_create_namespace(Words& words) {
  CreateNamespace statement;
  statement.if_not_exists = words.accept({"IF", "NOT", "EXISTS"});
  // Whatever the name is: the rules for new names are told by whoever makes it.
  if (words.peek().kind == TokenKind::text) {
    statement.name = ascii_lower(words.peek().text);  // a text is no name: its quotes are what is wrong with it
  }
  const auto name = words.accept_bare();
  if (!name) return invalid("Entity name is required after CREATE NAMESPACE");
  if (statement.name.empty()) statement.name = ascii_lower(*name);
  TRY(expect_nothing_after(words, "CREATE NAMESPACE"));
  return statement;
}

Result<Body> parse_alter_namespace(Words& words) {
  AlterNamespace statement;
  if (words.are({"SET", "OPTIONS"})) return invalid("Namespace name is required");
  if (words.at_end()) return invalid("Expected SET OPTIONS clause");
  statement.name = TRY(expect_namespace(words, "Namespace name is required"));
  if (!words.accept({"SET", "OPTIONS"})) return invalid("Expected SET OPTIONS clause");
  if (!words.accept_sign('(')) return invalid("Options must be enclosed in parentheses");
  while (!words.accept_sign(')')) {
    if (words.at_end()) return invalid("Options must be enclosed in parentheses");
    statement.options.push_back(TRY(option(words)));
    if (!words.accept_sign(',') && !words.peek().sign(')')) return words.unexpected(", or )");
  }
  TRY(expect_nothing_after(words, "ALTER NAMESPACE"));
  return statement;
}

Result<Body> parse_drop_namespace(Words& words) {
  DropNamespace statement;
  statement.if_exists = words.accept({"IF", "EXISTS"});
  statement.name = TRY(expect_namespace(words, "Entity name is required after DROP NAMESPACE"));
  statement.cascade = words.accept("CASCADE");
  if (!statement.cascade) words.accept("RESTRICT");
  TRY(expect_nothing_after(words, "DROP NAMESPACE"));
  return statement;
}

Result<Body> parse_show_namespaces(Words& words) {
  if (!words.at_end()) return invalid("Expected SHOW NAMESPACES statement");
  return ShowNamespaces{};
}

Result<Body> parse_use(Words& words) {
  if (words.at_end()) {
    return invalid("Expected USE, USE NAMESPACE, or SET NAMESPACE statement, got: " + std::string(words.text()));
  }
  if (words.accept("NAMESPACE")) return Body(TRY(use(words, "USE NAMESPACE")));
  return Body(TRY(use(words, "USE")));
}

Result<Body> parse_set_namespace(Words& words) { return Body(TRY(use(words, "SET NAMESPACE"))); }

}  // namespace kalam::sql
