// Connection: one client on one socket, served by one coroutine on one I/O thread.

#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "base/workers.h"
#include "server/detail/upgrade.h"
#include "server/http_server.h"
#include "server/routes.h"

namespace kalam::server {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // What all connections of a server share. Outlives them.
  struct Surroundings {
    Surroundings(const HttpServerOptions& options, Routes routes, Workers& workers)
        : options(options), cors(options.cors), routes(std::move(routes)), workers(workers) {}

    HttpServerOptions options;
    Cors cors;
    Routes routes;
    Workers& workers;
    // Set before any connection is told to finish: an answer that is written after it announces the close.
    std::atomic<bool> stopping{false};
  };

  Connection(boost::asio::ip::tcp::socket socket, const Surroundings& surroundings);

  // Until the client goes, breaks the rules, or the server stops. Keeps itself alive.
  boost::asio::awaitable<void> serve();
  // The server stops: ends now when idle, else after the answer under way. On the connection's I/O thread.
  void finish();
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Next { another_request, close, upgraded };

  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<Next> serve_request();
  boost::asio::awaitable<Next> refuse(unsigned status);
  boost::asio::awaitable<Next> hand_over(Parser& parser, const Route& route);
  boost::asio::awaitable<std::optional<HttpResponse>> read_body(Parser& parser, const Route& route);
  boost::asio::awaitable<HttpResponse> answer_on_worker(const Route& route, std::shared_ptr<HttpRequest> request);
  boost::asio::awaitable<void> hold(HttpHold hold);
  boost::asio::awaitable<Next> respond(HttpResponse response, bool head_only, bool keep_alive);
  boost::asio::awaitable<Next> respond_to(const HttpRequest& request, HttpResponse response, RouteMeter& meter,
                                          Time started, bool keep_alive);
  HttpRequest request_of(const Parser& parser) const;
  std::optional<HttpResponse> early_answer(const HttpRequest& request, const Parser& parser,
                                           const Routes::Match& match) const;

  // The socket is cancelled, and expired_ set, when the time is over. Setting it again moves it.
  void set_deadline(std::chrono::milliseconds time);
  void clear_deadline() { deadline_ = Time::max(); }
  void arm(Time at);

  boost::asio::ip::tcp::socket socket_;
  const Surroundings& surroundings_;
  std::string peer_;
  bool from_loopback_ = false;
  boost::beast::flat_buffer buffer_;
  bool idle_ = true;
  std::shared_ptr<boost::asio::steady_timer> hold_;  // of an answer that is held

  boost::asio::steady_timer timer_;
  Time deadline_ = Time::max();
  Time fires_at_ = Time::max();  // max: the timer is not running
  bool expired_ = false;
};

}  // namespace kalam::server
