#include "sql/fingerprint.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "sql/detail/literal.h"
#include "sql/token.h"
#include "types/ascii.h"

namespace kalam::sql {

namespace {

constexpr size_t kLiftedMax = 64;  // longer lists are seldom of one length
constexpr size_t kParametersMax = 65'535;

// What the tokens at one level of brackets are.
enum class Region : uint8_t {
  closed,     // nothing inside may be lifted: what is shown, computed with, grouped or ordered by
  sources,    // FROM: conditions may lie in brackets further inside
  condition,  // WHERE, ON
  assigned,   // UPDATE … SET
};

struct Word {
  std::string_view text;
  Region region;
};
// Words that begin another part of a statement, at the level of their brackets.
constexpr Word kRegions[] = {{"SELECT", Region::closed},    {"VALUES", Region::closed}, {"GROUP", Region::closed},
                             {"HAVING", Region::closed},    {"ORDER", Region::closed},  {"LIMIT", Region::closed},
                             {"OFFSET", Region::closed},    {"WINDOW", Region::closed}, {"QUALIFY", Region::closed},
                             {"UNION", Region::closed},     {"EXCEPT", Region::closed}, {"INTERSECT", Region::closed},
                             {"RETURNING", Region::closed}, {"USING", Region::closed},  {"FROM", Region::sources},
                             {"JOIN", Region::sources},     {"WITH", Region::sources},  {"UPDATE", Region::sources},
                             {"WHERE", Region::condition},  {"ON", Region::condition},  {"SET", Region::assigned}};

// Behind a lifted literal nothing may stand that could make it part of something larger.
bool may_follow(const Token& token) {
  static constexpr std::string_view kWords[] = {"AND",   "OR",    "ORDER",  "GROUP",     "LIMIT",  "OFFSET",
                                                "WHERE", "UNION", "EXCEPT", "INTERSECT", "HAVING", "JOIN"};
  switch (token.kind) {
    case TokenKind::end: return true;
    case TokenKind::word:
      return std::any_of(std::begin(kWords), std::end(kWords),
                         [&](std::string_view word) { return equal_ignoring_case(word, token.text); });
    default: return token.sign(')') || token.sign(',');
  }
}

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::word && equal_ignoring_case(token.text, word);
}

// The words after which a bracket holds conditions or values; after any other word it holds arguments.
bool keyword_before_bracket(const Token& token) {
  static constexpr std::string_view kWords[] = {"WHERE",  "AND",  "OR",   "NOT", "ON",           "IN",
                                                "EXISTS", "FROM", "JOIN", "AS",  "MATERIALIZED", "LATERAL"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return equal_ignoring_case(word, token.text); });
}

bool is_operand(const Token& token) {
  switch (token.kind) {
    case TokenKind::word:
    case TokenKind::quoted:
    case TokenKind::text:
    case TokenKind::number:
    case TokenKind::parameter: return true;
    default: return token.sign(')') || token.sign(']');
  }
}

bool is_literal(const Token& token) {
  return token.kind == TokenKind::number || (token.kind == TokenKind::text && is_plain_text(token.text));
}

bool is_comparison(std::string_view sign) {
  static constexpr std::string_view kSigns[] = {"=", "==", "<>", "!=", "<", ">", "<=", ">="};
  return std::find(std::begin(kSigns), std::end(kSigns), sign) != std::end(kSigns);
}

class Lifter {
 public:
  explicit Lifter(std::string_view text) : text_(text) { tokens_.reserve(64); }

  Shape run() {
    TokenScanner scanner(text_);
    do {
      tokens_.push_back(scanner.next());
      const auto& token = tokens_.back();
      if (token.kind == TokenKind::unfinished) return whole();
      if (token.kind == TokenKind::parameter && !note_written(token.text)) return whole();
    } while (tokens_.back().kind != TokenKind::end);
    levels_.push_back({});
    for (size_t at = 0; tokens_[at].kind != TokenKind::end; ++at) {
      at = step(at);
      if (lifts_.size() > kLiftedMax) return whole();
    }
    return lifts_.empty() ? whole() : assembled();
  }

 private:
  struct Level {
    Region region = Region::sources;
    bool banned = false;  // whatever stands here, and further inside, stays as it is
  };
  struct Lift {
    size_t begin = 0;  // in the text
    size_t end = 0;
    Value value;
  };

  static constexpr Token kNothing = {};
  const Token& before(size_t at, size_t back = 1) const { return at >= back ? tokens_[at - back] : kNothing; }

  bool note_written(std::string_view parameter) {
    size_t number = 0;
    const auto [stop, code] = std::from_chars(parameter.data() + 1, parameter.data() + parameter.size(), number);
    if (code != std::errc() || number > kParametersMax) return false;
    written_ = std::max(written_, number);
    return true;
  }

  // The token that was read last.
  size_t step(size_t at) {
    const auto& token = tokens_[at];
    const auto& level = levels_.back();
    if (token.kind == TokenKind::word) {
      if (!level.banned) enter_region(at);
    } else if (token.sign('(') || token.sign('[') || token.sign('{')) {
      return open(at);
    } else if (token.sign(')') || token.sign(']') || token.sign('}')) {
      if (levels_.size() > 1) levels_.pop_back();
    } else if (is_literal(token) && !level.banned) {
      const bool lifts = level.region == Region::condition || level.region == Region::assigned;
      if (lifts && may_follow(tokens_[at + 1])) lift_behind_comparison(at);
    }
    return at;
  }

