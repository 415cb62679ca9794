// Damage to the log of a killed store, and what a crash may leave there instead.

#include "store/detail/wal_check.h"

#include <gmock/gmock.h>

#include <random>

#include "store/detail/crc32c.h"
#include "store/disk_fixture.h"
#include "store/store_fixture.h"

namespace kalam::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Crc32c, KnownSums) {
  std::string counting;
  for (char i = 0; i < 32; ++i) counting.push_back(i);
  const std::pair<std::string, uint32_t> cases[] = {
      {"", 0},
      {"123456789", 0xE3069283},
      {std::string(32, '\0'), 0x8A9136AA},
      {std::string(32, '\xFF'), 0x62A8AB43},
      {counting, 0x46DD794E},
  };
  for (const auto& [bytes, sum] : cases) {
    EXPECT_EQ(crc32c(bytes), sum) << bytes.size();
    EXPECT_EQ(crc32c_by_table(bytes), sum) << bytes.size();
  }
}

TEST(Crc32c, InstructionAndTableAgree) {
  std::mt19937_64 random(7);
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(crc32c(bytes), crc32c_by_table(bytes)) << size;
    bytes.push_back(static_cast<char>(random()));
  }
}

#ifndef __SANITIZE_THREAD__  // All of these need a killed child: see kChildrenMayHaveThreads.

constexpr size_t kRecordBytes = 41;  // header 7, batch header 12, Put in a family 2, key 1 + 5, value 1 + 13

struct KilledStore {
  // Writes `sizes.size()` synced rows with values of these sizes and ends like a killed process.
  explicit KilledStore(const std::vector<size_t>& sizes) {
    EXPECT_TRUE(in_child([&] {
      const auto store = open_store({.path = path});
      if (!store.ok()) return false;
      const auto partition = (*store)->create_partition("user_n:t");
      for (size_t i = 0; i < sizes.size(); ++i) {
        const auto key = std::string(1, static_cast<char>('a' + i));
        if (!(*store)->put(*partition, key, std::string(sizes[i], 'x')).ok()) return false;
      }
      return true;
    }));
    log = files_of(path, ".log").back();
    bytes = bytes_of(log);
  }
  // The rows of a copy whose log is `changed`; nothing when it is refused as damaged and left as it was.
  std::optional<size_t> rows_with(const std::string& changed) const {
    const auto copy = directory / "copy";
    fs::remove_all(copy);
    fs::copy(path, copy, fs::copy_options::recursive);
    overwrite(fs::path(copy) / log.filename(), changed);
    const auto before = content_of(copy);
    const auto opened = open_store({.path = copy});
    if (!opened.ok()) {
      EXPECT_EQ(opened.error().code, ErrorCode::corruption) << opened.error();
      EXPECT_THAT(opened.error().message, HasSubstr(log.filename().string()));
      EXPECT_EQ(content_of(copy), before);
      return std::nullopt;
    }
    return rows_of(**opened, must((*opened)->partition("user_n:t"))).size();
  }
  std::string with_flip(size_t at) const {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    return changed;
  }

  TempDirectory directory;
  std::string path = directory / "db";
  fs::path log;
  std::string bytes;
};

TEST(WalCheck, AFlippedByteBeforeAnsweredWritesIsDamage) {
  const KilledStore store({13, 13, 13, 13, 13, 13});
  const auto last = store.bytes.size() - kRecordBytes;
  // Every byte of the records in the middle: sums, sizes, types and payloads.
  for (size_t at = last - 2 * kRecordBytes; at < last; ++at) {
    EXPECT_EQ(store.rows_with(store.with_flip(at)), std::nullopt) << "byte " << at;
  }
  EXPECT_EQ(store.rows_with(store.with_flip(3)), std::nullopt);
}

TEST(WalCheck, TheLastRecordMayBeTornInAnyWay) {
  const KilledStore store({13, 13, 13});
  const auto last = store.bytes.size() - kRecordBytes;
  EXPECT_EQ(store.rows_with(store.bytes), 3u);
  for (size_t size = last; size < store.bytes.size(); ++size) {
    EXPECT_EQ(store.rows_with(store.bytes.substr(0, size)), 2u) << "cut to " << size;
  }
  for (size_t at = last; at < store.bytes.size(); ++at) {
    EXPECT_EQ(store.rows_with(store.with_flip(at)), 2u) << "flipped " << at;
  }
}

