// The contract of Store, on both of its implementations.

#include "store/store.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <barrier>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/prefix_end.h"
#include "store/store_fixture.h"

namespace kalam::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Strings = std::vector<std::string>;

class StoreContract : public BothStores {};
KALAM_ON_BOTH_STORES(StoreContract);

TEST(PrefixEnd, IsTheNextPrefixOrNone) {
  struct Case {
    std::string_view prefix;
    std::optional<std::string> end;
  };
  const Case cases[] = {{"a", "b"}, {"ab", "ac"},     {"a\xFF", "b"},       {"a\xFF\xFF", "b"},
                        {"", {}},   {"\xFF\xFF", {}}, {"\xFE\xFF", "\xFF"}, {"\x7F", "\x80"}};
  for (const auto& [prefix, end] : cases) EXPECT_EQ(prefix_end(prefix), end) << "prefix: " << prefix;
}

TEST(Families, FollowTheNameOfThePartition) {
  struct Case {
    std::string_view name;
    Family family;
  };
  const Case cases[] = {
      {"system_users", Family::system_meta},
      {"manifest_cache", Family::system_meta},
      {"information_schema_tables", Family::system_meta},
      {"something_else", Family::system_meta},
      {"system_users_username_idx", Family::system_index},
      {"system_users_role_idx", Family::system_index},
      {"system_users_deleted_at_idx", Family::system_index},
      {"manifest_pending_write_idx", Family::system_index},
      {"system_jobs_status_idx", Family::system_index},
      {"system_jobs_idempotency_idx", Family::system_index},
      {"user_chat:messages", Family::hot_data},
      {"shared_chat:rooms", Family::hot_data},
      {"stream_chat:typing", Family::hot_data},
      {"vix_chat:docs_body_user_ops", Family::hot_data},
      {"topic_messages", Family::hot_data},
      {"user_chat:messages_pk_idx", Family::hot_index},
      {"shared_chat:rooms_pk_idx", Family::hot_index},
      {"vix_chat:docs_body_user_pk_idx", Family::hot_index},
      // With its generation behind the table's name, a table that is called like an index is no index.
      {"user_chat:messages_pk_idx#18", Family::hot_data},
      {"user_chat:messages#17_pk_idx", Family::hot_index},
      {"topic_offsets", Family::hot_index},
      {"raft_log", Family::raft},
  };
  for (const auto& [name, family] : cases) EXPECT_EQ(family_of(name), family) << name;
}

TEST_P(StoreContract, WritesAreReadBack) {
  const auto p = make("system_users");
  EXPECT_EQ(must(store_->get(p, "a")), std::nullopt);
  EXPECT_OK(store_->put(p, "a", "1"));
  EXPECT_EQ(must(store_->get(p, "a")), "1");
  EXPECT_OK(store_->put(p, "a", "2"));
  EXPECT_EQ(must(store_->get(p, "a")), "2");
  EXPECT_OK(store_->remove(p, "a"));
  EXPECT_OK(store_->remove(p, "a"));
  EXPECT_EQ(must(store_->get(p, "a")), std::nullopt);
  EXPECT_OK(store_->put(p, "", ""));  // the empty key and the empty value are a key and a value
  EXPECT_EQ(must(store_->get(p, "")), "");
  EXPECT_OK(store_->put(p, std::string_view("\0\xFF", 2), std::string_view("\0", 1), Durability::buffered));
  EXPECT_EQ(must(store_->get(p, std::string_view("\0\xFF", 2))), std::string(1, '\0'));
}

TEST_P(StoreContract, UnknownPartitionsAreErrors) {
  const auto unknown = store_->partition("nowhere");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::partition_not_found);
  EXPECT_EQ(unknown.error().message, "Partition not found: nowhere");

  const Partition unassigned;
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->get(unassigned, "a"));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->put(unassigned, "a", "1"));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->scan(unassigned));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->compact(unassigned));
}

