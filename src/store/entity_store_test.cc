#include "store/entity_store.h"

#include <gmock/gmock.h>

#include <concepts>

#include "store/cross_user_table_store.h"
#include "store/sample_entities.h"
#include "store/store_fixture.h"

namespace kalam::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Ids = std::vector<std::string>;

template <typename Scan>
Ids ids_of(Result<Scan> opened) {
  auto scan = must(std::move(opened));
  Ids ids;
  while (auto entity = must(scan.next())) ids.push_back(entity->key.value());
  return ids;
}

class EntityStoreTest : public BothStores {
 protected:
  SampleStore samples_ = must(SampleStore::open(*store_, "system_samples"));
};
KALAM_ON_BOTH_STORES(EntityStoreTest);

template <typename Key>
concept TakenAsKey = requires(const SampleStore store, Key key) { store.get(key); };
static_assert(TakenAsKey<SampleId> && !TakenAsKey<OtherId> && !TakenAsKey<std::string>);

TEST_P(EntityStoreTest, PutGetRemove) {
  EXPECT_EQ(must(samples_.get(SampleId("a"))), std::nullopt);
  EXPECT_OK(samples_.put(SampleId("a"), {"new", "ann", 1}));
  EXPECT_EQ(must(samples_.get(SampleId("a"))), (SampleJob{"new", "ann", 1}));
  EXPECT_TRUE(must(samples_.exists(SampleId("a"))));
  EXPECT_OK(samples_.remove(SampleId("a")));
  EXPECT_OK(samples_.remove(SampleId("a")));
  EXPECT_FALSE(must(samples_.exists(SampleId("a"))));
}

TEST_P(EntityStoreTest, BatchesAreAllOrNone) {
  const std::vector<SampleStore::Row> rows = {{SampleId("a"), {"new", "", 1}}, {SampleId("b"), {"new", "", 2}}};
  EXPECT_OK(samples_.batch_put(rows));
  EXPECT_EQ(must(samples_.count()), 2u);
  const std::vector<SampleStore::Row> one_bad = {{SampleId("c"), {"new", "", 3}},
                                                 {SampleId("d"), {"unstorable", "", 4}}};
  EXPECT_ERROR(ErrorCode::invalid_scalar, samples_.batch_put(one_bad));
  EXPECT_EQ(must(samples_.count()), 2u);
  EXPECT_OK(samples_.batch_remove(std::vector{SampleId("a"), SampleId("never there")}));
  EXPECT_THAT(ids_of(samples_.scan_iterator()), ElementsAre("b"));
}

TEST_P(EntityStoreTest, ScansAreTypedLazyAndFiltered) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_OK(samples_.put(SampleId("k" + std::to_string(i)), {i % 2 ? "odd" : "even", "", i}));
  }
  auto odd = must(samples_.scan_iterator({.limit = 2}, [](auto&, const SampleJob& job) { return job.state == "odd"; }));
  EXPECT_EQ(must(odd.next())->key, SampleId("k1"));
  EXPECT_EQ(odd.examined(), 2u);  // nothing is read ahead
  EXPECT_EQ(must(odd.next())->value, (SampleJob{"odd", "", 3}));
  EXPECT_EQ(must(odd.next()), std::nullopt);
  EXPECT_EQ(must(odd.next()), std::nullopt);
  EXPECT_EQ(odd.examined(), 4u);  // and the rest is never looked at
  EXPECT_THAT(ids_of(samples_.scan_iterator({.limit = 0})), IsEmpty());
  EXPECT_THAT(ids_of(samples_.scan_iterator({.limit = 0}, [](auto&, auto&) { return true; })), IsEmpty());
  EXPECT_THAT(ids_of(samples_.scan_prefix("k", {.start = "k8"})), ElementsAre("k8", "k9"));
  EXPECT_THAT(ids_of(samples_.scan_prefix("x")), IsEmpty());

  auto keys = must(samples_.scan_keys({.limit = 2, .reverse = true}));
  EXPECT_EQ(must(keys.next()), SampleId("k9"));
  EXPECT_EQ(must(keys.next()), SampleId("k8"));
  EXPECT_EQ(must(keys.next()), std::nullopt);
  EXPECT_EQ(must(samples_.count({.prefix = "k", .start = "k5"})), 5u);
}

TEST_P(EntityStoreTest, DirectionalScansExcludeTheirStart) {
  for (const auto* id : {"a", "b", "c", "d"}) EXPECT_OK(samples_.put(SampleId(id), {"new", "", 1}));
  struct Case {
    std::optional<std::string> start;
    Towards towards;
    size_t limit;
    Ids ids;
  };
  const Case cases[] = {
      {"b", Towards::newer, 10, {"c", "d"}},  {"b", Towards::newer, 1, {"c"}},
      {"c", Towards::older, 10, {"b", "a"}},  {"c", Towards::older, 1, {"b"}},
      {"bb", Towards::older, 10, {"b", "a"}}, {"bb", Towards::newer, 10, {"c", "d"}},
      {"d", Towards::newer, 10, {}},          {"a", Towards::older, 10, {}},
      {{}, Towards::newer, 2, {"a", "b"}},    {{}, Towards::older, 2, {"d", "c"}},
      {"b", Towards::older, 0, {}},
  };
  for (const auto& [start, towards, limit, ids] : cases) {
    const auto from = start ? std::optional(SampleId(*start)) : std::nullopt;
    EXPECT_EQ(ids_of(samples_.scan_directional(from, towards, limit)), ids) << start.value_or("(end)") << " " << limit;
  }
}

