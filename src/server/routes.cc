#include "server/routes.h"

namespace kalam::server {

Routes::Match Routes::find(std::string_view method, std::string_view path) const {
  const auto wanted = method == "HEAD" ? "GET" : method;
  Match match;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    if (route.method == wanted) return {&route, {}};
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method;
    if (route.method == "GET") match.allowed += ", HEAD";
  }
  return match;
}

}  // namespace kalam::server
