// Times: UTC, in microseconds, without zones. now() and its like are fixed for a statement.

#include <duckdb/common/exception/conversion_exception.hpp>
#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/time.hpp>
#include <duckdb/common/types/timestamp.hpp>
#include <duckdb/common/vector_operations/unary_executor.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/function/scalar/strftime_format.hpp>
#include <duckdb/transaction/meta_transaction.hpp>

#include "duck/detail/functions.h"

namespace kalam::duck {

using namespace duckdb;  // NOLINT: an adapter, it speaks DuckDB

namespace {

timestamp_t moment(ExpressionState& state) { return MetaTransaction::Get(state.GetContext()).start_timestamp; }

ScalarFunctionSet of_the_moment(const char* name, const LogicalType& type, scalar_function_t function) {
  ScalarFunction made(name, {}, type, std::move(function));
  made.SetStability(FunctionStability::CONSISTENT_WITHIN_QUERY);
  ScalarFunctionSet set(name);
  set.AddFunction(made);
  return set;
}

void now(DataChunk&, ExpressionState& state, Vector& result) {
  result.Reference(duckdb::Value::TIMESTAMP(moment(state)));
}
void today(DataChunk&, ExpressionState& state, Vector& result) {
  result.Reference(duckdb::Value::DATE(Timestamp::GetDate(moment(state))));
}
void time_of_day(DataChunk&, ExpressionState& state, Vector& result) {
  result.Reference(duckdb::Value::TIME(Timestamp::GetTime(moment(state))));
}

timestamp_t times(int64_t value, int64_t factor) {
  int64_t micros = 0;
  if (__builtin_mul_overflow(value, factor, &micros)) throw ConversionException("timestamp out of range: %d", value);
  return timestamp_t(micros);
}

template <int64_t micros_each>
ScalarFunction of_integer() {
  return ScalarFunction(
      {LogicalType::BIGINT}, LogicalType::TIMESTAMP, [](DataChunk& arguments, ExpressionState&, Vector& result) {
        UnaryExecutor::Execute<int64_t, timestamp_t>(arguments.data[0], result, arguments.size(),
                                                     [](int64_t value) { return times(value, micros_each); });
      });
}

template <int64_t micros_each>
ScalarFunction of_real() {
  return ScalarFunction(
      {LogicalType::DOUBLE}, LogicalType::TIMESTAMP, [](DataChunk& arguments, ExpressionState&, Vector& result) {
        UnaryExecutor::Execute<double, timestamp_t>(arguments.data[0], result, arguments.size(), [](double value) {
          const double micros = value * static_cast<double>(micros_each);
          // Just inside of what 64 bits hold.
          if (!(micros > -9.2e18 && micros < 9.2e18)) {
            throw ConversionException("timestamp out of range");
          }
          return timestamp_t(static_cast<int64_t>(micros));
        });
      });
}

// A time with an offset is brought to UTC; DuckDB would drop the offset.
bool text_to_timestamp(Vector& source, Vector& result, idx_t count, CastParameters& parameters) {
  bool all = true;
  const auto cast = [&](string_t text, ValidityMask& validity, idx_t row) {
    timestamp_t made;
    const auto outcome = Timestamp::TryConvertTimestamp(text.GetData(), text.GetSize(), made, true);
    if (outcome == TimestampCastResult::SUCCESS) return made;
    const auto message = "Error parsing timestamp from '" + text.GetString() + "'";
    if (!parameters.error_message) throw ConversionException(message);
    if (parameters.error_message->empty()) *parameters.error_message = message;
    validity.SetInvalid(row);
    all = false;
    return timestamp_t(0);
  };
  UnaryExecutor::ExecuteWithNulls<string_t, timestamp_t>(source, result, count, cast);
  return all;
}

ScalarFunction of_timestamp() {
  return ScalarFunction(
      {LogicalType::TIMESTAMP}, LogicalType::TIMESTAMP,
      [](DataChunk& arguments, ExpressionState&, Vector& result) { result.Reference(arguments.data[0]); });
}

ScalarFunction of_text() {
  return ScalarFunction(
      {LogicalType::VARCHAR}, LogicalType::TIMESTAMP, [](DataChunk& arguments, ExpressionState&, Vector& result) {
        UnaryExecutor::Execute<string_t, timestamp_t>(arguments.data[0], result, arguments.size(), [](string_t text) {
          return Timestamp::FromString(text.GetString(), true);
        });
      });
}

// The first of the formats that fits.
ScalarFunction of_text_by_format() {
  ScalarFunction function({LogicalType::VARCHAR, LogicalType::VARCHAR}, LogicalType::TIMESTAMP,
                          [](DataChunk& arguments, ExpressionState&, Vector& result) {
                            const auto parse = [](string_t text, string_t format) {
                              return StrpTimeFormat::Parse(format.GetString(), text.GetString()).ToTimestamp();
                            };
                            BinaryExecutor::Execute<string_t, string_t, timestamp_t>(
                                arguments.data[0], arguments.data[1], result, arguments.size(), parse);
                          });
  return function;
}

template <int64_t micros_each>
ScalarFunctionSet to_timestamp(const char* name) {
  ScalarFunctionSet set(name);
  set.AddFunction(of_integer<micros_each>());
  set.AddFunction(of_real<micros_each>());
  set.AddFunction(of_text());
  set.AddFunction(of_timestamp());
  set.AddFunction(of_text_by_format());
  for (auto& function : set.functions) function.SetFallible();
  return set;
}

ScalarFunctionSet to_timestamp_nanos() {
  ScalarFunctionSet set("to_timestamp_nanos");
  set.AddFunction(ScalarFunction(
      {LogicalType::BIGINT}, LogicalType::TIMESTAMP, [](DataChunk& arguments, ExpressionState&, Vector& result) {
        UnaryExecutor::Execute<int64_t, timestamp_t>(arguments.data[0], result, arguments.size(), [](int64_t nanos) {
          return timestamp_t(nanos / 1000 - (nanos % 1000 < 0 ? 1 : 0));
        });
      }));
  set.AddFunction(of_text());
  set.AddFunction(of_timestamp());
  return set;
}

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMillisecond = 1'000;

}  // namespace

void register_time(ExtensionLoader& loader) {
  loader.RegisterCastFunction(LogicalType::VARCHAR, LogicalType::TIMESTAMP, BoundCastInfo(text_to_timestamp));
  // As a number a moment is its microseconds since 1970.
  for (const auto& moment : {LogicalType::TIMESTAMP, LogicalType::TIMESTAMP_TZ}) {
    loader.RegisterCastFunction(moment, LogicalType::BIGINT, BoundCastInfo(DefaultCasts::ReinterpretCast));
  }
  for (const auto* name : {"now", "get_current_timestamp", "transaction_timestamp", "current_localtimestamp"}) {
    replace(loader, of_the_moment(name, LogicalType::TIMESTAMP, now));
  }
  for (const auto* name : {"current_date", "today"}) replace(loader, of_the_moment(name, LogicalType::DATE, today));
  for (const auto* name : {"current_time", "get_current_time", "current_localtime"}) {
    replace(loader, of_the_moment(name, LogicalType::TIME, time_of_day));
  }
  for (const auto* name : {"to_timestamp", "to_timestamp_seconds", "from_unixtime"}) {
    replace(loader, to_timestamp<kSecond>(name));
  }
  replace(loader, to_timestamp<kMillisecond>("to_timestamp_millis"));
  replace(loader, to_timestamp<1>("to_timestamp_micros"));
  replace(loader, to_timestamp_nanos());
}

}  // namespace kalam::duck
