// What do the promises of the store cost? Data on the disk that KALAM_BENCH_DIR (or the working directory) lies on: a
// synced write means nothing on a tmpfs. All keys and values come from counters, so every run writes the same.

#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "store/entity_store.h"
#include "store/sample_entities.h"
#include "store/store.h"

namespace kalam::store {
namespace {

struct BenchStore {
  BenchStore() : directory(place()) {
    store = must(open_store({.path = directory / "db", .block_cache_bytes = 64u << 20}));
    partition = must(store->create_partition("user_bench:t"));
  }
  static const char* place() {
    const char* configured = std::getenv("KALAM_BENCH_DIR");
    return configured ? configured : ".";
  }

  TempDirectory directory;  // goes after the store
  std::unique_ptr<Store> store;
  Partition partition;
};

std::string key_of(uint64_t number) {
  std::string key(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) key[static_cast<size_t>(i)] = static_cast<char>(number);
  return key;
}
const std::string kValue(100, 'v');

void fill(BenchStore& bench, uint64_t rows) {
  Batch batch;
  for (uint64_t i = 0; i < rows; ++i) {
    batch.put(bench.partition, key_of(i), kValue);
    if (batch.size() < 10'000 && i + 1 < rows) continue;
    must(bench.store->write(batch, Durability::buffered));
    batch.clear();
  }
  must(bench.store->flush_memtables());
}

// What does one get of a stored row cost, among 100,000? Gate: 1 ms; we expect less than 10 us.
void BM_Get(benchmark::State& state) {
  BenchStore bench;
  fill(bench, 100'000);
  uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(bench.store->get(bench.partition, key_of(i = (i + 7919) % 100'000)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Get);

// What does one put cost that does not wait for the disk? Gate: 1 ms; we expect less than 10 us.
void BM_PutBuffered(benchmark::State& state) {
  BenchStore bench;
  uint64_t i = 0;
  for (auto _ : state) must(bench.store->put(bench.partition, key_of(i++), kValue, Durability::buffered));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_PutBuffered);

// Ten thousand rows in one synced batch, and as many synced puts one by one. Watch: a factor of 100 or more per row.
void BM_BatchOf10000Synced(benchmark::State& state) {
  BenchStore bench;
  uint64_t i = 0;
  for (auto _ : state) {
    Batch batch;
    for (int row = 0; row < 10'000; ++row) batch.put(bench.partition, key_of(i++), kValue);
    must(bench.store->write(batch));
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(BM_BatchOf10000Synced)->UseRealTime();

void BM_10000PutsSynced(benchmark::State& state) {
  BenchStore bench;
  uint64_t i = 0;
  for (auto _ : state) {
    for (int row = 0; row < 10'000; ++row) must(bench.store->put(bench.partition, key_of(i++), kValue));
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(BM_10000PutsSynced)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

// How many synced puts per second do many writers reach together? Gate: 25,000 with 16 threads.
class SyncedPuts : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    if (state.thread_index() == 0) bench = std::make_unique<BenchStore>();
  }
  void TearDown(const benchmark::State& state) override {
    if (state.thread_index() == 0) bench.reset();
  }
  std::unique_ptr<BenchStore> bench;
};
BENCHMARK_DEFINE_F(SyncedPuts, BM_SyncedPuts)(benchmark::State& state) {
  uint64_t i = static_cast<uint64_t>(state.thread_index()) << 40;
  for (auto _ : state) must(bench->store->put(bench->partition, key_of(i++), kValue));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_REGISTER_F(SyncedPuts, BM_SyncedPuts)->Threads(1)->Threads(16)->UseRealTime();

// The first ten of 100,000 rows by the iterator, and all of them collected. Watch: a factor of 50 or more; the iterator
// holds one row whatever the size of the table.
void BM_First10ByIterator(benchmark::State& state) {
  BenchStore bench;
  fill(bench, 100'000);
  for (auto _ : state) {
    auto scan = must(bench.store->scan(bench.partition, {.limit = 10}));
    for (; scan->valid(); scan->next()) benchmark::DoNotOptimize(scan->value().data());
    must(scan->status());
  }
}
BENCHMARK(BM_First10ByIterator);

void BM_CollectAll100000(benchmark::State& state) {
  BenchStore bench;
  fill(bench, 100'000);
  for (auto _ : state) {
    std::vector<std::string> rows;
    auto scan = must(bench.store->scan(bench.partition));
    for (; scan->valid(); scan->next()) rows.emplace_back(scan->value());
    must(scan->status());
    benchmark::DoNotOptimize(rows.data());
  }
}
BENCHMARK(BM_CollectAll100000)->Unit(benchmark::kMillisecond);

// Twenty text columns, length-prefixed behind a table of offsets: the layout that lets one column be found alone. The
// real rows have their own benchmark in codec; this one is about the store's projected scan.
constexpr size_t kColumns = 20;
using WideRow = std::array<std::string, kColumns>;
struct BytesKey {
  static std::string encode(const std::string& key) { return key; }
  static Result<std::string> decode(std::string_view bytes) { return std::string(bytes); }
};
struct WideRowCodec {
  static std::string encode(const WideRow& row) {
    std::string bytes(kColumns * 8, '\0');
    for (size_t i = 0; i < kColumns; ++i) {
      const uint32_t place[2] = {static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(row[i].size())};
      std::memcpy(bytes.data() + i * 8, place, 8);
      bytes += row[i];
    }
    return bytes;
  }
  static Result<std::string> decode_projected(std::string_view bytes, size_t column) {
    uint32_t place[2];
    if (bytes.size() < kColumns * 8) return Error{ErrorCode::corrupt_payload, "too short"};
    std::memcpy(place, bytes.data() + column * 8, 8);
    if (place[0] > bytes.size() || place[1] > bytes.size() - place[0]) {
      return Error{ErrorCode::corrupt_payload, "column outside of its row"};
    }
    return std::string(bytes.substr(place[0], place[1]));
  }
  static Result<WideRow> decode(std::string_view bytes) {
    WideRow row;
    for (size_t i = 0; i < kColumns; ++i) row[i] = TRY(decode_projected(bytes, i));
    return row;
  }
};
using WideStore = EntityStore<std::string, WideRow, BytesKey, WideRowCodec>;

WideStore wide_store(BenchStore& bench) {
  WideStore rows(*bench.store, bench.partition);
  WideRow row;
  for (size_t i = 0; i < kColumns; ++i) row[i] = std::string(24, static_cast<char>('a' + i));
  Batch batch;
  for (uint64_t i = 0; i < 10'000; ++i) must(rows.add_put(batch, key_of(i), row));
  must(bench.store->write(batch));
  must(bench.store->flush_memtables());
  return rows;
}

// One column of twenty of 10,000 rows, and all of them. Watch: the factor; reading the blocks is in both.
void BM_ScanOneColumnOf20(benchmark::State& state) {
  BenchStore bench;
  auto rows = wide_store(bench);
  for (auto _ : state) {
    auto scan = must(rows.scan_projected(size_t{7}));
    while (auto row = must(scan.next())) benchmark::DoNotOptimize(row->value.data());
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(BM_ScanOneColumnOf20)->Unit(benchmark::kMillisecond);

void BM_ScanAllColumns(benchmark::State& state) {
  BenchStore bench;
  auto rows = wide_store(bench);
  for (auto _ : state) {
    auto scan = must(rows.scan_iterator());
    while (auto row = must(scan.next())) benchmark::DoNotOptimize(row->value.data());
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(BM_ScanAllColumns)->Unit(benchmark::kMillisecond);

// Whose rows are these: the owners of 200,000 rows of 1,000 users, all kept, as texts and interned. Watch: a tenth of
// the bytes for each; looking every one up may cost half the time of the scan again.
constexpr size_t kOwners = 1000;
constexpr size_t kRowsOfOwner = 200;

void fill_owned(BenchStore& bench) {
  Batch batch;
  for (size_t owner = 0; owner < kOwners; ++owner) {
    const SampleId id("user-" + std::to_string(owner) + "-of-the-acme-corporation");
    for (size_t row = 0; row < kRowsOfOwner; ++row) {
      batch.put(bench.partition, SampleTextRowKeyCodec::encode({id, static_cast<uint8_t>(row)}), "v");
    }
  }
  must(bench.store->write(batch));
  must(bench.store->flush_memtables());
}

void BM_KeepOwnersAsTexts(benchmark::State& state) {
  BenchStore bench;
  fill_owned(bench);
  const EntityStore<SampleTextRowKey, SampleJob, SampleTextRowKeyCodec, SampleJobCodec> rows(*bench.store,
                                                                                             bench.partition);
  size_t bytes = 0;
  for (auto _ : state) {
    std::vector<SampleId> owners;
    owners.reserve(kOwners * kRowsOfOwner);
    auto keys = must(rows.scan_keys());
    while (auto key = must(keys.next())) owners.push_back(std::move(key->owner));
    bytes = 0;
    for (const auto& owner : owners) bytes += sizeof(owner) + owner.value().capacity() + 1;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kOwners * kRowsOfOwner));
  state.counters["bytes_per_id"] = static_cast<double>(bytes) / static_cast<double>(kOwners * kRowsOfOwner);
}
BENCHMARK(BM_KeepOwnersAsTexts)->Unit(benchmark::kMillisecond);

void BM_KeepOwnersInterned(benchmark::State& state) {
  BenchStore bench;
  fill_owned(bench);
  size_t bytes = 0;
  for (auto _ : state) {
    Interner users;
    const EntityStore<SampleRowKey, SampleJob, SampleRowKeyCodec, SampleJobCodec> rows(*bench.store, bench.partition,
                                                                                       SampleRowKeyCodec(users));
    std::vector<InternedId<SampleId>> owners;
    owners.reserve(kOwners * kRowsOfOwner);
    auto keys = must(rows.scan_keys());
    while (auto key = must(keys.next())) owners.push_back(key->owner);
    bytes = owners.size() * sizeof(owners[0]) + users.bytes();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kOwners * kRowsOfOwner));
  state.counters["bytes_per_id"] = static_cast<double>(bytes) / static_cast<double>(kOwners * kRowsOfOwner);
}
BENCHMARK(BM_KeepOwnersInterned)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kalam::store
