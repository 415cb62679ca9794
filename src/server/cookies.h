// Cookies: read from a request, written for a response (spec auth §6.3).

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_message.h"

namespace kalam::server {

inline constexpr std::string_view kAccessCookie = "kalamdb_auth";
inline constexpr std::string_view kRefreshCookie = "kalamdb_refresh";

// The first cookie of that name; it may be empty.
std::optional<std::string> cookie(const HttpRequest& request, std::string_view name);

enum class CookieScheme : uint8_t { any, https_only };

// The value of a Set-Cookie header: for scripts invisible, never sent to other sites.
std::string set_cookie(std::string_view name, std::string_view value, int64_t expires_s, CookieScheme scheme);

// "Wed, 06 May 2026 10:00:00 GMT"
std::string http_date(int64_t seconds);

}  // namespace kalam::server
