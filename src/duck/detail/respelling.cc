#include "duck/detail/respelling.h"

#include <array>

#include "types/ascii.h"

namespace kalam::duck {

namespace {

bool is_word_start(char c) { return (is_ascii_alphanumeric(c) && !is_ascii_digit(c)) || c == '_' || (c & 0x80) != 0; }
bool is_word(char c) { return is_word_start(c) || is_ascii_digit(c) || c == '$'; }
bool is_operator(char c) { return std::string_view("~!@^&|?+-*/%<>=").find(c) != std::string_view::npos; }

Error broken(std::string_view what) {
  return Error{ErrorCode::invalid_input, "sql parser error: syntax error, " + std::string(what)};
}

// DuckDB's parser takes quadratic time over them: 150,000 ANDs, one megabyte, a minute.
constexpr size_t kConnectivesMax = 4000;
constexpr size_t kSetOperationsMax = 1000;

// A text of this size may hold too many of something.
constexpr size_t kLongText = 16u << 10;

Error too_many(std::string_view what, size_t limit) {
  return Error{ErrorCode::limit_exceeded,
               "the statement has too many " + std::string(what) + " (maximum " + std::to_string(limit) + ")"};
}

class Respelling {
 public:
  explicit Respelling(std::string_view text) : text_(text) { out_.reserve(text.size() + 16); }

  Result<std::string> run() {
    while (at_ < text_.size()) TRY(token());
    return std::move(out_);
  }

 private:
  char ahead(size_t by = 0) const { return at_ + by < text_.size() ? text_[at_ + by] : '\0'; }

  Status token() {
    const char c = ahead();
    if (c == '\'' || c == '"') return quoted(c, c, false);
    if (c == '`') return quoted('`', '"', false);
    if (c == '-' && ahead(1) == '-') return skip_to("\n", 0);
    if (c == '/' && ahead(1) == '*') return skip_to("*/", 2);
    if (c == '$') return dollar();
    if (is_word_start(c)) return word();
    if (is_ascii_digit(c)) return number();
    if (is_operator(c)) return operators();
    if (c == ';' && !trimmed(text_.substr(at_ + 1)).empty()) return broken("one statement is expected");
    out_ += c;
    ++at_;
    return {};
  }

  // Copies from quote to quote; inside, the quote itself stands there twice.
  Status quoted(char quote, char shown, bool backslashes) {
    out_ += shown;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (backslashes && c == '\\' && at_ < text_.size()) {
        out_ += c;
        out_ += text_[at_++];
      } else if (c != quote) {
        if (c == shown) out_ += c;  // a " inside `…`
        out_ += c;
      } else if (ahead() == quote) {
        out_ += shown;
        out_ += shown;
        ++at_;
      } else {
        out_ += shown;
        return {};
      }
    }
    return broken("unterminated quoted string");
  }

  Status skip_to(std::string_view end, size_t length) {
    const auto found = text_.find(end, at_ + 2);
    at_ = found == std::string_view::npos ? text_.size() : found + length;
    out_ += ' ';
    if (found == std::string_view::npos && length > 0) return broken("unterminated comment");
    return {};
  }

  // $1, or $tag$ text $tag$.
  Status dollar() {
    auto end = at_ + 1;
    while (end < text_.size() && is_word(text_[end]) && text_[end] != '$') ++end;
    const bool opens = end < text_.size() && text_[end] == '$' && !is_ascii_digit(ahead(1));
    if (!opens) {
      out_ += text_.substr(at_, end - at_);
      at_ = end;
      return {};
    }
    const auto tag = text_.substr(at_, end + 1 - at_);
    const auto close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) return broken("unterminated dollar-quoted string");
    out_ += text_.substr(at_, close + tag.size() - at_);
    at_ = close + tag.size();
    return {};
  }

  Status word() {
    const auto from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const auto word = text_.substr(from, at_ - from);
    if (word.size() == 1 && ahead() == '\'') {
      switch (ascii_lower(word[0])) {
        case 'x': {
          const auto end = text_.find('\'', at_ + 1);
          if (end == std::string_view::npos) return broken("unterminated hexadecimal string");
          const auto digits = text_.substr(at_ + 1, end - at_ - 1);
          at_ = end + 1;
          return bytes(digits);
        }
        case 'e': out_ += word; return quoted('\'', '\'', true);
        case 'n':
        case 'b': return broken("this kind of string literal is not supported");
        default: break;
      }
    }
    if (equal_ignoring_case(word, "unsigned") && unsigned_type()) return {};
    TRY(count(word));
    last_word_ = out_.size();
    out_ += word;
    return {};
  }

