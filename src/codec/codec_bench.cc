// Benchmarks of stored bytes: what do a row, a model, a key and an envelope cost?

#include <benchmark/benchmark.h>
#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "codec/generated/row_generated.h"
#include "codec/key_codec.h"
#include "codec/model_codec.h"
#include "codec/row_codec.h"
#include "codec/row_plan.h"
#include "codec/testing/sample_models.h"
#include "codec/testing/sample_rows.h"
#include "codec/testing/sample_tables.h"

namespace kalam::codec {
namespace {

constexpr size_t kRows = 256;

std::vector<UserRow> ten_column_rows() {
  std::vector<UserRow> rows;
  for (uint32_t i = 0; i < kRows; ++i) rows.push_back(testing::user_row(testing::ten_mixed_values(i)));
  return rows;
}

// --- the yardstick: the same rows, field by field, with nothing that says what they are ------------------------------

// Knows the kinds of ten_mixed_values, checks bounds and UTF-8, has no schema, no evolution and no projection.
class PlainCodec {
 public:
  static std::string encode(const UserRow& row) {
    std::string out;
    out.reserve(256);
    text(out, row.user.text());
    put(out, row.header.seq.value());
    put(out, row.header.commit_seq.value());
    put(out, row.header.deleted);
    put(out, row.table_schema_version);
    put(out, static_cast<uint32_t>(row.row.values.size()));
    for (const auto& value : row.row.values) {
      put(out, value.kind());
      put(out, value.is_null());
      if (value.is_null()) continue;
      switch (value.kind()) {
        case ScalarKind::boolean: put(out, value.as_bool()); break;
        case ScalarKind::int32:
        case ScalarKind::date32: put(out, static_cast<int32_t>(value.as_int64())); break;
        case ScalarKind::float64: put(out, value.as_double()); break;
        case ScalarKind::utf8: text(out, value.as_text()); break;
        case ScalarKind::decimal128:
          put(out, value.precision());
          put(out, value.scale());
          put(out, value.as_decimal());
          break;
        default: put(out, value.as_int64()); break;
      }
    }
    return out;
  }

  static std::optional<UserRow> decode(std::string_view bytes) {
    PlainCodec in(bytes);
    UserRow row;
    row.user = UserId(std::string(in.text()));
    row.header.seq = RowSeq(in.get<int64_t>());
    row.header.commit_seq = CommitSeq(in.get<uint64_t>());
    row.header.deleted = in.get<bool>();
    row.table_schema_version = in.get<uint32_t>();
    row.row.values.resize(std::min<size_t>(in.get<uint32_t>(), bytes.size()));
    for (auto& value : row.row.values) {
      const auto kind = in.get<ScalarKind>();
      if (in.get<bool>()) {
        value = Value::null(kind);
        continue;
      }
      switch (kind) {
        case ScalarKind::boolean: value = Value::boolean(in.get<bool>()); break;
        case ScalarKind::int32: value = Value::int32(in.get<int32_t>()); break;
        case ScalarKind::date32: value = Value::date(in.get<int32_t>()); break;
        case ScalarKind::int64: value = Value::int64(in.get<int64_t>()); break;
        case ScalarKind::timestamp_us: value = Value::timestamp_us(in.get<int64_t>()); break;
        case ScalarKind::float64: value = Value::float64(in.get<double>()); break;
        case ScalarKind::utf8: value = Value::text(std::string(in.text())); break;
        case ScalarKind::decimal128: {
          const auto precision = in.get<uint8_t>();
          const auto scale = in.get<int8_t>();
          value = Value::decimal(in.get<Int128>(), precision, scale);
          break;
        }
        default: return std::nullopt;
      }
    }
    if (in.failed_) return std::nullopt;
    return row;
  }