TEST(WalCheck, WhateverFollowsTheLastRecordIsDropped) {
  const KilledStore store({13, 13});
  std::mt19937_64 random(7);
  std::string garbage;
  for (int i = 0; i < 100'000; ++i) garbage.push_back(static_cast<char>(random()));
  EXPECT_EQ(store.rows_with(store.bytes + garbage), 2u);
  EXPECT_EQ(store.rows_with(store.bytes + std::string(100'000, '\0')), 2u);
  EXPECT_EQ(store.rows_with(store.bytes + std::string(5, '\x01')), 2u);
  EXPECT_EQ(store.rows_with(store.bytes + std::string(100'000, '\x01')), 2u);
}

TEST(WalCheck, RecordsOfManyBlocks) {
  const KilledStore store({100'000, 13, 200'000});
  EXPECT_EQ(store.rows_with(store.bytes), 3u);
  EXPECT_EQ(store.rows_with(store.with_flip(50'000)), std::nullopt);  // a middle fragment of the first
  // The last one may be torn wherever that leaves whole fragments of it behind.
  EXPECT_EQ(store.rows_with(store.with_flip(150'000)), 2u);
  EXPECT_EQ(store.rows_with(store.with_flip(store.bytes.size() - 1)), 2u);
  for (const size_t size : {110'000u, 131'072u, 131'079u, 196'608u, 250'000u}) {
    EXPECT_EQ(store.rows_with(store.bytes.substr(0, size)), 2u) << size;
  }
  auto lost_page = store.bytes;
  lost_page.replace(4096, 4096, 4096, '\0');
  EXPECT_EQ(store.rows_with(lost_page), std::nullopt);
}

TEST(WalCheck, ValuesThatLookLikeARecordAreNotTakenForOne) {
  const KilledStore store({13, 13});
  // The log of another database within a torn value: its sequence numbers are older than what was written here.
  const auto torn = store.bytes + std::string("sum", 4) + std::string("\xFF\x7F\x01", 3) + store.bytes;
  EXPECT_EQ(store.rows_with(torn), 2u);
}

struct TwoLogs : testing::Test {
  // The records of a killed store, dealt to two files as RocksDB does when it starts a new one.
  void write(const std::string& first, const std::string& second) {
    fs::remove_all(directory / "logs");
    fs::create_directory(directory / "logs");
    overwrite(directory / "logs/000009.log", first);
    overwrite(directory / "logs/000010.log", second);
    overwrite(directory / "logs/LOG.log", "not one of RocksDB's");
  }
  Status check() const { return check_logs(rocksdb::Env::Default(), directory / "logs"); }

  KilledStore store{{13, 13, 13}};
  const TempDirectory& directory = store.directory;
  const size_t last = store.bytes.size() - kRecordBytes;
  const std::string before_last = store.bytes.substr(0, last);
  const std::string last_record = store.bytes.substr(last);
};

TEST_F(TwoLogs, DamageWithAnsweredWritesInALaterFile) {
  write(before_last, last_record);
  EXPECT_OK(check());
  auto flipped = before_last;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  write(flipped, last_record);
  EXPECT_ERROR(ErrorCode::corruption, check());
  EXPECT_THAT(check().error().message,
              HasSubstr("000009.log' is damaged at byte " + std::to_string(flipped.size() - kRecordBytes)));
  write(before_last.substr(0, before_last.size() - 1), last_record);
  EXPECT_ERROR(ErrorCode::corruption, check());
  write(flipped, "");
  EXPECT_OK(check());
  write(flipped, "torn");
  EXPECT_OK(check());
}

// A write that failed and was never answered leaves a torn end; the numbers of the next file go on before it.
TEST_F(TwoLogs, ATornEndThatTheNextFileGoesOnFrom) {
  write(before_last + last_record.substr(0, 20), last_record);
  EXPECT_OK(check());
  write(before_last + "x", last_record);
  EXPECT_OK(check());
}

TEST_F(TwoLogs, LogsOfAnotherKindAreRefused) {
  // A recyclable full record: type 5, its own log number behind the type.
  auto body = std::string("\x05") + std::string("\x09\0\0\0", 4) + store.bytes.substr(7, 36);
  const auto sum = crc32c(body);
  const auto masked = (sum >> 15 | sum << 17) + 0xA282EAD8u;
  std::string record;
  for (int i = 0; i < 4; ++i) record.push_back(static_cast<char>(masked >> 8 * i));
  record += std::string("\x24\0", 2) + body;
  write(record, "");
  EXPECT_ERROR(ErrorCode::not_supported, check());
}

#endif  // __SANITIZE_THREAD__

}  // namespace
}  // namespace kalam::store