TEST_P(StoreContract, PartitionsDoNotSeeEachOther) {
  const auto a = make("user_a:t");
  const auto b = make("user_a:tt");
  EXPECT_EQ(make("user_a:t"), a);
  EXPECT_EQ(must(store_->partition("user_a:tt")), b);
  EXPECT_OK(store_->put(a, "k", "of a"));
  EXPECT_OK(store_->put(b, "k", "of b"));
  EXPECT_OK(store_->put(store_->default_partition(), "k", "of default"));
  EXPECT_EQ(must(store_->get(a, "k")), "of a");
  EXPECT_EQ(must(store_->get(b, "k")), "of b");
  EXPECT_EQ(rows_of(*store_, a).size(), 1u);
  EXPECT_EQ(rows_of(*store_, b, {.reverse = true}).size(), 1u);
  EXPECT_EQ(must(store_->get(must(store_->partition("default")), "k")), "of default");
  EXPECT_THAT(store_->list_partitions(), ElementsAre("user_a:t", "user_a:tt"));
}

TEST_P(StoreContract, ManyPartitionsAreCreatedTogether) {
  const auto known = make("system_users");
  EXPECT_OK(store_->put(known, "k", "v"));
  using Names = std::vector<std::string_view>;
  const auto create = [&](const Names& names) { return must(store_->create_partitions(names)); };

  const auto made = create({"system_users_role_idx", "system_users", "default", "user_n:t", "system_users_role_idx"});
  ASSERT_EQ(made.size(), 5u);
  EXPECT_EQ(made[0].name(), "system_users_role_idx");
  EXPECT_EQ(made[1], known);
  EXPECT_EQ(made[2], store_->default_partition());
  EXPECT_EQ(made[3], must(store_->partition("user_n:t")));
  EXPECT_EQ(made[4], made[0]);
  EXPECT_EQ(create({"user_n:t"}).front(), made[3]);
  EXPECT_THAT(create({}), IsEmpty());
  const auto next = make("user_n:next");  // gets an id of its own

  for (const auto& partition : {made[0], made[3], next}) {
    EXPECT_THAT(rows_of(*store_, partition), IsEmpty());
    EXPECT_OK(store_->put(partition, "k", partition.name()));
  }
  for (const auto& partition : {made[0], made[3], next}) {
    EXPECT_THAT(rows_of(*store_, partition), ElementsAre(testing::Pair("k", partition.name())));
  }
  EXPECT_EQ(must(store_->get(known, "k")), "v");
  const std::vector<std::string> all = {"system_users", "system_users_role_idx", "user_n:next", "user_n:t"};
  EXPECT_EQ(store_->list_partitions(), all);
  if (!durable()) return;
  reopen();
  EXPECT_EQ(store_->list_partitions(), all);
  EXPECT_EQ(must(store_->get(must(store_->partition("user_n:t")), "k")), "user_n:t");
  EXPECT_THAT(rows_of(*store_, make("user_n:after")), IsEmpty());
}

TEST_P(StoreContract, ScansObeyPrefixStartLimitAndDirection) {
  const auto p = make("system_t");
  for (const auto* key : {"a", "b1", "b2", "b3", "b\xFF", "c"}) EXPECT_OK(store_->put(p, key, "v"));
  struct Case {
    std::string_view what;
    ScanOptions options;
    Strings keys;
  };
  const Case cases[] = {
      {"everything", {}, {"a", "b1", "b2", "b3", "b\xFF", "c"}},
      {"everything backwards", {.reverse = true}, {"c", "b\xFF", "b3", "b2", "b1", "a"}},
      {"prefix", {.prefix = "b"}, {"b1", "b2", "b3", "b\xFF"}},
      {"prefix backwards", {.prefix = "b", .reverse = true}, {"b\xFF", "b3", "b2", "b1"}},
      {"prefix of nothing", {.prefix = "bb"}, {}},
      {"prefix of one", {.prefix = "c"}, {"c"}},
      {"start on a key", {.start = "b2"}, {"b2", "b3", "b\xFF", "c"}},
      {"start between keys", {.start = "b22"}, {"b3", "b\xFF", "c"}},
      {"start on a key, backwards", {.start = "b2", .reverse = true}, {"b2", "b1", "a"}},
      {"start between keys, backwards", {.start = "b22", .reverse = true}, {"b2", "b1", "a"}},
      {"start before the prefix", {.prefix = "b", .start = "a"}, {"b1", "b2", "b3", "b\xFF"}},
      {"start before the prefix, backwards", {.prefix = "b", .start = "a", .reverse = true}, {}},
      {"start after the prefix", {.prefix = "b", .start = "c"}, {}},
      {"start after the prefix, backwards",
       {.prefix = "b", .start = "c", .reverse = true},
       {"b\xFF", "b3", "b2", "b1"}},
      {"start within the prefix, backwards", {.prefix = "b", .start = "b2", .reverse = true}, {"b2", "b1"}},
      {"start after everything", {.start = "d"}, {}},
      {"start after everything, backwards", {.start = "d", .reverse = true}, {"c", "b\xFF", "b3", "b2", "b1", "a"}},
      {"empty start", {.start = ""}, {"a", "b1", "b2", "b3", "b\xFF", "c"}},
      {"empty start, backwards", {.start = "", .reverse = true}, {}},
      {"limit", {.prefix = "b", .limit = 2}, {"b1", "b2"}},
      {"limit backwards", {.limit = 1, .reverse = true}, {"c"}},
      {"limit 0", {.limit = 0}, {}},
      {"limit 0 backwards", {.limit = 0, .reverse = true}, {}},
  };
  for (const auto& [what, options, keys] : cases) EXPECT_EQ(keys_of(*store_, p, options), keys) << what;
}

