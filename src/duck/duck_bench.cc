#include <benchmark/benchmark.h>

#include <random>

#include "duck/detail/cell_json.h"
#include "duck/detail/value_bridge.h"
#include "duck/instance.h"
#include "duck/source_fixture.h"

namespace kalam::duck {
namespace {

constexpr uint64_t kSeed = 7;

std::vector<SourceColumn> mixed_columns() {
  return {{"id", TypeTag::bigint, ScalarKind::int64, false, true},
          {"name", TypeTag::text, ScalarKind::utf8},
          {"score", TypeTag::double_, ScalarKind::float64},
          {"price", *DataType::decimal(10, 2), ScalarKind::decimal128},
          {"seen", TypeTag::timestamp, ScalarKind::timestamp_us}};
}

std::vector<std::vector<Value>> mixed_rows(size_t count) {
  std::mt19937_64 random(kSeed);
  std::vector<std::vector<Value>> rows;
  for (size_t i = 0; i < count; ++i) {
    rows.push_back({Value::int64(static_cast<int64_t>(random())),
                    Value::text("user-" + std::to_string(random() % 1000000)),
                    Value::float64(static_cast<double>(random() % 100000) / 7),
                    Value::decimal(static_cast<int64_t>(random() % 100000000), 10, 2),
                    Value::timestamp_us(static_cast<int64_t>(random() % 2000000000000000))});
  }
  return rows;
}

// What does it cost to name a type inside the engine, and back? Gate of the design notes: 10 µs; expected: < 100 ns.
void BM_TypeToEngineAndBack(benchmark::State& state) {
  const auto decimal = *DataType::decimal(10, 2);
  const DataType types[] = {TypeTag::bigint, TypeTag::text, TypeTag::timestamp, decimal};
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(inferred_type(logical_type(types[i++ % 4])));
}
BENCHMARK(BM_TypeToEngineAndBack);

// What does one cell cost on its way into a vector, and out as JSON? Watch: tens of ns each.
void BM_WriteCells(benchmark::State& state) {
  const auto columns = mixed_columns();
  const auto rows = mixed_rows(STANDARD_VECTOR_SIZE);
  duckdb::DataChunk chunk;
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& column : columns) types.push_back(logical_type(column));
  chunk.Initialize(duckdb::Allocator::DefaultAllocator(), types);
  for (auto _ : state) {
    chunk.Reset();
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (!write_value(chunk.data[i], row, rows[row][i]).ok()) state.SkipWithError("a cell was refused");
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows.size() * columns.size()));
}
BENCHMARK(BM_WriteCells);

void BM_CellsToJson(benchmark::State& state) {
  const auto columns = mixed_columns();
  const auto rows = mixed_rows(STANDARD_VECTOR_SIZE);
  duckdb::DataChunk chunk;
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& column : columns) types.push_back(logical_type(column));
  chunk.Initialize(duckdb::Allocator::DefaultAllocator(), types);
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!write_value(chunk.data[i], row, rows[row][i]).ok()) state.SkipWithError("a cell was refused");
    }
  }
  chunk.SetCardinality(rows.size());
  std::string out;
  for (auto _ : state) {
    out.clear();
    if (!append_json_rows(chunk, std::vector<bool>(columns.size()), true, out).ok()) state.SkipWithError("no JSON");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows.size() * columns.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}
BENCHMARK(BM_CellsToJson);

// What does a whole query cost, from text to the last row, by rows scanned? The first figure is what parsing, planning
// and a connection cost. Watch: about 300 µs, then under 1 µs a row.
void BM_QueryOverSource(benchmark::State& state) {
  auto instance = std::move(*Instance::open({}));
  const FixedRows source(mixed_columns(), mixed_rows(static_cast<size_t>(state.range(0))));
  std::string out;
  for (auto _ : state) {
    auto query = instance->parse("SELECT id, name, price FROM app.people WHERE score >= 0");
    RunInputs inputs;
    inputs.sources = {&source};
    inputs.viewer = {UserId("root"), Role::system};
    auto rows = instance->run(std::move(*query), std::move(inputs));
    out.clear();
    while (*rows->append_json_rows(out) > 0) {}
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_QueryOverSource)->Arg(1)->Arg(1000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

// How long until a new engine is ready? It is part of every start of the server.
void BM_OpenInstance(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Instance::open({}));
}
BENCHMARK(BM_OpenInstance)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kalam::duck
