// Arithmetic that DuckDB does otherwise: integers divide to integers and never by zero, `^` is exclusive or, sums of
// integers are BIGINT, averages of decimals are decimals, a date and an interval make a date.

#include <cmath>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/aggregate_function_catalog_entry.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/hugeint.hpp>
#include <duckdb/common/types/interval.hpp>
#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/function/scalar/operator_functions.hpp>
#include <duckdb/planner/expression.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>
#include <limits>

#include "duck/detail/functions.h"
#include "duck/detail/value_bridge.h"
#include "types/numeric.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

struct Divide {
  template <typename T>
  static T apply(T a, T b) {
    return a / b;
  }
};
struct Remainder {
  template <typename T>
  static T apply(T a, T b) {
    return a % b;
  }
};

[[noreturn]] void by_zero() { throw Exception(ExceptionType::DIVIDE_BY_ZERO, "Divide by zero error"); }

// The least number by −1 fits no number, and traps.
template <typename Operation, typename T>
T checked(T a, T b) {
  if (b == T(0)) by_zero();
  if constexpr (std::is_same_v<T, hugeint_t>) {
    if (b == hugeint_t(-1) && a == NumericLimits<hugeint_t>::Minimum())
      throw OutOfRangeException("Overflow in division");
  } else if constexpr (std::is_signed_v<T>) {
    if (b == T(-1)) {
      if (std::is_same_v<Operation, Remainder>) return T(0);
      if (a == std::numeric_limits<T>::min()) throw OutOfRangeException("Overflow in division");
    }
  }
  return Operation::template apply<T>(a, b);
}

template <typename Operation, typename T>
void integers(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<T, T, T>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                   [](T a, T b) { return checked<Operation, T>(a, b); });
}

template <typename T>
void divide_reals(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<T, T, T>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                   [](T a, T b) { return a / b; });
}
template <typename T>
void remainder_of_reals(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<T, T, T>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                   [](T a, T b) { return std::fmod(a, b); });
}

template <typename Operation>
void add_integers(ScalarFunctionSet& set) {
  const auto add = [&](const LogicalType& type, scalar_function_t function) {
    ScalarFunction made({type, type}, type, std::move(function));
    made.SetFallible();
    set.AddFunction(made);
  };
  add(LogicalType::TINYINT, integers<Operation, int8_t>);
  add(LogicalType::SMALLINT, integers<Operation, int16_t>);
  add(LogicalType::INTEGER, integers<Operation, int32_t>);
  add(LogicalType::BIGINT, integers<Operation, int64_t>);
  add(LogicalType::UTINYINT, integers<Operation, uint8_t>);
  add(LogicalType::USMALLINT, integers<Operation, uint16_t>);
  add(LogicalType::UINTEGER, integers<Operation, uint32_t>);
  add(LogicalType::UBIGINT, integers<Operation, uint64_t>);
  add(LogicalType::HUGEINT, integers<Operation, hugeint_t>);
}

hugeint_t of_int128(Int128 value) {
  hugeint_t result;
  result.lower = static_cast<uint64_t>(value);
  result.upper = static_cast<int64_t>(value >> 64);
  return result;
}

// What both operands of a decimal operation are brought to.
uint8_t scale_of(const Expression& argument) {
  if (argument.return_type.id() == LogicalTypeId::UNKNOWN) throw ParameterNotResolvedException();
  uint8_t width = 0;
  uint8_t scale = 0;
  if (!argument.return_type.GetDecimalProperties(width, scale)) throw BinderException("a decimal is expected");
  return scale;
}

constexpr uint8_t kDigits = 38;
constexpr uint8_t kMoreDigitsOfQuotient = 4;

struct ScaleUp final : FunctionData {
  explicit ScaleUp(Int128 factor) : factor(factor) {}
  const Int128 factor;  // of the dividend
  duckdb::unique_ptr<FunctionData> Copy() const override { return make_uniq<ScaleUp>(factor); }
  bool Equals(const FunctionData& other) const override { return factor == other.Cast<ScaleUp>().factor; }
};

Int128 power_of_ten(int exponent) {
  Int128 result = 1;
  while (exponent-- > 0) result *= 10;
  return result;
}