TEST_P(StoreContract, Case3_AScanSeesTheMomentItStarted) {
  const auto p = make("system_t");
  EXPECT_OK(store_->put(p, "a", "1"));
  EXPECT_OK(store_->put(p, "b", "1"));
  auto scan = must(store_->scan(p));
  EXPECT_OK(store_->put(p, "c", "2"));
  EXPECT_OK(store_->put(p, "a", "2"));
  EXPECT_OK(store_->remove(p, "b"));
  Rows seen;
  for (; scan->valid(); scan->next()) seen.emplace_back(scan->key(), scan->value());
  EXPECT_OK(scan->status());
  EXPECT_THAT(seen, ElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(rows_of(*store_, p), ElementsAre(Pair("a", "2"), Pair("c", "2")));
}

TEST_P(StoreContract, SnapshotsStandStillAcrossPartitions) {
  const auto p = make("user_n:t");
  const auto q = make("system_t");
  EXPECT_OK(store_->put(p, "a", "1"));
  const auto before = store_->snapshot();
  Batch batch;
  batch.put(p, "a", "2");
  batch.put(q, "b", "2");
  EXPECT_OK(store_->write(batch));
  EXPECT_OK(store_->flush_memtables());
  EXPECT_OK(store_->compact(p));
  EXPECT_EQ(must(store_->get(p, "a", before)), "1");
  EXPECT_EQ(must(store_->get(q, "b", before)), std::nullopt);
  EXPECT_THAT(rows_of(*store_, p, {.snapshot = before}), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(rows_of(*store_, q, {.snapshot = before}), IsEmpty());
  EXPECT_EQ(must(store_->get(p, "a")), "2");
}

TEST_P(StoreContract, SnapshotsAndScansOutliveTheStore) {
  const auto p = make("system_t");
  EXPECT_OK(store_->put(p, "a", "1"));
  const auto snapshot = store_->snapshot();
  auto scan = must(store_->scan(p, {.snapshot = snapshot}));
  store_.reset();
  ASSERT_TRUE(scan->valid());
  EXPECT_EQ(scan->value(), "1");
}

TEST_P(StoreContract, BatchesKeepTheirOrder) {
  const auto p = make("system_t");
  Batch batch;
  EXPECT_OK(store_->write(batch));  // nothing to do
  batch.put(p, "a", "1");
  batch.remove(p, "a");
  batch.put(p, "b", "1");
  batch.put(p, "b", "2");
  batch.remove(p, "never there");
  EXPECT_EQ(batch.size(), 5u);
  EXPECT_OK(store_->write(batch));
  EXPECT_THAT(rows_of(*store_, p), ElementsAre(Pair("b", "2")));
  batch.clear();
  EXPECT_TRUE(batch.empty());
  batch.put(p, "c", "3");
  EXPECT_OK(store_->write(batch));
  EXPECT_EQ(must(store_->get(p, "c")), "3");
  batch.put(p, "d", "4");
  const auto bytes = batch.bytes();
  batch.remove(p, "c");
  batch.put(p, "long key", "and value");
  batch.shrink_to(2);
  EXPECT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch.bytes(), bytes);
  EXPECT_OK(store_->write(batch));
  EXPECT_THAT(keys_of(*store_, p), ElementsAre("b", "c", "d"));
}

TEST_P(StoreContract, Case4_AFailingOperationAppliesNothingInAnyPartition) {
  const auto kept = make("user_n:kept");
  const auto dropped = make("system_dropped");
  EXPECT_OK(store_->drop_partition("system_dropped"));
  Batch batch;
  batch.put(kept, "a", "1");
  batch.put(dropped, "b", "1");
  batch.put(kept, "c", "1");
  const auto written = store_->write(batch);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().message, "Partition not found: system_dropped");
  EXPECT_THAT(rows_of(*store_, kept), IsEmpty());
  EXPECT_OK(store_->put(kept, "a", "2"));  // and nothing stays held
  EXPECT_OK(store_->drop_partition("user_n:kept"));
}

