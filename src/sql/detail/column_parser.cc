#include "sql/detail/column_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sql/detail/literal.h"
#include "types/ascii.h"
#include "types/cast.h"
#include "types/json_text.h"
#include "types/numeric.h"

namespace kalam::sql {

namespace {

constexpr std::string_view kSerials[] = {"SERIAL", "SERIAL2", "SERIAL4", "SERIAL8", "SMALLSERIAL", "BIGSERIAL"};

Error unsupported_default() { return invalid("Unsupported DEFAULT expression"); }

// A constant, or a call that is worth one when a row is inserted.
using Constant = std::variant<Value, ColumnDefault::Function>;

std::string json_of(const Value& value) {
  std::string out;
  JsonText json(out);
  if (value.is_null()) {
    json.null();
    return out;
  }
  switch (value.kind()) {
    case ScalarKind::boolean: json.boolean(value.as_bool()); break;
    case ScalarKind::int16:
    case ScalarKind::int32:
    case ScalarKind::int64: json.number(value.as_int64()); break;
    case ScalarKind::float32: json.number(static_cast<double>(value.as_float())); break;
    case ScalarKind::float64: json.number(value.as_double()); break;
    case ScalarKind::decimal128: {
      // Whoever reads a JSON number may make a double of it, which keeps fifteen digits.
      const auto text = print_decimal(value.as_decimal(), value.scale());
      const auto digits = std::count_if(text.begin(), text.end(), is_ascii_digit);
      if (digits <= 15) json.raw(text);
      else json.string(text);
      break;
    }
    default: json.string(text_of(value));
  }
  return out;
}

Result<Value> cast_to(Value value, const DataType& type) {
  auto made = coerce(std::move(value), type, "default");
  if (!made.ok()) return unsupported_default();
  return *std::move(made);
}

Result<Value> negated(const Value& value) {
  if (!value.is_null()) {
    switch (value.kind()) {
      case ScalarKind::int64:
        if (value.as_int64() == INT64_MIN) break;
        return Value::int64(-value.as_int64());
      case ScalarKind::float64: return Value::float64(-value.as_double());
      case ScalarKind::decimal128: return Value::decimal(-value.as_decimal(), value.precision(), value.scale());
      default: break;
    }
  }
  return unsupported_default();
}

class DefaultParser {
 public:
  explicit DefaultParser(Words& words) : words_(words) {}

  Result<Constant> expression() {
    if (words_.accept_sign('-')) return minus();
    words_.accept_sign('+');
    auto constant = TRY(primary());
    while (words_.peek(0).sign(':') && words_.peek(1).sign(':')) {
      words_.take();
      words_.take();
      constant = TRY(cast(std::move(constant)));
    }
    return constant;
  }

 private:
  Result<Constant> minus() {
    // The smallest integer has no positive twin.
    if (words_.peek().kind == TokenKind::number && !words_.peek(1).sign(':')) {
      auto value = value_of_number(words_.take().text, true);
      if (!value) return unsupported_default();
      return Constant(*std::move(value));
    }
    const auto constant = TRY(primary());
    const auto* value = std::get_if<Value>(&constant);
    if (!value) return unsupported_default();
    return Constant(TRY(negated(*value)));
  }

  Result<Constant> cast(Constant constant) {
    const auto type = TRY(parse_type(words_)).type;
    auto* value = std::get_if<Value>(&constant);
    if (!value) return unsupported_default();
    return Constant(TRY(cast_to(std::move(*value), type)));
  }

  Result<Constant> primary() {
    const auto token = words_.peek();
    switch (token.kind) {
      case TokenKind::number: {
        words_.take();
        if (auto value = value_of_number(token.text, false)) return Constant(*std::move(value));
        const bool digits = std::all_of(token.text.begin(), token.text.end(), is_ascii_digit);
        if (digits) return Constant(Value::text(std::string(token.text)));  // for a column that is wide enough
        return unsupported_default();
      }
      case TokenKind::text: {
        auto text = words_.accept_text();
        if (!text) return unsupported_default();
        return Constant(Value::text(*std::move(text)));
      }
      case TokenKind::sign: {
        if (!words_.accept_sign('(')) return unsupported_default();
        auto inside = TRY(expression());
        if (!words_.accept_sign(')')) return unsupported_default();
        return inside;
      }
      case TokenKind::word: return word();
      default: return words_.unexpected("an expression");
    }
  }

  Result<Constant> word() {
    if (words_.accept("TRUE")) return Constant(Value::boolean(true));
    if (words_.accept("FALSE")) return Constant(Value::boolean(false));
    if (words_.accept("NULL")) return Constant(Value());
    if (words_.is("CAST") && words_.peek(1).sign('(')) {
      words_.take();
      words_.take();
      auto inside = TRY(expression());
      TRY(words_.expect("AS"));
      inside = TRY(cast(std::move(inside)));
      TRY(words_.expect_sign(')'));
      return inside;
    }
    if (words_.peek(1).kind == TokenKind::text) {  // DATE '2025-01-01'
      auto type = parse_type(words_);
      auto text = words_.accept_text();
      if (!type.ok() || !text) return unsupported_default();
      return Constant(TRY(cast_to(Value::text(*std::move(text)), type->type)));
    }
    return function();
  }

