#include "node/file_cleanup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/must.h"
#include "base/testing/temp_directory.h"
#include "node/database.h"
#include "server/file_uploads.h"

namespace kalam::node {
namespace {

namespace fs = std::filesystem;
using testing::UnorderedElementsAre;

class FileCleanupTest : public testing::Test {
 protected:
  void SetUp() override {
    DatabaseOptions options;
    options.catalog.first_start.data_path = directory_.path();
    options.catalog.first_start.shared_tables_template = "{namespace}/{tableName}";
    options.catalog.first_start.user_tables_template = "{namespace}/{tableName}/{userId}";
    database_ = must(Database::open(std::move(options), clock_, random_));
    files_ = must(files::FileStore::open({.staging_path = directory_ / "tmp"}, clock_));
    uploads_.emplace(database_->services(), database_->runner(), *files_, server::FileLimits{});
    run("CREATE NAMESPACE app");
    create();
    cleanup_.emplace(database_->catalog(), database_->feed(), *files_, clock_);
  }
  void create() { run("CREATE TABLE app.docs (id INT PRIMARY KEY, n INT, doc FILE) WITH (TYPE='USER')"); }

  void run(std::string_view sql) {
    clock_.advance(std::chrono::milliseconds(2));
    query::Request request{.sql = sql};
    request.session.viewer = request.session.actor = {UserId("root"), Role::system};
    const auto replies = database_->run(std::move(request));
    ASSERT_FALSE(replies.failure) << sql << ": " << replies.failure->error;
  }
  void upload(std::string sql, std::string name) {
    clock_.advance(std::chrono::milliseconds(2));
    server::FormRequest form;
    form.request.sql = std::move(sql);
    form.files = {{"f", name, "", "x"}};
    auto upload = std::get<server::Upload>(uploads_->store(form, {UserId("root"), Role::system}));
    run(upload.sql());
    upload.keep();
  }
  // The files that are left once everything that was committed is cleaned up, without their ids.
  std::vector<std::string> left() {
    cleanup_.reset();
    std::vector<std::string> names;
    for (const auto& each : fs::recursive_directory_iterator(directory_.path())) {
      if (!each.is_regular_file()) continue;
      const auto name = each.path().filename().string();
      names.push_back(name.substr(name.find('-') + 1));
    }
    return names;
  }

  ManualClock clock_;
  SeededRandom random_{20261124};
  TempDirectory directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<files::FileStore> files_;
  std::optional<server::FileUploads> uploads_;
  std::optional<FileCleanup> cleanup_;
};

// storage case 39, its second half.
TEST_F(FileCleanupTest, Case39_AReplacedFileGoesAndAnUnchangedOneStays) {
  upload("INSERT INTO app.docs VALUES (1, 1, FILE('f'))", "replaced.txt");
  upload("INSERT INTO app.docs VALUES (2, 1, FILE('f'))", "kept.txt");
  upload("INSERT INTO app.docs VALUES (3, 1, FILE('f'))", "nulled.txt");
  upload("INSERT INTO app.docs VALUES (4, 1, FILE('f'))", "deleted.txt");
  upload("UPDATE app.docs SET doc = FILE('f') WHERE id = 1", "new.txt");
  run("UPDATE app.docs SET n = 2 WHERE id = 2");
  run("UPDATE app.docs SET doc = NULL WHERE id = 3");
  run("DELETE FROM app.docs WHERE id = 4");
  EXPECT_THAT(left(), UnorderedElementsAre("new.txt", "kept.txt"));
}

TEST_F(FileCleanupTest, WhatIsRolledBackTakesNoFile) {
  upload("INSERT INTO app.docs VALUES (1, 1, FILE('f'))", "kept.txt");
  run("BEGIN; DELETE FROM app.docs WHERE id = 1; ROLLBACK");
  EXPECT_THAT(left(), UnorderedElementsAre("kept.txt"));
}

TEST_F(FileCleanupTest, ADroppedTableTakesItsFilesAndNoneOfItsSuccessor) {
  upload("INSERT INTO app.docs VALUES (1, 1, FILE('f'))", "old.txt");
  run("CREATE TABLE app.docs2 (id INT PRIMARY KEY, doc FILE) WITH (TYPE='SHARED')");
  upload("INSERT INTO app.docs2 VALUES (1, FILE('f'))", "other.txt");
  run("DROP TABLE app.docs");
  create();
  upload("INSERT INTO app.docs VALUES (1, 1, FILE('f'))", "new.txt");
  EXPECT_THAT(left(), UnorderedElementsAre("new.txt", "other.txt"));
}

}  // namespace
}  // namespace kalam::node
