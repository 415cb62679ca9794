#include <benchmark/benchmark.h>

#include <random>

#include "duck/detail/cell_json.h"
#include "duck/detail/value_bridge.h"
#include "duck/instance.h"
#include "duck/row_expressions.h"
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

// A table in memory whose key finds its row at once, so that what is measured is not the source.
class KeyedRows final : public RowSource {
 public:
  explicit KeyedRows(size_t count) {
    std::mt19937_64 random(kSeed);
    for (size_t i = 0; i < count; ++i) {
      rows_.push_back({Value::int64(static_cast<int64_t>(i)), Value::text("room-" + std::to_string(random() % 50)),
                       Value::float64(static_cast<double>(random() % 1000) / 4),
                       Value::int64(static_cast<int64_t>(random() % 1000)),
                       Value::timestamp_us(static_cast<int64_t>(random() % 2000000000000000))});
    }
  }
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  std::optional<size_t> order_column() const override { return 0; }
  Result<std::unique_ptr<RowCursor>> open(const ScanRequest& request) const override {
    size_t from = 0;
    size_t to = rows_.size();
    for (const auto& [column, value] : request.equal) {
      if (column != 0) continue;
      from = static_cast<size_t>(value.as_int64());
      to = from + 1;
    }
    return std::unique_ptr<RowCursor>(std::make_unique<Cursor>(rows_, request.columns, from, to));
  }

 private:
  class Cursor final : public RowCursor {
   public:
    Cursor(const std::vector<std::vector<Value>>& rows, std::vector<size_t> columns, size_t from, size_t to)
        : rows_(rows), columns_(std::move(columns)), next_(from), end_(to) {}
    Result<bool> next(std::vector<Value>& row) override {
      if (next_ == end_) return false;
      row.resize(columns_.size());
      for (size_t i = 0; i < columns_.size(); ++i) row[i] = rows_[next_][columns_[i]];
      ++next_;
      return true;
    }

   private:
    const std::vector<std::vector<Value>>& rows_;
    const std::vector<size_t> columns_;
    size_t next_;
    const size_t end_;
  };

  const std::vector<SourceColumn> columns_ = {{"id", TypeTag::bigint, ScalarKind::int64, false, true},
                                              {"room", TypeTag::text, ScalarKind::utf8},
                                              {"score", TypeTag::double_, ScalarKind::float64},
                                              {"amount", TypeTag::bigint, ScalarKind::int64},
                                              {"at", TypeTag::timestamp, ScalarKind::timestamp_us}};
  std::vector<std::vector<Value>> rows_;
};

// What does a statement cost whose plan is kept, from the call to the last byte of JSON? By way: 0 on values, 1 by the
// engine. BM_SourceAlone is what the rows themselves cost.
void run_prepared(benchmark::State& state, std::string_view sql, std::vector<const RowSource*> sources,
                  bool with_parameter, Path path) {
  auto instance = std::move(*Instance::open({}));
  std::vector<SourceShape> shapes;
  for (const auto* source : sources) shapes.push_back(shape_of(*source));
  std::vector<ScalarKind> kinds;
  if (with_parameter) kinds.push_back(ScalarKind::int64);
  const auto prepared = *instance->prepare(*instance->parse(sql), std::move(shapes), kinds);
  std::string out;
  int64_t key = 0;
  for (auto _ : state) {
    RunInputs inputs;
    inputs.sources = sources;
    if (with_parameter) inputs.parameters.push_back(Value::int64(key++ % 100));
    inputs.viewer = {UserId("ada"), Role::user};
    inputs.path = path;
    auto rows = instance->run(prepared, std::move(inputs));
    out.clear();
    while (*rows->append_json_rows(out) > 0) {}
  }
  state.SetLabel(prepared->native() && path == Path::automatic ? "on values" : "by the engine");
}

