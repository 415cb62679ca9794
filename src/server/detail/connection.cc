#include "server/detail/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"
#include "types/ascii.h"

namespace kalam::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Errors come as values, never as exceptions.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// A mapped IPv4 address as IPv4; no address when the peer is gone already.
std::optional<asio::ip::address> address_of_peer(const tcp::socket& socket) {
  error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

HttpRequest request_of(http::request<http::string_body>& message, std::string peer, bool from_loopback) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = std::string(target.substr(question + 1));
  request.content_type = std::string(message[http::field::content_type]);
  request.request_id = std::string(message["X-Request-ID"]);
  request.body = std::move(message.body());
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.peer = std::move(peer);
  request.from_loopback = from_loopback;
  return request;
}

template <typename Message>
void fill_head(Message& message, const HttpResponse& response, bool keep_alive) {
  message.result(response.status);
  message.keep_alive(keep_alive);
  message.set(http::field::vary, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Referrer-Policy", "no-referrer");
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.content_length(response.body.size());
}

// The client went away; there is nobody to tell.
bool is_of_socket(const error_code& error) { return error && error.category() == boost::system::system_category(); }

// Of a client that broke the rules: what it sends next cannot be trusted to begin a request.
HttpResponse closing_response(unsigned status) {
  HttpResponse response;
  response.status = status;
  response.close = true;
  return response;
}

bool asks_for_web_socket(const http::request<http::string_body>& message) {
  return message.method() == http::verb::get &&
         equal_ignoring_case(std::string(message[http::field::upgrade]), "websocket");
}

HttpResponse guarded_answer(const Route& route, const HttpRequest& request) {
  try {
    return route.answer(request);
  } catch (const std::exception& exception) {
    log::error("server", "a route failed", {{"path", route.path}, {"error", exception.what()}});
    return {.status = 500, .content_type = {}, .body = {}};
  }
}

}  // namespace

