// What a route gets and gives: an HTTP request and its response, without the machinery that carries them.

#pragma once
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "types/ascii.h"

namespace kalam::server {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;  // in their order; a name may come twice

// An answer that may become a better one: the connection keeps it, and asks its route again when something came or the
// time to do so has come.
struct HttpHold {
  using Time = std::chrono::steady_clock::time_point;
  Time until;  // then it is answered, whatever it is
  Time again;  // asks again then at the latest
  // Calls `wake` once, on any thread, unless the returned object goes before.
  std::function<std::shared_ptr<void>(std::function<void()> wake)> when_ready;
};

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string path;    // of the target, without the query
  std::string query;   // behind `?`
  std::string content_type;
  std::string request_id;  // X-Request-ID
  std::string body;
  HttpHeaders headers = {};
  std::vector<std::string> arguments = {};  // what stands for the segments in braces of the route's path
  std::string peer = {};                    // the address that the connection comes from, without its port
  bool from_loopback = false;               // of the peer's address
  std::string client = {};      // the address that the request is judged by: the peer's, or what a trusted proxy says
  bool from_localhost = false;  // of the client's address
  std::optional<HttpHold::Time> held_until = {};  // asked again: how long its answer is held at most

  // The first header of that name, in any case; null: none.
  const std::string* header(std::string_view name) const;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type;  // empty: no Content-Type header
  std::string body;
  HttpHeaders headers = {};           // beyond those that every response has
  bool close = false;                 // the connection, after this
  std::optional<HttpHold> hold = {};  // of a route that runs on a worker
};

inline const std::string* HttpRequest::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return equal_ignoring_case(header.first, name); });
  return found == headers.end() ? nullptr : &found->second;
}

inline HttpResponse plain_text_response(unsigned status, std::string text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

inline HttpResponse json_response(unsigned status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

}  // namespace kalam::server
