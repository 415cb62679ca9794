#include "sql/detail/engine_words.h"

#include <algorithm>
#include <array>

#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

bool is_session_word(const Token& token) {
  return token.kind == TokenKind::word &&
         (equal_ignoring_case(token.text, "CURRENT_USER") || equal_ignoring_case(token.text, "CURRENT_ROLE"));
}

// Behind these words stands a value. Behind any other word, text, number or closing bracket a word is a name.
bool opens_value(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "SELECT", "DISTINCT", "ALL",     "WHERE", "AND",   "OR", "NOT", "ON",     "BY",      "WHEN",     "THEN",
      "ELSE",   "CASE",     "BETWEEN", "LIKE",  "ILIKE", "IN", "IS",  "HAVING", "QUALIFY", "RETURNING"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view known) { return equal_ignoring_case(word, known); });
}

// Where in a statement names of columns stand in the place of values.
class NameLists {
 public:
  // Is `token`, the next of the statement, the name of a column that is inserted into or assigned?
  bool names_column(const Token& token, const Token& following) {
    if (token.kind == TokenKind::word) {
      if (first_) {
        insert_ = equal_ignoring_case(token.text, "INSERT");
      } else if (insert_ && (equal_ignoring_case(token.text, "VALUES") || equal_ignoring_case(token.text, "SELECT"))) {
        insert_ = false;
      } else if (equal_ignoring_case(token.text, "SET")) {
        assigning_ = true;
      } else if (equal_ignoring_case(token.text, "WHERE")) {
        assigning_ = false;
      }
    }
    first_ = false;
    const bool assigned = assigning_ && depth_ == 0 && !value_ && following.sign('=');
    if (token.sign('(')) ++depth_;
    if (token.sign(')')) --depth_;
    if (depth_ == 0 && token.sign('=')) value_ = true;
    if (depth_ == 0 && token.sign(',')) value_ = false;
    return insert_ || assigned;
  }

 private:
  bool first_ = true;
  bool insert_ = false;     // between INSERT and VALUES
  bool assigning_ = false;  // between SET and WHERE
  bool value_ = false;      // behind the = of an assignment
  int depth_ = 0;
};

bool is_any_of(const Token& token, std::initializer_list<std::string_view> words) {
  return token.kind == TokenKind::word && std::any_of(words.begin(), words.end(), [&](std::string_view word) {
           return equal_ignoring_case(token.text, word);
         });
}

// A word that the engine takes for a keyword, in a place where it is none.
bool is_keyword_as_name(const Token& before, const Token& token, const Token& following) {
  if (is_any_of(token, {"BY"})) {
    const bool by_name = is_any_of(following, {"NAME", "POSITION"});  // UNION BY NAME
    return !by_name && !is_any_of(before, {"GROUP", "ORDER", "PARTITION"});
  }
  return is_any_of(token, {"AT"}) && !is_any_of(following, {"TIME"});
}

// Quick: most texts have none of it. BY behind its keyword is found by looking closer.
bool may_have_keyword_as_name(std::string_view text) {
  const auto in_word = [](char c) { return is_ascii_alphanumeric(c) || c == '_'; };
  for (size_t at = 0; at + 1 < text.size(); ++at) {
    const char first = static_cast<char>(text[at] | 0x20);
    const char second = static_cast<char>(text[at + 1] | 0x20);
    if (!(first == 'b' && second == 'y') && !(first == 'a' && second == 't')) continue;
    const bool begins = at == 0 || !in_word(text[at - 1]);
    if (begins && (at + 2 == text.size() || !in_word(text[at + 2]))) return true;
  }
  return false;
}

// Quick too.
bool may_have_session_word(std::string_view text) {
  constexpr std::string_view kStem = "CURRENT_";
  for (auto at = text.find('_', kStem.size() - 1); at != std::string_view::npos; at = text.find('_', at + 1)) {
    if (equal_ignoring_case(text.substr(at + 1 - kStem.size(), kStem.size()), kStem)) return true;
  }
  return false;
}

}  // namespace

std::string in_engine_words(std::string_view text) {
  if (!may_have_session_word(text) && !may_have_keyword_as_name(text)) return std::string(text);
  std::string made;
  size_t copied = 0;
  NameLists lists;
  Token before;
  TokenScanner scanner(text);
  for (Token token = scanner.next(); token.kind != TokenKind::end;) {
    const auto following = scanner.next();
    const bool name = lists.names_column(token, following);
    const bool behind_value_word = before.kind == TokenKind::word && opens_value(before.text);
    const bool behind_sign =
        before.kind == TokenKind::sign && !before.sign('.') && !before.sign(')') && !before.sign(']');
    if (!name && is_session_word(token) && (behind_value_word || behind_sign || before.kind == TokenKind::end) &&
        !following.sign('(') && !following.sign('.')) {
      made.append(text.substr(copied, token.end_offset() - copied)).append("()");
      copied = token.end_offset();
    } else if (is_keyword_as_name(before, token, following)) {
      // Quotes that touch would become one name with a quote inside.
      made.append(text.substr(copied, token.offset - copied)).append(made.ends_with('"') ? " \"" : "\"");
      copied = token.end_offset();
      made.append(ascii_lower(token.text)).append(text.substr(copied).starts_with('"') ? "\" " : "\"");
    }
    before = token;
    token = following;
  }
  return made.append(text.substr(copied));
}

}  // namespace kalam::sql
