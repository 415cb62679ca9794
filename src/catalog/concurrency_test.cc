// Readers and a statement that changes the catalog, at the same time. Meant for the thread sanitizer, too.

#include <atomic>
#include <set>
#include <thread>

#include "catalog/catalog_fixture.h"

namespace kalam::catalog {
namespace {

// Case 67, without its timing (catalog_bench.cc measures that): every result is a whole definition, old or new.
TEST_F(CatalogTest, Case67_ReadersSeeWholeDefinitions) {
  constexpr int kTables = 100, kThreads = 8, kLookups = 20'000, kAlters = 60;
  open();
  create_namespace("app");
  must(update([&](CatalogChange& change) -> Status {
    for (int i = 0; i < kTables; ++i) TRY(change.create_table(new_table("app.t" + std::to_string(i), {key()})));
    return {};
  }));
  const auto before = catalog_->cache_stats();
  std::atomic<int> torn{0}, went_back{0};
  std::atomic<uint32_t> answered{1};  // the version of t0 whose ALTER has been answered
  std::vector<std::thread> readers;
  for (int thread = 0; thread < kThreads; ++thread) {
    readers.emplace_back([&, thread] {
      uint32_t seen = 0;
      for (int i = 0; i < kLookups; ++i) {
        const auto floor = answered.load();
        const int number = (i + thread) % 4 == 0 ? 0 : i % kTables;
        const auto found = must(catalog_->table({NamespaceId("app"), TableName("t" + std::to_string(number))}));
        // Version n of a table here has n - 1 columns more than the first.
        if (!found || found->columns.size() != 2 + found->schema_version) ++torn;
        if (number == 0) {
          if (found->schema_version < seen || found->schema_version < floor) ++went_back;
          seen = found->schema_version;
          const auto first = must(catalog_->version(found->id, 1));
          if (first->columns.size() != 3) ++torn;
        }
      }
    });
  }
  for (int i = 0; i < kAlters; ++i) {
    must(alter("app.t0", AddColumn{.name = "c" + std::to_string(i), .type = TypeTag::integer, .default_value = {}}));
    answered.store(static_cast<uint32_t>(i) + 2);
  }
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(went_back, 0);
  const auto after = catalog_->cache_stats();
  const auto hits = after.hits - before.hits, misses = after.misses - before.misses;
  EXPECT_GE(static_cast<double>(hits) / static_cast<double>(hits + misses), 0.99);
}

TEST_F(CatalogTest, StatementsOneAtATime) {
  open();
  create_namespace("app");
  constexpr int kThreads = 4, kEach = 25;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        must(create_table(new_table("app.t" + std::to_string(thread) + "_" + std::to_string(i), {key()})));
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(catalog_->snapshot()->table_count(NamespaceId("app")), size_t{kThreads * kEach});
  std::set<uint64_t> generations;
  for (const auto& table : catalog_->snapshot()->tables(NamespaceId("app"))) generations.insert(table->generation);
  EXPECT_EQ(generations.size(), size_t{kThreads * kEach});
}

TEST_F(CatalogTest, ASnapshotOutlivesWhatReplacedIt) {
  open();
  create_sample("app.t");
  const auto held = catalog_->snapshot();
  must(drop_table("app.t"));
  EXPECT_NE(held->table("app", "t"), nullptr);
  EXPECT_EQ(catalog_->snapshot()->table("app", "t"), nullptr);
  const auto table = must(catalog_->table(must(parse_table_id("dba.stats"))));
  catalog_.reset();
  EXPECT_EQ(table->id.dotted(), "dba.stats");
}

}  // namespace
}  // namespace kalam::catalog