Connection::Connection(tcp::socket socket, const Surroundings& surroundings)
    : socket_(std::move(socket)), surroundings_(surroundings), timer_(socket_.get_executor()) {
  if (const auto peer = address_of_peer(socket_)) {
    peer_ = peer->to_string();
    from_loopback_ = peer->is_loopback();
  }
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

void Connection::finish() {
  error_code ignored;
  if (idle_) socket_.cancel(ignored);
}

void Connection::set_deadline(std::chrono::milliseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  // A timer that fires earlier looks at the deadline and goes on: most requests never touch it.
  if (fires_at_ > deadline_) arm(deadline_);
}

void Connection::arm(Time at) {
  fires_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->fires_at_ = Time::max();
    if (self->deadline_ == Time::max()) return;
    if (std::chrono::steady_clock::now() < self->deadline_) return self->arm(self->deadline_);
    self->expired_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

asio::awaitable<void> Connection::serve() {
  const auto self = shared_from_this();
  auto next = Next::another_request;
  while (next == Next::another_request && co_await wait_for_request()) next = co_await serve_request();
  if (next == Next::upgraded) co_return;
  timer_.cancel();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

// No buffer is held while nothing comes.
asio::awaitable<bool> Connection::wait_for_request() {
  if (surroundings_.stopping) co_return false;
  if (buffer_.size() > 0) co_return true;
  buffer_.shrink_to_fit();
  idle_ = true;
  set_deadline(surroundings_.options.keepalive_timeout);
  auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, kAwait);
  idle_ = false;
  co_return !error && !surroundings_.stopping;
}

asio::awaitable<Connection::Next> Connection::refuse(unsigned status) {
  // GCC 12 destroys braced temporaries in a co_await expression twice: responses get a name first.
  auto response = closing_response(status);
  co_return co_await respond(std::move(response), false, false);
}

asio::awaitable<Connection::Next> Connection::serve_request() {
  const auto& options = surroundings_.options;
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(options.head_bytes_max));
  parser.body_limit(boost::none);  // of the route, once it is known
  set_deadline(options.head_timeout);
  {
    auto [error, bytes] = co_await http::async_read_header(socket_, buffer_, parser, kAwait);
    if (error && expired_) {
      expired_ = false;
      co_return co_await refuse(408);
    }
    if (error == http::error::header_limit) co_return co_await refuse(431);
    if (error == http::error::end_of_stream || is_of_socket(error)) {
      co_return Next::close;
    }
    if (error) co_return co_await refuse(400);
  }
  const bool keep_alive = parser.get().keep_alive() && !surroundings_.stopping;
  const bool head_only = parser.get().method() == http::verb::head;
  const auto target = std::string(parser.get().target());
  const auto match = surroundings_.routes.find(std::string(parser.get().method_string()),
                                               std::string_view(target).substr(0, target.find('?')));
  if (!match.route) {
    HttpResponse response;
    response.status = match.allowed.empty() ? 404 : 405;
    if (!match.allowed.empty()) response.headers.emplace_back("Allow", match.allowed);
    response.close = !parser.is_done();  // a body that nobody reads
    co_return co_await respond(std::move(response), head_only, keep_alive);
  }
  if (match.route->upgrade && parser.is_done() && asks_for_web_socket(parser.get())) {
    co_return co_await hand_over(parser, *match.route);
  }
  auto refusal = co_await read_body(parser, *match.route);
  if (refusal) co_return co_await respond(std::move(*refusal), head_only, keep_alive);
  if (!parser.is_done()) co_return Next::close;

  clear_deadline();
  auto request = request_of(parser.get(), peer_, from_loopback_);
  HttpResponse response;
  if (match.route->runs == Route::Runs::on_worker) {
    response = co_await answer_on_worker(*match.route, std::move(request));
  } else {
    response = guarded_answer(*match.route, request);
  }
  co_return co_await respond(std::move(response), head_only, keep_alive);
}

// The socket and what was read of it go to the handler; nothing of this connection touches them again.
asio::awaitable<Connection::Next> Connection::hand_over(Parser& parser, const Route& route) {
  clear_deadline();
  timer_.cancel();
  Upgraded upgraded{std::move(socket_), parser.release(), std::move(buffer_), peer_, from_loopback_};
  co_await route.upgrade->serve(std::move(upgraded));
  co_return Next::upgraded;
}

// The body is in the parser when this is done; a response when it is refused; neither when the client went away.
asio::awaitable<std::optional<HttpResponse>> Connection::read_body(Parser& parser, const Route& route) {
  if (parser.is_done()) co_return std::nullopt;
  const auto too_large = [&](size_t bytes) {
    if (route.too_large) return route.too_large(bytes, route.body_bytes_max);
    return closing_response(413);
  };
  const auto announced = parser.content_length();
  if (announced && *announced > route.body_bytes_max) co_return too_large(*announced);
  set_deadline(surroundings_.options.transfer_timeout);
  if (equal_ignoring_case(std::string(parser.get()[http::field::expect]), "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [error, bytes] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
    if (error) co_return std::nullopt;
  }
  parser.body_limit(route.body_bytes_max);
  auto [error, bytes] = co_await http::async_read(socket_, buffer_, parser, kAwait);
  if (error == http::error::body_limit) co_return too_large(route.body_bytes_max + 1);
  if (error && expired_) {
    expired_ = false;
    co_return closing_response(408);
  }
  if (error && !is_of_socket(error) && error != http::error::partial_message) {
    co_return closing_response(400);
  }
  co_return std::nullopt;
}

asio::awaitable<HttpResponse> Connection::answer_on_worker(const Route& route, HttpRequest request) {
  // Shared with the task, which may end after this coroutine when the server is torn down meanwhile.
  struct Exchange {
    HttpRequest request;
    HttpResponse response;
  };
  const auto exchange = std::make_shared<Exchange>();
  exchange->request = std::move(request);
  const auto io = executor();
  const auto hand_over = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    const auto come_back = [io, resume] { asio::post(io, [resume] { std::move (*resume)(); }); };
    const auto posted = surroundings_.workers.post([exchange, &route, come_back] {
      exchange->response = guarded_answer(route, exchange->request);
      come_back();
    });
    if (posted.ok()) return;
    if (route.overloaded) {
      exchange->response = route.overloaded();
    } else {
      exchange->response.status = 503;
      exchange->response.headers.emplace_back("Retry-After", "1");
    }
    come_back();
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(hand_over, asio::use_awaitable);
  co_return std::move(exchange->response);
}

asio::awaitable<Connection::Next> Connection::respond(HttpResponse response, bool head_only, bool keep_alive) {
  keep_alive = keep_alive && !response.close && !surroundings_.stopping;
  set_deadline(surroundings_.options.transfer_timeout);
  error_code failed;
  if (head_only) {
    http::response<http::empty_body> message;
    fill_head(message, response, keep_alive);
    http::response_serializer<http::empty_body> serializer(message);
    auto [error, bytes] = co_await http::async_write_header(socket_, serializer, kAwait);
    failed = error;
  } else {
    http::response<http::string_body> message;
    fill_head(message, response, keep_alive);
    message.body() = std::move(response.body);
    auto [error, bytes] = co_await http::async_write(socket_, message, kAwait);
    failed = error;
  }
  co_return keep_alive && !failed ? Next::another_request : Next::close;
}

}  // namespace kalam::server
