#include "server/file_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temp_directory.h"
#include "query/statements/statements_fixture.h"
#include "server/file_uploads.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;

class FileEndpointTest : public query::StatementsTest {
 protected:
  FileEndpointTest() {
    root("CREATE STORAGE disk TYPE filesystem NAME 'disk' PATH '" + (directory_ / "storage") +
         "' SHARED_TABLES_TEMPLATE '{namespace}/{tableName}' USER_TABLES_TEMPLATE '{namespace}/{tableName}/{userId}'");
    root("CREATE NAMESPACE app");
    root("CREATE TABLE app.docs (id INT PRIMARY KEY, doc FILE) WITH (TYPE='USER', STORAGE_ID='disk')");
    root("CREATE TABLE app.priv (id INT PRIMARY KEY, doc FILE) WITH (TYPE='SHARED', STORAGE_ID='disk')");
    root("CREATE TABLE app.ev (id INT PRIMARY KEY, doc TEXT) WITH (TYPE='STREAM', TTL_SECONDS=600)");
  }

  FileRef put(std::string_view table, std::string name, std::string_view bytes, std::string_view user = "alice") {
    const auto* definition = catalog_->snapshot()->table("app", table);
    const auto scope = must(file_scope(*catalog_, *definition, UserId(std::string(user))));
    return must(files_->put(scope, {.name = name, .media_type = "", .bytes = bytes})).ref;
  }
  HttpResponse get(std::vector<std::string> path, const Viewer& viewer, std::string query = "",
                   HttpHeaders headers = {}) {
    HttpRequest request;
    request.method = "GET";
    request.arguments = std::move(path);
    request.query = std::move(query);
    request.headers = std::move(headers);
    return endpoint_.answer(request, viewer);
  }
  // "status body".
  std::string text(const HttpResponse& response) { return std::to_string(response.status) + " " + response.body; }
  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [each, value] : response.headers) {
      if (each == name) return value;
    }
    return "none";
  }
  static Viewer alice() { return {UserId("alice"), Role::user}; }
  static Viewer bob() { return {UserId("bob"), Role::user}; }
  static Viewer dba() { return {UserId("maria"), Role::dba}; }

  TempDirectory directory_;
  std::unique_ptr<files::FileStore> files_ = must(files::FileStore::open({.staging_path = directory_ / "tmp"}, clock_));
  auth::Authenticator authenticator_{*catalog_, clock_, auth::TokenKey("a-secret-of-this-test-0123456789abcdef")};
  FileEndpoint endpoint_{services_, authenticator_, *files_};
};

TEST_F(FileEndpointTest, GivesTheBytes) {
  const auto ref = put("docs", "Trip Plan.pdf", "%PDF-1.4 hello");
  const auto response = get({"app", "docs", "f0001", ref.stored_name()}, alice());
  EXPECT_EQ(text(response), "200 %PDF-1.4 hello");
  EXPECT_EQ(response.content_type, "application/pdf");
  EXPECT_EQ(header(response, "Content-Disposition"), "inline; filename=\"" + ref.id + "-trip-plan.pdf\"");
  EXPECT_EQ(header(response, "ETag"), "\"" + ref.sha256 + "\"");
  EXPECT_EQ(text(get({"App", "Docs", "f0001", ref.id}, alice())), "200 %PDF-1.4 hello");
  const auto page = put("docs", "page.html", "<script>");
  EXPECT_THAT(header(get({"app", "docs", "f0001", page.id}, alice()), "Content-Disposition"), HasSubstr("attachment;"));
}

