// HttpServer: HTTP/1.1 with keep-alive, on a few I/O threads that never block.
//
//   accept -> connection (one I/O thread for its life) -> head -> route -> body -> answer -> response -> next head
//
// Always true: what may block runs on the workers; a head or a body that is too long or too slow ends with an answer
// that says so, and costs no more memory than its limit. A stop lets requests that are being answered finish.

#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/workers.h"
#include "server/client_address.h"
#include "server/cors.h"
#include "server/routes.h"

namespace kalam::server {

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // a name, an IPv4 address, or an IPv6 address with or without brackets
  uint16_t port = 8080;            // 0: any free one
  size_t threads = 1;
  int backlog = 4096;
  size_t connections_max = 25'000;
  size_t head_bytes_max = 16'384;
  size_t body_bytes_max = 10'485'760;  // whatever the route allows
  CorsOptions cors = {};
  TrustedProxies proxies = {};
  bool compression = true;                              // of responses
  bool behind_https = false;                            // clients come by https: browsers are told to stay with it
  std::chrono::milliseconds keepalive_timeout{75'000};  // between requests
  std::chrono::milliseconds head_timeout{5'000};        // from the first byte of a head to its last: then 408
  std::chrono::milliseconds transfer_timeout{30'000};   // of a body, and of a response
  std::chrono::milliseconds stop_timeout{30'000};       // for open requests
};

class HttpServer {
 public:
  // Opens the port; clients that come wait until serve(). `workers` must outlive the server's stop(), and the server
  // must outlive the workers' last task: stop() the server, stop the workers, then let it go.
  static Result<std::unique_ptr<HttpServer>> open(const HttpServerOptions& options, Routes routes, Workers& workers);
  ~HttpServer();  // stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  void serve();  // once
  void stop();   // safe to repeat

  struct Impl;

 private:
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Could the server open this port? To be asked before anything is created. The port is free again afterwards.
Status check_port(const std::string& host, uint16_t port);

}  // namespace kalam::server