// a/10^s by b/10^t with r digits: a * 10^(r-s+t) / b.
duckdb::unique_ptr<FunctionData> bind_division(ClientContext&, ScalarFunction& function,
                                               vector<duckdb::unique_ptr<Expression>>& arguments) {
  const int left = scale_of(*arguments[0]);
  const int right = scale_of(*arguments[1]);
  const int scale = std::min<int>(left + kMoreDigitsOfQuotient, kDigits);
  function.arguments = {LogicalType::DECIMAL(kDigits, static_cast<uint8_t>(left)),
                        LogicalType::DECIMAL(kDigits, static_cast<uint8_t>(right))};
  function.SetReturnType(LogicalType::DECIMAL(kDigits, static_cast<uint8_t>(scale)));
  return make_uniq<ScaleUp>(power_of_ten(std::min<int>(scale - left + right, kDigits)));
}

void divide_decimals(DataChunk& arguments, ExpressionState& state, Vector& result) {
  const auto factor = state.expr.Cast<BoundFunctionExpression>().bind_info->Cast<ScaleUp>().factor;
  BinaryExecutor::Execute<hugeint_t, hugeint_t, hugeint_t>(arguments.data[0], arguments.data[1], result,
                                                           arguments.size(), [&](hugeint_t a, hugeint_t b) {
                                                             if (b == hugeint_t(0)) by_zero();
                                                             Int128 scaled = 0;
                                                             if (__builtin_mul_overflow(to_int128(a), factor, &scaled))
                                                               throw OutOfRangeException("Overflow in division");
                                                             return of_int128(scaled / to_int128(b));
                                                           });
}

duckdb::unique_ptr<FunctionData> bind_remainder(ClientContext&, ScalarFunction& function,
                                                vector<duckdb::unique_ptr<Expression>>& arguments) {
  const auto type = LogicalType::DECIMAL(kDigits, std::max(scale_of(*arguments[0]), scale_of(*arguments[1])));
  function.arguments = {type, type};
  function.SetReturnType(type);
  return nullptr;
}

ScalarFunctionSet division() {
  ScalarFunctionSet set("/");
  add_integers<Divide>(set);
  set.AddFunction(ScalarFunction({LogicalType::FLOAT, LogicalType::FLOAT}, LogicalType::FLOAT, divide_reals<float>));
  set.AddFunction(
      ScalarFunction({LogicalType::DOUBLE, LogicalType::DOUBLE}, LogicalType::DOUBLE, divide_reals<double>));
  ScalarFunction decimals({LogicalTypeId::DECIMAL, LogicalTypeId::DECIMAL}, LogicalTypeId::DECIMAL, divide_decimals,
                          bind_division);
  decimals.SetFallible();
  set.AddFunction(decimals);
  for (auto& function : OperatorFloatDivideFun::GetFunctions().functions) {
    if (function.arguments[0] == LogicalType::INTERVAL) set.AddFunction(function);
  }
  return set;
}

ScalarFunctionSet remainder() {
  ScalarFunctionSet set("%");
  add_integers<Remainder>(set);
  set.AddFunction(
      ScalarFunction({LogicalType::FLOAT, LogicalType::FLOAT}, LogicalType::FLOAT, remainder_of_reals<float>));
  set.AddFunction(
      ScalarFunction({LogicalType::DOUBLE, LogicalType::DOUBLE}, LogicalType::DOUBLE, remainder_of_reals<double>));
  ScalarFunction decimals({LogicalTypeId::DECIMAL, LogicalTypeId::DECIMAL}, LogicalTypeId::DECIMAL,
                          integers<Remainder, hugeint_t>, bind_remainder);
  decimals.SetFallible();
  set.AddFunction(decimals);
  return set;
}

template <typename T>
void exclusive_or(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<T, T, T>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                   [](T a, T b) { return static_cast<T>(a ^ b); });
}

ScalarFunctionSet exclusive_or() {
  ScalarFunctionSet set("^");
  set.AddFunction(
      ScalarFunction({LogicalType::INTEGER, LogicalType::INTEGER}, LogicalType::INTEGER, exclusive_or<int32_t>));
  set.AddFunction(
      ScalarFunction({LogicalType::BIGINT, LogicalType::BIGINT}, LogicalType::BIGINT, exclusive_or<int64_t>));
  return set;
}

