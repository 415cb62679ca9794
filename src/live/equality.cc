#include "live/equality.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::live {

namespace {

using sql::Token;
using sql::TokenKind;

constexpr size_t kDigitsMax = 18;  // of an integer that is one of 64 bits for certain

bool word(const Token& token, std::string_view lower) {
  return token.kind == TokenKind::word && equal_ignoring_case(token.text, lower);
}

// Words that look like columns and are functions.
bool names_the_session(std::string_view name) {
  const auto lower = ascii_lower(name);
  return lower == "user" || lower.starts_with("current_") || lower.starts_with("session_") ||
         lower.starts_with("local");
}

std::optional<std::string> key_of_text(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != '\'') return std::nullopt;
  std::string key = "t";
  literal = literal.substr(1, literal.size() - 2);
  for (size_t i = 0; i < literal.size(); ++i) {
    key += literal[i];
    if (literal[i] == '\'') ++i;  // doubled
  }
  return key;
}

std::optional<std::string> key_of_integer(std::string_view literal) {
  if (literal.size() > kDigitsMax) return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(literal.data(), literal.data() + literal.size(), number);
  if (error != std::errc() || end != literal.data() + literal.size()) return std::nullopt;
  return "i" + std::to_string(number);
}

std::optional<Equality> equality_in(const std::vector<Token>& conjunct, const tables::Table& table) {
  if (conjunct.size() != 3 || !conjunct[1].sign('=')) return std::nullopt;
  const auto* name = &conjunct[0];
  const auto* constant = &conjunct[2];
  if (name->kind != TokenKind::word) std::swap(name, constant);
  if (name->kind != TokenKind::word || names_the_session(name->text)) return std::nullopt;
  const auto& columns = table.columns();
  const auto column = std::ranges::find_if(
      columns, [&](const SourceColumn& each) { return equal_ignoring_case(each.name, name->text); });
  if (column == columns.end() || is_system_column(column->name)) return std::nullopt;
  std::optional<std::string> key;
  switch (column->type.tag()) {
    case TypeTag::text:
      if (constant->kind == TokenKind::text) key = key_of_text(constant->text);
      break;
    case TypeTag::smallint:
    case TypeTag::integer:
    case TypeTag::bigint:
      if (constant->kind == TokenKind::number) key = key_of_integer(constant->text);
      break;
    default: break;
  }
  if (!key) return std::nullopt;
  return Equality{column->name, *std::move(key)};
}

}  // namespace

std::optional<std::string> value_key(const Value& value) {
  if (value.is_null()) return std::nullopt;
  switch (value.kind()) {
    case ScalarKind::utf8:
    case ScalarKind::large_utf8: return "t" + std::string(value.as_text());
    case ScalarKind::int8:
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::int64: return "i" + std::to_string(value.as_int64());
    default: return std::nullopt;
  }
}

std::optional<Equality> equality_of(std::string_view where, const tables::Table& table) {
  sql::TokenScanner scanner(where);
  std::optional<Equality> found;
  std::vector<Token> conjunct;
  int depth = 0;
  bool minus = false;  // came just before
  const auto finish = [&] {
    if (!found) found = equality_in(conjunct, table);
    conjunct.clear();
  };
  for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    if (token.kind == TokenKind::unfinished) return std::nullopt;
    if (token.sign('(') || token.sign('[') || token.sign('{')) ++depth;
    if (token.sign(')') || token.sign(']') || token.sign('}')) --depth;
    if (depth == 0) {
      // With these around, an AND may not be what it looks like, or not all of it.
      if (word(token, "or") || word(token, "between") || word(token, "case")) return std::nullopt;
      if (minus && token.sign('>')) return std::nullopt;
      if (word(token, "and")) {
        finish();
        minus = false;
        continue;
      }
    }
    minus = token.sign('-');
    conjunct.push_back(token);
  }
  finish();
  return found;
}

}  // namespace kalam::live
