// Where a request really comes from: a proxy that is trusted says so in a header, everybody else is his own peer (spec
// auth §11.1).

#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/http_message.h"

namespace kalam::server {

class TrustedProxies {
 public:
  // Addresses and ranges, "10.0.1.9" or "10.0.0.0/8"; blank ones count for nothing. Otherwise
  // "invalid trusted proxy entry '<entry>': <why>".
  static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

  // Loopback, and what was named.
  bool trusts(std::string_view address) const;

 private:
  struct Range {
    std::array<uint8_t, 16> address;  // IPv4 as mapped
    unsigned bits;
  };
  std::vector<Range> ranges_;
};

// Of a request with its peer and headers: the address to judge it by, without a port. Empty: unknown.
std::string client_address(const HttpRequest& request, const TrustedProxies& proxies);

// Did the client speak https with a trusted proxy?
bool came_by_https(const HttpRequest& request, const TrustedProxies& proxies);

// The addresses that may do what is for this machine only, with or without a port: localhost, 127.0.0.1 and ::1, no
// other 127.x.
bool is_localhost(std::string_view address);

}  // namespace kalam::server
