#include "duck/detail/dialect.h"

#include <duckdb/parser/expression/list.hpp>
#include <unordered_map>

#include "duck/detail/engine_error.h"
#include "duck/detail/respelling.h"
#include "types/ascii.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: this file speaks nothing but DuckDB's tree

namespace {

[[noreturn]] void refuse(std::string what) {
  throw Refusal(Error{ErrorCode::invalid_input, "Execution error: " + std::move(what)});
}

template <typename... Arguments>
ExpressionPointer call(const char* name, Arguments... arguments) {
  vector<ExpressionPointer> list;
  (list.push_back(std::move(arguments)), ...);
  return make_uniq<FunctionExpression>(name, std::move(list));
}

ExpressionPointer cast_to(const LogicalType& type, ExpressionPointer expression) {
  return make_uniq<CastExpression>(type, std::move(expression));
}

ExpressionPointer text(std::string_view value) {
  return make_uniq<ConstantExpression>(duckdb::Value(std::string(value)));
}

ExpressionPointer negated(ExpressionPointer expression) {
  return make_uniq<OperatorExpression>(ExpressionType::OPERATOR_NOT, std::move(expression));
}

bool is_integer_literal(const ParsedExpression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::CONSTANT) return false;
  const auto& value = expression.Cast<ConstantExpression>().value;
  return !value.IsNull() && value.type().IsIntegral();
}

// Integers are BIGINT, beyond it unsigned, beyond that DOUBLE; what has a point is DOUBLE.
void type_literal(ConstantExpression& constant) {
  auto& value = constant.value;
  if (value.IsNull()) return;
  duckdb::Value typed;
  string error;
  if (value.type().IsIntegral()) {
    for (const auto& type : {LogicalType::BIGINT, LogicalType::UBIGINT, LogicalType::DOUBLE}) {
      if (value.DefaultTryCastAs(type, typed, &error)) break;
    }
    value = typed;
  } else if (value.type().id() == LogicalTypeId::DECIMAL) {
    value = value.DefaultCastAs(LogicalType::DOUBLE);
  }
}

// DuckDB gives a literal the type of the other operand: `small + 1` would overflow where a BIGINT does not. A cast of a
// smaller or larger literal is no literal to it.
void widen_literal(ExpressionPointer& operand) {
  if (!is_integer_literal(*operand)) return;
  auto& value = operand->Cast<ConstantExpression>().value;
  const auto type = value.type();
  value = value.DefaultCastAs(LogicalType::HUGEINT);
  operand = cast_to(type, std::move(operand));
}

bool is_arithmetic(const string& name) {
  return name == "+" || name == "-" || name == "*" || name == "/" || name == "%" || name == "&" || name == "|" ||
         name == "^";
}

// LIKE without ESCAPE has the backslash in our dialect and none in DuckDB's.
void default_escape(FunctionExpression& like, const char* with_escape) {
  const auto& pattern = *like.children[1];
  if (pattern.GetExpressionClass() == ExpressionClass::CONSTANT &&
      pattern.Cast<ConstantExpression>().value.ToString().find('\\') == string::npos) {
    return;
  }
  like.function_name = with_escape;
  like.is_operator = false;
  like.children.push_back(text("\\"));
}

ExpressionPointer regex_match(FunctionExpression& operation, bool any_case, bool negate) {
  auto& sides = operation.children;
  auto match = any_case ? call("regexp_matches", std::move(sides[0]), std::move(sides[1]), text("i"))
                        : call("regexp_matches", std::move(sides[0]), std::move(sides[1]));
  return negate ? negated(std::move(match)) : std::move(match);
}

// SIMILAR TO is a regular expression over the whole text that has the signs of LIKE too. A sign behind a backslash
// stands for itself; in a pattern that is worked out there is no such escape.
ExpressionPointer similar_pattern(ExpressionPointer pattern) {
  if (pattern->GetExpressionClass() != ExpressionClass::CONSTANT) {
    return call("replace", call("replace", std::move(pattern), text("%"), text(".*")), text("_"), text("."));
  }
  auto& value = pattern->Cast<ConstantExpression>().value;
  if (value.IsNull()) return pattern;
  std::string spelled;
  const auto written = value.ToString();
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '\\' && i + 1 < written.size()) spelled.append(written, i++, 2);
    else if (written[i] == '%') spelled += ".*";
    else if (written[i] == '_') spelled += '.';
    else spelled += written[i];
  }
  return text(spelled);
}

