// Identifiers: those of clients, and those we make ourselves. Roles and FILE references beside them.

#include "types/ids.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <set>
#include <thread>

#include "types/file_ref.h"
#include "types/generated_ids.h"
#include "types/role.h"
#include "types/row.h"
#include "types/snowflake.h"

namespace kalam {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

template <typename T>
std::string message_of(const Result<T>& result) {
  return result.ok() ? "no error" : result.error().message;
}

TEST(Ids, AreCheckedAndLowered) {
  EXPECT_EQ(parse_namespace_id("Chat").value().value(), "chat");
  EXPECT_EQ(parse_table_name("Messages").value().value(), "messages");
  EXPECT_EQ(parse_user_id("Alice").value().value(), "Alice");
  EXPECT_EQ(parse_table_id("Chat.Messages.x").value(), (TableId{NamespaceId("chat"), TableName("messages.x")}));
  EXPECT_EQ(parse_table_id("chat.messages").value().colon(), "chat:messages");
  struct Case {
    std::string found, error;
  };
  const Case cases[] = {
      {message_of(parse_namespace_id("")), "Namespace ID cannot be empty"},
      {message_of(parse_namespace_id("a..b")), "Namespace ID cannot contain '..' (path traversal)"},
      {message_of(parse_namespace_id("a/b")), "Namespace ID cannot contain path separators"},
      {message_of(parse_namespace_id("a\\b")), "Namespace ID cannot contain path separators"},
      {message_of(parse_namespace_id(std::string_view("a\0b", 3))), "Namespace ID cannot contain null bytes"},
      {message_of(parse_table_name("")), "Table name cannot be empty"},
      {message_of(parse_table_id("chat")), "Invalid table id 'chat': expected namespace.table"},
      {message_of(parse_table_id(".t")), "Namespace ID cannot be empty"},
      {message_of(parse_user_id("")), "User ID cannot be empty"},
      {message_of(parse_user_id("a/b")), "User ID cannot contain '/' (directory separator)"},
      {message_of(parse_user_id("a\\b")), "User ID cannot contain '\\' (directory separator)"},
      {message_of(parse_user_id("../b")), "User ID cannot contain '..' (path traversal)"},
      {message_of(parse_user_id("Shared")), "User ID 'Shared' is reserved"},
      {message_of(parse_storage_id("a;b")), "Storage ID cannot contain quotes or semicolons"},
      {message_of(parse_storage_id("a'b")), "Storage ID cannot contain quotes or semicolons"},
      {message_of(parse_storage_id("s3-eu")), "no error"},
  };
  for (const auto& [found, error] : cases) EXPECT_EQ(found, error);
}

TEST(Ids, TransactionIdsAreUuidsOfVersion7) {
  EXPECT_EQ(parse_transaction_id("0190B5C0-1234-7ABC-8def-0123456789ab").value().value(),
            "0190b5c0-1234-7abc-8def-0123456789ab");
  struct Case {
    std::string_view text, error;
  };
  const Case cases[] = {
      {"not-a-uuid", "transaction id must be a 36-character UUID string"},
      {"0190b5c012347-abc-8def-0123456789abx", "transaction id must use canonical UUID hyphen positions"},
      {"0190b5c0-1234-7abc-8def-0123456789ag", "transaction id must contain only hexadecimal digits"},
      {"0190b5c0-1234-4abc-8def-0123456789ab", "transaction id must be a UUID v7"},
      {"0190b5c0-1234-7abc-cdef-0123456789ab", "transaction id must use an RFC 4122 variant"},
  };
  for (const auto& [text, error] : cases) EXPECT_EQ(message_of(parse_transaction_id(text)), error);
}

TEST(Roles, RiseAndRead) {
  EXPECT_LT(Role::service, Role::dba);
  EXPECT_TRUE(is_admin(Role::dba));
  EXPECT_FALSE(is_admin(Role::service));
  for (const auto role : {Role::anonymous, Role::user, Role::service, Role::dba, Role::system}) {
    EXPECT_EQ(parse_role(name_of(role)), role);
    EXPECT_EQ(parse_role(variant_name(role)), role);
  }
  EXPECT_EQ(parse_role("king"), std::nullopt);
}

TEST(Rows, TheNewerVersionHasTheGreaterCommit) {
  const RowHeader unassigned{RowSeq(9), CommitSeq(0)};
  const RowHeader first{RowSeq(5), CommitSeq(1)};
  const RowHeader second{RowSeq(4), CommitSeq(2)};
  EXPECT_TRUE(second.newer_than(first));
  EXPECT_TRUE(first.newer_than(unassigned));
  EXPECT_TRUE((RowHeader{RowSeq(6), CommitSeq(1)}).newer_than(first));
  EXPECT_FALSE(first.newer_than(first));
}

// Time starts on a whole millisecond.
constexpr Micros kStart{1'750'000'000'000'000};

TEST(TypesSpec, Case24_SnowflakesRise) {
  ManualClock clock(kStart);
  Snowflakes snowflakes(clock, 5);
  int64_t last = 0;
  for (int i = 0; i < 10'000; ++i) {  // more than two milliseconds hold: the clock is made to move on
    const auto seq = snowflakes.next().value();
    EXPECT_GT(seq.value(), last);
    EXPECT_EQ(seq.value() >> 12 & 1023, 5);
    last = seq.value();
  }
  EXPECT_EQ(timestamp_ms(RowSeq(last)), kStart.count() / 1000 + 2);
}

TEST(Snowflakes, FollowTheLayout) {
  ManualClock clock(kStart);
  Snowflakes snowflakes(clock, 1023);
  const auto first = snowflakes.next().value();
  EXPECT_EQ(first.value(), (kStart.count() / 1000 - kSnowflakeEpochMs) << 22 | 1023 << 12);
  EXPECT_EQ(snowflakes.next().value().value(), first.value() + 1);
  const auto max = max_row_seq_at(timestamp_ms(first)).value();
  EXPECT_GE(max, first);
  EXPECT_EQ(timestamp_ms(max), timestamp_ms(first));
  EXPECT_EQ(max.value() & 0x3FFFFF, 0x3FFFFF);
  EXPECT_FALSE(max_row_seq_at(kSnowflakeEpochMs - 1).ok());
  EXPECT_FALSE(max_row_seq_at(INT64_MIN).ok());
  EXPECT_FALSE(max_row_seq_at(INT64_MAX).ok());
  EXPECT_TRUE(max_row_seq_at(kSnowflakeEpochMs).ok());
}

// storage case 6: a short step back of the clock is waited for, a long one is an error.
TEST(Snowflakes, WaitOutAShortStepBack) {
  ManualClock clock(kStart);
  Snowflakes snowflakes(clock, 0);
  const auto before = snowflakes.next().value();
  clock.set(kStart - Millis(50));
  const auto after = snowflakes.next().value();
  EXPECT_GT(after, before);
  EXPECT_EQ(clock.now(), kStart);
}

TEST(Snowflakes, RefuseALongStepBack) {
  ManualClock clock(kStart);
  Snowflakes snowflakes(clock, 0);
  const auto before = snowflakes.next().value();
  clock.set(kStart - Millis(51));
  EXPECT_EQ(message_of(snowflakes.next()), "Clock moved backwards. Refusing to generate id for 51 milliseconds");
  clock.set(kStart);
  EXPECT_GT(snowflakes.next().value(), before);
  ManualClock old(Micros(0));
  Snowflakes too_early(old, 0);
  EXPECT_EQ(message_of(too_early.next()), "Timestamp is before the snowflake epoch 2024-01-01");
}

TEST(Snowflakes, BatchesAndThreadsNeverRepeat) {
  SystemClock clock;
  Snowflakes snowflakes(clock, 1);
  std::vector<std::vector<RowSeq>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : found) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          const auto batch = snowflakes.next(100).value();
          mine.insert(mine.end(), batch.begin(), batch.end());
        }
      });
    }
  }
  std::set<RowSeq> all;
  for (const auto& mine : found) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 8000u);
}

