// What only a store on disk can suffer: crashes, full and broken disks, damaged files, a second process, restores.

#include <gmock/gmock.h>
#include <rocksdb/db.h>
#include <functional>
#include <thread>

#include "store/detail/rocks_store.h"
#include "store/disk_fixture.h"
#include "store/faulty_env.h"
#include "store/lock_file.h"
#include "store/store_fixture.h"

namespace kalam::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<Store> open_at(const std::string& path) { return must(open_store({.path = path})); }

TEST(RocksStore, AnAnsweredWriteSurvivesAKill) {
  if (!kChildrenMayHaveThreads) GTEST_SKIP() << "ThreadSanitizer does not follow into a child";
  const TempDirectory directory;
  const auto path = directory / "deep/er/db";
  ASSERT_TRUE(in_child([&] {
    auto store = open_store({.path = path});
    if (!store.ok()) return false;
    auto partition = (*store)->create_partition("user_n:t");
    for (int i = 0; i < 300; ++i) {
      if (!(*store)->put(*partition, std::to_string(i), std::string(1000, 'x')).ok()) return false;
    }
    return (*store)->create_partition("user_n:dropped").ok() && (*store)->drop_partition("user_n:dropped").ok();
  }));
  const auto store = open_at(path);
  EXPECT_THAT(store->list_partitions(), ElementsAre("user_n:t"));
  EXPECT_EQ(rows_of(*store, must(store->partition("user_n:t"))).size(), 300u);
}

TEST(RocksStore, ATornTailOfTheLogLosesOnlyWhatWasTorn) {
  if (!kChildrenMayHaveThreads) GTEST_SKIP() << "ThreadSanitizer does not follow into a child";
  const TempDirectory directory;
  const auto path = directory / "db";
  ASSERT_TRUE(in_child([&] {
    auto store = open_store({.path = path});
    auto partition = (*store)->create_partition("user_n:t");
    return (*store)->put(*partition, "a", "1").ok() && (*store)->put(*partition, "b", std::string(5000, 'x')).ok();
  }));
  const auto log = files_of(path, ".log").back();
  const auto whole = bytes_of(log);
  for (const size_t cut : {1u, 100u, 4999u}) {
    overwrite(log, std::string_view(whole).substr(0, whole.size() - cut));
    const auto copy = directory / ("cut" + std::to_string(cut));
    fs::copy(path, copy, fs::copy_options::recursive);
    const auto store = open_at(copy);
    EXPECT_THAT(keys_of(*store, must(store->partition("user_n:t"))), ElementsAre("a")) << "cut " << cut;
  }
}

TEST(RocksStore, AFlippedByteInATableIsAnErrorThatNamesTheFile) {
  const TempDirectory directory;
  const auto path = directory / "db";
  {
    const auto store = open_at(path);
    const auto p = must(store->create_partition("user_n:t"));
    for (int i = 0; i < 200; ++i) EXPECT_OK(store->put(p, std::to_string(i), "value", Durability::buffered));
    EXPECT_OK(store->flush_memtables());
  }
  // The table with the rows is the largest; its first block is data.
  const auto tables = files_of(path, ".sst");
  const auto table = *std::ranges::max_element(tables, {}, [](const auto& file) { return fs::file_size(file); });
  auto bytes = bytes_of(table);
  bytes[20] ^= 1;
  overwrite(table, bytes);
  const auto store = open_at(path);
  const auto p = must(store->partition("user_n:t"));
  const auto read = store->get(p, "0");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::corruption);
  EXPECT_THAT(read.error().message, HasSubstr(table.filename().string()));
  auto scan = must(store->scan(p));
  while (scan->valid()) scan->next();
  EXPECT_ERROR(ErrorCode::corruption, scan->status());
}

