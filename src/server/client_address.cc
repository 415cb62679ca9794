#include "server/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "types/ascii.h"

namespace kalam::server {

namespace {

using Address = std::array<uint8_t, 16>;

constexpr Address kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

struct Parsed {
  Address address;
  bool v4;
};

std::optional<Parsed> parse_address(std::string_view text) {
  const std::string terminated(text);
  Address address = kMapped;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return Parsed{address, true};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) {
    return Parsed{address, std::equal(kMapped.begin(), kMapped.begin() + 12, address.begin())};
  }
  return std::nullopt;
}

std::string print(const Parsed& parsed) {
  char text[INET6_ADDRSTRLEN] = {};
  if (parsed.v4) inet_ntop(AF_INET, parsed.address.data() + 12, text, sizeof text);
  else inet_ntop(AF_INET6, parsed.address.data(), text, sizeof text);
  return text;
}

bool is_loopback(const Parsed& parsed) {
  if (parsed.v4) return parsed.address[12] == 127;
  Address loopback{};
  loopback[15] = 1;
  return parsed.address == loopback;
}

// An address, with or without a port; IPv6 with a port has brackets.
std::optional<Parsed> parse_forwarded(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == std::string_view::npos ? std::nullopt : parse_address(text.substr(1, end - 1));
  }
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return parse_address(text);
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const auto& entry : entries) {
    const auto text = trimmed(entry);
    if (text.empty()) continue;
    const auto invalid = [&](std::string_view why) {
      return Error{ErrorCode::invalid_input,
                   "invalid trusted proxy entry '" + std::string(text) + "': " + std::string(why)};
    };
    const auto slash = text.find('/');
    const auto parsed = parse_address(text.substr(0, slash));
    if (!parsed) return invalid("invalid IP address syntax");
    unsigned bits = parsed->v4 ? 32 : 128;
    if (slash != std::string_view::npos) {
      const auto digits = text.substr(slash + 1);
      unsigned given = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
      if (error != std::errc() || end != digits.data() + digits.size() || given > bits) {
        return invalid("invalid prefix length");
      }
      bits = given;
    }
    proxies.ranges_.push_back({parsed->address, parsed->v4 ? bits + 96 : bits});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  if (!parsed) return false;
  if (is_loopback(*parsed)) return true;
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    const auto whole = range.bits / 8;
    if (!std::equal(range.address.begin(), range.address.begin() + whole, parsed->address.begin())) return false;
    const auto mask = static_cast<uint8_t>(0xff00 >> (range.bits % 8));
    return range.bits % 8 == 0 || ((range.address[whole] ^ parsed->address[whole]) & mask) == 0;
  });
}

std::string client_address(const HttpRequest& request, const TrustedProxies& proxies) {
  if (!proxies.trusts(request.peer)) return request.peer;
  for (const auto* name : {"X-Forwarded-For", "X-Real-IP"}) {
    const auto* const value = request.header(name);
    if (!value) continue;
    const auto first = trimmed(std::string_view(*value).substr(0, value->find(',')));
    // Nobody gets to be this machine by saying so.
    if (equal_ignoring_case(first, "localhost")) return request.peer;
    const auto parsed = parse_forwarded(first);
    if (parsed) return is_loopback(*parsed) ? request.peer : print(*parsed);
  }
  return request.peer;
}

bool came_by_https(const HttpRequest& request, const TrustedProxies& proxies) {
  const auto* const scheme = request.header("X-Forwarded-Proto");
  return scheme && proxies.trusts(request.peer) && equal_ignoring_case(trimmed(*scheme), "https");
}

bool is_localhost(std::string_view address) {
  if (address.starts_with('[')) {
    const auto end = address.find(']');
    if (end == std::string_view::npos) return false;
    return address.substr(1, end - 1) == "::1" && (end + 1 == address.size() || address[end + 1] == ':');
  }
  if (address == "::1") return true;
  const auto host = address.substr(0, address.find(':'));
  return host == "127.0.0.1" || equal_ignoring_case(host, "localhost");
}

}  // namespace kalam::server
