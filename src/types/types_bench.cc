#include <benchmark/benchmark.h>

#include <random>

#include "types/cast.h"
#include "types/json_value.h"
#include "types/order.h"

namespace kalam {
namespace {

std::vector<Value> sample_values(size_t count) {
  std::mt19937_64 random(7);
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) {
    const auto number = static_cast<int64_t>(random());
    switch (i % 5) {
      case 0: values.push_back(Value::int64(number)); break;
      case 1: values.push_back(Value::float64(static_cast<double>(number) / 1e6)); break;
      case 2: values.push_back(Value::decimal(number % 1'000'000, 10, 2)); break;
      case 3: values.push_back(Value::timestamp_us(number % 2'000'000'000'000'000)); break;
      default: values.push_back(Value::text("message number " + std::to_string(number)));
    }
  }
  return values;
}

// What does a type cost to look up by its SQL name and to name for Arrow? Gate: under 10 µs; we want under 100 ns each.
void BM_TypeFromSqlName(benchmark::State& state) {
  constexpr std::string_view kNames[] = {"BIGINT", "TEXT", "TIMESTAMP", "DECIMAL(10, 2)", "EMBEDDING(384)", "BOOLEAN"};
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(DataType::from_sql(kNames[i++ % std::size(kNames)]));
}
BENCHMARK(BM_TypeFromSqlName);

void BM_TypeToArrowName(benchmark::State& state) {
  const DataType types[] = {TypeTag::bigint, TypeTag::text, DataType::decimal(10, 2).value(), TypeTag::timestamp};
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(types[i++ % std::size(types)].arrow_name());
}
BENCHMARK(BM_TypeToArrowName);

void BM_TypeFromArrowName(benchmark::State& state) {
  constexpr std::string_view kNames[] = {"Int64", "Utf8", "Timestamp(µs)", "Decimal128(10, 2)", "Boolean", "Date32"};
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(DataType::from_arrow_name(kNames[i++ % std::size(kNames)]));
}
BENCHMARK(BM_TypeFromArrowName);

void BM_TypeWireForm(benchmark::State& state) {
  const auto type = DataType::embedding(384).value();
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    type.encode(bytes);
    benchmark::DoNotOptimize(DataType::decode(bytes));
  }
}
BENCHMARK(BM_TypeWireForm);

// What does a literal cost on its way into its column?
void BM_Coerce(benchmark::State& state, const Value& from, const DataType& type) {
  for (auto _ : state) benchmark::DoNotOptimize(coerce(from, type, "c"));
}
BENCHMARK_CAPTURE(BM_Coerce, int64_to_bigint, Value::int64(7), TypeTag::bigint);
BENCHMARK_CAPTURE(BM_Coerce, int64_to_int, Value::int64(7), TypeTag::integer);
BENCHMARK_CAPTURE(BM_Coerce, text_to_text, Value::text("hello"), TypeTag::text);
BENCHMARK_CAPTURE(BM_Coerce, text_to_timestamp, Value::text("2023-01-01 10:00:00.5"), TypeTag::timestamp);
BENCHMARK_CAPTURE(BM_Coerce, text_to_uuid, Value::text("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), TypeTag::uuid);
BENCHMARK_CAPTURE(BM_Coerce, double_to_decimal, Value::float64(100.5), DataType::decimal(10, 2).value());

// What does one cell of a result cost as JSON? Watch bytes per second: it is on the way of every answer.
void BM_ClientJson(benchmark::State& state) {
  const auto values = sample_values(1000);
  std::string out;
  for (auto _ : state) {
    out.clear();
    JsonText json(out);
    json.begin_array();
    for (const auto& value : values) benchmark::DoNotOptimize(write_json(json, value).ok());
    json.end_array();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}
BENCHMARK(BM_ClientJson);

void BM_TaggedJsonRoundTrip(benchmark::State& state) {
  const auto values = sample_values(1000);
  for (auto _ : state) {
    for (const auto& value : values) benchmark::DoNotOptimize(value_from_tagged_json(tagged_json(value)));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
}
BENCHMARK(BM_TaggedJsonRoundTrip);

void BM_Hash(benchmark::State& state) {
  const auto values = sample_values(1000);
  for (auto _ : state) {
    for (const auto& value : values) benchmark::DoNotOptimize(stable_hash(value));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
}
BENCHMARK(BM_Hash);

void BM_Compare(benchmark::State& state) {
  const auto values = sample_values(1000);
  for (auto _ : state) {
    for (size_t i = 5; i < values.size(); ++i) benchmark::DoNotOptimize(compare(values[i - 5], values[i]) < 0);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size() - 5));
}
BENCHMARK(BM_Compare);

// What does moving values around cost? A row of ten is moved into another vector.
void BM_MoveValues(benchmark::State& state) {
  auto values = sample_values(10);
  std::vector<Value> other(10);
  for (auto _ : state) {
    for (size_t i = 0; i < values.size(); ++i) other[i] = std::move(values[i]);
    std::swap(values, other);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 10);
}
BENCHMARK(BM_MoveValues);

}  // namespace
}  // namespace kalam
