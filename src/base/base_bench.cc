#include <benchmark/benchmark.h>
#include <jemalloc/jemalloc.h>

#include <random>
#include <string>
#include <vector>

#include "base/counters.h"
#include "base/interner.h"
#include "base/log.h"

namespace kalam {
namespace {

// Bytes that this thread holds, as the allocator counts them: with what it rounds up to.
int64_t live_bytes() {
  const auto read = [](const char* name) {
    uint64_t value = 0;
    size_t size = sizeof(value);
    if (mallctl(name, &value, &size, nullptr, 0) != 0) return int64_t{0};
    return static_cast<int64_t>(value);
  };
  return read("thread.allocated") - read("thread.deallocated");
}

std::vector<std::string> sample_ids(size_t count) {
  std::mt19937_64 random(7);
  std::vector<std::string> ids;
  for (size_t i = 0; i < count; ++i) {
    auto id = "u" + std::to_string(i) + "_";
    for (const auto length = 21 + random() % 16; id.size() < length;) {
      id.push_back("abcdefghijklmnopqrstuvwxyz0123456789"[random() % 36]);
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

// What does a million user ids of 10,000 users cost in memory, each kept as a text of its own, and interned?
// Gate: ratio of 10 or more. The interner itself counts on its side.
void BM_InternedIdsMemory(benchmark::State& state) {
  constexpr size_t kKept = 1'000'000;
  const auto ids = sample_ids(10'000);
  int64_t text_bytes = 0;
  int64_t interned_bytes = 0;
  for (auto _ : state) {
    const auto before_texts = live_bytes();
    {
      std::vector<std::string> kept;
      kept.reserve(kKept);
      for (size_t i = 0; i < kKept; ++i) kept.push_back(ids[i * 7919 % ids.size()]);
      benchmark::DoNotOptimize(kept.data());
      text_bytes = live_bytes() - before_texts;
    }
    const auto before_interned = live_bytes();
    {
      Interner interner;
      std::vector<InternedText> kept;
      kept.reserve(kKept);
      for (size_t i = 0; i < kKept; ++i) kept.push_back(*interner.intern(ids[i * 7919 % ids.size()]));
      benchmark::DoNotOptimize(kept.data());
      interned_bytes = live_bytes() - before_interned;
    }
  }
  if (text_bytes <= 0 || interned_bytes <= 0) return state.SkipWithError("the allocator does not count");
  state.counters["text_bytes"] = static_cast<double>(text_bytes);
  state.counters["interned_bytes"] = static_cast<double>(interned_bytes);
  state.counters["ratio"] = static_cast<double>(text_bytes) / static_cast<double>(interned_bytes);
}
BENCHMARK(BM_InternedIdsMemory)->Unit(benchmark::kMillisecond)->Iterations(1);

// What does it cost to intern an id that is known, and to read one back, by number of threads?
// Watch: threads do not queue for each other.
void BM_InternKnownId(benchmark::State& state) {
  static const auto ids = sample_ids(10'000);
  static Interner interner;
  size_t i = static_cast<size_t>(state.thread_index()) * 1000;
  for (auto _ : state) benchmark::DoNotOptimize(interner.view(*interner.intern(ids[i++ % ids.size()])));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_InternKnownId)->ThreadRange(1, 4)->UseRealTime();

// What does counting an event cost on the hot path?
void BM_CounterAdd(benchmark::State& state) {
  static auto& counter = counters::counter("bench_events_total");
  for (auto _ : state) counter.add();
}
BENCHMARK(BM_CounterAdd)->ThreadRange(1, 4)->UseRealTime();

// What does a line cost whose level is off? Fields are built before the level is known, so two of them are here.
void BM_LogDisabled(benchmark::State& state) {
  if (!log::configure({.level = log::Level::warn, .console = false}).ok()) return state.SkipWithError("no log");
  for (auto _ : state) log::debug("bench", "nobody reads this", {{"rows", uint64_t{18'230}}, {"took_ms", uint64_t{3}}});
}
BENCHMARK(BM_LogDisabled);

}  // namespace
}  // namespace kalam