  Status count(std::string_view word) {
    const auto is = [&](std::string_view other) { return equal_ignoring_case(word, other); };
    if ((is("and") || is("or")) && ++connectives_ > kConnectivesMax) return too_many("ANDs and ORs", kConnectivesMax);
    if ((is("union") || is("except") || is("intersect")) && ++set_operations_ > kSetOperationsMax) {
      return too_many("UNIONs", kSetOperationsMax);
    }
    return {};
  }

  // `INT UNSIGNED`: the word before becomes the unsigned type's name.
  bool unsigned_type() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes = {{{"tinyint", "UTINYINT"},
                                                                                             {"smallint", "USMALLINT"},
                                                                                             {"int", "UINTEGER"},
                                                                                             {"integer", "UINTEGER"},
                                                                                             {"bigint", "UBIGINT"}}};
    if (last_word_ == std::string::npos) return false;
    const auto before = trimmed(std::string_view(out_).substr(last_word_));
    for (const auto& [plain, made] : kTypes) {
      if (!equal_ignoring_case(before, plain)) continue;
      out_.replace(last_word_, std::string::npos, made);
      return true;
    }
    return false;
  }

  Status number() {
    if (ahead() == '0' && ascii_lower(ahead(1)) == 'x') {
      at_ += 2;
      const auto from = at_;
      while (hex_digit(ahead()) >= 0) ++at_;
      return bytes(text_.substr(from, at_ - from));
    }
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.')) {
      const bool exponent = ascii_lower(text_[at_]) == 'e' && (ahead(1) == '-' || ahead(1) == '+');
      out_ += text_[at_++];
      if (exponent) out_ += text_[at_++];
    }
    return {};
  }

  Status bytes(std::string_view digits) {
    if (digits.size() % 2 != 0) return broken("a hexadecimal literal has an odd number of digits");
    out_ += "('";
    for (size_t i = 0; i < digits.size(); i += 2) {
      if (hex_digit(digits[i]) < 0 || hex_digit(digits[i + 1]) < 0) return broken("invalid hexadecimal literal");
      out_ += "\\x";
      out_ += digits.substr(i, 2);
    }
    out_ += "'::BLOB)";
    return {};
  }

  Status operators() {
    const auto from = at_;
    const auto comment = [&] { return (ahead() == '-' && ahead(1) == '-') || (ahead() == '/' && ahead(1) == '*'); };
    while (is_operator(ahead()) && !comment()) ++at_;
    const auto spelled = text_.substr(from, at_ - from);
    if (spelled == "?") out_ += kJsonHasOperator;
    else if (spelled == "->") out_ += kJsonMemberOperator;
    else if (spelled == "->>") out_ += kJsonTextOperator;
    else if (spelled == "~") out_ += kRegexOperator;
    else if (spelled == "~*") out_ += kRegexAnyCaseOperator;
    else if (spelled == "!~") out_ += kNotRegexOperator;
    else if (spelled == "!~*") out_ += kNotRegexAnyCaseOperator;
    else out_ += spelled;
    return {};
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  size_t last_word_ = std::string::npos;  // where in `out_`
  size_t connectives_ = 0;
  size_t set_operations_ = 0;
};

// Does anything in it look as if it were spelled otherwise? Words that might be: X'…', 0x…, UNSIGNED.
bool may_differ(std::string_view text) {
  if (text.size() > kLongText) return true;
  if (text.find_first_of("`?~") != std::string_view::npos) return true;
  if (text.find("--") != std::string_view::npos || text.find("/*") != std::string_view::npos) return true;
  if (text.find("->") != std::string_view::npos) return true;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const char c = ascii_lower(text[i]);
    if ((c == 'x' || c == 'n' || c == 'b') && text[i + 1] == '\'') return true;
    if (c == '0' && ascii_lower(text[i + 1]) == 'x') return true;
    if (c == 'u' && equal_ignoring_case(text.substr(i, 8), "unsigned")) return true;
  }
  return false;
}

}  // namespace

Result<std::string> respelled(std::string_view text) {
  // DuckDB's parser would read up to it and no further.
  if (text.find('\0') != std::string_view::npos) return broken("a NUL byte in the text");
  if (!may_differ(text)) return std::string(text);
  return Respelling(text).run();
}

}  // namespace kalam::duck
