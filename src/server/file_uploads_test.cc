#include "server/file_uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/temp_directory.h"
#include "query/statements/statements_fixture.h"

namespace kalam::server {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FileUploadsTest : public query::StatementsTest {
 protected:
  FileUploadsTest() {
    root("CREATE STORAGE disk TYPE filesystem NAME 'disk' PATH '" + (directory_ / "storage") +
         "' SHARED_TABLES_TEMPLATE '{namespace}/{tableName}' USER_TABLES_TEMPLATE '{namespace}/{tableName}/{userId}'");
    root("CREATE NAMESPACE app");
    EXPECT_THAT(root("CREATE TABLE app.docs (id INT PRIMARY KEY, doc FILE) WITH (TYPE='USER', STORAGE_ID='disk')"),
                HasSubstr("created"));
    EXPECT_THAT(root("CREATE TABLE app.ev (id INT PRIMARY KEY, doc TEXT) WITH (TYPE='STREAM', TTL_SECONDS=600)"),
                HasSubstr("created"));
  }

  void limit(FileLimits limits) { uploads_.emplace(services_, runner_, *files_, std::move(limits)); }

  static FormRequest form(std::string sql, std::vector<SentFile> files = {{"f", "a.txt", "", "hello"}}) {
    FormRequest made;
    made.request.sql = std::move(sql);
    made.files = std::move(files);
    return made;
  }
  static Viewer alice() { return {UserId("alice"), Role::user}; }

  // The text of the statement, or "status code: message".
  std::string store(const FormRequest& form, const Viewer& viewer = alice()) {
    auto stored = uploads_->store(form, viewer);
    if (const auto* refused = std::get_if<SqlFailure>(&stored)) {
      return std::to_string(refused->status) + " " + refused->code + ": " + refused->message;
    }
    return std::get<Upload>(stored).sql();
  }
  query::Replies run(std::string_view sql, const Viewer& viewer = alice()) {
    query::Request request{.sql = sql};
    request.session.viewer = request.session.actor = viewer;
    return runner_.run(std::move(request));
  }
  // Files below a directory, relative to it, with their first directory.
  std::vector<std::string> on_disk(std::string_view below = "storage") const {
    std::vector<std::string> owners;
    if (!fs::exists(directory_ / below)) return owners;
    for (const auto& each : fs::recursive_directory_iterator(directory_ / below)) {
      if (each.is_regular_file())
        owners.push_back(fs::relative(each.path(), directory_ / below).parent_path().string());
    }
    return owners;
  }