// The days of the result alone: hours of an interval that do not fill a day are lost, as in a cast.
date_t plus(date_t date, const interval_t& interval) {
  return Timestamp::GetDate(Interval::Add(Timestamp::FromDatetime(date, dtime_t(0)), interval));
}

void date_plus_interval(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<date_t, interval_t, date_t>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                                      [](date_t date, interval_t interval) {
                                                        if (!Date::IsFinite(date)) return date;
                                                        return plus(date, interval);
                                                      });
}
void interval_plus_date(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<interval_t, date_t, date_t>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                                      [](interval_t interval, date_t date) {
                                                        if (!Date::IsFinite(date)) return date;
                                                        return plus(date, interval);
                                                      });
}
void date_minus_interval(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<date_t, interval_t, date_t>(arguments.data[0], arguments.data[1], result, arguments.size(),
                                                      [](date_t date, interval_t interval) {
                                                        if (!Date::IsFinite(date)) return date;
                                                        return plus(date, Interval::Invert(interval));
                                                      });
}

template <typename Operation>
void date_and_days(DataChunk& arguments, ExpressionState&, Vector& result) {
  BinaryExecutor::Execute<date_t, int64_t, date_t>(
      arguments.data[0], arguments.data[1], result, arguments.size(), [](date_t date, int64_t days) {
        const auto moved = static_cast<Int128>(date.days) + Operation::sign * static_cast<Int128>(days);
        if (moved < -719162 * 10 || moved > 106751991) throw OutOfRangeException("Overflow in date arithmetic");
        return date_t(static_cast<int32_t>(moved));
      });
}
struct Forward {
  static constexpr int sign = 1;
};
struct Backward {
  static constexpr int sign = -1;
};

bool is_pair(const ScalarFunction& function, const LogicalType& left, const LogicalType& right) {
  return function.arguments.size() == 2 && function.arguments[0] == left && function.arguments[1] == right;
}

ScalarFunctionSet addition() {
  const auto date = LogicalType::DATE;
  const auto interval = LogicalType::INTERVAL;
  ScalarFunctionSet set("+");
  for (auto& function : OperatorAddFun::GetFunctions().functions) {
    if (!is_pair(function, date, interval) && !is_pair(function, interval, date)) set.AddFunction(function);
  }
  set.AddFunction(ScalarFunction({date, interval}, date, date_plus_interval));
  set.AddFunction(ScalarFunction({interval, date}, date, interval_plus_date));
  set.AddFunction(ScalarFunction({date, LogicalType::BIGINT}, date, date_and_days<Forward>));
  return set;
}

ScalarFunctionSet subtraction() {
  const auto date = LogicalType::DATE;
  const auto interval = LogicalType::INTERVAL;
  ScalarFunctionSet set("-");
  for (auto& function : OperatorSubtractFun::GetFunctions().functions) {
    if (!is_pair(function, date, interval)) set.AddFunction(function);
  }
  set.AddFunction(ScalarFunction({date, interval}, date, date_minus_interval));
  set.AddFunction(ScalarFunction({date, LogicalType::BIGINT}, date, date_and_days<Backward>));
  return set;
}

// States lie where DuckDB puts them, aligned for 8 bytes: an Int128 wants 16.
struct SumState {
  hugeint_t sum;
  uint64_t count;
};

void add_to(SumState& state, Int128 value) {
  Int128 sum = 0;
  if (__builtin_add_overflow(to_int128(state.sum), value, &sum)) throw OutOfRangeException("Overflow in a sum");
  state.sum = of_int128(sum);
}

struct Summation {
  template <typename State>
  static void Initialize(State& state) {
    state.sum = 0;
    state.count = 0;
  }
  template <typename Input, typename State, typename Op>
  static void Operation(State& state, const Input& input, AggregateUnaryInput&) {
    add_to(state, value_of(input));
    ++state.count;
  }
  template <typename Input, typename State, typename Op>
  static void ConstantOperation(State& state, const Input& input, AggregateUnaryInput&, idx_t count) {
    Int128 product = 0;
    if (__builtin_mul_overflow(value_of(input), static_cast<Int128>(count), &product)) {
      throw OutOfRangeException("Overflow in a sum");
    }
    add_to(state, product);
    state.count += count;
  }
  template <typename State, typename Op>
  static void Combine(const State& source, State& target, AggregateInputData&) {
    add_to(target, to_int128(source.sum));
    target.count += source.count;
  }
  template <typename Input>
  static Int128 value_of(const Input& input) {
    if constexpr (std::is_same_v<Input, hugeint_t>) return to_int128(input);
    else return static_cast<Int128>(input);
  }
  static bool IgnoreNull() { return true; }
};