 private:
  explicit PlainCodec(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  static void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  static void text(std::string& out, std::string_view text) {
    put(out, static_cast<uint32_t>(text.size()));
    out.append(text);
  }
  template <typename T>
  T get() {
    T value{};
    if (bytes_.size() < sizeof(T)) return failed_ = true, value;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view text() {
    const auto length = get<uint32_t>();
    const auto found = bytes_.substr(0, length);
    failed_ = failed_ || found.size() != length || !is_utf8(found);
    bytes_.remove_prefix(found.size());
    return found;
  }

  std::string_view bytes_;
  bool failed_ = false;
};

// --- rows ------------------------------------------------------------------------------------------------------------

// Single calls, timed one by one; the clock is in the figures of both sides, about 25 ns.
class Latency {
 public:
  template <typename Call>
  void time(Call call) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(call());
    samples_.push_back((std::chrono::steady_clock::now() - start).count());
  }
  double quantile(double share) {
    const auto at = samples_.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(samples_.size() - 1));
    std::nth_element(samples_.begin(), at, samples_.end());
    return static_cast<double>(*at);
  }

 private:
  std::vector<int64_t> samples_;
};

void report(benchmark::State& state, Latency& ours, Latency& plain) {
  state.counters["p50_ns"] = ours.quantile(0.5);
  state.counters["p95_ns"] = ours.quantile(0.95);
  state.counters["plain_p50_ns"] = plain.quantile(0.5);
  state.counters["plain_p95_ns"] = plain.quantile(0.95);
}

// What does one row of ten mixed columns cost, by call, beside the plain codec? The two take turns, so that both see
// the same machine; and they take turns in being the first, who brings the row into the cache for the other. Watch: p95
// within 5 % of plain_p95, p50 below 600 ns; the sizes side by side.
void BM_EncodeRowBesidePlain(benchmark::State& state) {
  const auto rows = ten_column_rows();
  Latency ours;
  Latency plain;
  size_t at = 0;
  for (auto _ : state) {
    const bool plain_first = at / kRows % 2 != 0;
    const auto& row = rows[at++ % kRows];
    if (plain_first) plain.time([&] { return PlainCodec::encode(row); });
    ours.time([&] { return encode_row(row); });
    if (!plain_first) plain.time([&] { return PlainCodec::encode(row); });
  }
  report(state, ours, plain);
  state.counters["bytes"] = static_cast<double>(encode_row(rows[0])->size());
  state.counters["plain_bytes"] = static_cast<double>(PlainCodec::encode(rows[0]).size());
}
BENCHMARK(BM_EncodeRowBesidePlain);

void BM_DecodeRowBesidePlain(benchmark::State& state) {
  std::vector<std::string> encoded;
  std::vector<std::string> plainly;
  for (const auto& row : ten_column_rows()) {
    encoded.push_back(*encode_row(row));
    plainly.push_back(PlainCodec::encode(row));
  }
  Latency ours;
  Latency plain;
  size_t at = 0;
  for (auto _ : state) {
    const auto row = at++ % kRows;
    ours.time([&] { return decode_user_row(encoded[row]); });
    plain.time([&] { return PlainCodec::decode(plainly[row]); });
  }
  report(state, ours, plain);
}
BENCHMARK(BM_DecodeRowBesidePlain);

// The same without a clock in between, and what the plain codec takes. Watch: below 600 ns each.
void BM_EncodeRow(benchmark::State& state) {
  const auto rows = ten_column_rows();
  size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(encode_row(rows[at++ % kRows]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EncodeRow);

void BM_EncodeRowPlainly(benchmark::State& state) {
  const auto rows = ten_column_rows();
  size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(PlainCodec::encode(rows[at++ % kRows]));
}
BENCHMARK(BM_EncodeRowPlainly);

void BM_DecodeRow(benchmark::State& state) {
  const auto bytes = *encode_row(testing::user_row(testing::ten_mixed_values(1)));
  for (auto _ : state) benchmark::DoNotOptimize(decode_user_row(bytes));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DecodeRow);

void BM_DecodeRowPlainly(benchmark::State& state) {
  const auto bytes = PlainCodec::encode(testing::user_row(testing::ten_mixed_values(1)));
  for (auto _ : state) benchmark::DoNotOptimize(PlainCodec::decode(bytes));
}
BENCHMARK(BM_DecodeRowPlainly);

void BM_EncodeRowBatch(benchmark::State& state) {
  const auto rows = ten_column_rows();
  for (auto _ : state) benchmark::DoNotOptimize(encode_rows(std::span<const UserRow>(rows)));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
}
BENCHMARK(BM_EncodeRowBatch);

// What would the generated verifier add to each decoding? It needs aligned bytes, so a copy is part of it.
void BM_GeneratedVerifier(benchmark::State& state) {
  const auto bytes = *encode_row(testing::user_row(testing::ten_mixed_values(1)));
  const auto payload = open(bytes, row_schema(RowKind::user))->payload;
  std::vector<uint64_t> aligned(payload.size() / sizeof(uint64_t) + 1);
  for (auto _ : state) {
    std::memcpy(aligned.data(), payload.data(), payload.size());
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(aligned.data()), payload.size());
    benchmark::DoNotOptimize(verifier.VerifyBuffer<kalamdb::serialization::row::UserTableRowPayload>("KROW"));
  }
}
BENCHMARK(BM_GeneratedVerifier);

// Header and primary key only: what COUNT and version resolution pay.
void BM_DecodeRowHead(benchmark::State& state) {
  const auto bytes = *encode_row(testing::user_row(testing::ten_mixed_values(1)));
  for (auto _ : state) benchmark::DoNotOptimize(decode_row_head(RowKind::user, bytes, 0));
}
BENCHMARK(BM_DecodeRowHead);

// One of twenty columns (argument 1) against all of them (20). Watch: at least 5 times less, 20 times is the goal.
void BM_ProjectTwentyColumns(benchmark::State& state) {
  std::vector<testing::SampleColumn> columns;
  std::vector<Value> values;
  for (int i = 0; i < 20; ++i) {
    columns.push_back({"c" + std::to_string(i), i % 2 ? TypeTag::text : TypeTag::bigint});
    values.push_back(i % 2 ? Value::text("a text of usual length, number " + std::to_string(i)) : Value::int64(i));
  }
  const auto table = testing::table_of(columns);
  std::vector<ColumnId> wanted;
  for (const auto& column : table.columns) {
    if (!is_system_column(column.name) && std::ssize(wanted) < state.range(0)) wanted.push_back(column.id);
  }
  auto row = testing::user_row(values);
  row.table_schema_version = table.schema_version;
  const auto bytes = *encode_row(row);
  const auto plan = *RowPlan::make(table, table, wanted);
  std::vector<Value> read;
  for (auto _ : state) {
    if (!plan.decode(RowKind::user, bytes, read).ok()) state.SkipWithError("the row is not read");
    benchmark::DoNotOptimize(read.data());
  }
}
BENCHMARK(BM_ProjectTwentyColumns)->Arg(1)->Arg(20);

// --- models, keys, envelopes -----------------------------------------------------------------------------------------

void BM_EncodeUserModel(benchmark::State& state) {
  const auto& schema = system_schema(SystemModel::user);
  for (auto _ : state) benchmark::DoNotOptimize(testing::write_sample(schema, testing::Filling::dense));
}
BENCHMARK(BM_EncodeUserModel);

// Opened, verified and its texts read, each checked for UTF-8.
void BM_DecodeUserModel(benchmark::State& state) {
  const auto& schema = system_schema(SystemModel::user);
  const auto bytes = *testing::write_sample(schema, testing::Filling::dense);
  for (auto _ : state) {
    const auto reader = ModelReader::open(schema, bytes);
    if (!reader.ok()) state.SkipWithError("the model is not read");
    for (const auto& field : schema.fields()) {
      if (!field.retired && field.type == FieldType::text) benchmark::DoNotOptimize(reader->text_or_null(field.id));
    }
  }
}
BENCHMARK(BM_DecodeUserModel);

// The key of a USER row: user, then primary key, then version.
void BM_EncodeKey(benchmark::State& state) {
  int64_t seq = 0;
  for (auto _ : state) {
    KeyWriter key;
    key.text("alice").text("order-1234567").i64(++seq);
    benchmark::DoNotOptimize(key.bytes());
  }
}
BENCHMARK(BM_EncodeKey);

void BM_OpenEnvelope(benchmark::State& state) {
  const auto bytes = *encode_row(testing::user_row(testing::ten_mixed_values(1)));
  for (auto _ : state) benchmark::DoNotOptimize(open(bytes, row_schema(RowKind::user)));
}
BENCHMARK(BM_OpenEnvelope);

}  // namespace
}  // namespace kalam::codec