  void enter_region(size_t at) {
    const auto& token = tokens_[at];
    if (before(at).sign('.') || tokens_[at + 1].sign('.')) return;  // a name
    for (const auto& [word, region] : kRegions) {
      if (!equal_ignoring_case(word, token.text)) continue;
      // IS DISTINCT FROM compares.
      if (word == "FROM" && is_word(before(at), "DISTINCT") && levels_.back().region == Region::condition) return;
      levels_.back().region = region;
      return;
    }
  }

  size_t open(size_t at) {
    const auto level = levels_.back();
    if (!level.banned && level.region == Region::condition && is_word(before(at), "IN")) {
      if (const auto closing = lift_list(at)) return *closing;
    }
    const auto& token = tokens_[at];
    const auto& previous = before(at);
    const bool arguments = !token.sign('(') || previous.kind == TokenKind::quoted ||
                           (previous.kind == TokenKind::word && !keyword_before_bracket(previous));
    const bool query = is_word(tokens_[at + 1], "SELECT") || is_word(tokens_[at + 1], "WITH");
    // What is shown is named after its text, so not even a condition deep inside of it may change.
    const bool shown = level.region == Region::closed || level.region == Region::assigned;
    levels_.push_back({level.region == Region::condition && !query ? Region::condition : Region::sources,
                       level.banned || shown || arguments});
    return at;
  }

  // The first token of the literal at `at`: that of its sign, if it has one.
  size_t start_of(size_t at) const {
    const bool negative =
        tokens_[at].kind == TokenKind::number && before(at).sign('-') && before(at).end_offset() == tokens_[at].offset;
    return negative ? at - 1 : at;
  }

  void lift_behind_comparison(size_t at) {
    // Glued to the sign in front of it, a minus would be part of another sign.
    const auto bare = sign_before(at);
    auto start = at;
    if (!is_comparison(bare)) {
      start = start_of(at);
      const bool glued =
          start != at && before(start).kind == TokenKind::sign && before(start).end_offset() == tokens_[start].offset;
      if (glued || !(is_comparison(sign_before(start)) || behind_between(start))) return;
    }
    add(start, at);
  }

  // The sign, of one or more characters, in front of a token; it must have an operand in front of it.
  std::string_view sign_before(size_t at) const {
    auto first = at;
    while (first > 0 && tokens_[first - 1].kind == TokenKind::sign &&
           std::string_view("()[]{},.").find(tokens_[first - 1].text.front()) == std::string_view::npos &&
           (first == at || tokens_[first - 1].end_offset() == tokens_[first].offset)) {
      --first;
    }
    if (first == at || !is_operand(before(first))) return {};
    return text_.substr(tokens_[first].offset, tokens_[at - 1].end_offset() - tokens_[first].offset);
  }

  // x BETWEEN 1 AND 2: both of them.
  bool behind_between(size_t at) const {
    if (is_word(before(at), "BETWEEN"))
      return is_word(tokens_[at + (tokens_[at].kind == TokenKind::sign ? 2 : 1)], "AND");
    if (!is_word(before(at), "AND")) return false;
    const auto low = before(at, 2).kind;
    if (low != TokenKind::number && low != TokenKind::text && low != TokenKind::parameter) return false;
    return is_word(before(at, 3), "BETWEEN") || (before(at, 3).sign('-') && is_word(before(at, 4), "BETWEEN"));
  }

  // IN (1, 2, 3): all of them, or none. The closing bracket.
  std::optional<size_t> lift_list(size_t open) {
    const auto before_list = lifts_.size();
    for (auto at = open + 1;; at += 2) {
      if (tokens_[at].sign('-')) ++at;
      if (!is_literal(tokens_[at]) || !add(start_of(at), at)) break;
      if (tokens_[at + 1].sign(')')) return at + 1;
      if (lifts_.size() > kLiftedMax) return std::nullopt;  // too many in all, which run() sees
      if (!tokens_[at + 1].sign(',')) break;
    }
    lifts_.resize(before_list);
    return std::nullopt;
  }

  bool add(size_t first, size_t last) {
    const auto& token = tokens_[last];
    if (token.kind == TokenKind::text) {
      lifts_.push_back({token.offset, token.end_offset(), Value::text(value_of_plain_text(token.text))});
      return true;
    }
    auto value = value_of_number(token.text, first != last);
    if (!value) return false;
    lifts_.push_back({tokens_[first].offset, token.end_offset(), std::move(*value)});
    return true;
  }

  Shape whole() const { return {std::string(text_), written_, {}}; }

  Shape assembled() {
    Shape shape{{}, written_, {}};
    shape.text.reserve(text_.size() + 4 * lifts_.size());
    shape.lifted.reserve(lifts_.size());
    size_t copied = 0;
    for (auto& [begin, end, value] : lifts_) {
      shape.text.append(text_.substr(copied, begin - copied));
      // `BETWEEN'a'` is two tokens, `BETWEEN$1` would be one.
      const char last = shape.text.empty() ? ' ' : shape.text.back();
      if (is_ascii_alphanumeric(last) || last == '_' || last == '$' || (last & 0x80) != 0) shape.text += ' ';
      shape.text.append("$").append(std::to_string(written_ + shape.lifted.size() + 1));
      const char next = end < text_.size() ? text_[end] : ' ';
      if (is_ascii_alphanumeric(next)) shape.text += ' ';
      shape.lifted.push_back(std::move(value));
      copied = end;
    }
    shape.text.append(text_.substr(copied));
    return shape;
  }

  std::string_view text_;
  std::vector<Token> tokens_;  // the last is the end
  std::vector<Level> levels_;
  std::vector<Lift> lifts_;
  size_t written_ = 0;
};

}  // namespace

Shape shape_of(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::select:
    case StatementKind::update:
    case StatementKind::remove: return Lifter(statement.text).run();
    default: return {statement.text, 0, {}};
  }
}

}  // namespace kalam::sql
