// Routes: which path is answered by whom.

#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/workers.h"
#include "server/http_message.h"
#include "server/route_meter.h"

namespace kalam::server {

class UpgradeHandler;  // server/detail/upgrade.h

struct Route {
  enum class Runs { inline_, on_worker };  // inline_: never blocks, answered on the I/O thread

  std::string method;
  std::string path;  // "/v1/files/{namespace}/{table}": a segment in braces stands for any that is not empty
  Runs runs = Runs::inline_;
  std::function<HttpResponse(const HttpRequest&)> answer = {};
  size_t body_bytes_max = 2'097'152;
  size_t form_bytes_max = 0;  // of a multipart/form-data body, whatever the server allows; 0: as any other
  // What a longer body gets; `bytes` is what the request announced, or how far it came.
  std::function<HttpResponse(size_t bytes, size_t bytes_max)> too_large = {};
  Workers* workers = nullptr;                     // on_worker: these; null: those of the server
  std::function<HttpResponse()> overloaded = {};  // when the workers have no room; else an empty 503
  // Of a GET route: takes over requests with `Upgrade: websocket`; the others are answered by `answer`.
  std::shared_ptr<UpgradeHandler> upgrade = {};
};

class Routes {
 public:
  explicit Routes(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;             // null: see `allowed`
    std::string allowed;                      // the methods of the path, for a 405; empty: no such path, 404
    RouteMeter* meter = nullptr;              // of the route, or of all requests that have none
    std::vector<std::string> arguments = {};  // what stands for the segments in braces, percent-decoded
  };
  // HEAD finds the route of GET. Some paths have a second spelling below /api/v1/ (spec http-api §12.7).
  Match find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& all() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::unique_ptr<RouteMeter>> meters_;  // of routes_, in their order; then that of no route
};

}  // namespace kalam::server
