#include "sql/insert_values.h"

#include <charconv>

#include "sql/detail/literal.h"
#include "sql/detail/words.h"
#include "sql/token.h"
#include "types/ascii.h"
#include "types/numeric.h"

namespace kalam::sql {

namespace {

constexpr size_t kParametersMax = 65'535;

bool is_word(const Token& token, std::string_view keyword) {
  return token.kind == TokenKind::word && equal_ignoring_case(token.text, keyword);
}

// Reads token by token and never goes back: at a million cells, every step counts.
class InsertReader {
 public:
  explicit InsertReader(std::string_view text) : scanner_(text) { advance(); }

  std::optional<InsertValues> read() {
    if (!accept("INSERT") || !accept("INTO") || !read_target()) return std::nullopt;
    if (token_.sign('(') && !read_columns()) return std::nullopt;
    if (!accept("VALUES")) return std::nullopt;
    do {
      if (!read_row()) return std::nullopt;
    } while (accept_sign(','));
    if (token_.kind != TokenKind::end) return std::nullopt;
    return std::move(insert_);
  }

 private:
  void advance() { token_ = scanner_.next(); }

  bool accept(std::string_view keyword) {
    if (!is_word(token_, keyword)) return false;
    advance();
    return true;
  }

  bool accept_sign(char sign) {
    if (!token_.sign(sign)) return false;
    advance();
    return true;
  }

  // Folded. The engine takes some characters beyond ASCII for blanks: such words are left to it.
  bool read_name(std::string& name) {
    if (token_.kind == TokenKind::quoted && token_.text.size() > 2) {
      name = ascii_lower(unquoted_name(token_.text));
    } else if (token_.kind == TokenKind::word) {
      for (const char c : token_.text) {
        if ((c & 0x80) != 0) return false;
      }
      name = ascii_lower(token_.text);
    } else {
      return false;
    }
    advance();
    return true;
  }

  bool read_target() {
    if (!read_name(insert_.target.name)) return false;
    if (!accept_sign('.')) return true;
    insert_.target.ns = std::move(insert_.target.name);
    return read_name(insert_.target.name);
  }

  bool read_columns() {
    advance();
    do {
      if (!read_name(insert_.columns.emplace_back())) return false;
    } while (accept_sign(','));
    return accept_sign(')');
  }

  bool read_row() {
    const auto before = insert_.cells.size();
    if (!accept_sign('(')) return false;
    do {
      if (!read_cell()) return false;
    } while (accept_sign(','));
    if (!accept_sign(')')) return false;
    const auto width = insert_.cells.size() - before;
    if (before == 0) insert_.width = width;
    return width == insert_.width;
  }

  bool read_cell() {
    auto& cells = insert_.cells;
    switch (token_.kind) {
      case TokenKind::number:
        if (!add_number(false)) return false;
        break;
      case TokenKind::text:
        if (!is_plain_text(token_.text)) return false;
        cells.emplace_back(Value::text(value_of_plain_text(token_.text)));
        break;
      case TokenKind::parameter:
        if (!add_parameter()) return false;
        break;
      case TokenKind::sign: {
        const bool negative = token_.sign('-');
        if (!negative && !token_.sign('+')) return false;
        advance();
        if (token_.kind != TokenKind::number || !add_number(negative)) return false;
        break;
      }
      case TokenKind::word:
        if (is_word(token_, "NULL")) cells.emplace_back(Value());
        else if (is_word(token_, "TRUE")) cells.emplace_back(Value::boolean(true));
        else if (is_word(token_, "FALSE")) cells.emplace_back(Value::boolean(false));
        else if (is_word(token_, "DEFAULT")) cells.emplace_back(DefaultCell{});
        else return false;
        break;
      default: return false;
    }
    advance();
    return true;
  }

  bool add_number(bool negative) {
    auto value = value_of_number(token_.text, negative);
    if (!value) return false;
    insert_.cells.emplace_back(std::move(*value));
    return true;
  }

  bool add_parameter() {
    size_t number = 0;
    const auto digits = token_.text.substr(1);
    const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (code != std::errc() || number == 0 || number > kParametersMax) return false;
    insert_.parameters = std::max(insert_.parameters, number);
    insert_.cells.emplace_back(ParameterCell{number - 1});
    return true;
  }

  TokenScanner scanner_;
  Token token_;
  InsertValues insert_;
};

void append_quoted(std::string& out, std::string_view text, char quote) {
  out += quote;
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  out += quote;
}

void append_double(std::string& out, double value) {
  char buffer[64];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  out.append(buffer, code == std::errc() ? end : buffer);
}

struct CellPrinter {
  std::string& out;

  void operator()(const DefaultCell&) const { out += "DEFAULT"; }
  void operator()(const ParameterCell& cell) const { out += "$" + std::to_string(cell.index + 1); }
  void operator()(const Value& value) const {
    if (value.is_null()) {
      out += "NULL";
      return;
    }
    switch (value.kind()) {
      case ScalarKind::boolean: out += value.as_bool() ? "TRUE" : "FALSE"; break;
      case ScalarKind::int64: out += std::to_string(value.as_int64()); break;
      case ScalarKind::float64: append_double(out, value.as_double()); break;
      case ScalarKind::decimal128: out += with_all_digits(value); break;
      default: append_quoted(out, value.as_text(), '\''); break;
    }
  }

  // 00.50 has four digits of which two are behind the point, and is read again as such.
  static std::string with_all_digits(const Value& value) {
    auto text = print_decimal(value.as_decimal(), value.scale());
    if (value.scale() == 0) text += '.';
    const bool negative = text.front() == '-';
    const auto digits = text.size() - 1 - (negative ? 1 : 0);
    const size_t wanted = value.precision();
    if (digits > wanted) text.erase(negative ? 1 : 0, digits - wanted);  // the 0 of 0.5, which was written .5
    if (digits < wanted) text.insert(negative ? 1 : 0, wanted - digits, '0');
    return text;
  }
};

}  // namespace

std::optional<InsertValues> read_insert_values(std::string_view text) { return InsertReader(text).read(); }

std::string print(const InsertValues& insert) {
  std::string out = "INSERT INTO ";
  if (!insert.target.ns.empty()) {
    append_quoted(out, insert.target.ns, '"');
    out += '.';
  }
  append_quoted(out, insert.target.name, '"');
  for (size_t i = 0; i < insert.columns.size(); ++i) {
    out += i == 0 ? " (" : ", ";
    append_quoted(out, insert.columns[i], '"');
  }
  out += insert.columns.empty() ? " VALUES " : ") VALUES ";
  for (size_t row = 0; row < insert.rows(); ++row) {
    if (row > 0) out += ", ";
    for (size_t i = 0; i < insert.width; ++i) {
      out += i == 0 ? "(" : ", ";
      std::visit(CellPrinter{out}, insert.row(row)[i]);
    }
    out += ')';
  }
  return out;
}

}  // namespace kalam::sql