TEST_P(StoreContract, Case5_ADroppedPartitionIsGoneAndItsSiblingIsNot) {
  auto p = make("user_n:t");
  auto sibling = make("user_n:t2");
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_OK(store_->put(p, "k" + std::to_string(i), "v", Durability::buffered));
  }
  EXPECT_OK(store_->put(sibling, "k", "v"));
  EXPECT_OK(store_->flush_memtables());
  EXPECT_OK(store_->put(p, "in memory", "v"));
  EXPECT_OK(store_->drop_partition("user_n:t"));
  EXPECT_OK(store_->drop_partition("user_n:t"));
  EXPECT_OK(store_->drop_partition("never there"));

  EXPECT_THAT(store_->list_partitions(), ElementsAre("user_n:t2"));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->partition("user_n:t"));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->get(p, "k1"));
  EXPECT_ERROR(ErrorCode::partition_not_found, store_->put(p, "k1", "v"));
  EXPECT_EQ(must(store_->get(sibling, "k")), "v");

  if (durable()) {
    reopen();
    EXPECT_THAT(store_->list_partitions(), ElementsAre("user_n:t2"));
    EXPECT_EQ(must(store_->get(must(store_->partition("user_n:t2")), "k")), "v");
  }
  p = make("user_n:t");  // a new one: nothing of the old one comes back
  EXPECT_THAT(rows_of(*store_, p), IsEmpty());
  EXPECT_OK(store_->put(p, "k1", "new"));
  EXPECT_THAT(rows_of(*store_, p), ElementsAre(Pair("k1", "new")));
}

TEST_P(StoreContract, TheDefaultPartitionStays) {
  EXPECT_ERROR(ErrorCode::invalid_operation, store_->drop_partition("default"));
  EXPECT_EQ(make("default"), store_->default_partition());
  EXPECT_THAT(store_->list_partitions(), IsEmpty());
}

TEST_P(StoreContract, StatsNameTheBackend) {
  make("a");
  make("b");
  const auto stats = store_->stats();
  EXPECT_EQ(stats.at("storage_backend"), durable() ? "rocksdb" : "memory");
  EXPECT_EQ(stats.at("storage_partition_count"), "2");
  if (durable()) {
    for (const auto* key :
         {"rocksdb_physical_cf_count", "rocksdb_estimate_num_keys", "rocksdb_estimate_live_data_size_bytes",
          "rocksdb_active_memtable_entries", "rocksdb_immutable_memtable_entries", "rocksdb_active_memtable_size_bytes",
          "rocksdb_live_sst_files_size_bytes", "rocksdb_total_sst_files_size_bytes"}) {
      EXPECT_TRUE(stats.contains(key)) << key;
    }
  }
}

