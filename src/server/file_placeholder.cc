#include "server/file_placeholder.h"

#include <algorithm>

#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::server {

namespace {

using sql::Token;
using sql::TokenKind;

constexpr std::string_view kFunction = "file";

// Most texts have no such word: they are not cut into tokens.
bool may_have_placeholder(std::string_view sql) {
  return std::search(sql.begin(), sql.end(), kFunction.begin(), kFunction.end(),
                     [](char a, char b) { return ascii_lower(a) == b; }) != sql.end();
}

// "…" or '…' without its quotes; empty for E'…', X'…' and $$…$$, which are no keys.
std::optional<std::string> unquoted(const Token& token) {
  const auto text = token.text;
  const char quote = text.empty() ? '\0' : text.front();
  if ((token.kind != TokenKind::text || quote != '\'') && (token.kind != TokenKind::quoted || quote != '"')) return {};
  std::string key;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    key.push_back(text[i]);
    if (text[i] == quote) ++i;
  }
  return key;
}

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::word && equal_ignoring_case(token.text, word);
}

std::optional<std::string> name_of(const Token& token) {
  if (token.kind == TokenKind::word) return ascii_lower(token.text);
  if (token.kind != TokenKind::quoted) return std::nullopt;
  return ascii_lower(token.text.substr(1, token.text.size() - 2));
}

}  // namespace

std::vector<FilePlaceholder> find_file_placeholders(std::string_view sql) {
  std::vector<FilePlaceholder> found;
  if (!may_have_placeholder(sql)) return found;
  sql::TokenScanner scanner(sql);
  Token before;
  for (auto token = scanner.next(); token.kind != TokenKind::end; before = token, token = scanner.next()) {
    if (!is_word(token, kFunction) || before.sign('.')) continue;
    auto ahead = scanner;
    if (!ahead.next().sign('(')) continue;
    auto key = unquoted(ahead.next());
    const auto close = ahead.next();
    if (!key || !close.sign(')')) continue;
    found.push_back({token.offset, close.end_offset(), std::move(*key)});
  }
  return found;
}

std::optional<sql::ObjectName> written_table(std::string_view statement) {
  sql::TokenScanner scanner(statement);
  const auto first = scanner.next();
  auto token = scanner.next();
  if (is_word(first, "insert")) {
    while (token.kind == TokenKind::word && !is_word(token, "into")) token = scanner.next();
    if (!is_word(token, "into")) return std::nullopt;
    token = scanner.next();
  } else if (is_word(first, "delete")) {
    if (!is_word(token, "from")) return std::nullopt;
    token = scanner.next();
  } else if (!is_word(first, "update")) {
    return std::nullopt;
  }
  sql::ObjectName table;
  while (true) {
    auto name = name_of(token);
    if (!name) return std::nullopt;
    table.ns = std::move(table.name);
    table.name = std::move(*name);
    if (!scanner.next().sign('.')) return table;
    token = scanner.next();
  }
}

}  // namespace kalam::server