// date_part is a 32-bit integer, but for the epoch.
ExpressionPointer part_of_date(ExpressionPointer self, const FunctionExpression& function) {
  if (function.children.size() != 2) return self;
  const auto& part = *function.children[0];
  const bool epoch = part.GetExpressionClass() == ExpressionClass::CONSTANT &&
                     equal_ignoring_case(part.Cast<ConstantExpression>().value.ToString(), "epoch");
  return cast_to(epoch ? LogicalType::DOUBLE : LogicalType::INTEGER, std::move(self));
}

// Functions that DuckDB has under another name.
const std::unordered_map<std::string_view, const char*> kRenamed = {
    {"current_user", "kdb_current_user"},
    {"current_user_id", "kdb_current_user"},
    {"current_role", "kdb_current_role"},
    {"mean", "avg"},
    {"var", "var_samp"},
    {"approx_median", "median"},
    {"approx_percentile_cont", "quantile_cont"},
    {"percentile_cont", "quantile_cont"},
    {"make_array", "list_value"},
    {"nvl", "coalesce"},
    {"ifnull", "coalesce"},
    {"array_distance", "list_distance"},
    {"array_element", "list_extract"},
    {"list_element", "list_extract"},
    {"array_max", "list_max"},
    {"array_min", "list_min"},
    {"string_to_list", "string_to_array"},
    {"datepart", "date_part"},
    {"date_format", "to_char"},
    {"today", "current_date"},
    {"regexp_like", "regexp_matches"},
};

// Functions whose results have another type than DuckDB's.
const std::unordered_map<std::string_view, LogicalTypeId> kResultType = {
    {"length", LogicalTypeId::INTEGER},
    {"char_length", LogicalTypeId::INTEGER},
    {"character_length", LogicalTypeId::INTEGER},
    {"bit_length", LogicalTypeId::INTEGER},
    {"strpos", LogicalTypeId::INTEGER},
    {"position", LogicalTypeId::INTEGER},
    {"instr", LogicalTypeId::INTEGER},
    {"levenshtein", LogicalTypeId::INTEGER},
    {"array_length", LogicalTypeId::UBIGINT},
    {"list_length", LogicalTypeId::UBIGINT},
    {"array_position", LogicalTypeId::UBIGINT},
    {"list_position", LogicalTypeId::UBIGINT},
    {"array_indexof", LogicalTypeId::UBIGINT},
    {"approx_distinct", LogicalTypeId::UBIGINT},
    {"uuid", LogicalTypeId::VARCHAR},
};

// Arguments that DuckDB wants as INTEGER, and our integers are BIGINT.
void narrow_argument(FunctionExpression& function, size_t index) {
  if (index < function.children.size() && !is_integer_literal(*function.children[index])) {
    function.children[index] = cast_to(LogicalType::INTEGER, std::move(function.children[index]));
  }
}

const char* json_function(const string& name) {
  if (name == kJsonMemberOperator) return "kalam_json_member";
  if (name == kJsonTextOperator) return "kalam_json_text";
  if (name == kJsonHasOperator) return "kalam_json_has";
  return nullptr;
}

// What grows with two of its arguments could be doubled again and again, from subquery to subquery.
void bound_growth(ExpressionPointer& self, const FunctionExpression& function) {
  size_t open = 0;
  for (const auto& argument : function.children) {
    open += argument->GetExpressionClass() == ExpressionClass::CONSTANT ? 0 : 1;
  }
  if (open > 1) self = call("kalam_bounded", std::move(self));
}

// range(n), range(a, b), range(a, b, step) as a list; a series has its end in it.
void list_of_range(FunctionExpression& function, bool series) {
  auto& arguments = function.children;
  if (arguments.empty() || arguments.size() > 3)
    refuse("Function '" + function.function_name + "' expects 1 to 3 arguments");
  const auto number = [](int64_t value) { return make_uniq<ConstantExpression>(duckdb::Value::BIGINT(value)); };
  if (arguments.size() == 1) arguments.insert(arguments.begin(), number(0));
  if (arguments.size() == 2) arguments.push_back(number(1));
  if (series) arguments[1] = call("+", std::move(arguments[1]), call("sign", arguments[2]->Copy()));
  for (auto& argument : arguments) argument = cast_to(LogicalType::BIGINT, std::move(argument));
  function.function_name = "kalam_range";
}

