#include "server/cookies.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "types/ascii.h"

namespace kalam::server {

std::optional<std::string> cookie(const HttpRequest& request, std::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (!equal_ignoring_case(header, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == name) {
        return std::string(trimmed(pair.substr(equals + 1)));
      }
    }
  }
  return std::nullopt;
}

std::string set_cookie(std::string_view name, std::string_view value, int64_t expires_s, CookieScheme scheme) {
  std::string text(name);
  text += "=" + std::string(value) + "; HttpOnly; SameSite=Strict";
  if (scheme == CookieScheme::https_only) text += "; Secure";
  return text + "; Path=/; Expires=" + http_date(expires_s);
}

std::string http_date(int64_t seconds) {
  // Of its own, since strftime's names follow the locale.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  const auto length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                    kDays[static_cast<size_t>(parts.tm_wday)], parts.tm_mday,
                                    kMonths[static_cast<size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                                    parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<size_t>(length)};
}

}  // namespace kalam::server
