// Routes: which path is answered by whom.

#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_message.h"

namespace kalam::server {

class UpgradeHandler;  // server/detail/upgrade.h

struct Route {
  enum class Runs { inline_, on_worker };  // inline_: never blocks, answered on the I/O thread

  std::string method;
  std::string path;
  Runs runs = Runs::inline_;
  std::function<HttpResponse(const HttpRequest&)> answer;
  size_t body_bytes_max = 2'097'152;
  // What a longer body gets; `bytes` is what the request announced, or how far it came.
  std::function<HttpResponse(size_t bytes, size_t bytes_max)> too_large = {};
  std::function<HttpResponse()> overloaded = {};  // when the workers have no room; else an empty 503
  // Of a GET route: takes over requests with `Upgrade: websocket`; the others are answered by `answer`.
  std::shared_ptr<UpgradeHandler> upgrade = {};
};

class Routes {
 public:
  explicit Routes(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;  // null: see `allowed`
    std::string allowed;           // the methods of the path, for a 405; empty: no such path, 404
  };
  // HEAD finds the route of GET.
  Match find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& all() const { return routes_; }

 private:
  const std::vector<Route> routes_;
};

}  // namespace kalam::server