TEST(RocksStore, ADamagedStoreIsNotOpenedAndNotChanged) {
  const TempDirectory directory;
  const auto path = directory / "db";
  {
    const auto store = open_at(path);
    const auto p = must(store->create_partition("user_n:t"));
    EXPECT_OK(store->put(p, "a", "1"));
    EXPECT_OK(store->flush_memtables());
    EXPECT_OK(store->put(p, "b", "2"));
  }
  struct Case {
    std::string_view what;
    std::function<void(const std::string& copy)> damage;
  };
  const Case cases[] = {
      {"no CURRENT", [](auto& copy) { fs::remove(copy + "/CURRENT"); }},
      {"CURRENT names nothing", [](auto& copy) { overwrite(copy + "/CURRENT", "MANIFEST-999999\n"); }},
      {"CURRENT is empty", [](auto& copy) { overwrite(copy + "/CURRENT", ""); }},
      {"a table is missing", [](auto& copy) { fs::remove(files_of(copy, ".sst").front()); }},
      {"the manifest is damaged",
       [](auto& copy) {
         for (const auto& entry : fs::directory_iterator(copy)) {
           if (!entry.path().filename().string().starts_with("MANIFEST")) continue;
           auto bytes = bytes_of(entry.path());
           bytes[bytes.size() / 2] ^= 1;
           overwrite(entry.path(), bytes);
         }
       }},
  };
  int number = 0;
  for (const auto& [what, damage] : cases) {
    const auto copy = directory / ("copy" + std::to_string(number++));
    fs::copy(path, copy, fs::copy_options::recursive);
    damage(copy);
    const auto before = content_of(copy);
    const auto opened = open_store({.path = copy});
    ASSERT_FALSE(opened.ok()) << what;
    EXPECT_TRUE(opened.error().code == ErrorCode::corruption || opened.error().code == ErrorCode::io)
        << what << ": " << opened.error();
    EXPECT_THAT(opened.error().message, HasSubstr(copy)) << what;
    EXPECT_EQ(content_of(copy), before) << what;
  }
}

TEST(RocksStore, OneProcessAtATime) {
  const TempDirectory directory;
  const auto path = directory / "db";
  const auto store = open_at(path);
  const auto expected = "Data directory '" + path + "' is in use by process " + std::to_string(::getpid());
  const auto again = open_store({.path = path + "/"});  // within the process too
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::in_use);
  EXPECT_EQ(again.error().message, expected);

  int hold[2];
  ASSERT_EQ(::pipe(hold), 0);
  const auto other = directory / "other";
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const auto child = ::fork();
  if (child == 0) {
    ::close(hold[1]);
    auto held = LockFile::acquire(other + ".lock", other);
    char byte = held.ok() ? 'y' : 'n';
    if (::write(ready[1], &byte, 1) != 1 || ::read(hold[0], &byte, 1) < 0) ::_exit(1);
    ::_exit(0);
  }
  ::close(hold[0]);
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const auto refused = open_store({.path = other});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::in_use);
  EXPECT_EQ(refused.error().message, "Data directory '" + other + "' is in use by process " + std::to_string(child));
  ::close(hold[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_OK(open_store({.path = other}));  // the lock went with its process
  ::close(ready[0]);
  ::close(ready[1]);
}

// Each of these would be a second store over the files of the first, or a restore that empties it.
TEST(RocksStore, EverySpellingOfAPathIsTheSameStore) {
  const TempDirectory directory;
  const auto store = open_at(directory / "db");
  const auto p = must(store->create_partition("user_n:t"));
  EXPECT_OK(store->put(p, "k", "v"));
  EXPECT_OK(store->backup_to(directory / "backup"));
  fs::create_directory_symlink("db", directory / "link");
  for (const auto* spelling : {"db/", "./db", "db/../db", "link", "link/"}) {
    SCOPED_TRACE(spelling);
    EXPECT_ERROR(ErrorCode::in_use, open_store({.path = directory / spelling}));
    EXPECT_ERROR(ErrorCode::in_use, restore_backup(directory / "backup", directory / spelling));
  }
  EXPECT_EQ(must(store->get(p, "k")), "v");
  EXPECT_OK(store->flush_memtables());
}

TEST(LockFile, DoesNotWriteThroughALink) {
  const TempDirectory directory;
  overwrite(directory / "precious", "keep me");
  fs::create_symlink("precious", directory / "LOCK");
  EXPECT_ERROR(ErrorCode::io, LockFile::acquire(directory / "LOCK", directory / ""));
  EXPECT_EQ(bytes_of(directory / "precious"), "keep me");
}

TEST(LockFile, AStaleProcessIdIsReplaced) {
  const TempDirectory directory;
  overwrite(directory / "LOCK", "4194305 and more than any process id");
  const auto lock = LockFile::acquire(directory / "LOCK", directory / "");
  EXPECT_OK(lock);
  EXPECT_EQ(bytes_of(directory / "LOCK"), std::to_string(::getpid()) + "\n");
}

TEST(RocksStore, PathsThatCannotBeAreErrors) {
  const TempDirectory directory;
  overwrite(directory / "file", "keep me");
  EXPECT_ERROR(ErrorCode::io, open_store({.path = directory / "file"}));
  EXPECT_ERROR(ErrorCode::io, open_store({.path = directory / "file/below"}));
  EXPECT_ERROR(ErrorCode::invalid_input, open_store({}));
  EXPECT_EQ(bytes_of(directory / "file"), "keep me");
  const auto opened = open_store({.path = directory / "file"});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().message, "I/O error: '" + directory / "file" + "' is not a directory");
}

