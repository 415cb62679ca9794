// GET /v1/openapi.json: what this server answers, made from the very routes that it runs (spec http-api §12.5).

#pragma once
#include <string>
#include <vector>

#include "server/routes.h"

namespace kalam::server {

// OpenAPI 3.0.3. A route that is not described in openapi.cc stands there with its path and method alone.
std::string openapi_document(const std::vector<Route>& routes, const std::string& version);

// The route that answers with it: the last to be added, since it tells of all others.
Route openapi_route(std::vector<Route>& routes, const std::string& version);

}  // namespace kalam::server
