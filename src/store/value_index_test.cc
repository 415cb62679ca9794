#include "store/value_index.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "store/store_fixture.h"

namespace kalam::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Keys = std::vector<std::string>;

TEST(UniqueIndex, RefusesASecondEntity) {
  const auto store = open_memory_store();
  auto index = must(UniqueIndex::open(*store, "system_users_username_idx"));
  EXPECT_EQ(must(index.find("ann")), std::nullopt);
  EXPECT_OK(index.add("ann", "u1"));
  EXPECT_OK(index.add("ann", "u1"));
  const auto refused = index.add("ann", "u2");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::unique_violation);
  EXPECT_EQ(refused.error().message,
            "Unique constraint violation: Index key already exists in system_users_username_idx for different entity");
  EXPECT_EQ(must(index.find("ann")), "u1");
  EXPECT_OK(index.remove("ann"));
  EXPECT_OK(index.add("ann", "u2"));
  EXPECT_EQ(must(index.find("ann")), "u2");
}

TEST(NonUniqueIndex, KeepsAnArrayAndNoEmptyOnes) {
  const auto store = open_memory_store();
  auto index = must(NonUniqueIndex::open(*store, "by_role"));
  const auto partition = must(store->partition("by_role"));
  EXPECT_THAT(must(index.find("dba")), IsEmpty());
  EXPECT_OK(index.add("dba", "u2"));
  EXPECT_OK(index.add("dba", "u1"));
  EXPECT_OK(index.add("dba", "u2"));
  EXPECT_THAT(must(index.find("dba")), ElementsAre("u2", "u1"));
  EXPECT_EQ(must(store->get(partition, "dba")), R"(["u2","u1"])");
  EXPECT_OK(index.remove("dba", "never there"));
  EXPECT_OK(index.remove("dba", "u2"));
  EXPECT_EQ(must(store->get(partition, "dba")), R"(["u1"])");
  EXPECT_OK(index.remove("dba", "u1"));
  EXPECT_EQ(must(store->get(partition, "dba")), std::nullopt);
}

TEST(NonUniqueIndex, DamageIsAnErrorAndStaysAsItIs) {
  const auto store = open_memory_store();
  auto index = must(NonUniqueIndex::open(*store, "by_role"));
  const auto partition = must(store->partition("by_role"));
  EXPECT_OK(store->put(partition, "dba", "[\"u1\""));
  EXPECT_ERROR(ErrorCode::corruption, index.find("dba"));
  EXPECT_ERROR(ErrorCode::corruption, index.add("dba", "u2"));
  EXPECT_ERROR(ErrorCode::corruption, index.remove("dba", "u1"));
  EXPECT_EQ(must(store->get(partition, "dba")), "[\"u1\"");
}

TEST(KeysJson, ReadsWhatOthersWrite) {
  struct Case {
    std::string_view json;
    std::optional<Keys> keys;
  };
  const Case cases[] = {
      {"[]", Keys{}},
      {" [ ] ", Keys{}},
      {R"(["a"])", Keys{"a"}},
      {R"([ "a" ,"b"])", Keys{"a", "b"}},
      {R"(["\"\\\/\b\f\n\r\t"])", Keys{"\"\\/\b\f\n\r\t"}},
      {R"(["\u0041\u00e9\u20AC"])", Keys{"A\u00e9\u20ac"}},
      {R"(["\ud83d\ude00"])", Keys{"\U0001F600"}},
      {"", {}},
      {"[", {}},
      {"[\"a\"", {}},
      {"[\"a\",]", {}},
      {"[\"a\"]x", {}},
      {"[1]", {}},
      {"\"a\"", {}},
      {R"(["\x"])", {}},
      {R"(["\u12"])", {}},
      {R"(["\ud83d"])", {}},
      {R"(["\ude00"])", {}},
      {"[\"\n\"]", {}},
      {"[\"a\\", {}},
  };
  for (const auto& [json, keys] : cases) {
    const auto read = keys_from_json(json);
    ASSERT_EQ(read.ok(), keys.has_value()) << json;
    if (keys) {
      EXPECT_EQ(*read, *keys) << json;
    } else {
      EXPECT_TRUE(read.error().message.starts_with("Serialization error: ")) << json;
    }
  }
}

RC_GTEST_PROP(KeysJson, RoundTrips, (const Keys& keys)) { RC_ASSERT(must(keys_from_json(json_of_keys(keys))) == keys); }

}  // namespace
}  // namespace kalam::store
