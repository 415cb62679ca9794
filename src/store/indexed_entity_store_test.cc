#include "store/indexed_entity_store.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "base/log.h"
#include "store/sample_entities.h"
#include "store/store_fixture.h"
#include "store/system_table_store.h"

namespace kalam::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Ids = std::vector<std::string>;

class IndexedEntityStoreTest : public BothStores {
 protected:
  Ids index_keys(size_t index) {
    Ids keys;
    auto entries = must(samples_.index_entries(index));
    for (; entries->valid(); entries->next()) keys.emplace_back(entries->key());
    EXPECT_OK(entries->status());
    return keys;
  }
  static Ids ids_of(Result<SampleIndexedStore::RowScan> opened) {
    auto scan = must(std::move(opened));
    Ids ids;
    while (auto row = must(scan.next())) ids.push_back(row->key.value());
    return ids;
  }

  SampleIndexedStore samples_ = must(SampleIndexedStore::open(*store_, "system_samples", sample_indexes()));
};
KALAM_ON_BOTH_STORES(IndexedEntityStoreTest);

TEST_P(IndexedEntityStoreTest, RowsAndIndexesChangeTogether) {
  EXPECT_OK(samples_.insert(SampleId("1"), {"new", "ann", 0}));
  EXPECT_OK(samples_.insert(SampleId("2"), {"new", "", 0}));
  EXPECT_THAT(index_keys(by_state), ElementsAre("new/1", "new/2"));
  EXPECT_THAT(index_keys(by_owner), ElementsAre("ann/1"));  // nothing extracted: not in the index

  EXPECT_OK(samples_.update(SampleId("1"), {"done", "ann", 1}));
  EXPECT_THAT(index_keys(by_state), ElementsAre("done/1", "new/2"));
  EXPECT_THAT(index_keys(by_owner), ElementsAre("ann/1"));

  EXPECT_OK(samples_.update(SampleId("1"), {"done", "", 1}));
  EXPECT_THAT(index_keys(by_owner), IsEmpty());
  EXPECT_OK(samples_.update(SampleId("3"), {"new", "bob", 0}));  // was not there
  EXPECT_THAT(index_keys(by_owner), ElementsAre("bob/3"));

  EXPECT_OK(samples_.remove(SampleId("1")));
  EXPECT_OK(samples_.remove(SampleId("1")));
  EXPECT_OK(samples_.remove(SampleId("3")));
  EXPECT_THAT(index_keys(by_state), ElementsAre("new/2"));
  EXPECT_EQ(must(samples_.get(SampleId("1"))), std::nullopt);
}

TEST_P(IndexedEntityStoreTest, AFailureLeavesRowAndIndexesAsTheyWere) {
  EXPECT_OK(samples_.insert(SampleId("1"), {"new", "ann", 0}));
  EXPECT_ERROR(ErrorCode::invalid_scalar, samples_.update(SampleId("1"), {"unstorable", "ann", 0}));
  EXPECT_EQ(must(samples_.get(SampleId("1")))->state, "new");
  EXPECT_THAT(index_keys(by_state), ElementsAre("new/1"));
}

TEST_P(IndexedEntityStoreTest, BatchesOfRows) {
  const std::vector<SampleIndexedStore::Row> rows = {{SampleId("1"), {"new", "ann", 0}},
                                                     {SampleId("2"), {"done", "bob", 0}}};
  EXPECT_OK(samples_.insert_batch(rows));
  std::vector<SampleIndexedStore::Preencoded> encoded;
  encoded.push_back({SampleId("3"), {"new", "", 7}, must(SampleJobCodec::encode({"new", "", 7}))});
  EXPECT_OK(samples_.insert_batch_preencoded(encoded));
  EXPECT_THAT(index_keys(by_state), ElementsAre("done/2", "new/1", "new/3"));
  EXPECT_EQ(must(samples_.get(SampleId("3")))->runs, 7);

  // Several changes in one batch of the caller's, who knows the old rows.
  Batch batch;
  const SampleJob first{"new", "ann", 0};
  const SampleJob second{"running", "ann", 1};
  EXPECT_OK(samples_.add_update(batch, SampleId("1"), second, &first));
  EXPECT_OK(samples_.add_update(batch, SampleId("1"), {"done", "ann", 1}, &second));
  EXPECT_OK(samples_.add_remove(batch, SampleId("2")));
  EXPECT_OK(store_->write(batch));
  EXPECT_THAT(index_keys(by_state), ElementsAre("done/1", "new/3"));
}

