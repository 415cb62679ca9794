#include "files/file_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"

namespace kalam::files {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FileStoreTest : public testing::Test {
 protected:
  void open(uint32_t files_per_folder = 5000) {
    store_.reset();
    store_ = must(FileStore::open({.staging_path = directory_ / "tmp", .files_per_folder = files_per_folder}, clock_));
  }
  void SetUp() override { open(); }

  FileScope scope(std::string user = "alice") const {
    return {{NamespaceId("app"), TableName("docs")}, UserId(user), directory_ / ("storage/app/docs/" + user)};
  }
  StoredFile put(std::string name, std::string bytes = "hello", std::string media_type = "") {
    clock_.advance(std::chrono::milliseconds(1));
    return must(store_->put(scope(), {.name = name, .media_type = media_type, .bytes = bytes}));
  }
  std::string read(const FileScope& whose, std::string_view folder, std::string_view name) {
    const auto file = store_->find(whose, folder, name);
    if (!file.ok()) return "! " + file.error().message;
    return must(file->read(0, file->size()));
  }
  // Files below the directory of the test, without their ids.
  std::vector<std::string> on_disk(std::string_view below = "") const {
    std::vector<std::string> names;
    if (!fs::exists(directory_ / below)) return names;
    for (const auto& each : fs::recursive_directory_iterator(directory_ / below)) {
      if (each.is_regular_file()) names.push_back(each.path().filename().string());
    }
    return names;
  }

