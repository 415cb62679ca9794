#include "server/routes.h"

#include <optional>

#include "server/http_text.h"

namespace kalam::server {

namespace {

// The segment in front of the next `/`, which is taken off with it.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const auto segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  return segment;
}

// Nothing: the path is another one.
std::optional<std::vector<std::string>> arguments_of(std::string_view pattern, std::string_view path) {
  std::vector<std::string> arguments;
  while (!pattern.empty() && !path.empty()) {
    if (pattern.front() != '/' || path.front() != '/') return std::nullopt;
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (wanted.starts_with('{') && !given.empty()) arguments.push_back(percent_decoded(given));
    else if (wanted != given) return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return arguments;
}

// How the routes spell it.
std::string first_spelling(std::string_view path) {
  if (path.starts_with("/api/v1/files/")) return "/v1/" + std::string(path.substr(8));
  for (const std::string_view root : {"tables", "information_schema"}) {
    const auto second = "/api/v1/" + std::string(root);
    if (path == second || path.starts_with(second + "/")) return "/v1/api/" + std::string(path.substr(8));
  }
  return std::string(path);
}

}  // namespace

Routes::Routes(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const auto& route : routes_) meters_.push_back(std::make_unique<RouteMeter>(route.method, route.path));
  meters_.push_back(std::make_unique<RouteMeter>("", ""));
}

Routes::Match Routes::find(std::string_view method, std::string_view path) const {
  const auto wanted = method == "HEAD" ? "GET" : method;
  if (path.starts_with("/api/v1/")) {
    if (const auto first = first_spelling(path); first != path) return find(method, first);
  }
  Match match{nullptr, {}, meters_.back().get()};
  for (size_t i = 0; i < routes_.size(); ++i) {
    const auto& route = routes_[i];
    const bool has_arguments = route.path.find('{') != std::string::npos;
    if (!has_arguments && route.path != path) continue;
    auto arguments =
        has_arguments ? arguments_of(route.path, path) : std::optional<std::vector<std::string>>(std::in_place);
    if (!arguments) continue;
    if (route.method == wanted) return {&route, {}, meters_[i].get(), std::move(*arguments)};
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method;
    if (route.method == "GET") match.allowed += ", HEAD";
  }
  return match;
}

}  // namespace kalam::server