TEST_P(IndexedEntityStoreTest, ABatchOfNewRowsHoldsEachKeyOnce) {
  const std::vector<SampleIndexedStore::Row> rows = {{SampleId("1"), {"new", "ann", 0}},
                                                     {SampleId("1"), {"done", "bob", 0}}};
  EXPECT_ERROR(ErrorCode::invalid_operation, samples_.insert_batch(rows));
  EXPECT_THAT(index_keys(by_state), IsEmpty());
  EXPECT_EQ(must(samples_.get(SampleId("1"))), std::nullopt);
}

TEST_P(IndexedEntityStoreTest, ReadsByIndex) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_OK(samples_.insert(SampleId(std::to_string(i)), {i % 2 ? "new" : "done", "", i}));
  }
  EXPECT_THAT(ids_of(samples_.scan_by_index(by_state, {.prefix = "new/"})), ElementsAre("1", "3", "5"));
  EXPECT_THAT(ids_of(samples_.scan_by_index(by_state, {.prefix = "new/", .limit = 2, .reverse = true})),
              ElementsAre("5", "3"));
  EXPECT_THAT(ids_of(samples_.scan_by_index(by_state, {.prefix = "none/"})), IsEmpty());
  EXPECT_EQ(must(samples_.latest_by_index_prefix(by_state, "done/"))->key, SampleId("4"));
  EXPECT_EQ(must(samples_.latest_by_index_prefix(by_state, "none/")), std::nullopt);
  EXPECT_TRUE(must(samples_.exists_by_index(by_state, "new/")));
  EXPECT_TRUE(must(samples_.exists_by_index(by_state, "new/3")));
  EXPECT_FALSE(must(samples_.exists_by_index(by_state, "none/")));
}

TEST_P(IndexedEntityStoreTest, DanglingEntriesAreLeftOutButDamagedRowsAreNot) {
  EXPECT_OK(samples_.insert(SampleId("1"), {"new", "", 1}));
  EXPECT_OK(samples_.insert(SampleId("2"), {"new", "", 2}));
  EXPECT_OK(samples_.insert(SampleId("3"), {"new", "", 3}));
  EXPECT_OK(store_->remove(samples_.rows().partition(), "1"));
  auto scan = must(samples_.scan_by_index(by_state, {.prefix = "new/", .limit = 1}));
  EXPECT_EQ(must(scan.next())->key, SampleId("2"));  // the limit counts rows
  EXPECT_EQ(must(scan.next()), std::nullopt);
  EXPECT_EQ(scan.dangling(), 1u);
  EXPECT_OK(store_->remove(samples_.rows().partition(), "3"));
  EXPECT_EQ(must(samples_.latest_by_index_prefix(by_state, "new/"))->key, SampleId("2"));

  EXPECT_OK(store_->put(samples_.rows().partition(), "2", "nonsense"));
  EXPECT_ERROR(ErrorCode::corrupt_payload, samples_.latest_by_index_prefix(by_state, "new/"));
}

TEST_P(IndexedEntityStoreTest, AScanByIndexIsOfOneMoment) {
  EXPECT_OK(samples_.insert(SampleId("1"), {"new", "", 1}));
  EXPECT_OK(samples_.insert(SampleId("2"), {"new", "", 2}));
  auto scan = must(samples_.scan_by_index(by_state, {.prefix = "new/"}));
  EXPECT_OK(samples_.remove(SampleId("1")));
  EXPECT_OK(samples_.update(SampleId("2"), {"done", "", 3}));
  EXPECT_EQ(must(scan.next())->value.runs, 1);
  EXPECT_EQ(must(scan.next())->value.runs, 2);
  EXPECT_EQ(must(scan.next()), std::nullopt);
}

TEST_P(IndexedEntityStoreTest, TheLongestPrefixWins) {
  struct Case {
    std::vector<SampleFilter> filters;
    std::optional<size_t> index;
    std::string prefix;
  };
  const Case cases[] = {
      {{}, {}, ""},
      {{{"runs", "1"}}, {}, ""},
      {{{"state", "new"}}, by_state, "new/"},
      {{{"owner", "ann"}, {"state", "new"}}, by_state, "new/"},  // equally long: the first index
      {{{"state", "new"}, {"owner", "annabel"}}, by_owner, "annabel/"},
      {{{"state", "new"}, {"state", "running"}}, by_state, "running/"},
  };
  for (const auto& [filters, index, prefix] : cases) {
    const auto choice = samples_.choose_index(filters);
    ASSERT_EQ(choice.has_value(), index.has_value()) << prefix;
    if (!choice) continue;
    EXPECT_EQ(choice->index, *index) << prefix;
    EXPECT_EQ(choice->prefix, prefix);
  }
}

