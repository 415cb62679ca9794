#include "server/cookies.h"

#include <gtest/gtest.h>

namespace kalam::server {
namespace {

TEST(Cookies, AreFoundByName) {
  struct Case {
    HttpHeaders headers;
    std::optional<std::string> expected;
  };
  const Case cases[] = {
      {{}, std::nullopt},
      {{{"Cookie", "kalamdb_auth=x.y.z"}}, "x.y.z"},
      {{{"cookie", "a=1; kalamdb_auth=x; b=2"}}, "x"},
      {{{"Cookie", "a=1"}, {"Cookie", "kalamdb_auth=x=y"}}, "x=y"},
      {{{"Cookie", "kalamdb_auth="}}, ""},
      {{{"Cookie", "kalamdb_auth=first; kalamdb_auth=second"}}, "first"},
      {{{"Cookie", "xkalamdb_auth=1; kalamdb_authx=2; kalamdb_auth; ;;="}}, std::nullopt},
      {{{"Cookie", "KALAMDB_AUTH=x"}}, std::nullopt},
      {{{"Authorization", "kalamdb_auth=x"}}, std::nullopt},
  };
  for (const auto& [headers, expected] : cases) {
    HttpRequest request;
    request.headers = headers;
    EXPECT_EQ(cookie(request, kAccessCookie), expected) << (headers.empty() ? "" : headers[0].second);
  }
}

// auth 36.
TEST(Cookies, Case36_AttributesOfACookie) {
  EXPECT_EQ(set_cookie("kalamdb_auth", "x", 1'778'061'600, CookieScheme::any),
            "kalamdb_auth=x; HttpOnly; SameSite=Strict; Path=/; Expires=Wed, 06 May 2026 10:00:00 GMT");
  EXPECT_EQ(set_cookie("kalamdb_auth", "x", 1'778'061'600, CookieScheme::https_only),
            "kalamdb_auth=x; HttpOnly; SameSite=Strict; Secure; Path=/; Expires=Wed, 06 May 2026 10:00:00 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace kalam::server