struct BigintSum : Summation {
  template <typename Result, typename State>
  static void Finalize(State& state, Result& target, AggregateFinalizeData& data) {
    if (state.count == 0) return data.ReturnNull();
    const auto sum = to_int128(state.sum);
    target = static_cast<int64_t>(sum);
    if (target != sum) throw OutOfRangeException("Overflow: the sum does not fit into BIGINT");
  }
};

struct DecimalAverage : Summation {
  template <typename Result, typename State>
  static void Finalize(State& state, Result& target, AggregateFinalizeData& data) {
    if (state.count == 0) return data.ReturnNull();
    const auto factor = data.input.bind_data->Cast<ScaleUp>().factor;
    Int128 scaled = 0;
    if (__builtin_mul_overflow(to_int128(state.sum), factor, &scaled))
      throw OutOfRangeException("Overflow in an average");
    target = of_int128(scaled / static_cast<Int128>(state.count));
  }
};

duckdb::unique_ptr<FunctionData> bind_average(ClientContext&, AggregateFunction& function,
                                              vector<duckdb::unique_ptr<Expression>>& arguments) {
  const int scale = scale_of(*arguments[0]);
  const int result = std::min<int>(scale + kMoreDigitsOfQuotient, kDigits);
  function = AggregateFunction::UnaryAggregate<SumState, hugeint_t, hugeint_t, DecimalAverage>(
      LogicalType::DECIMAL(kDigits, static_cast<uint8_t>(scale)),
      LogicalType::DECIMAL(kDigits, static_cast<uint8_t>(result)));
  function.name = "avg";
  return make_uniq<ScaleUp>(power_of_ten(result - scale));
}

template <typename Input>
AggregateFunction bigint_sum(const LogicalType& type) {
  return AggregateFunction::UnaryAggregate<SumState, Input, int64_t, BigintSum>(type, LogicalType::BIGINT);
}

void replace_aggregates(ExtensionLoader& loader) {
  auto& catalog = Catalog::GetSystemCatalog(loader.GetDatabaseInstance());
  auto data = CatalogTransaction::GetSystemTransaction(loader.GetDatabaseInstance());
  auto& schema = catalog.GetSchema(data, DEFAULT_SCHEMA);
  const auto known = [&](const char* name) -> AggregateFunctionSet& {
    auto entry = schema.GetEntry(data, CatalogType::AGGREGATE_FUNCTION_ENTRY, name);
    return entry->Cast<AggregateFunctionCatalogEntry>().functions;
  };
  AggregateFunctionSet sums("sum");
  for (auto& function : known("sum").functions) {
    if (!function.arguments[0].IsIntegral() && function.arguments[0] != LogicalType::BOOLEAN)
      sums.AddFunction(function);
  }
  sums.AddFunction(bigint_sum<int16_t>(LogicalType::SMALLINT));
  sums.AddFunction(bigint_sum<int32_t>(LogicalType::INTEGER));
  sums.AddFunction(bigint_sum<int64_t>(LogicalType::BIGINT));
  sums.AddFunction(bigint_sum<hugeint_t>(LogicalType::HUGEINT));
  AggregateFunctionSet averages("avg");
  for (auto& function : known("avg").functions) {
    if (function.arguments[0].id() != LogicalTypeId::DECIMAL) averages.AddFunction(function);
  }
  averages.AddFunction(AggregateFunction({LogicalTypeId::DECIMAL}, LogicalTypeId::DECIMAL, nullptr, nullptr, nullptr,
                                         nullptr, nullptr, FunctionNullHandling::DEFAULT_NULL_HANDLING, nullptr,
                                         bind_average));
  replace(loader, sums);
  replace(loader, averages);
}

}  // namespace

void register_arithmetic(ExtensionLoader& loader) {
  replace(loader, division());
  replace(loader, remainder());
  replace(loader, exclusive_or());
  replace(loader, addition());
  replace(loader, subtraction());
  replace_aggregates(loader);
}

}  // namespace kalam::duck