  TempDirectory directory_;
  query::Runner runner_{services_, {}};
  std::unique_ptr<files::FileStore> files_ = must(files::FileStore::open({.staging_path = directory_ / "tmp"}, clock_));
  std::optional<FileUploads> uploads_{std::in_place, services_, runner_, *files_, FileLimits{}};
};

TEST_F(FileUploadsTest, AFileIsStoredBeforeItsRow) {
  const auto asked = form("INSERT INTO app.docs (id, doc) VALUES (1, FILE('f'))");
  {
    auto upload = std::get<Upload>(uploads_->store(asked, alice()));
    EXPECT_THAT(upload.sql(), HasSubstr(R"(VALUES (1, '{"id":")"));
    EXPECT_THAT(upload.sql(),
                HasSubstr(R"("sub":"f0001","name":"a.txt","size":5,"mime":"text/plain","sha256":"2cf24d)"));
    const auto replies = run(upload.sql());
    EXPECT_FALSE(replies.failure) << replies.failure->error;
    upload.keep();
  }
  EXPECT_THAT(on_disk(), ElementsAre("app/docs/alice/f0001"));
  EXPECT_THAT(on_disk("tmp"), IsEmpty());
}

TEST_F(FileUploadsTest, AFileGoesWhenItsStatementFails) {
  { auto upload = std::get<Upload>(uploads_->store(form("INSERT INTO app.docs VALUES (1, FILE('f'))"), alice())); }
  EXPECT_THAT(on_disk(), IsEmpty());
  EXPECT_THAT(on_disk("tmp"), IsEmpty());
}

TEST_F(FileUploadsTest, EachCallGetsAFileOfItsOwn) {
  auto upload = std::get<Upload>(
      uploads_->store(form("INSERT INTO app.docs VALUES (1, FILE('f')), (2, FILE('f')), (3, FILE('none'))",
                           {{"f", "it's.txt", "", "x"}, {"unused", "u", "", "y"}}),
                      alice()));
  EXPECT_THAT(on_disk(), SizeIs(2));
  EXPECT_THAT(upload.sql(), HasSubstr("it''s.txt"));
  EXPECT_THAT(upload.sql(), HasSubstr("(3, FILE('none'))"));
}

TEST_F(FileUploadsTest, ExecuteAsUserStoresUnderTheTarget) {
  const auto asked = form("EXECUTE AS USER 'bob' (INSERT INTO app.docs VALUES (1, FILE('f')))");
  const auto upload = std::get<Upload>(uploads_->store(asked, {UserId("svc"), Role::service}));
  EXPECT_THAT(on_disk(), ElementsAre("app/docs/bob/f0001"));
  EXPECT_THAT(store(asked), HasSubstr("403 PERMISSION_DENIED: Unauthorized: EXECUTE AS USER is not authorized"));
}

// http-api 6.2: what is refused before anything is stored.
TEST_F(FileUploadsTest, EarlyRefusals) {
  struct Case {
    std::string sql;
    std::string expected;
  };
  const Case cases[] = {
      {"INSERT INTO app.docs VALUES (1, FILE('f')); SELECT 1",
       "400 INVALID_INPUT: File uploads require a single SQL statement"},
      {"SELECT FILE('f') AS x",
       "400 INVALID_INPUT: Could not determine target table from SQL. Use fully qualified table name "
       "(namespace.table)."},
      {"INSERT INTO docs VALUES (1, FILE('f'))", "400 TABLE_NOT_FOUND: Requested table is not available"},
      {"INSERT INTO app.ev VALUES (1, FILE('f'))",
       "400 INVALID_INPUT: File uploads are not supported for stream or system tables"},
      {"INSERT INTO system.users (user_id) VALUES (FILE('f'))",
       "400 INVALID_INPUT: File uploads are not supported for stream or system tables"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(store(form(sql)), expected) << sql;
  EXPECT_EQ(store(form("INSERT INTO docs VALUES (1, FILE('f'))"), {UserId("maria"), Role::dba}),
            "400 TABLE_NOT_FOUND: Table 'default:docs' not found");
  auto in_namespace = form("INSERT INTO docs VALUES (1, 'x')");
  in_namespace.request.default_schema = "app";
  EXPECT_EQ(store(in_namespace), "INSERT INTO docs VALUES (1, 'x')");
  EXPECT_EQ(store(form("SELECT 1; SELECT 2", {})), "SELECT 1; SELECT 2");
  EXPECT_THAT(on_disk(), IsEmpty());
}

TEST_F(FileUploadsTest, Limits) {
  limit({.files_max = 2, .media_types_allowed = {"image/*"}});
  EXPECT_EQ(store(form("INSERT INTO app.docs VALUES (1, FILE('f'))")),
            "400 INVALID_MIME_TYPE: MIME type 'text/plain' not allowed for file 'a.txt'");
  EXPECT_EQ(store(form("INSERT INTO app.docs VALUES (1, FILE('f')), (2, FILE('f')), (3, FILE('f'))")),
            "400 TOO_MANY_FILES: Too many files: maximum 2 allowed");
  EXPECT_THAT(store(form("INSERT INTO app.docs VALUES (1, FILE('f'))", {{"f", "a.png", "", "x"}})),
              HasSubstr("image/png"));
  EXPECT_THAT(on_disk(), IsEmpty());
}

TEST_F(FileUploadsTest, AfterACrashARowDecides) {
  const auto insert = [&](std::string id) {
    return form("INSERT INTO app.docs (id, doc) VALUES (" + id + ", FILE('f'))");
  };
  auto named = std::get<Upload>(uploads_->store(insert("1"), alice()));
  ASSERT_FALSE(run(named.sql()).failure);
  auto not_named = std::get<Upload>(uploads_->store(insert("2"), alice()));
  EXPECT_THAT(on_disk(), SizeIs(2));
  must(uploads_->settle_leftovers());
  EXPECT_THAT(on_disk(), SizeIs(1));
  EXPECT_THAT(on_disk("tmp"), IsEmpty());
  named.keep();
}

}  // namespace
}  // namespace kalam::server
