#include "server/client_address.h"

#include <gtest/gtest.h>

#include "base/testing/must.h"

namespace kalam::server {
namespace {

const TrustedProxies kProxies =
    must(TrustedProxies::parse(std::vector<std::string>{"10.1.0.0/16", " ", "fd00::/8", "192.0.2.7"}));

HttpRequest request_from(std::string peer, HttpHeaders headers) {
  HttpRequest request;
  request.peer = std::move(peer);
  request.headers = std::move(headers);
  return request;
}

// auth 19, 62, and 11.1.
TEST(ClientAddress, Cases19_62_HeadersCountFromTrustedProxiesOnly) {
  struct Case {
    std::string peer;
    HttpHeaders headers;
    std::string expected;
  };
  const Case cases[] = {
      {"203.0.113.9", {}, "203.0.113.9"},
      {"203.0.113.9", {{"X-Forwarded-For", "127.0.0.1"}}, "203.0.113.9"},
      {"203.0.113.9", {{"X-Forwarded-For", "198.51.100.1"}}, "203.0.113.9"},
      {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1, 10.1.2.3"}}, "198.51.100.1"},
      {"10.1.2.3", {{"x-forwarded-for", " 198.51.100.1:4711 "}}, "198.51.100.1"},
      {"10.2.2.3", {{"X-Forwarded-For", "198.51.100.1"}}, "10.2.2.3"},
      {"192.0.2.7", {{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1"},
      {"fd12::1", {{"X-Forwarded-For", "[2001:db8::1]:80"}}, "2001:db8::1"},
      {"127.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}}, "198.51.100.1"},
      {"::1", {{"X-Real-IP", "198.51.100.1"}}, "198.51.100.1"},
      {"10.1.2.3", {{"X-Forwarded-For", "127.1.2.3"}, {"X-Real-IP", "198.51.100.1"}}, "10.1.2.3"},
      {"10.1.2.3", {{"X-Forwarded-For", "LOCALHOST"}}, "10.1.2.3"},
      {"10.1.2.3", {{"X-Forwarded-For", "::1"}}, "10.1.2.3"},
      {"10.1.2.3", {{"X-Forwarded-For", "::ffff:127.0.0.1"}}, "10.1.2.3"},
      {"10.1.2.3", {{"X-Forwarded-For", "somebody"}, {"X-Real-IP", "198.51.100.1"}}, "198.51.100.1"},
      {"10.1.2.3", {{"X-Forwarded-For", ""}, {"X-Real-IP", "me"}}, "10.1.2.3"},
      {"10.1.2.3", {{"X-Real-IP", "127.0.0.1"}}, "10.1.2.3"},
      {"", {{"X-Forwarded-For", "198.51.100.1"}}, ""},
  };
  for (const auto& [peer, headers, expected] : cases) {
    EXPECT_EQ(client_address(request_from(peer, headers), kProxies), expected)
        << peer << (headers.empty() ? "" : " " + headers[0].second);
  }
}

TEST(ClientAddress, RangesAreCheckedAtTheStart) {
  for (const std::string bad : {"10.0.0.0/33", "fd00::/129", "10.0.0", "proxy.example", "10.0.0.0/", "10.0.0.0/8x"}) {
    const auto parsed = TrustedProxies::parse(std::vector<std::string>{"10.0.0.1", bad});
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_TRUE(parsed.error().message.starts_with("invalid trusted proxy entry '" + bad + "': ")) << parsed.error();
  }
  const auto all = must(TrustedProxies::parse(std::vector<std::string>{"0.0.0.0/0"}));
  EXPECT_TRUE(all.trusts("203.0.113.9"));
  EXPECT_FALSE(all.trusts("2001:db8::1"));
}

TEST(ClientAddress, Localhost) {
  for (const auto* local : {"127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80", "::1", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(is_localhost(local)) << local;
  }
  for (const auto* other : {"", "127.0.0.2", "10.0.0.1", "localhost.example", "::2", "::ffff:127.0.0.1"}) {
    EXPECT_FALSE(is_localhost(other)) << other;
  }
}

// auth 6.3: the scheme is a trusted proxy's word, nobody else's.
TEST(ClientAddress, Https) {
  const HttpHeaders https = {{"X-Forwarded-Proto", "https"}};
  EXPECT_TRUE(came_by_https(request_from("10.1.2.3", https), kProxies));
  EXPECT_FALSE(came_by_https(request_from("203.0.113.9", https), kProxies));
  EXPECT_FALSE(came_by_https(request_from("10.1.2.3", {{"X-Forwarded-Proto", "http"}}), kProxies));
  EXPECT_FALSE(came_by_https(request_from("10.1.2.3", {}), kProxies));
}

}  // namespace
}  // namespace kalam::server