TEST(GeneratedIds, HaveTheirForms) {
  ManualClock clock(kStart);
  SeededRandom random(7);
  TimeOrderedIds ids(clock, random);
  EXPECT_THAT(print_uuid(make_uuid_v4(random)),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_THAT(make_user_id(random).value(), MatchesRegex("[A-Za-z0-9_-]{21}"));
  EXPECT_NE(make_user_id(random), make_user_id(random));
  EXPECT_THAT(ids.ulid(), MatchesRegex("[0-7][0-9A-HJKMNP-TV-Z]{25}"));
  EXPECT_TRUE(parse_transaction_id(ids.transaction_id().value()).ok());
}

// Case 15, the part about UUID_V7().
TEST(TypesSpec, Case15_UuidV7) {
  ManualClock clock(kStart);
  SeededRandom random(7);
  TimeOrderedIds ids(clock, random);
  const auto uuid = ids.uuid_v7();
  EXPECT_THAT(print_uuid(uuid), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  int64_t ms = 0;
  for (size_t i = 0; i < 6; ++i) ms = ms << 8 | uuid[i];
  EXPECT_EQ(ms, kStart.count() / 1000);
}

TEST(GeneratedIds, RiseAlsoWhenTheClockDoesNot) {
  ManualClock clock(kStart);
  SeededRandom random(7);
  TimeOrderedIds ids(clock, random);
  auto uuid = ids.uuid_v7();
  auto ulid = ids.ulid();
  for (int i = 0; i < 1000; ++i) {
    if (i % 100 == 50) clock.advance(Millis(1));
    if (i % 100 == 70) clock.set(kStart - Millis(i));
    const auto next_uuid = ids.uuid_v7();
    const auto next_ulid = ids.ulid();
    EXPECT_LT(uuid, next_uuid);
    EXPECT_LT(ulid, next_ulid);
    uuid = next_uuid;
    ulid = next_ulid;
  }
}

const FileRef kFile{.id = "123",
                    .sub = "f0001",
                    .name = "My Photo.PNG",
                    .size = 5,
                    .mime = "image/png",
                    .sha256 = std::string(64, 'a'),
                    .shard = std::nullopt};

TEST(FileRef, RoundTrips) {
  EXPECT_EQ(kFile.json(), R"({"id":"123","sub":"f0001","name":"My Photo.PNG","size":5,"mime":"image/png","sha256":")" +
                              std::string(64, 'a') + "\"}");
  auto sharded = kFile;
  sharded.shard = 7;
  for (const auto& ref : {kFile, sharded}) EXPECT_EQ(FileRef::parse(ref.json()).value(), ref);
}

TEST(FileRef, IsStrict) {
  const auto broken = [](std::string_view from, std::string_view to) {
    auto json = kFile.json();
    json.replace(json.find(from), from.size(), to);
    return FileRef::parse(json);
  };
  EXPECT_TRUE(broken("aaaa", "AAAA").ok());  // hex of any case is read, lower case is kept
  EXPECT_FALSE(broken("\"123\"", "\"12x\"").ok());
  EXPECT_FALSE(broken("\"123\"", "\"-5\"").ok());
  EXPECT_FALSE(broken("\"123\"", "\"\"").ok());
  EXPECT_FALSE(broken("f0001", "f001").ok());
  EXPECT_FALSE(broken("f0001", "../../x").ok());
  EXPECT_FALSE(broken("aaaa", "aaa").ok());
  EXPECT_FALSE(broken("aaaa", "zzzz").ok());
  EXPECT_FALSE(broken(":5", ":-5").ok());
  EXPECT_FALSE(broken(":5", ":\"5\"").ok());
  EXPECT_FALSE(broken("\"size\":5,", "").ok());
  EXPECT_FALSE(broken("\"size\":5", "\"size\":5,\"size\":6").ok());
  EXPECT_FALSE(broken("\"size\":5", "\"size\":5,\"path\":\"x\"").ok());
  EXPECT_FALSE(broken("\"size\":5", "\"size\":5,\"shard\":4294967296").ok());
  EXPECT_FALSE(broken("My Photo.PNG", "").ok());
  EXPECT_FALSE(FileRef::parse("\"123\"").ok());
  EXPECT_FALSE(FileRef::parse("").ok());
}

TEST(FileRef, StoredNamesAreSafe) {
  struct Case {
    std::string name, stored;
  };
  const Case cases[] = {
      {"My Photo.PNG", "7-my-photo.png"},
      {"../../etc/passwd", "7.bin"},
      {"a__b--c  d.tar.gz", "7-a-b-c-dtar.gz"},
      {"-x-.txt", "7-x.txt"},
      {".bashrc", "7.bashrc"},
      {"r\xC3\xA9sum\xC3\xA9.pdf", "7-rsum.pdf"},
      {"noextension", "7-noextension.bin"},
      {"x.averylongextension", "7-x.bin"},
      {"x.", "7-x.bin"},
      {"???.jpg", "7.jpg"},
      {std::string(80, 'a') + ".txt", "7-" + std::string(50, 'a') + ".txt"},
  };
  for (const auto& [name, stored] : cases) EXPECT_EQ((FileRef{.id = "7", .name = name}.stored_name()), stored) << name;
  EXPECT_TRUE(
      rc::check("stored names hold nothing but letters, digits, dashes and one dot", [](const std::string& name) {
        const auto stored = FileRef{.id = "7", .name = name}.stored_name();
        RC_ASSERT(stored.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos);
        RC_ASSERT(std::count(stored.begin(), stored.end(), '.') == 1);
        RC_ASSERT(stored.size() <= 2 + 50 + 11);
      }));
}

TEST(FileRef, FoldersAndMimeTypes) {
  EXPECT_EQ(file_folder(1), "f0001");
  EXPECT_TRUE(is_file_folder("f0042"));
  for (const auto* text : {"f001", "f00001", "x0001", "f00a1", "", "F0001"}) EXPECT_FALSE(is_file_folder(text)) << text;
  const std::string rules[] = {"image/*", "application/pdf"};
  EXPECT_TRUE(mime_allowed("image/png", rules));
  EXPECT_TRUE(mime_allowed("application/pdf", rules));
  EXPECT_FALSE(mime_allowed("application/pdfx", rules));
  EXPECT_FALSE(mime_allowed("text/plain", rules));
  EXPECT_TRUE(mime_allowed("text/plain", {}));
}

}  // namespace
}  // namespace kalam