TEST_P(IndexedEntityStoreTest, Case43_AFilterUsesItsIndexAndGivesTheRowsOfAFullScan) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_OK(samples_.insert(SampleId(std::to_string(i)), {i % 4 ? "done" : "new", i % 3 ? "ann" : "", i}));
  }
  const auto& uses = counters::counter("store_index_scans_total", {{"index", "system_samples_state_idx"}});
  const auto before = uses.value();
  const log::Capture lines;
  const std::vector<SampleFilter> filters = {{"state", "new"}};
  auto scan = must(samples_.scan_filtered(filters));
  EXPECT_EQ(scan.served_by(), "system_samples_state_idx");
  std::vector<SampleIndexedStore::Row> by_index;
  while (auto row = must(scan.next())) by_index.push_back(std::move(*row));
  EXPECT_EQ(uses.value(), before + 1);
  EXPECT_TRUE(lines.contains(log::Level::info, "scan served by index"));

  auto full = must(samples_.scan_filtered({}));
  EXPECT_EQ(full.served_by(), std::nullopt);
  std::vector<SampleIndexedStore::Row> by_key;
  while (auto row = must(full.next())) {
    if (row->value.state == "new") by_key.push_back(std::move(*row));
  }
  EXPECT_EQ(by_key.size(), 5u);
  EXPECT_EQ(by_index, by_key);
  EXPECT_EQ(uses.value(), before + 1);
}

TEST_P(IndexedEntityStoreTest, IndexesMayHaveValuesOfTheirOwn) {
  auto definitions = sample_indexes();
  definitions[by_state].partition = "system_samples_own_idx";
  definitions[by_state].index_value = [](const SampleId&, const SampleJob& job) { return std::to_string(job.runs); };
  definitions[by_state].primary_key = [](std::string_view key, std::string_view) -> Result<std::string> {
    return std::string(key.substr(key.find('/') + 1));
  };
  auto samples = must(SampleIndexedStore::open(*store_, "system_samples_own", std::move(definitions)));
  EXPECT_OK(samples.insert(SampleId("1"), {"new", "", 42}));
  auto entries = must(samples.index_entries(by_state));
  EXPECT_EQ(entries->value(), "42");
  EXPECT_EQ(must(samples.latest_by_index_prefix(by_state, "new/"))->key, SampleId("1"));
}

// Writers of the same few rows from several threads: afterwards the indexes are those of the rows, entry by entry.
TEST_P(IndexedEntityStoreTest, ConcurrentUpdatesLeaveNoStaleEntries) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::vector<std::thread> threads;
  for (uint64_t writer = 0; writer < 4; ++writer) {
    threads.emplace_back([&, writer] {
      std::mt19937_64 random(seed + writer);
      for (int i = 0; i < 150; ++i) {
        const SampleId id(std::to_string(random() % 3));
        if (random() % 4 == 0) {
          EXPECT_OK(samples_.remove(id, Durability::buffered));
        } else {
          EXPECT_OK(samples_.update(id, {"s" + std::to_string(random() % 5), random() % 2 ? "ann" : "", i},
                                    Durability::buffered));
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Ids states;
  Ids owners;
  auto rows = must(samples_.rows().scan_iterator());
  while (auto row = must(rows.next())) {
    states.push_back(row->value.state + "/" + row->key.value());
    if (!row->value.owner.empty()) owners.push_back(row->value.owner + "/" + row->key.value());
  }
  EXPECT_THAT(index_keys(by_state), testing::UnorderedElementsAreArray(states));
  EXPECT_THAT(index_keys(by_owner), testing::UnorderedElementsAreArray(owners));
}

TEST(SystemTableStore, IsAnIndexedStoreThatOnlyOperatorsRead) {
  enum class Role { user, service, dba, system };
  const auto store = open_memory_store();
  using Table = SystemTableStore<SampleId, SampleJob, SampleIdCodec, SampleJobCodec, SampleFilter>;
  auto table = must(Table::open(*store, "system_samples", sample_indexes()));
  EXPECT_EQ(table.partition_name(), "system_samples");
  EXPECT_OK(table.insert(SampleId("1"), {"new", "", 1}));
  EXPECT_TRUE(must(table.exists_by_index(by_state, "new/")));
  EXPECT_TRUE(Table::readable_by(Role::dba) && Table::readable_by(Role::system));
  EXPECT_FALSE(Table::readable_by(Role::user) || Table::readable_by(Role::service));
}

}  // namespace
}  // namespace kalam::store