// Readers see every batch whole, and batches in the order in which they were answered.
TEST_P(StoreContract, ConcurrentWritersAndReaders) {
  constexpr int kWriters = 4;
  constexpr int kBatches = 200;
  const auto p = make("user_n:t");
  const auto q = make("system_t");
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::atomic<int> backwards{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 1; i <= kBatches; ++i) {
        Batch batch;
        batch.put(p, std::to_string(writer), std::to_string(i));
        batch.put(q, std::to_string(writer), std::to_string(i));
        EXPECT_OK(store_->write(batch, i % 8 ? Durability::buffered : Durability::synced));
        if (must(store_->get(p, std::to_string(writer))) != std::to_string(i)) ++backwards;
      }
    });
  }
  std::thread reader([&] {
    std::map<std::string, int> last;
    while (!done) {
      const auto snapshot = store_->snapshot();
      const auto rows = rows_of(*store_, p, {.snapshot = snapshot});
      if (rows != rows_of(*store_, q, {.snapshot = snapshot})) ++torn;
      for (const auto& [key, value] : rows) {
        if (std::stoi(value) < last[key]) ++backwards;
        last[key] = std::stoi(value);
      }
    }
  });
  for (auto& thread : threads) thread.join();
  done = true;
  reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(backwards, 0);
  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_EQ(must(store_->get(p, std::to_string(writer))), std::to_string(kBatches));
  }
}

// Dropping while others write: every write is either in before the drop or refused, and none is left behind.
TEST_P(StoreContract, DropsWaitForWritersAndRefuseLaterOnes) {
  for (int round = 0; round < 20; ++round) {
    const auto p = make("user_n:t");
    std::barrier start(3);
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        start.arrive_and_wait();
        for (int i = 0; i < 1'000'000; ++i) {
          const auto written =
              store_->put(p, std::to_string(writer) + "/" + std::to_string(i), "v", Durability::buffered);
          if (written.ok()) continue;
          EXPECT_EQ(written.error().code, ErrorCode::partition_not_found);
          break;
        }
      });
    }
    start.arrive_and_wait();
    EXPECT_OK(store_->drop_partition("user_n:t"));
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(rows_of(*store_, make("user_n:t")), IsEmpty());
    EXPECT_OK(store_->drop_partition("user_n:t"));
  }
}

// Both stores against a std::map, with snapshots kept along the way. The seed is printed by every failure.
TEST_P(StoreContract, BehavesLikeASortedMap) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto p = make("user_n:t");
  std::map<std::string, std::string> model;
  std::vector<std::pair<SnapshotPtr, std::map<std::string, std::string>>> moments;
  const auto any_key = [&] {
    std::string key;
    for (size_t i = random() % 4; i > 0; --i)
      key.push_back(
          "\x00\x01"
          "a\xFF"[random() % 4]);
    return key;
  };
  for (int step = 0; step < 600; ++step) {
    Batch batch;
    for (size_t i = random() % 5; i > 0; --i) {
      const auto key = any_key();
      if (random() % 3 == 0) {
        batch.remove(p, key);
        model.erase(key);
      } else {
        batch.put(p, key, std::to_string(step));
        model[key] = std::to_string(step);
      }
    }
    EXPECT_OK(store_->write(batch, Durability::buffered));
    if (step % 100 == 50) EXPECT_OK(store_->flush_memtables());
    if (step % 40 == 0) moments.emplace_back(store_->snapshot(), model);

    ScanOptions options{.prefix = any_key().substr(0, 2), .limit = random() % 12, .reverse = random() % 2 == 0};
    if (random() % 2) options.start = any_key();
    const std::map<std::string, std::string>* expected_map = &model;
    if (!moments.empty() && random() % 2) {
      options.snapshot = moments[random() % moments.size()].first;
      for (const auto& moment : moments) {
        if (moment.first == options.snapshot) expected_map = &moment.second;
      }
    }
    Rows expected;
    for (const auto& row : *expected_map) {
      if (!row.first.starts_with(options.prefix)) continue;
      if (options.start && (options.reverse ? row.first > *options.start : row.first < *options.start)) continue;
      expected.push_back(row);
    }
    if (options.reverse) std::ranges::reverse(expected);
    if (expected.size() > options.limit) expected.resize(options.limit);
    ASSERT_EQ(rows_of(*store_, p, options), expected) << "step " << step;
  }
}

}  // namespace
}  // namespace kalam::store
