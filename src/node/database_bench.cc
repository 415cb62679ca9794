// The gates of the SQL database, over its embedded API: what does one statement cost, from its text to its rows? Each
// with synced and, where it writes, with unsynced commits.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "base/testing/temp_directory.h"
#include "node/database.h"
#include "query/topic_use.h"

namespace kalam::node {
namespace {

constexpr bool kSynced = true;
constexpr bool kUnsynced = false;

size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

// A database on disk, and one who asks it.
class Sample {
 public:
  explicit Sample(bool synced) {
    DatabaseOptions options;
    options.store.path = directory_.path() + "/rocksdb";
    options.store.sync_writes = synced;
    options.catalog.first_start.data_path = directory_.path();
    options.engine.memory_limit_bytes = 256u << 20;
    auto opened = Database::open(std::move(options), clock_, random_);
    if (!opened.ok()) fail("open", opened.error());
    database_ = std::move(*opened);
    run("CREATE NAMESPACE app");
    run("CREATE USER TABLE app.items (id BIGINT PRIMARY KEY, name TEXT, room INT, price DOUBLE, note TEXT)");
    run("CREATE SHARED TABLE app.rooms (id BIGINT PRIMARY KEY, title TEXT)");
    run("CREATE SHARED TABLE app.accounts (id BIGINT PRIMARY KEY, balance BIGINT)");
  }

  query::Replies run(std::string_view sql, std::vector<Value> parameters = {}) {
    query::Request request;
    request.sql = sql;
    request.parameters = std::move(parameters);
    request.session.actor = request.session.viewer = {UserId("root"), Role::system};
    auto replies = database_->run(std::move(request));
    if (replies.failure && replies.failure->error.code != ErrorCode::conflict) fail(sql, replies.failure->error);
    return replies;
  }

  // Rows of app.items with ids from `first`.
  void fill_items(int64_t first, int64_t count) {
    for (int64_t at = first; at < first + count; at += 1000) {
      run(items_statement(at, std::min<int64_t>(1000, first + count - at)));
    }
  }

  static std::string items_statement(int64_t first, int64_t count) {
    std::string sql = "INSERT INTO app.items VALUES ";
    for (int64_t id = first; id < first + count; ++id) {
      if (id > first) sql += ',';
      sql += "(" + std::to_string(id) + ",'item " + std::to_string(id) + "'," + std::to_string(id % 50) + "," +
             std::to_string(id % 1000) + ".5,'a note of some length')";
    }
    return sql;
  }

  Database& database() { return *database_; }

 private:
  [[noreturn]] static void fail(std::string_view what, const Error& error) {
    std::fprintf(stderr, "database_bench: %s: %s\n", std::string(what.substr(0, 200)).c_str(), error.message.c_str());
    std::exit(1);
  }

  TempDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Database> database_;
};

// Gate: 15 µs.
void BM_PointLookup(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 10'000);
  int64_t id = 0;
  for (auto _ : state) {
    id = (id + 7919) % 10'000;
    benchmark::DoNotOptimize(sample.run("SELECT * FROM app.items WHERE id = " + std::to_string(id)));
  }
}
BENCHMARK(BM_PointLookup);

void BM_PointLookupByParameter(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 10'000);
  int64_t id = 0;
  for (auto _ : state) {
    id = (id + 7919) % 10'000;
    benchmark::DoNotOptimize(sample.run("SELECT * FROM app.items WHERE id = $1", {Value::int64(id)}));
  }
}
BENCHMARK(BM_PointLookupByParameter);

// Gate: 25 µs unsynced.
void BM_InsertOneRow(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  int64_t id = 0;
  for (auto _ : state) {
    sample.run("INSERT INTO app.items VALUES (" + std::to_string(id++) + ",'a name',1,1.5,'a note')");
  }
}
BENCHMARK(BM_InsertOneRow)->ArgName("synced")->Arg(0)->Arg(1);

// Gate: 40,000 rows/s, synced.
void BM_InsertFrom32Threads(benchmark::State& state) {
  static std::unique_ptr<Sample> sample;
  static std::atomic<int64_t> next;
  if (state.thread_index() == 0) {
    sample = std::make_unique<Sample>(kSynced);
    next = 0;
  }
  for (auto _ : state) {
    sample->run("INSERT INTO app.items VALUES (" + std::to_string(next++) + ",'a name',1,1.5,'a note')");
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) sample.reset();
}
BENCHMARK(BM_InsertFrom32Threads)->Threads(32)->UseRealTime();

// Gate: 150 µs.
void BM_Select200Rows(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 200);
  for (auto _ : state) benchmark::DoNotOptimize(sample.run("SELECT * FROM app.items"));
}
BENCHMARK(BM_Select200Rows);

// Gate: 80 µs.
void BM_Filter200Rows(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 200);
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.run("SELECT id, name FROM app.items WHERE room = 7 AND price > 5"));
  }
}
BENCHMARK(BM_Filter200Rows);

