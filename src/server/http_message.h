// What a route gets and gives: an HTTP request and its response, without the machinery that carries them.

#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kalam::server {

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string path;    // of the target, without the query
  std::string query;   // behind `?`
  std::string content_type;
  std::string request_id;  // X-Request-ID
  std::string body;
  bool from_loopback = false;  // of the peer's address
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type;  // empty: no Content-Type header
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // beyond those that every response has
  bool close = false;                                             // the connection, after this
};

inline HttpResponse json_response(unsigned status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

}  // namespace kalam::server
