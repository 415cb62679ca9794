#include "sql/detail/wrapper.h"

#include "sql/detail/words.h"
#include "types/ids.h"

namespace kalam::sql {

namespace {

Error wrong(std::string message) { return Error{ErrorCode::invalid_identifier, std::move(message)}; }

Result<std::string> read_user(Words& words) {
  if (words.peek().kind == TokenKind::unfinished) return wrong("EXECUTE AS USER username quote was not closed");
  const auto user = words.accept_bare().value_or("");
  if (user.empty()) return wrong("EXECUTE AS USER username cannot be empty");
  return TRY(checked_id(parse_user_id(user))).value();
}

}  // namespace

Result<std::optional<Wrapped>> unwrapped(std::string_view text) {
  Words words(text);
  if (!words.accept({"EXECUTE", "AS"})) return std::nullopt;
  TRY(words.expect("USER"));
  Wrapped wrapped{.user = TRY(read_user(words)), .statement = {}};
  if (!words.accept_sign('(')) return wrong("EXECUTE AS USER must wrap SQL in parentheses");
  const auto begin = words.offset();
  if (!words.skip_brackets()) return wrong("EXECUTE AS USER missing closing ')'");
  auto inside = words.written_since(begin);
  inside.remove_suffix(1);
  // Up to its last token: none of the blanks that tokens know.
  wrapped.statement = inside.substr(0, inside.find_last_not_of(" \t\r\n\f") + 1);
  if (wrapped.statement.empty()) return wrong("EXECUTE AS USER requires a non-empty inner SQL statement");
  if (Words(wrapped.statement).are({"EXECUTE", "AS"})) {
    return Error{ErrorCode::invalid_input, "sql parser error: EXECUTE AS USER cannot stand inside another"};
  }
  if (!words.at_end()) return wrong("EXECUTE AS USER must contain exactly one wrapped SQL statement");
  return wrapped;
}

}  // namespace kalam::sql