// Gate: 2.5 ms.
void BM_GroupBy10000Rows(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 10'000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.run("SELECT room, SUM(price), AVG(price), COUNT(*) FROM app.items GROUP BY room"));
  }
}
BENCHMARK(BM_GroupBy10000Rows)->Unit(benchmark::kMillisecond);

// Gate: 40 µs.
void BM_UpdateByKey(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  sample.fill_items(0, 1'000);
  int64_t id = 0;
  for (auto _ : state) {
    id = (id + 7) % 1'000;
    sample.run("UPDATE app.items SET price = price + 1 WHERE id = " + std::to_string(id));
  }
}
BENCHMARK(BM_UpdateByKey)->ArgName("synced")->Arg(0)->Arg(1);

// Gate: 3 ms, of 100 among 25,000.
void BM_DeleteRangeOf100(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  sample.fill_items(0, 25'000);
  int64_t first = 0;
  for (auto _ : state) {
    sample.run("DELETE FROM app.items WHERE id >= " + std::to_string(first) + " AND id < " +
               std::to_string(first + 100));
    state.PauseTiming();
    sample.run(Sample::items_statement(first, 100));
    first = (first + 100) % 25'000;
    state.ResumeTiming();
  }
}
BENCHMARK(BM_DeleteRangeOf100)->ArgName("synced")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

// Gate: 1.5 ms.
void BM_Join200x1000(benchmark::State& state) {
  Sample sample(kUnsynced);
  sample.fill_items(0, 1'000);
  for (int id = 0; id < 200; ++id) {
    sample.run("INSERT INTO app.rooms VALUES (" + std::to_string(id) + ",'room " + std::to_string(id) + "')");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        sample.run("SELECT r.title, count(*) FROM app.rooms r JOIN app.items i ON r.id = i.room GROUP BY r.title"));
  }
}
BENCHMARK(BM_Join200x1000)->Unit(benchmark::kMillisecond);

// Picks accounts; with an exponent above 0 the first ones far more often.
class Chooser {
 public:
  Chooser(int64_t count, double exponent) {
    double sum = 0;
    for (int64_t i = 0; exponent > 0 && i < count; ++i) sums_.push_back(sum += 1 / std::pow(i + 1, exponent));
    count_ = count;
  }
  int64_t choose(std::mt19937_64& random) const {
    if (sums_.empty()) return static_cast<int64_t>(random() % static_cast<uint64_t>(count_));
    const auto at = std::uniform_real_distribution(0.0, sums_.back())(random);
    return std::lower_bound(sums_.begin(), sums_.end(), at) - sums_.begin();
  }

 private:
  std::vector<double> sums_;
  int64_t count_ = 0;
};

// Gate: 20,000/s with 64 in flight, synced; with Zipf 1.5 no less than 0.8 of that. `zipf` is ten times the exponent.
void BM_Transfers(benchmark::State& state) {
  constexpr int64_t kAccounts = 100'000;
  static std::unique_ptr<Sample> sample;
  static std::unique_ptr<Chooser> chooser;
  static std::atomic<uint64_t> conflicts;
  if (state.thread_index() == 0) {
    sample = std::make_unique<Sample>(kSynced);
    chooser = std::make_unique<Chooser>(kAccounts, static_cast<double>(state.range(0)) / 10);
    conflicts = 0;
    for (int64_t id = 0; id < kAccounts; id += 1000) {
      std::string sql = "INSERT INTO app.accounts VALUES ";
      for (int64_t i = id; i < id + 1000; ++i) {
        sql += i > id ? ",(" : "(";
        sql += std::to_string(i);
        sql += ",1000)";
      }
      sample->run(sql);
    }
  }
  std::mt19937_64 random(static_cast<uint64_t>(state.thread_index()));
  for (auto _ : state) {
    const auto from = std::to_string(chooser->choose(random));
    const auto to = std::to_string(chooser->choose(random));
    const auto sql = "BEGIN; UPDATE app.accounts SET balance = balance - 1 WHERE id = " + from +
                     " AND balance >= 1; UPDATE app.accounts SET balance = balance + 1 WHERE id = " + to + "; COMMIT";
    while (sample->run(sql).failure) ++conflicts;
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    state.counters["conflicts"] = static_cast<double>(conflicts);
    sample.reset();
  }
}
BENCHMARK(BM_Transfers)->ArgName("zipf")->Arg(0)->Arg(15)->Threads(64)->UseRealTime();

// Gate: 600 µs unsynced.
void BM_TransactionOf50Inserts(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  int64_t id = 0;
  for (auto _ : state) {
    std::string sql = "BEGIN; ";
    for (int i = 0; i < 50; ++i) {
      sql += "INSERT INTO app.items VALUES (" + std::to_string(id++) + ",'a name',1,1.5,'a note'); ";
    }
    sample.run(sql + "COMMIT");
  }
}
BENCHMARK(BM_TransactionOf50Inserts)->ArgName("synced")->Arg(0)->Arg(1);

// Gate: 500,000 rows/s unsynced.
void BM_BulkInsert1000Rows(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  int64_t id = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto sql = Sample::items_statement(id, 1000);
    id += 1000;
    state.ResumeTiming();
    sample.run(sql);
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_BulkInsert1000Rows)->ArgName("synced")->Arg(0)->Arg(1);

// Gate: 60 MB.
void BM_IdleMemory(benchmark::State& state) {
  for (auto _ : state) {
    Sample sample(kUnsynced);
    state.counters["resident_mb"] = static_cast<double>(resident_bytes()) / 1e6;
  }
}
BENCHMARK(BM_IdleMemory)->Iterations(1)->Unit(benchmark::kMillisecond);

// Gates: 25 µs and 100 µs over 5 M hot rows.
void BM_LargeTable(benchmark::State& state) {
  static std::unique_ptr<Sample> sample;
  constexpr int64_t kRows = 5'000'000;
  if (!sample) {
    sample = std::make_unique<Sample>(kUnsynced);
    sample->fill_items(0, kRows);
  }
  std::mt19937_64 random(1);
  for (auto _ : state) {
    if (state.range(0) == 0) {
      const auto id = static_cast<int64_t>(random() % static_cast<uint64_t>(kRows));
      benchmark::DoNotOptimize(sample->run("SELECT * FROM app.items WHERE id = " + std::to_string(id)));
    } else {
      benchmark::DoNotOptimize(sample->run("SELECT * FROM app.items ORDER BY id LIMIT 10"));
    }
  }
  if (state.range(0) != 0) sample.reset();
}
BENCHMARK(BM_LargeTable)->ArgName("top10")->Arg(0)->Arg(1);

// What do the messages of a topic cost the table behind them? Gate: at most 10 % of its insert rate. `rows`: of one
// INSERT; `topic`: is the table the source of one?
void BM_InsertIntoSource(benchmark::State& state) {
  Sample sample(state.range(2) != 0);
  const auto rows = state.range(0);
  if (state.range(1) != 0) {
    sample.run("CREATE TOPIC app.news");
    sample.run("ALTER TOPIC app.news ADD SOURCE app.items ON INSERT");
  }
  int64_t id = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto sql = Sample::items_statement(id, rows);
    id += rows;
    state.ResumeTiming();
    sample.run(sql);
  }
  state.SetItemsProcessed(id);
}
BENCHMARK(BM_InsertIntoSource)
    ->ArgNames({"rows", "topic", "synced"})
    ->ArgsProduct({{1, 1000}, {0, 1}, {0, 1}})
    ->UseRealTime();

// How many messages does a group get in batches of 1,000, acknowledging each batch? Gate: 100,000/s.
void BM_ConsumeMessages(benchmark::State& state) {
  Sample sample(state.range(0) != 0);
  sample.run("CREATE TOPIC app.news");
  sample.run("ALTER TOPIC app.news ADD SOURCE app.items ON INSERT");
  constexpr int64_t kMessages = 100'000;
  sample.fill_items(0, kMessages);
  const auto& services = sample.database().services();
  topics::Consumption wanted{.partition = {TopicId("app.news"), 0},
                             .group = ConsumerGroupId("g"),
                             .start = topics::Earliest{},
                             .count_max = 1000};
  int64_t consumed = 0;
  int group = 0;
  for (auto _ : state) {
    auto batch = query::consume(wanted, services);
    if (!batch.ok()) return state.SkipWithError("not consumed");
    if (batch->messages.empty()) {  // from the start again, as another group
      wanted.group = ConsumerGroupId("g" + std::to_string(++group));
      continue;
    }
    consumed += static_cast<int64_t>(batch->messages.size());
    if (!query::acknowledge(wanted.partition, wanted.group, batch->next_offset - 1, services).ok()) {
      return state.SkipWithError("not acknowledged");
    }
  }
  state.SetItemsProcessed(consumed);
}
BENCHMARK(BM_ConsumeMessages)->ArgName("synced")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace kalam::node