// The groups of the first match, or all of it when the pattern has none.
ExpressionPointer first_match(FunctionExpression& function) {
  const auto& pattern = *function.children[1];
  size_t groups = 0;
  if (pattern.GetExpressionClass() == ExpressionClass::CONSTANT) {
    const auto text = pattern.Cast<ConstantExpression>().value.ToString();
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\') ++i;
      else if (text[i] == '(' && (i + 1 == text.size() || text[i + 1] != '?' || text.compare(i, 4, "(?P<") == 0))
        ++groups;
    }
  }
  const auto& subject = *function.children[0];
  vector<ExpressionPointer> parts;
  for (size_t group = groups == 0 ? 0 : 1; group <= groups; ++group) {
    parts.push_back(call("regexp_extract", subject.Copy(), pattern.Copy(),
                         make_uniq<ConstantExpression>(duckdb::Value::INTEGER(static_cast<int32_t>(group)))));
  }
  auto found = make_uniq<CaseExpression>();
  CaseCheck check;
  check.when_expr = call("regexp_matches", subject.Copy(), pattern.Copy());
  check.then_expr = make_uniq<FunctionExpression>("list_value", std::move(parts));
  found->case_checks.push_back(std::move(check));
  found->else_expr = make_uniq<ConstantExpression>(duckdb::Value());
  return found;
}

void rewrite_function(ExpressionPointer& self) {
  auto& function = self->Cast<FunctionExpression>();
  auto name = ascii_lower(function.function_name);
  const auto alias = self->GetAlias();
  if (function.is_operator) {
    if (is_arithmetic(name)) {
      for (auto& operand : function.children) widen_literal(operand);
      return;
    }
    if (name == kRegexOperator) self = regex_match(function, false, false);
    else if (name == kRegexAnyCaseOperator) self = regex_match(function, true, false);
    else if (name == kNotRegexOperator) self = regex_match(function, false, true);
    else if (name == kNotRegexAnyCaseOperator) self = regex_match(function, true, true);
    else if (const auto* function_name = json_function(name)) {
      self = call(function_name, std::move(function.children[0]), std::move(function.children[1]));
    } else if (name == "||") bound_growth(self, function);
    else if (name == "~~") default_escape(function, "like_escape");
    else if (name == "!~~") default_escape(function, "not_like_escape");
    else if (name == "~~*") default_escape(function, "ilike_escape");
    else if (name == "!~~*") default_escape(function, "not_ilike_escape");
    self->SetAlias(alias);
    return;
  }
  if (name == "date_part" || name == "datepart") {
    function.function_name = "date_part";
    self = part_of_date(std::move(self), function);
  } else if (name == "range" || name == "generate_series") {
    list_of_range(function, name == "generate_series");
  } else if (name == "regexp_full_match" && function.children.size() == 2) {
    function.children[1] = similar_pattern(std::move(function.children[1]));
  } else if (name == "regexp_match" && function.children.size() == 2) {
    self = first_match(function);
  } else if (name == "concat" || name == "concat_ws" || name == "array_concat" || name == "list_concat" ||
             name == "array_cat" || name == "list_cat" || name == "array_to_string") {
    bound_growth(self, function);
  } else if (name == "regexp_replace" && function.children.size() > 2) {
    function.children[0] = call("kalam_replaceable", std::move(function.children[0]), function.children[2]->Copy());
  } else if (name == "array_resize" || name == "list_resize") {
    function.function_name = "kalam_list_resize";
  } else if (name == "to_hex") {
    self = call("lower", std::move(self));
  } else if (name == "nvl2" && function.children.size() == 3) {
    auto choice = make_uniq<CaseExpression>();
    CaseCheck check;
    check.when_expr =
        make_uniq<OperatorExpression>(ExpressionType::OPERATOR_IS_NOT_NULL, std::move(function.children[0]));
    check.then_expr = std::move(function.children[1]);
    choice->case_checks.push_back(std::move(check));
    choice->else_expr = std::move(function.children[2]);
    self = std::move(choice);
  } else if (name == "nvl" || name == "ifnull") {
    if (function.children.size() != 2) refuse("Function '" + name + "' expects 2 arguments");
    auto first = make_uniq<OperatorExpression>(ExpressionType::OPERATOR_COALESCE);
    first->children = std::move(function.children);
    self = std::move(first);
  } else {
    if (name == "chr" || name == "factorial") narrow_argument(function, 0);
    if (name == "round" || name == "trunc") narrow_argument(function, 1);
    const auto type = kResultType.find(name);
    if (name == "approx_distinct") function.function_name = "approx_count_distinct";
    // As an aggregate of its own; over a window it keeps its name.
    if (name == "first_value") function.function_name = "first";
    if (name == "last_value") function.function_name = "last";
    if (const auto renamed = kRenamed.find(name); renamed != kRenamed.end()) function.function_name = renamed->second;
    if (type != kResultType.end()) self = cast_to(LogicalType(type->second), std::move(self));
  }
  self->SetAlias(alias);
}