TEST_P(EntityStoreTest, ProjectionsDecodeOnlyWhatIsWanted) {
  EXPECT_OK(samples_.put(SampleId("a"), {"new", "ann", 1}));
  EXPECT_OK(store_->put(samples_.partition(), "b", "done\nthe rest is damaged"));  // a full decode fails
  auto scan = must(samples_.scan_projected(SampleJobCodec::StateOnly(), {},
                                           [](auto&, const std::string& state) { return state == "done"; }));
  EXPECT_EQ(must(scan.next()), (Entity<SampleId, std::string>{SampleId("b"), "done"}));
  EXPECT_EQ(must(scan.next()), std::nullopt);
}

TEST_P(EntityStoreTest, BytesThatDoNotDecodeAreErrorsEverywhere) {
  EXPECT_OK(samples_.put(SampleId("a"), {"new", "", 1}));
  EXPECT_OK(store_->put(samples_.partition(), "b", "nonsense"));
  EXPECT_OK(samples_.put(SampleId("c"), {"new", "", 1}));
  const auto read = samples_.get(SampleId("b"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::corrupt_payload);
  EXPECT_EQ(read.error().message, "bad value");
  EXPECT_EQ(read.error().detail, "partition=system_samples key=0x62");

  auto scan = must(samples_.scan_iterator());
  EXPECT_EQ(must(scan.next())->key, SampleId("a"));
  EXPECT_ERROR(ErrorCode::corrupt_payload, scan.next());
  EXPECT_EQ(must(scan.next()), std::nullopt);  // over, not resumed behind the damage
  EXPECT_ERROR(ErrorCode::corrupt_payload,
               must(samples_.scan_projected(SampleJobCodec::StateOnly(), {.start = "b"})).next());

  EXPECT_OK(store_->put(samples_.partition(), "bad key", "new\n\n1"));
  EXPECT_ERROR(ErrorCode::corrupt_payload, must(samples_.scan_keys({.start = "bad"})).next());
  EXPECT_ERROR(ErrorCode::corrupt_payload, must(samples_.scan_iterator({.start = "bad"})).next());
  EXPECT_EQ(must(samples_.count()), 4u);  // counting decodes nothing
}

TEST_P(EntityStoreTest, SnapshotsHold) {
  EXPECT_OK(samples_.put(SampleId("a"), {"new", "", 1}));
  const auto snapshot = store_->snapshot();
  EXPECT_OK(samples_.put(SampleId("a"), {"done", "", 1}));
  EXPECT_OK(samples_.put(SampleId("b"), {"new", "", 1}));
  EXPECT_EQ(must(samples_.get(SampleId("a"), snapshot))->state, "new");
  EXPECT_THAT(ids_of(samples_.scan_iterator({.snapshot = snapshot})), ElementsAre("a"));
  EXPECT_OK(samples_.compact());
  EXPECT_EQ(must(samples_.get(SampleId("a"), snapshot))->state, "new");
}

enum class Role { anonymous, user, service, dba, system };
enum class Access { public_, private_, restricted, dba };

TEST(TableAccess, FollowsLevelAndRole) {
  struct Case {
    std::optional<Access> access;
    std::vector<Role> may;
  };
  const Role roles[] = {Role::anonymous, Role::user, Role::service, Role::dba, Role::system};
  const Case cases[] = {
      {Access::public_, {Role::anonymous, Role::user, Role::service, Role::dba, Role::system}},
      {Access::private_, {}},
      {Access::restricted, {Role::service, Role::dba, Role::system}},
      {Access::dba, {Role::dba, Role::system}},
      {std::nullopt, {Role::service, Role::dba, Role::system}},
  };
  for (const auto& [access, may] : cases) {
    for (const auto role : roles) {
      EXPECT_EQ(may_read_cross_user_table(access, role), std::ranges::find(may, role) != may.end())
          << "level " << (access ? static_cast<int>(*access) : -1) << " role " << static_cast<int>(role);
    }
  }
  for (const auto role : roles) EXPECT_EQ(may_read_system_table(role), role >= Role::dba);
}

TEST(CrossUserTableStore, ChecksWhoReads) {
  const auto store = open_memory_store();
  using Table = CrossUserTableStore<SampleId, SampleJob, SampleIdCodec, SampleJobCodec, Access>;
  auto table = must(Table::open(*store, "shared_n:t", Access::restricted));
  EXPECT_OK(table.put(SampleId("a"), {"new", "", 1}));
  EXPECT_EQ(must(table.get_as(Role::service, SampleId("a")))->runs, 1);
  EXPECT_THAT(ids_of(table.scan_as(Role::dba)), ElementsAre("a"));
  EXPECT_ERROR(ErrorCode::permission_denied, table.get_as(Role::user, SampleId("a")));
  EXPECT_ERROR(ErrorCode::permission_denied, table.scan_as(Role::user));
}

class InternedKeysTest : public BothStores {
 protected:
  using Table = CrossUserTableStore<SampleRowKey, SampleJob, SampleRowKeyCodec, SampleJobCodec, Access>;
  static constexpr int kOwners = 20;
  static constexpr int kRows = 200;  // of each

  static std::string owner(int number) { return "user-" + std::to_string(number) + "-of-the-acme-corporation"; }
  Table open(Interner& owners) {
    return must(Table::open(*store_, "shared_n:t", Access::public_, SampleRowKeyCodec(owners)));
  }
  void fill() {
    Interner owners;
    const auto table = open(owners);
    Batch batch;
    for (int row = 0; row < kOwners * kRows; ++row) {
      const auto number = static_cast<uint8_t>(row / kOwners);
      const SampleRowKey key{must(owners.intern_id<SampleId>(owner(row % kOwners))), number};
      EXPECT_OK(table.add_put(batch, key, {number % 2 ? "odd" : "even", "", row}));
    }
    EXPECT_OK(store_->write(batch));
  }
};
KALAM_ON_BOTH_STORES(InternedKeysTest);

TEST_P(InternedKeysTest, OwnersOfManyRowsTakeATenthOfTheMemory) {
  fill();
  std::vector<SampleId> texts;
  size_t text_bytes = 0;
  const auto by_text = must(
      EntityStore<SampleTextRowKey, SampleJob, SampleTextRowKeyCodec, SampleJobCodec>::open(*store_, "shared_n:t"));
  auto text_keys = must(by_text.scan_keys());
  while (auto key = must(text_keys.next())) {
    texts.push_back(std::move(key->owner));
    text_bytes += sizeof(SampleId) + texts.back().value().capacity() + 1;
  }

  Interner owners;
  const auto before = owners.bytes();
  std::vector<InternedId<SampleId>> interned;
  auto keys = must(open(owners).scan_keys());
  while (auto key = must(keys.next())) interned.push_back(key->owner);
  const auto interned_bytes = interned.size() * sizeof(interned[0]) + owners.bytes() - before;

  ASSERT_EQ(interned.size(), static_cast<size_t>(kOwners * kRows));
  ASSERT_EQ(texts.size(), interned.size());
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(owners.view(interned[i]), texts[i].value());
  EXPECT_GE(text_bytes, 10 * interned_bytes);
}

TEST_P(InternedKeysTest, FiltersAndProjectionsSeeThem) {
  fill();
  Interner owners;
  const auto table = open(owners);
  const auto seventh = must(owners.intern_id<SampleId>(owner(7)));
  const SampleRowKey key{seventh, 3};
  EXPECT_EQ(must(table.get_as(Role::user, key))->runs, 3 * kOwners + 7);

  auto rows = must(table.scan_as(Role::user, {.limit = 5},
                                 [&](const SampleRowKey& each, const SampleJob&) { return each.owner == seventh; }));
  for (int number = 0; number < 5; ++number) {
    const auto row = must(rows.next());
    ASSERT_TRUE(row);
    EXPECT_EQ(row->key, (SampleRowKey{seventh, static_cast<uint8_t>(number)}));
  }
  EXPECT_EQ(must(rows.next()), std::nullopt);

  auto states = must(table.scan_projected(
      SampleJobCodec::StateOnly(), {.prefix = SampleRowKeyCodec::encode_prefix(owner(7)), .reverse = true},
      [&](const SampleRowKey& each, const std::string& state) { return each.owner == seventh && state == "even"; }));
  EXPECT_EQ(must(states.next()), (Entity<SampleRowKey, std::string>{{seventh, kRows - 2}, "even"}));
}

// Whoever makes up user ids fills the interner of one scan, up to its limit, and nothing else.
TEST_P(InternedKeysTest, AFullInternerEndsAScanWithAnError) {
  fill();
  Interner owners(1024);
  auto keys = must(open(owners).scan_keys());
  size_t seen = 0;
  while (true) {
    const auto key = keys.next();
    if (!key.ok()) {
      EXPECT_EQ(key.error().code, ErrorCode::limit_exceeded);
      EXPECT_THAT(key.error().detail, HasSubstr("partition=shared_n:t"));
      break;
    }
    ASSERT_TRUE(*key) << "the scan ended without an error";
    ++seen;
  }
  EXPECT_GT(seen, 0u);
  EXPECT_LT(owners.bytes(), Interner(1024).bytes() + 2 * 1024);
  EXPECT_EQ(must(keys.next()), std::nullopt);
}

}  // namespace
}  // namespace kalam::store