TEST(RocksStore, AFailedSyncStopsWritingUntilTheStoreIsOpenedAgain) {
  const TempDirectory directory;
  const auto path = directory / "db";
  FaultyEnv disk;
  {
    const auto store = must(open_rocks_store({.path = path}, disk.env()));
    const auto p = must(store->create_partition("user_n:t"));
    EXPECT_OK(store->put(p, "a", "1"));
    disk.faults.log_sync_fails = true;
    EXPECT_ERROR(ErrorCode::io, store->put(p, "b", "2"));
    disk.faults.log_sync_fails = false;
    EXPECT_ERROR(ErrorCode::io, store->put(p, "c", "3"));  // not tried again on the same log
    EXPECT_ERROR(ErrorCode::io, store->put(p, "d", "4", Durability::buffered));
    EXPECT_ERROR(ErrorCode::io, store->create_partition("user_n:new"));
    EXPECT_ERROR(ErrorCode::io, store->drop_partition("user_n:t"));
    EXPECT_THAT(store->list_partitions(), ElementsAre("user_n:t"));
    EXPECT_THAT(keys_of(*store, p), ElementsAre("a"));  // reading goes on, without what was not answered
  }
  const auto store = must(open_rocks_store({.path = path}, disk.env()));
  const auto p = must(store->partition("user_n:t"));
  EXPECT_EQ(must(store->get(p, "a")), "1");
  EXPECT_OK(store->put(p, "e", "5"));
}

TEST(RocksStore, AFullDiskRefusesWritesUntilThereIsSpace) {
  const TempDirectory directory;
  const auto path = directory / "db";
  FaultyEnv disk;
  {
    const auto store = must(open_rocks_store({.path = path}, disk.env()));
    const auto p = must(store->create_partition("user_n:t"));
    EXPECT_OK(store->put(p, "a", "1"));
    disk.faults.disk_full = true;
    EXPECT_ERROR(ErrorCode::disk_full, store->put(p, "b", "2"));
    EXPECT_ERROR(ErrorCode::disk_full, store->put(p, "c", "3"));
    EXPECT_THAT(keys_of(*store, p), ElementsAre("a"));
    disk.faults.disk_full = false;
    EXPECT_OK(store->put(p, "d", "4"));  // without a restart
    EXPECT_THAT(keys_of(*store, p), ElementsAre("a", "d"));
  }
  const auto store = must(open_rocks_store({.path = path}, disk.env()));
  EXPECT_THAT(keys_of(*store, must(store->partition("user_n:t"))), ElementsAre("a", "d"));
}

