#include "sql/parse.h"

#include <array>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "sql/detail/classify.h"
#include "sql/detail/engine_words.h"
#include "sql/detail/words.h"
#include "sql/detail/wrapper.h"
#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

// One statement, found between two semicolons.
class Piece {
 public:
  explicit Piece(std::string_view whole) : whole_(whole) {}

  bool empty() const { return tokens_ == 0; }

  void add(const Token& token, bool comment_before) {
    if (empty()) {
      begin_ = token.offset;
    } else if (comment_before) {
      // Comments go: the engine behind us nests them and ends a line at a carriage return alone, so it would find
      // other statements than we did.
      const auto gap = whole_.substr(end_, token.offset - end_);
      text_.append(whole_.substr(begin_, end_ - begin_))
          .push_back(gap.find('\n') == std::string_view::npos ? ' ' : '\n');
      begin_ = token.offset;
    }
    end_ = token.end_offset();
    if (tokens_ < first_.size()) first_[tokens_] = token.text;
    ++tokens_;
  }

  // CLUSTER PURGE takes what everywhere else is a comment: --upto 5.
  bool wants_dashes() const {
    return tokens_ == 2 && equal_ignoring_case(first_[0], "CLUSTER") && equal_ignoring_case(first_[1], "PURGE");
  }

  std::string text() && { return std::move(text_.append(whole_.substr(begin_, end_ - begin_))); }

 private:
  std::string_view whole_;
  std::string text_;  // what lies before begin_
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t tokens_ = 0;
  std::array<std::string_view, 2> first_;
};

bool opens(const Token& token) { return token.sign('(') || token.sign('[') || token.sign('{'); }
bool closes(const Token& token) { return token.sign(')') || token.sign(']') || token.sign('}'); }

// A text that never ends stays so, but the engine need not see what might be inside.
std::string without_unfinished(std::string text) {
  TokenScanner scanner(text);
  auto token = scanner.next();
  while (token.kind != TokenKind::unfinished) token = scanner.next();
  size_t mark = 1;
  if (token.text.front() == '$') mark = token.text.find('$', 1) + 1;
  else if (token.text.front() != '\'' && token.text.front() != '"' && token.text.front() != '`') mark = 2;  // E', X'
  text.resize(token.offset + mark);
  return text;
}

// A statement of the text between two semicolons, or why not, with the rule about roles that was found by then.
class StatementReader {
 public:
  StatementReader(std::string text, bool unfinished) : text_(std::move(text)), unfinished_(unfinished) {}

  Result<Statement> read() {
    Statement statement;
    if (auto wrapped = TRY(unwrapped(text_))) {
      statement.as_user = std::move(wrapped->user);
      text_ = std::string(wrapped->statement);
    }
    Words words(text_);
    const auto found = TRY(classify(words));
    gate_ = found.gate;
    statement.kind = found.kind;
    statement.gate = found.gate;
    if (statement.as_user && found.kind >= StatementKind::begin) {
      return Error{ErrorCode::invalid_identifier, "EXECUTE AS USER cannot wrap " + std::string(name_of(found.kind))};
    }
    if (!found.parse) {
      if (unfinished_) text_ = without_unfinished(std::move(text_));
      statement.text = in_engine_words(text_);
      statement.body = body_of(found.kind, statement.text);
      return statement;
    }
    statement.body = TRY(found.parse(words));
    statement.text = found.kind == StatementKind::explain ? in_engine_words(text_) : std::move(text_);
    return statement;
  }

  const Gate& gate() const { return gate_; }

 private:
  static Body body_of(StatementKind kind, std::string_view text) {
    switch (kind) {
      case StatementKind::insert: return Insert{read_insert_values(text)};
      case StatementKind::update: return Update{};
      case StatementKind::remove: return Delete{};
      default: return Select{};
    }
  }

  std::string text_;
  bool unfinished_;
  Gate gate_;
};

Refusal refusal_of(ErrorCode code, std::string message) { return {Error{code, std::move(message)}}; }

