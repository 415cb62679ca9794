#include "server/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kalam::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

HttpRequest preflight_of(HttpHeaders headers) {
  HttpRequest request;
  request.method = "OPTIONS";
  request.path = "/no/matter/which";
  request.headers = std::move(headers);
  return request;
}

const Cors kTwoOrigins({.allowed_origins = {"http://a", "http://b"}, .allow_credentials = true, .max_age_s = 60});

// http-api 57, config 34.
TEST(Cors, Case57_APreflightFromAListedOrigin) {
  const auto request = preflight_of({{"origin", "http://b"},
                                     {"Access-Control-Request-Method", "POST"},
                                     {"Access-Control-Request-Headers", "content-type, authorization"}});
  const auto answer = kTwoOrigins.preflight(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200u);
  EXPECT_THAT(answer->headers,
              Contains(Pair("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS")));
  EXPECT_THAT(answer->headers, Contains(Pair("Access-Control-Max-Age", "60")));
  HttpHeaders marks;
  kTwoOrigins.mark(request, marks);
  EXPECT_THAT(marks, Contains(Pair("Access-Control-Allow-Origin", "http://b")));
  EXPECT_THAT(marks, Contains(Pair("Access-Control-Allow-Credentials", "true")));
}

TEST(Cors, RefusedPreflightsSayWhy) {
  struct Case {
    HttpHeaders headers;
    std::string_view text;
  };
  const Case cases[] = {
      {{{"Access-Control-Request-Method", "POST"}}, "Request header `Origin` is required but was not provided"},
      {{{"Origin", "http://c"}, {"Access-Control-Request-Method", "POST"}},
       "Origin is not allowed to make this request"},
      {{{"Origin", "http://A"}, {"Access-Control-Request-Method", "POST"}},
       "Origin is not allowed to make this request"},
      {{{"Origin", "http://a"}, {"Access-Control-Request-Method", "TRACE"}}, "Requested method is not allowed"},
      {{{"Origin", "http://a"},
        {"Access-Control-Request-Method", "GET"},
        {"Access-Control-Request-Headers", "accept,x-other"}},
       "One or more request headers are not allowed"},
  };
  for (const auto& [headers, text] : cases) {
    const auto answer = kTwoOrigins.preflight(preflight_of(headers));
    ASSERT_TRUE(answer) << text;
    EXPECT_EQ(answer->status, 400u);
    EXPECT_EQ(answer->body, text);
  }
  EXPECT_FALSE(kTwoOrigins.preflight(preflight_of({{"Origin", "http://a"}}))) << "an ordinary OPTIONS";
}

// http-api 58.
TEST(Cors, Case58_AnUnlistedOriginIsNotAllowed) {
  HttpHeaders marks;
  kTwoOrigins.mark(preflight_of({{"Origin", "http://c"}}), marks);
  EXPECT_THAT(marks, ElementsAre(Pair("Access-Control-Allow-Credentials", "true")));
}

TEST(Cors, AnyOriginIsEchoedNeverAStar) {
  for (const auto& origins : {std::vector<std::string>{}, std::vector<std::string>{"http://a", "*"}}) {
    const Cors cors({.allowed_origins = origins, .expose_headers = {}});
    HttpHeaders marks;
    cors.mark(preflight_of({{"Origin", "http://anybody"}}), marks);
    // config 56: no credentials unless they are asked for.
    EXPECT_THAT(marks, ElementsAre(Pair("Access-Control-Allow-Origin", "http://anybody")));
    HttpHeaders none;
    cors.mark(preflight_of({}), none);
    EXPECT_THAT(none, IsEmpty());
  }
}

TEST(Cors, AStarAllowsTheHeadersThatAreAskedFor) {
  const Cors cors({.allowed_headers = {"*"}});
  const auto answer = cors.preflight(preflight_of({{"Origin", "http://a"},
                                                   {"Access-Control-Request-Method", "GET"},
                                                   {"Access-Control-Request-Headers", "x-anything"}}));
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->headers, Contains(Pair("Access-Control-Allow-Headers", "x-anything")));
}

}  // namespace
}  // namespace kalam::server
