#include "sql/parse.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

// Statements of SQL that may be written, but not to us.
constexpr std::array kKnownWords = {
    "ACK",      "ALTER",     "ANALYZE", "ATTACH",  "BACKUP", "BEGIN",   "CALL",      "CHECKPOINT", "CLEAR",
    "CLUSTER",  "COMMENT",   "COMMIT",  "CONSUME", "COPY",   "CREATE",  "DELETE",    "DESC",       "DESCRIBE",
    "DETACH",   "DROP",      "EXECUTE", "EXPORT",  "FROM",   "GRANT",   "IMPORT",    "INSERT",     "INSTALL",
    "KILL",     "LOAD",      "MERGE",   "PIVOT",   "PRAGMA", "PREPARE", "RESET",     "RESTORE",    "REVOKE",
    "ROLLBACK", "SAVEPOINT", "SET",     "SHOW",    "START",  "STORAGE", "SUBSCRIBE", "SUMMARIZE",  "TABLE",
    "TRUNCATE", "UNPIVOT",   "UPDATE",  "USE",     "VACUUM", "VALUES"};

// One statement, found between two semicolons.
struct Piece {
  std::string body;
  size_t begin = 0;
  size_t end = 0;
  std::optional<Token> first;
  size_t brackets_before_first = 0;

  void add(std::string_view text, const Token& token) {
    if (empty()) begin = token.offset;
    else body.append(without_comments(text.substr(end, token.offset - end)));
    if (!first) {
      if (token.text == "(") ++brackets_before_first;
      else first = token;
    }
    body.append(token.text);
    end = token.offset + token.text.size();
  }
  bool empty() const { return end == 0; }

  // What stands between two tokens. Comments go: the engine behind us nests them and ends a line at a carriage return
  // alone, so it would find other statements than we did.
  static std::string_view without_comments(std::string_view blank) {
    if (blank.find_first_of("-/") == std::string_view::npos) return blank;
    return blank.find('\n') == std::string_view::npos ? " " : "\n";
  }
};

Error unexpected(std::string_view text, const Token& found) {
  const auto before = text.substr(0, found.offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const auto column = line_start == std::string_view::npos ? found.offset + 1 : found.offset - line_start;
  return Error{ErrorCode::invalid_input,
               "sql parser error: Expected: an SQL statement, found: " + std::string(found.text) +
                   " at Line: " + std::to_string(line) + ", Column: " + std::to_string(column)};
}

Result<Statement> classify(std::string_view text, const Piece& piece) {
  const auto& body = piece.body;
  if (!piece.first) return unexpected(text, Token{TokenKind::sign, text.substr(piece.begin, 1), piece.begin});
  const auto word = piece.first->kind == TokenKind::word ? ascii_upper(piece.first->text) : std::string();
  if (word == "SELECT" || word == "WITH") return Statement{StatementKind::select, body, Select{}};
  if (word == "EXPLAIN" && piece.brackets_before_first == 0) {
    return Statement{.kind = StatementKind::explain,
                     .text = body,
                     .body = Explain{},
                     .as_user = {},
                     .gate = gate_of(StatementKind::explain)};
  }
  if (std::find(kKnownWords.begin(), kKnownWords.end(), word) != kKnownWords.end()) {
    return Error{ErrorCode::not_supported, "Unsupported statement type: " + body.substr(0, 100)};
  }
  return unexpected(text, *piece.first);
}

// All statements in front of the first that is refused go into `script`.
Status read_into(Script& script, std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.text_bytes) {
    return Error{ErrorCode::limit_exceeded, "SQL query too long: " + std::to_string(text.size()) + " bytes (maximum " +
                                                std::to_string(limits.text_bytes) + " bytes)"};
  }
  if (text.find('\0') != std::string_view::npos) {
    // C strings end there: whoever reads the text behind us might see only its beginning.
    return Error{ErrorCode::invalid_input, "SQL text cannot contain null bytes"};
  }
  std::optional<Error> refused;  // the first; said only when the whole text could be cut
  Piece piece;
  const auto finish_piece = [&] {
    if (!piece.empty() && !refused) {
      auto statement = classify(text, piece);
      if (statement.ok()) script.statements.push_back(std::move(*statement));
      else refused = std::move(statement).error();
    }
    piece = Piece();
  };
  size_t depth = 0;
  TokenScanner scanner(text);
  while (true) {
    auto token = scanner.next();
    if (!token.ok()) {
      // A text without a semicolon is no batch: its one statement is at fault.
      const bool batch = text.find(';') != std::string_view::npos;
      if (batch) {
        return Error{ErrorCode::invalid_operation,
                     "Failed to parse SQL batch: " + token.error().message + " in SQL batch"};
      }
      return std::move(token).error();
    }
    if (token->kind == TokenKind::end) break;
    if (token->kind == TokenKind::semicolon) {
      finish_piece();
      depth = 0;
      continue;
    }
    if (token->text == "(" || token->text == "[" || token->text == "{") {
      if (++depth > limits.bracket_depth) {
        return Error{ErrorCode::limit_exceeded,
                     "SQL is nested too deep (maximum " + std::to_string(limits.bracket_depth) + " levels)"};
      }
    } else if (depth > 0 && (token->text == ")" || token->text == "]" || token->text == "}")) {
      --depth;
    }
    piece.add(text, *token);
  }
  finish_piece();
  if (refused) return *std::move(refused);
  if (script.statements.empty()) return Error{ErrorCode::not_found, "No SQL statements provided"};
  return {};
}

}  // namespace

Script read_script(std::string_view text, const ParseLimits& limits) {
  Script script;
  auto read = read_into(script, text, limits);
  if (!read.ok()) script.refusal = Refusal{std::move(read).error()};
  return script;
}

Result<std::vector<Statement>> parse(std::string_view text, const ParseLimits& limits) {
  auto script = read_script(text, limits);
  if (script.refusal) return std::move(script.refusal->error);
  return std::move(script.statements);
}

}  // namespace kalam::sql