TEST_F(FileEndpointTest, PartsAndTags) {
  const auto ref = put("docs", "a.txt", "0123456789");
  const std::vector<std::string> path = {"app", "docs", "f0001", ref.id};
  const auto etag = "\"" + ref.sha256 + "\"";
  const auto part = get(path, alice(), "", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(text(part), "206 234");
  EXPECT_EQ(header(part, "Content-Range"), "bytes 2-4/10");
  const auto behind = get(path, alice(), "", {{"Range", "bytes=10-"}});
  EXPECT_EQ(text(behind), "416 ");
  EXPECT_EQ(header(behind, "Content-Range"), "bytes */10");
  EXPECT_EQ(text(get(path, alice(), "", {{"Range", "bytes=2-4"}, {"If-Range", etag}})), "206 234");
  EXPECT_EQ(text(get(path, alice(), "", {{"Range", "bytes=2-4"}, {"If-Range", "\"old\""}})), "200 0123456789");
  EXPECT_EQ(text(get(path, alice(), "", {{"If-None-Match", etag}})), "304 ");
  EXPECT_EQ(text(get(path, alice(), "", {{"If-None-Match", "\"old\""}})), "200 0123456789");
}

// http-api 6.4: who gets whose files.
TEST_F(FileEndpointTest, Rights) {
  const auto mine = put("docs", "a.txt", "of alice");
  const auto shared = put("priv", "b.txt", "of all");
  const std::vector<std::string> path = {"app", "docs", "f0001", mine.id};
  const std::vector<std::string> shared_path = {"app", "priv", "f0001", shared.id};
  EXPECT_EQ(text(get(path, bob())), R"(404 {"error":"File not found","code":"FILE_NOT_FOUND"})");
  EXPECT_THAT(
      text(get(path, bob(), "user_id=alice")),
      HasSubstr(R"("code":"PERMISSION_DENIED","message":"Requested user is not allowed for the current role")"));
  EXPECT_EQ(get(path, bob(), "user_id=alice").status, 403u);
  EXPECT_EQ(text(get(path, dba(), "x=1&user_id=al%69ce")), "200 of alice");
  EXPECT_EQ(text(get(path, alice(), "user_id=alice")), "200 of alice");
  EXPECT_EQ(get(path, dba(), "user_id=..%2Falice").status, 400u);
  EXPECT_EQ(text(get(shared_path, dba())), "200 of all");
  EXPECT_EQ(get(shared_path, alice()).status, 403u);
  EXPECT_THAT(get(shared_path, alice()).body, HasSubstr("Shared table access denied (access_level=Private)"));
  EXPECT_EQ(get(shared_path, dba(), "user_id=alice").status, 400u);
  EXPECT_THAT(get(shared_path, dba(), "user_id=alice").body, HasSubstr("user_id is only valid for user tables"));
}

TEST_F(FileEndpointTest, WhatIsNotThereAndWhatCannotBe) {
  const auto ref = put("docs", "a.txt", "x");
  struct Case {
    std::vector<std::string> path;
    unsigned status;
    std::string body;
  };
  const Case cases[] = {
      {{"app", "nothing", "f0001", ref.id}, 404, R"({"error":"Table 'app:nothing' not found"})"},
      {{"app", "ev", "f0001", ref.id}, 400, "File storage is not supported for stream or system tables"},
      {{"system", "users", "f0001", ref.id}, 400, "File storage is not supported for stream or system tables"},
      {{"app", "docs", "f001", ref.id}, 400, "Invalid file path"},
      {{"app", "docs", "..", ref.id}, 400, "Invalid file path"},
      {{"app", "docs", "f0001", ".."}, 400, "Invalid file path"},
      {{"app", "docs", "f0001", "../x"}, 400, "Invalid file path"},
      {{"app", "docs", "f0001", "a\\x"}, 400, "Invalid file path"},
      {{"app", "docs", "f0001", std::string("1\0", 2)}, 400, "Invalid file path"},
      {{"app", "../app", "f0001", ref.id}, 400, "Invalid file path"},
      {{"app", "docs", "f0002", ref.id}, 404, R"({"error":"File not found","code":"FILE_NOT_FOUND"})"},
      {{"app", "docs", "f0001", "1"}, 404, "FILE_NOT_FOUND"},
      {{"app", "docs", "f0001", "evil"}, 404, "FILE_NOT_FOUND"},
  };
  for (const auto& [path, status, body] : cases) {
    const auto response = get(path, alice());
    EXPECT_EQ(response.status, status) << path[2] << "/" << path[3];
    EXPECT_THAT(response.body, HasSubstr(body)) << path[2] << "/" << path[3];
  }
}

TEST_F(FileEndpointTest, NobodyGetsNothing) {
  HttpRequest request;
  request.arguments = {"app", "docs", "f0001", "1"};
  const auto response = endpoint_.answer(request);
  EXPECT_EQ(response.status, 401u);
  EXPECT_THAT(response.body, HasSubstr("MISSING_AUTHORIZATION"));
}

}  // namespace
}  // namespace kalam::server