  ManualClock clock_;
  TempDirectory directory_;
  std::unique_ptr<FileStore> store_;
};

TEST_F(FileStoreTest, WhatIsPutIsFound) {
  const auto file = put("Trip Plan.pdf", "%PDF-1.4 hello");
  EXPECT_EQ(file.ref.sub, "f0001");
  EXPECT_EQ(file.ref.name, "Trip Plan.pdf");
  EXPECT_EQ(file.ref.size, 14u);
  EXPECT_EQ(file.ref.mime, "application/pdf");
  EXPECT_EQ(file.ref.sha256, "f31cdee0b4d4fdae0638872f6bb7d0e6ee041386a9055d5e64c25d9d35dc88d1");
  EXPECT_EQ(read(scope(), "f0001", file.ref.stored_name()), "%PDF-1.4 hello");
  EXPECT_EQ(read(scope(), "f0001", file.ref.id), "%PDF-1.4 hello");
  EXPECT_EQ(read(scope(), "f0001", file.ref.id + "-other.txt"), "%PDF-1.4 hello");
  EXPECT_EQ(read(scope("bob"), "f0001", file.ref.id), "! File not found");
  EXPECT_EQ(put("x.bin", "", "my/type").ref.mime, "my/type");

  const auto found = must(store_->find(scope(), "f0001", file.ref.id));
  EXPECT_EQ(must(store_->sha256(found)), file.ref.sha256);
  open();  // nothing is remembered
  EXPECT_EQ(must(store_->sha256(found)), file.ref.sha256);
  EXPECT_EQ(must(found.read(5, 3)), "1.4");
}

// storage case 38.
TEST_F(FileStoreTest, Case38_StoredNames) {
  struct Case {
    std::string name;
    std::string behind_id;
  };
  const Case cases[] = {{"My Document.pdf", "-my-document.pdf"},
                        {"文档.pdf", ".pdf"},
                        {std::string(100, 'a') + ".txt", "-" + std::string(50, 'a') + ".txt"},
                        {"noextension", "-noextension.bin"}};
  for (const auto& [name, behind_id] : cases) {
    const auto file = put(name);
    EXPECT_TRUE(fs::exists(scope().directory + "/f0001/" + file.ref.id + behind_id)) << name;
  }
}

// storage case 39, its first half.
TEST_F(FileStoreTest, Case39_AFullFolderIsFollowedByTheNext) {
  open(3);
  std::vector<std::string> folders;
  for (int i = 0; i < 7; ++i) folders.push_back(put("a.txt").ref.sub);
  EXPECT_THAT(folders, ElementsAre("f0001", "f0001", "f0001", "f0002", "f0002", "f0002", "f0003"));
  open(3);  // it counts on from what lies there
  EXPECT_EQ(put("a.txt").ref.sub, "f0003");
  EXPECT_EQ(put("a.txt").ref.sub, "f0003");
  EXPECT_EQ(put("a.txt").ref.sub, "f0004");
}

TEST_F(FileStoreTest, NoNameLeavesItsPlace) {
  std::ofstream(directory_ / "secret.txt") << "secret";
  const auto evil = put("../../evil.sh");
  EXPECT_TRUE(fs::exists(scope().directory + "/f0001/" + evil.ref.stored_name()));
  struct Case {
    std::string_view folder;
    std::string_view name;
  };
  const Case cases[] = {
      {"..", "secret.txt"},
      {"f0001", "../../../../../secret.txt"},
      {"f0001", ".."},
      {"f0001", "."},
      {"f0001", ""},
      {"f0001", "1/../x"},
      {"f0001", std::string_view("1\0x", 3)},
      {"f00001", "1"},
      {"f001", "1"},
      {"g0001", "1"},
      {"f0001", "9999999.txt"},
      {"f0001", "1\\x"},
      {"f0001/..", "1"},
      {"", "1"},
  };
  for (const auto& [folder, name] : cases) EXPECT_EQ(read(scope(), folder, name), "! File not found") << folder << name;

  // A link is not followed, wherever it came from.
  fs::create_symlink(directory_ / "secret.txt", scope().directory + "/f0001/77.txt");
  EXPECT_EQ(read(scope(), "f0001", "77.txt"), "! File not found");
  // Nor does a FileRef that somebody typed lead out.
  auto typed = evil.ref;
  typed.id = "../../1";
  EXPECT_FALSE(store_->remove(scope().directory, typed).ok());
  typed.id = "1";
  typed.sub = "../f1";
  EXPECT_FALSE(store_->remove(scope().directory, typed).ok());
}

TEST_F(FileStoreTest, ATakenBackFileIsGone) {
  const auto file = put("a.txt");
  must(store_->take_back(file));
  must(store_->take_back(file));  // safe to repeat
  EXPECT_THAT(on_disk(), IsEmpty());
  const auto kept = put("b.txt");
  store_->keep(kept);
  EXPECT_THAT(on_disk(), ElementsAre(kept.ref.stored_name()));
  must(store_->remove(scope().directory, kept.ref));
  must(store_->remove(scope().directory, kept.ref));  // safe to repeat
  EXPECT_THAT(on_disk(), IsEmpty());
}

TEST_F(FileStoreTest, WhatACrashLeavesIsFound) {
  const auto kept = put("a.txt");
  store_->keep(kept);
  const auto open_one = put("b.txt");
  std::ofstream(directory_ / "tmp/12.part") << "half a fi";
  std::ofstream(directory_ / "tmp/13.json") << "{\"name";
  open();
  const auto unsettled = must(store_->unsettled());
  ASSERT_EQ(unsettled.size(), 1u);
  EXPECT_EQ(unsettled[0].ref, open_one.ref);
  EXPECT_EQ(unsettled[0].scope.directory, scope().directory);
  EXPECT_EQ(unsettled[0].scope.user, scope().user);
  must(store_->take_back(unsettled[0]));
  EXPECT_THAT(on_disk(), ElementsAre(kept.ref.stored_name()));
}

TEST_F(FileStoreTest, ADiskThatRefusesLeavesNothing) {
  fs::create_directories(directory_ / "storage/app/docs");
  std::ofstream(scope().directory) << "a file where the directory should be";
  const auto stored = store_->put(scope(), {.name = "a.txt", .media_type = "", .bytes = "x"});
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().code, ErrorCode::io);
  EXPECT_EQ(stored.error().message, "File storage failed");  // no path
  EXPECT_THAT(on_disk("tmp"), IsEmpty());
}

TEST_F(FileStoreTest, ATableIsRemovedUpToAMoment) {
  const auto old_one = put("a.txt");
  store_->keep(old_one);
  clock_.advance(std::chrono::seconds(1));
  const auto again = clock_.now_ms();
  const auto of_the_new_table = put("b.txt");
  store_->keep(of_the_new_table);
  std::ofstream(directory_ / "storage/app/docs/batch-0.parquet") << "not ours";
  must(store_->remove_all(directory_ / "storage/app/docs", again));
  EXPECT_THAT(on_disk(), UnorderedElementsAre(of_the_new_table.ref.stored_name(), "batch-0.parquet"));
  must(store_->remove_all(directory_ / "storage/app/docs", clock_.now_ms() + 1));
  EXPECT_THAT(on_disk(), ElementsAre("batch-0.parquet"));
  EXPECT_FALSE(fs::exists(scope().directory));
  must(store_->remove_all(directory_ / "storage/nowhere", 1));
}

}  // namespace
}  // namespace kalam::files
