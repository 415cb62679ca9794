#include "server/content_coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/must.h"

namespace kalam::server {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

HttpRequest request_of(std::string path, std::string accepted) {
  HttpRequest request;
  request.path = std::move(path);
  if (!accepted.empty()) request.headers.emplace_back("accept-encoding", std::move(accepted));
  return request;
}

HttpResponse packed(const std::string& accepted, size_t bytes, const std::string& type = "application/json",
                    const std::string& path = "/v1/api/sql") {
  HttpResponse response{.status = 200, .content_type = type, .body = std::string(bytes, 'x')};
  compress(request_of(path, accepted), response);
  return response;
}

// http-api 68.
TEST(ContentCoding, Case68_LongTextsArePackedWhenAskedFor) {
  const auto response = packed("gzip", 100'000);
  EXPECT_THAT(response.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(response.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_LT(response.body.size(), 2000u);
  EXPECT_EQ(must(decoded("gzip", response.body, 100'000)), std::string(100'000, 'x'));

  struct Case {
    std::string accepted;
    bool packs;
  };
  const Case cases[] = {
      {"", false}, {"identity", false}, {"br, GZIP;q=0.5", true},   {"gzip;q=0", false},     {"gzip;q=0.0, *", false},
      {"*", true}, {"*;q=0", false},    {"deflate, *;q=0.1", true}, {"gzip;level=9", false}, {",,;q", false}};
  for (const auto& [accepted, packs] : cases) {
    EXPECT_EQ(packed(accepted, 2000).body.size() < 2000, packs) << accepted;
  }
  EXPECT_THAT(packed("gzip", 1023).headers, Not(Contains(Key("Content-Encoding"))));
  EXPECT_THAT(packed("gzip", 2000, "application/zip").headers, Not(Contains(Key("Content-Encoding"))));
  EXPECT_THAT(packed("gzip", 2000, "application/json", "/v1/api/auth/login").headers,
              Not(Contains(Key("Content-Encoding"))));
}

// http-api §12.3: zstd goes to those who like it better than gzip.
TEST(ContentCoding, TheCodingIsWhatTheClientPrefers) {
  struct Case {
    std::string accepted;
    std::string coding;
  };
  const Case cases[] = {{"zstd", "zstd"},           {"gzip;q=0.5, zstd", "zstd"},
                        {"ZSTD, gzip;q=0", "zstd"}, {"gzip, deflate, br, zstd", "gzip"},
                        {"zstd;q=0, *", "gzip"},    {"zstd;q=0.1, *", "gzip"},
                        {"gzip;q=0, *", ""},        {"zstd;q=0, identity", ""}};
  for (const auto& [accepted, coding] : cases) {
    const auto response = packed(accepted, 100'000);
    std::string told;
    for (const auto& [name, value] : response.headers) told += name == "Content-Encoding" ? value : "";
    EXPECT_EQ(told, coding) << accepted;
    EXPECT_EQ(must(decoded(coding, response.body, 100'000)), std::string(100'000, 'x')) << accepted;
  }
}

TEST(ContentCoding, ZstdThatIsDamagedOrTooMuch) {
  const auto whole = packed("zstd", 100'000).body;
  EXPECT_EQ(decoded("zstd", whole, 99'999).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(decoded("zstd", whole, 10).error().code, ErrorCode::limit_exceeded);
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_EQ(decoded("zstd", whole.substr(0, bytes), 100'000).error().code, ErrorCode::invalid_input) << bytes;
  }
  EXPECT_EQ(decoded("zstd", whole + "x", 200'000).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decoded("zstd", "no zstd at all", 100'000).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decoded("gzip, zstd", whole, 100'000).error().code, ErrorCode::invalid_input);
}

// http-api 72.
TEST(ContentCoding, Case72_ABombIsStoppedAtTheLimit) {
  std::string bomb(50'000'000, '\0');
  HttpResponse response{.status = 200, .content_type = "text/plain", .body = std::move(bomb)};
  compress(request_of("/", "gzip"), response);
  ASSERT_LT(response.body.size(), 300'000u);
  EXPECT_EQ(decoded("gzip", response.body, 1000).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(decoded("gzip", response.body, 49'999'999).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(must(decoded("gzip", response.body, 50'000'000)).size(), 50'000'000u);
}

TEST(ContentCoding, WhatCannotBeUnpacked) {
  const auto whole = packed("gzip", 5000).body;
  EXPECT_EQ(decoded("br", whole, 9999).error().code, ErrorCode::not_supported);
  EXPECT_EQ(decoded("nothing", "x", 9999).error().code, ErrorCode::not_supported);
  EXPECT_EQ(decoded("gzip, gzip, gzip, gzip, gzip", whole, 9999).error().code, ErrorCode::not_supported);
  EXPECT_EQ(decoded("gzip", "x", 9999).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decoded("gzip", whole.substr(0, whole.size() - 1), 9999).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(decoded("gzip", whole + "x", 9999).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(must(decoded("identity", "x", 9999)), "x");
  EXPECT_EQ(must(decoded("", "x", 9999)), "x");
}

TEST(ContentCoding, OneCodingUponTheOther) {
  // zlib of "abc"; spec http-api 1: deflate is that.
  const std::string deflated("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", 11);
  EXPECT_EQ(must(decoded("deflate", deflated, 10)), "abc");
  HttpResponse outer{.status = 200, .content_type = "text/plain", .body = packed("gzip", 1 << 20).body};
  ASSERT_GE(outer.body.size(), 1024u);
  compress(request_of("/", "gzip"), outer);
  EXPECT_EQ(must(decoded("gzip , X-GZIP", outer.body, 1 << 20)), std::string(1 << 20, 'x'));
}

}  // namespace
}  // namespace kalam::server