TEST(RocksStore, AFullDiskFoundByAFlushHealsToo) {
  const TempDirectory directory;
  FaultyEnv disk;
  const auto store = must(open_rocks_store({.path = directory / "db"}, disk.env()));
  const auto p = must(store->create_partition("user_n:t"));
  EXPECT_OK(store->put(p, "a", "1"));
  disk.faults.disk_full = true;
  EXPECT_ERROR(ErrorCode::disk_full, store->flush_memtables());
  disk.faults.disk_full = false;
  EXPECT_OK(store->put(p, "b", "2"));
  EXPECT_OK(store->flush_memtables());
  EXPECT_THAT(keys_of(*store, p), ElementsAre("a", "b"));
}

TEST(RocksStore, ReadErrorsOfAScanSurface) {
  const TempDirectory directory;
  const auto path = directory / "db";
  FaultyEnv disk;
  {
    const auto store = must(open_rocks_store({.path = path}, disk.env()));
    const auto p = must(store->create_partition("user_n:t"));
    for (int i = 0; i < 2000; ++i) {
      EXPECT_OK(store->put(p, "key" + std::to_string(i), std::string(50, 'x'), Durability::buffered));
    }
    EXPECT_OK(store->flush_memtables());
  }
  const auto store = must(open_rocks_store({.path = path}, disk.env()));
  const auto p = must(store->partition("user_n:t"));
  auto scan = must(store->scan(p));
  ASSERT_TRUE(scan->valid());
  disk.faults.table_reads_fail = true;
  size_t seen = 0;
  for (; scan->valid(); scan->next()) ++seen;
  EXPECT_LT(seen, 2000u);
  EXPECT_ERROR(ErrorCode::io, scan->status());
  disk.faults.table_reads_fail = false;
  EXPECT_EQ(rows_of(*store, p).size(), 2000u);  // reading again is allowed to work
}

TEST(RocksStore, WritersShareSyncsAndBufferedOnesCauseNone) {
  const TempDirectory directory;
  FaultyEnv disk;
  const auto store = must(open_rocks_store({.path = directory / "db"}, disk.env()));
  const auto p = must(store->create_partition("user_n:t"));
  const auto before = disk.faults.log_syncs.load();
  for (int i = 0; i < 100; ++i) EXPECT_OK(store->put(p, std::to_string(i), "v", Durability::buffered));
  EXPECT_EQ(disk.faults.log_syncs, before);
  // A sync takes until every other writer has come with a write of its own: those queue up behind it, and the next sync
  // is for all of them.
  constexpr int kWriters = 16;
  constexpr int kWrites = 100;
  std::atomic<int> absent{kWriters};
  disk.faults.before_log_sync = [&] {
    while (absent > 0) std::this_thread::yield();
  };
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kWrites; ++i) {
        --absent;
        EXPECT_OK(store->put(p, std::to_string(writer * 1000 + i), "v"));
        if (i + 1 < kWrites) ++absent;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  disk.faults.before_log_sync = [] {};
  EXPECT_LT(disk.faults.log_syncs - before, kWriters * kWrites);
  EXPECT_GT(disk.faults.log_syncs - before, 0);
}

TEST(RocksStore, PartitionsMadeTogetherShareOneSync) {
  const TempDirectory directory;
  FaultyEnv disk;
  const auto store = must(open_rocks_store({.path = directory / "db"}, disk.env()));
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) names.push_back("user_n:t" + std::to_string(i));
  const std::vector<std::string_view> views(names.begin(), names.end());

  disk.faults.log_sync_fails = true;
  EXPECT_ERROR(ErrorCode::io, store->create_partitions(views));
  EXPECT_THAT(store->list_partitions(), IsEmpty());
  disk.faults.log_sync_fails = false;

  const TempDirectory healthy;
  const auto other = must(open_rocks_store({.path = healthy / "db"}, disk.env()));
  const auto before = disk.faults.log_syncs.load();
  EXPECT_OK(other->create_partitions(views));
  EXPECT_EQ(disk.faults.log_syncs - before, 1);
  EXPECT_OK(other->create_partitions(views));
  EXPECT_EQ(disk.faults.log_syncs - before, 1);  // nothing was missing
  EXPECT_EQ(other->list_partitions().size(), 20u);
}