// What can be said before a token is read.
std::optional<Refusal> refuse_whole(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.text_bytes) {
    return refusal_of(ErrorCode::limit_exceeded, "SQL query too long: " + std::to_string(text.size()) +
                                                     " bytes (maximum " + std::to_string(limits.text_bytes) +
                                                     " bytes)");
  }
  if (text.find('\0') != std::string_view::npos) {
    // C strings end there: whoever reads the text behind us might see only its beginning.
    return refusal_of(ErrorCode::invalid_input, "SQL text cannot contain null bytes");
  }
  if (const auto valid = valid_utf8_prefix(text); valid != text.size()) {
    return refusal_of(ErrorCode::invalid_input, "SQL text is not valid UTF-8 at byte " + std::to_string(valid));
  }
  return std::nullopt;
}

// A text that needs no cutting: its one statement answers for what is wrong with it.
bool is_batch(std::string_view text) {
  if (text.find(';') != std::string_view::npos) return true;
  if (text.find_first_of("-*") == std::string_view::npos) return false;
  for (const std::string_view mark : {"--", "/*", "*/"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

// Cuts the text, so that each statement is read once the whole text is known to be made of statements.
class Cutter {
 public:
  Cutter(std::string_view text, const ParseLimits& limits)
      : text_(text), limits_(limits), scanner_(text), piece_(text) {}

  Script cut() {
    while (true) {
      const bool dashes = piece_.wants_dashes() && scanner_.skip_dashes_before("upto");
      const auto token = scanner_.next();
      if (token.kind == TokenKind::unfinished && is_batch(text_)) {
        return {{},
                refusal_of(ErrorCode::invalid_operation,
                           "Failed to parse SQL batch: " + std::string(reason_of_unfinished(token)) + " in SQL batch")};
      }
      if (token.kind == TokenKind::end || token.kind == TokenKind::semicolon) {
        if (!piece_.empty() && script_.statements.size() == limits_.statements) {
          return {{},
                  refusal_of(ErrorCode::limit_exceeded, "too many statements in one request (maximum " +
                                                            std::to_string(limits_.statements) + ")")};
        }
        finish_piece();
        if (token.kind == TokenKind::end) break;
        continue;
      }
      if (opens(token) && ++depth_ > limits_.bracket_depth) {
        return {{},
                refusal_of(ErrorCode::limit_exceeded,
                           "SQL is nested too deep (maximum " + std::to_string(limits_.bracket_depth) + " levels)")};
      }
      if (closes(token) && depth_ > 0) --depth_;
      if (token.kind == TokenKind::unfinished) unfinished_ = true;
      piece_.add(token, dashes || scanner_.comment_before());
    }
    if (script_.statements.empty() && !script_.refusal) {
      script_.refusal = refusal_of(ErrorCode::not_found, "No SQL statements provided");
    }
    return std::move(script_);
  }

 private:
  void finish_piece() {
    depth_ = 0;
    if (!piece_.empty() && !script_.refusal) {
      StatementReader reader(std::move(piece_).text(), unfinished_);
      auto statement = reader.read();
      if (statement.ok()) script_.statements.push_back(std::move(*statement));
      else script_.refusal = Refusal{std::move(statement).error(), reader.gate()};
    }
    piece_ = Piece(text_);
  }

  std::string_view text_;
  const ParseLimits& limits_;
  TokenScanner scanner_;
  Piece piece_;
  Script script_;
  size_t depth_ = 0;
  bool unfinished_ = false;
};

}  // namespace

Script read_script(std::string_view text, const ParseLimits& limits) {
  if (auto refusal = refuse_whole(text, limits)) return {{}, std::move(refusal)};
  return Cutter(text, limits).cut();
}

Result<std::vector<Statement>> parse(std::string_view text, const ParseLimits& limits) {
  auto script = read_script(text, limits);
  if (script.refusal) return std::move(script.refusal->error);
  return std::move(script.statements);
}

}  // namespace kalam::sql
