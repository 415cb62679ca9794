// UpgradeHandler: what takes a connection over when its client asks for another protocol than HTTP.
//
//   Connection reads the head of GET <path>, Upgrade: websocket -> Upgraded -> UpgradeHandler::serve, until it ends
//
// The socket stays with the I/O thread of its connection, and counts as a connection of the server while serve() runs.

#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

namespace kalam::server {

struct Upgraded {
  boost::asio::ip::tcp::socket socket;
  boost::beast::http::request<boost::beast::http::string_body> request;  // as it was read; without a body
  boost::beast::flat_buffer buffer;  // what was read behind the request: comes before anything from the socket
  std::string peer = {};             // the address that the connection comes from, without its port
  bool from_loopback = false;
};

class UpgradeHandler {
 public:
  virtual ~UpgradeHandler() = default;

  // Answers the request (also when it refuses it) and closes the socket. On the I/O thread of the connection, which it
  // must never block. No exception leaves it.
  virtual boost::asio::awaitable<void> serve(Upgraded upgraded) = 0;
  // The server stops: every serve() ends soon, later ones at once. Called once, from the thread that stops the server;
  // does not wait: the server waits for connections, up to HttpServerOptions::stop_timeout.
  virtual void stop() = 0;
};

}  // namespace kalam::server
