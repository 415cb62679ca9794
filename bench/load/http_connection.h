// One keep-alive connection that asks one request at a time.

#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace kalam::load {

namespace asio = boost::asio;

struct Answer {
  unsigned status = 0;    // 0: the connection broke, and is closed
  std::string_view body;  // until the next request
};

class HttpConnection {
 public:
  HttpConnection(const asio::any_io_executor& executor, asio::ip::tcp::endpoint server);
  // False: the server does not take it.
  asio::awaitable<bool> open();
  bool is_open() const { return socket_.is_open(); }
  // `request`: all its bytes, head and body.
  asio::awaitable<Answer> ask(const std::string& request);

 private:
  void close();

  asio::ip::tcp::endpoint server_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> response_;
};

}  // namespace kalam::load