// A crash within the creation of a store leaves some families missing.
TEST(RocksStore, AHalfCreatedStoreIsCompleted) {
  const TempDirectory directory;
  const auto path = directory / "db";
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::ColumnFamilyHandle* family = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "system_meta", &family).ok());
    ASSERT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  }
  const auto store = open_at(path);
  const auto p = must(store->create_partition("user_n:t"));
  EXPECT_OK(store->put(p, "a", "1"));
  EXPECT_EQ(must(store->get(p, "a")), "1");
}

TEST(RocksStore, BackupsAreHotIncrementalAndRestore) {
  const TempDirectory directory;
  const auto backup = directory / "backups/hot";
  {
    const auto store = open_at(directory / "db");
    const auto p = must(store->create_partition("user_n:t"));
    EXPECT_OK(store->put(p, "a", std::string(100'000, 'x')));
    EXPECT_OK(store->backup_to(backup));
    EXPECT_OK(store->put(p, "b", "2"));
    EXPECT_OK(store->backup_to(backup));
    EXPECT_OK(store->put(p, "c", "after the backup"));
    EXPECT_THAT(restore_backup(backup, directory / "db").ok(), false);  // the store is open there
    EXPECT_EQ(must(store->get(p, "c")), "after the backup");
  }
  const auto target = directory / "restored";
  fs::create_directory(target);
  overwrite(target + "/leftover.sst", "of something else");
  EXPECT_OK(restore_backup(backup, target));
  EXPECT_FALSE(fs::exists(target + "/leftover.sst"));
  const auto store = open_at(target);
  EXPECT_THAT(store->list_partitions(), ElementsAre("user_n:t"));
  EXPECT_THAT(keys_of(*store, must(store->partition("user_n:t"))), ElementsAre("a", "b"));
}

TEST(RocksStore, ARestoredStoreGivesOutNoIdTwice) {
  const TempDirectory directory;
  {
    const auto store = open_at(directory / "db");
    const auto gone = must(store->create_partition("user_n:gone"));
    EXPECT_OK(store->put(gone, "k", "old"));
    EXPECT_OK(store->drop_partition("user_n:gone"));
    EXPECT_OK(store->backup_to(directory / "backup"));
  }
  EXPECT_OK(restore_backup(directory / "backup", directory / "db"));
  const auto store = open_at(directory / "db");
  EXPECT_THAT(store->list_partitions(), IsEmpty());
  EXPECT_THAT(keys_of(*store, must(store->create_partition("user_n:new"))), IsEmpty());
  EXPECT_THAT(keys_of(*store, must(store->create_partition("user_n:gone"))), IsEmpty());
}

TEST(RocksStore, ADamagedBackupLeavesTheTargetAlone) {
  const TempDirectory directory;
  const auto backup = directory / "backup";
  const auto target = directory / "db";
  {
    const auto store = open_at(target);
    EXPECT_OK(store->put(must(store->create_partition("user_n:t")), "a", "1"));
    EXPECT_OK(store->backup_to(backup));
  }
  for (const auto& entry : fs::recursive_directory_iterator(backup)) {
    if (!entry.path().string().ends_with(".sst")) continue;
    auto bytes = bytes_of(entry.path());
    bytes[bytes.size() / 2] ^= 1;
    overwrite(entry.path(), bytes);
  }
  EXPECT_ERROR(ErrorCode::corruption, restore_backup(backup, target));
  EXPECT_ERROR(ErrorCode::not_found, restore_backup(directory / "nowhere", target));
  overwrite(directory / "file", "");
  EXPECT_ERROR(ErrorCode::invalid_operation, restore_backup(directory / "file", target));
  fs::create_directory(directory / "empty");
  EXPECT_ERROR(ErrorCode::not_found, restore_backup(directory / "empty", target));
  const auto store = open_at(target);
  EXPECT_EQ(must(store->get(must(store->partition("user_n:t")), "a")), "1");
}

}  // namespace
}  // namespace kalam::store