// Counters over a window are unsigned.
void rewrite_window(ExpressionPointer& self) {
  auto& window = self->Cast<WindowExpression>();
  if (const auto renamed = kRenamed.find(ascii_lower(window.function_name)); renamed != kRenamed.end()) {
    window.function_name = renamed->second;
  }
  switch (window.GetExpressionType()) {
    case ExpressionType::WINDOW_ROW_NUMBER:
    case ExpressionType::WINDOW_RANK:
    case ExpressionType::WINDOW_RANK_DENSE:
    case ExpressionType::WINDOW_NTILE: {
      const auto alias = self->GetAlias();
      self = cast_to(LogicalType::UBIGINT, std::move(self));
      self->SetAlias(alias);
      return;
    }
    default: return;
  }
}

// current_user without parentheses, and what else DuckDB would take for a function when no column has the name.
void rewrite_column(ExpressionPointer& self) {
  const auto& names = self->Cast<ColumnRefExpression>().column_names;
  if (names.size() != 1) return;
  const auto name = ascii_lower(names[0]);
  const auto alias = self->GetAlias();
  if (name == "current_user" || name == "current_user_id") self = call("kdb_current_user");
  else if (name == "current_role") self = call("kdb_current_role");
  else if (name == "current_date") self = call("current_date");
  else if (name == "current_time" || name == "localtime") self = call("current_time");
  else if (name == "current_timestamp" || name == "localtimestamp") self = call("now");
  else if (name == "current_schema" || name == "current_catalog" || name == "session_user") {
    throw Refusal(Error{ErrorCode::invalid_operation, "Invalid operation: Schema error: No field named " + name + "."});
  }
  self->SetAlias(alias);
}

}  // namespace

bool compares(const ParsedExpression& expression) {
  if (expression.GetExpressionClass() == ExpressionClass::COMPARISON) return true;
  if (expression.GetExpressionClass() == ExpressionClass::BETWEEN) return true;
  return expression.GetExpressionType() == ExpressionType::COMPARE_IN ||
         expression.GetExpressionType() == ExpressionType::COMPARE_NOT_IN;
}

bool is_decimal_literal(const ParsedExpression& expression) {
  return expression.GetExpressionClass() == ExpressionClass::CONSTANT &&
         expression.Cast<ConstantExpression>().value.type().id() == LogicalTypeId::DECIMAL;
}

void rewrite(ExpressionPointer& expression) {
  switch (expression->GetExpressionClass()) {
    case ExpressionClass::CONSTANT: return type_literal(expression->Cast<ConstantExpression>());
    case ExpressionClass::FUNCTION: return rewrite_function(expression);
    case ExpressionClass::WINDOW: return rewrite_window(expression);
    case ExpressionClass::COLUMN_REF: return rewrite_column(expression);
    case ExpressionClass::LAMBDA: refuse("this kind of expression is not allowed");
    default: return;
  }
}

std::string output_name(const ParsedExpression& expression) {
  if (expression.GetExpressionClass() == ExpressionClass::CONSTANT) {
    const auto& value = expression.Cast<ConstantExpression>().value;
    if (value.IsNull()) return "NULL";
    if (value.type().IsIntegral()) return "Int64(" + value.ToString() + ")";
    if (value.type().id() == LogicalTypeId::DECIMAL || value.type().id() == LogicalTypeId::DOUBLE) {
      return "Float64(" + value.ToString() + ")";
    }
    if (value.type().id() == LogicalTypeId::VARCHAR) return "Utf8(\"" + value.ToString() + "\")";
  }
  if (expression.GetExpressionClass() == ExpressionClass::FUNCTION) {
    const auto& function = expression.Cast<FunctionExpression>();
    const auto name = ascii_lower(function.function_name);
    if (name == "count_star" && !function.filter) return "count(*)";
    if (name == "current_user" || name == "current_user_id") return "kdb_current_user()";
    if (name == "current_role") return "kdb_current_role()";
  }
  if (expression.GetExpressionClass() == ExpressionClass::COLUMN_REF) {
    const auto& names = expression.Cast<ColumnRefExpression>().column_names;
    if (names.size() == 1 && names[0] == "current_user") return "kdb_current_user()";
    if (names.size() == 1 && names[0] == "current_role") return "kdb_current_role()";
    return names.back();
  }
  return ascii_lower(expression.ToString());
}

}  // namespace kalam::duck
