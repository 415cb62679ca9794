#include "server/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "types/json_reader.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;

// http-api 70.
TEST(OpenApi, Case70_TellsOfEveryRoute) {
  std::vector<Route> routes;
  routes.push_back({.method = "POST", .path = "/v1/api/sql"});
  routes.push_back({.method = "GET", .path = "/v1/files/{namespace}/{table}/{subfolder}/{file_id}"});
  routes.push_back({.method = "GET", .path = "/metrics"});
  routes.push_back({.method = "PATCH", .path = "/not/described"});
  const auto response = openapi_route(routes, "1.2").answer({});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_TRUE(check_json(response.body).ok()) << check_json(response.body).error();
  for (
      const auto* part : {
          R"({"openapi":"3.0.3","info":{"title":"KalamDB",)",
          R"("/v1/openapi.json":{"get":{)",
          R"("/not/described":{"patch":{"responses":{"200":{"description":"Done"}}}})",
          R"({"name":"file_id","in":"path","required":true,"schema":{"type":"string"}})",
          R"("requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/SqlRequest"}}}})",
          R"("security":[{"bearer":[]},{}])",
      }) {
    EXPECT_THAT(response.body, HasSubstr(part));
  }
}

// Every schema that is named is there.
TEST(OpenApi, ReferencesHold) {
  std::vector<Route> routes;
  routes.push_back({.method = "POST", .path = "/v1/api/sql"});
  routes.push_back({.method = "POST", .path = "/v1/api/auth/login"});
  routes.push_back({.method = "POST", .path = "/v1/api/auth/setup"});
  routes.push_back({.method = "GET", .path = "/health"});
  routes.push_back({.method = "GET", .path = "/v1/api/cluster/health"});
  const auto document = openapi_document(routes, "1");
  constexpr std::string_view kReference = R"("$ref":"#/components/schemas/)";
  size_t references = 0;
  for (auto at = document.find(kReference); at != std::string::npos; at = document.find(kReference, at + 1)) {
    const auto name = at + kReference.size();
    const auto schema = "\"" + document.substr(name, document.find('"', name) - name) + "\":{";
    EXPECT_THAT(document, HasSubstr(schema));
    ++references;
  }
  EXPECT_GT(references, 10u);
}

}  // namespace
}  // namespace kalam::server