void BM_SourceAlone(benchmark::State& state) {
  const KeyedRows source(static_cast<size_t>(state.range(0)));
  std::vector<Value> row;
  for (auto _ : state) {
    auto cursor = *source.open({{0, 1, 2, 3, 4}});
    while (*cursor->next(row)) benchmark::DoNotOptimize(row.data());
  }
}
BENCHMARK(BM_SourceAlone)->Arg(1)->Arg(200)->Arg(10'000)->Unit(benchmark::kMicrosecond);

// Watch: 6 µs on values, 30-70 µs by the engine.
void BM_LookupByKey(benchmark::State& state) {
  const KeyedRows source(1000);
  run_prepared(state, "SELECT * FROM app.t WHERE id = $1", {&source}, true, static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_LookupByKey)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Watch: 60 µs beyond the source.
void BM_Select200Rows(benchmark::State& state) {
  const KeyedRows source(200);
  run_prepared(state, "SELECT * FROM app.t", {&source}, false, static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_Select200Rows)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Watch: 40 µs, with a condition on a column and with one that is an expression.
void BM_Filter200Rows(benchmark::State& state) {
  const KeyedRows source(200);
  run_prepared(state, "SELECT id, room FROM app.t WHERE amount > $1", {&source}, true,
               static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_Filter200Rows)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void BM_Filter200RowsByExpression(benchmark::State& state) {
  const KeyedRows source(200);
  run_prepared(state, "SELECT id, room FROM app.t WHERE upper(room) LIKE '%9' AND amount % 2 = $1", {&source}, true,
               static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_Filter200RowsByExpression)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Watch: 1.2 ms beyond the source.
void BM_Group10kRows(benchmark::State& state) {
  const KeyedRows source(10'000);
  run_prepared(state, "SELECT room, sum(amount), avg(score), count(*) FROM app.t GROUP BY room", {&source}, false,
               static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_Group10kRows)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void BM_Top10Of10kRows(benchmark::State& state) {
  const KeyedRows source(10'000);
  run_prepared(state, "SELECT id, score FROM app.t ORDER BY score DESC LIMIT 10", {&source}, false,
               static_cast<Path>(state.range(0)));
}
BENCHMARK(BM_Top10Of10kRows)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Watch: 1.5 ms.
void BM_Join200With1000Rows(benchmark::State& state) {
  const KeyedRows few(200);
  const KeyedRows many(1000);
  run_prepared(state, "SELECT a.id, b.room FROM app.a JOIN app.b ON a.amount = b.id WHERE b.score > 10", {&few, &many},
               false, Path::automatic);
}
BENCHMARK(BM_Join200With1000Rows)->Unit(benchmark::kMicrosecond);

// What does it cost to make a plan that is kept? By way.
void BM_Prepare(benchmark::State& state) {
  auto instance = std::move(*Instance::open({}));
  const KeyedRows source(1);
  const auto* sql =
      state.range(0) == 0 ? "SELECT * FROM app.t WHERE id = $1" : "SELECT DISTINCT room FROM app.t WHERE id = $1";
  for (auto _ : state) {
    benchmark::DoNotOptimize(instance->prepare(*instance->parse(sql), {shape_of(source)}, {ScalarKind::int64}));
  }
}
BENCHMARK(BM_Prepare)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// What does apply pay for `SET amount = amount - $1 WHERE … AND amount >= $1`? Watch: 1 µs.
void BM_RowExpressions(benchmark::State& state) {
  auto instance = std::move(*Instance::open({}));
  const KeyedRows source(1);
  const std::string texts[] = {"amount >= $1", "amount - $1"};
  const DataType results[] = {TypeTag::boolean, TypeTag::bigint};
  const auto bound = *RowExpressions::bind(*instance, source.columns(), texts, results);
  const std::vector<Value> row = {Value::int64(1), Value::text("room"), Value::float64(1), Value::int64(100),
                                  Value::timestamp_us(1)};
  const Viewer viewer{UserId("ada"), Role::user};
  std::vector<Value> out;
  int64_t amount = 0;
  for (auto _ : state) {
    const Value parameters[] = {Value::int64(++amount % 100)};
    if (!bound->evaluate(row, parameters, viewer, out).ok()) state.SkipWithError("not evaluated");
  }
}
BENCHMARK(BM_RowExpressions);

// How long until a new engine is ready? It is part of every start of the server.
void BM_OpenInstance(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Instance::open({}));
}
BENCHMARK(BM_OpenInstance)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kalam::duck