  Result<Constant> function() {
    struct Known {
      std::string_view name;
      bool needs_brackets;
    };
    static constexpr Known kKnown[] = {{"NOW", true},          {"CURRENT_TIMESTAMP", false},
                                       {"SNOWFLAKE_ID", true}, {"UUID_V7", true},
                                       {"ULID", true},         {"CURRENT_USER", false}};
    const auto name = ascii_upper(words_.take().text);
    const auto* known =
        std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& k) { return k.name == name; });
    if (known == std::end(kKnown)) return unsupported_default();
    if (words_.accept_sign('(')) {
      if (!words_.accept_sign(')')) return unsupported_default();
    } else if (known->needs_brackets) {
      return unsupported_default();
    }
    return Constant(ColumnDefault::Function{name, {}});
  }

  Words& words_;
};

ColumnDefault snowflake_default() { return {ColumnDefault::Function{"SNOWFLAKE_ID", {}}}; }

Error unsupported_constraint(std::string_view kind) {
  return invalid(std::string(kind) + " constraints are not supported");
}

}  // namespace

Result<WrittenType> parse_type(Words& words) {
  if (words.peek().kind != TokenKind::word) return words.unexpected("a data type");
  const auto first = words.take().text;
  std::string text(first);
  const auto add_word = [&] { text.append(" ").append(words.take().text); };
  while (true) {
    if (words.is("PRECISION") || words.is("VARYING") || words.is("UNSIGNED") || words.are({"LARGE", "OBJECT"})) {
      if (words.is("LARGE")) add_word();
      add_word();
    } else if (words.are({"WITH", "TIME", "ZONE"}) || words.are({"WITHOUT", "TIME", "ZONE"})) {
      for (int i = 0; i < 3; ++i) add_word();
    } else if (words.peek().sign('(') || words.peek().sign('[')) {
      const auto begin = words.offset();
      words.take();
      if (!words.skip_brackets()) return words.unexpected(")");
      text.append(words.written_since(begin));
    } else if (words.peek().sign('<')) {
      const auto begin = words.offset();
      size_t depth = 0;
      do {
        const auto token = words.take();
        if (token.kind == TokenKind::end) return words.unexpected(">");
        if (token.sign('<')) ++depth;
        if (token.sign('>')) --depth;
      } while (depth > 0);
      text.append(words.written_since(begin));
    } else {
      break;
    }
  }
  const bool serial = std::any_of(std::begin(kSerials), std::end(kSerials),
                                  [&](std::string_view name) { return equal_ignoring_case(name, text); });
  return WrittenType{TRY(DataType::from_sql(text)), serial};
}

Result<ColumnDefault> parse_default(Words& words) {
  auto constant = TRY(DefaultParser(words).expression());
  const auto& next = words.peek();
  if (next.kind == TokenKind::sign && !next.sign(',') && !next.sign(')')) return unsupported_default();
  if (auto* function = std::get_if<ColumnDefault::Function>(&constant)) return ColumnDefault{std::move(*function)};
  return ColumnDefault{ColumnDefault::Literal{json_of(std::get<Value>(constant))}};
}

Result<ColumnSpec> parse_column(Words& words, std::string name) {
  const auto [type, serial] = TRY(parse_type(words));
  ColumnSpec column{.name = std::move(name), .type = type, .default_value = {}, .comment = {}};
  bool counts_itself = serial;
  while (true) {
    if (words.is("CONSTRAINT") && words.peek(1).kind != TokenKind::end) {
      words.take();
      words.take();
    }
    if (words.accept("NULL")) {
      column.nullable = true;
    } else if (words.accept({"NOT", "NULL"})) {
      column.nullable = false;
    } else if (words.accept({"PRIMARY", "KEY"})) {
      column.primary_key = true;
    } else if (words.accept("DEFAULT")) {
      column.default_value = TRY(parse_default(words));
    } else if (words.accept("AUTO_INCREMENT") || words.accept("AUTOINCREMENT") || words.accept({"AUTO", "INCREMENT"}) ||
               words.accept({"GENERATED", "ALWAYS", "AS", "IDENTITY"}) ||
               words.accept({"GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"}) || words.accept("IDENTITY")) {
      counts_itself = true;
      if (words.accept_sign('(') && !words.skip_brackets()) return words.unexpected(")");
    } else if (words.accept("COMMENT")) {
      column.comment = words.accept_text();
      if (!column.comment) return words.unexpected("a comment in quotes");
    } else if (words.is("UNIQUE")) {
      return unsupported_constraint("UNIQUE");
    } else if (words.is("CHECK")) {
      return unsupported_constraint("CHECK");
    } else if (words.is("REFERENCES")) {
      return unsupported_constraint("FOREIGN KEY");
    } else if (words.is("COLLATE")) {
      return invalid("COLLATE is not supported");
    } else {
      break;
    }
  }
  if (column.primary_key) column.nullable = false;
  if (counts_itself && column.default_value.none()) column.default_value = snowflake_default();
  return column;
}

}  // namespace kalam::sql
