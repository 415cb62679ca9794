#include "auth/external_identity.h"

#include <gtest/gtest.h>

namespace kalam::auth {
namespace {

// auth 7.4: which provider an issuer is.
TEST(ExternalIdentity, KnowsProvidersByUrlAndByName) {
  struct Case {
    std::string_view text, type;
  };
  const Case cases[] = {
      {"google", "google"},
      {"https://accounts.google.com", "google"},
      {"https://Accounts.Google.com/", "google"},
      {"azure", "azure_ad"},
      {"https://login.microsoftonline.com/tenant/v2.0", "azure_ad"},
      {"https://sts.windows.net/tenant/", "azure_ad"},
      {"https://id.example.com/realms/main", "keycloak"},
      {"https://cognito-idp.eu-west-1.amazonaws.com/pool", "cognito"},
      {"https://s3.amazonaws.com", "https://s3.amazonaws.com"},
      {"https://securetoken.google.com/project", "firebase"},
      {"https://tenant.eu.auth0.com/", "auth0"},
      {"https://tenant.oktapreview.com", "okta"},
      {"https://project.supabase.co", "supabase"},
      {"https://x.com", "x"},
      {"aws_iam", "aws_iam"},
      {"Our Own", "Our Own"},
  };
  for (const auto& [text, type] : cases) EXPECT_EQ(provider_type(text), type) << text;
}

// auth 3.3, 7.4, 7.6; auth cases 15 and 70.
TEST(ExternalIdentity, IssuerIsTheOneWritten_OrTheConfiguredOne_OrTheOnlyOneThatFits) {
  const TrustedIssuers none;
  const TrustedIssuers keycloak{.issuers = {"https://id.example.com/realms/main/"}};
  const TrustedIssuers two{.issuers = {"https://a.example.com/realms/x", "https://b.example.com/realms/y"}};
  const TrustedIssuers named{.by_provider = {{"google", "https://accounts.google.com"}}};
  struct Case {
    std::string_view json;
    const TrustedIssuers& trusted;
    std::string_view auth_data;
    bool may_log_in;
  };
  const Case cases[] = {
      {R"({"provider":"google","subject":"123"})", none,
       R"({"provider_type":"google","issuer":"google","subject":"123"})", false},
      {R"({"provider":"azure","subject":"s2"})", none,
       R"({"provider_type":"azure_ad","issuer":"azure","subject":"s2"})", false},
      {R"({"provider":"keycloak","subject":"abc"})", keycloak,
       R"({"provider_type":"keycloak","issuer":"https://id.example.com/realms/main","subject":"abc"})", true},
      {R"({"provider":"keycloak","subject":"abc"})", two,
       R"({"provider_type":"keycloak","issuer":"keycloak","subject":"abc"})", false},
      {R"({"provider":"google","subject":"1"})", named,
       R"({"provider_type":"google","issuer":"https://accounts.google.com","subject":"1"})", true},
      {R"({"issuer":"https://id.example.com/realms/main/","subject":"q"})", keycloak,
       R"({"provider_type":"keycloak","issuer":"https://id.example.com/realms/main","subject":"q"})", true},
      {R"({"issuer":"https://id.example.com/realms/other","subject":"q"})", keycloak,
       R"({"provider_type":"keycloak","issuer":"https://id.example.com/realms/other","subject":"q"})", false},
      {R"({"provider":"google","subject":"1","groups":["a","b"],"avatar_url":null,"tenant_id":"t"})", none,
       R"({"provider_type":"google","issuer":"google","subject":"1","groups":["a","b"],"tenant_id":"t"})", false},
  };
  for (const auto& c : cases) {
    const auto identity = external_identity(c.json, c.trusted);
    ASSERT_TRUE(identity.ok()) << c.json << ": " << identity.error();
    EXPECT_EQ(identity->auth_data, c.auth_data);
    EXPECT_EQ(identity->trusted, c.may_log_in) << c.json;
  }
}

TEST(ExternalIdentity, RefusesWhatNamesNobody) {
  struct Case {
    std::string json;
    std::string_view message;
  };
  const Case cases[] = {
      {R"({"subject":"s"})", "OAuth user requires 'provider' field"},
      {R"({"provider":7,"subject":"s"})", "OAuth user requires 'provider' field"},
      {R"({"provider":"google"})", "OAuth user requires 'subject' field"},
      {R"({"provider":"google","subject":""})", "OAuth 'subject' must have 1 to 255 bytes and no control characters"},
      {R"({"provider":"google","subject":")" + std::string(256, 's') + "\"}",
       "OAuth 'subject' must have 1 to 255 bytes and no control characters"},
      {R"({"provider":"google","subject":"a\u0000b"})",
       "OAuth 'subject' must have 1 to 255 bytes and no control characters"},
  };
  for (const auto& [json, message] : cases) {
    const auto identity = external_identity(json, {});
    ASSERT_FALSE(identity.ok()) << json;
    EXPECT_EQ(identity.error().message, message);
    EXPECT_EQ(identity.error().code, ErrorCode::invalid_operation);
  }
  for (const auto* json : {"nojson", "[1]", R"({"provider":"google","subject":"s"} x)",
                           R"({"provider":"google","subject":"s","subject":"t"})"}) {
    const auto identity = external_identity(json, {});
    ASSERT_FALSE(identity.ok()) << json;
    EXPECT_EQ(identity.error().message.substr(0, 20), "Invalid OAuth JSON: ") << json;
  }
}

}  // namespace
}  // namespace kalam::auth
