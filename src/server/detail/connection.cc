#include "server/detail/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"
#include "server/content_coding.h"
#include "server/multipart.h"
#include "types/ascii.h"
#include "types/json_text.h"

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

template <typename Message>
void fill_head(Message& message, const HttpResponse& response, bool keep_alive) {
  message.result(response.status);
  message.keep_alive(keep_alive);
  std::string vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Referrer-Policy", "no-referrer");
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) {
    if (name == "Vary") vary += ", " + value;
    else message.insert(name, value);
  }
  message.set(http::field::vary, vary);
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

// Rules of RFC 9112 that keep a proxy and this server from reading one request in two ways, beyond those of the parser.
bool is_sound(const http::request<http::string_body>& message) {
  if (message.count(http::field::host) > 1) return false;
  if (message.count(http::field::transfer_encoding) == 0) return true;
  return message.version() == 11 && message.count(http::field::transfer_encoding) == 1 &&
         equal_ignoring_case(std::string(message[http::field::transfer_encoding]), "chunked");
}

bool asks_for_web_socket(const http::request<http::string_body>& message) {
  return message.method() == http::verb::get &&
         equal_ignoring_case(std::string(message[http::field::upgrade]), "websocket");
}

// A handshake of RFC 6455, as far as its head goes.
bool is_sound_handshake(const http::request<http::string_body>& message) {
  return message.version() == 11 && http::token_list(message[http::field::connection]).exists("upgrade") &&
         !message[http::field::sec_websocket_key].empty() && message[http::field::sec_websocket_version] == "13";
}

HttpResponse guarded_answer(const Route& route, const HttpRequest& request) {
  try {
    return route.answer(request);
  } catch (const std::exception& exception) {
    log::error("server", "a route failed",
               {{"path", route.path}, {"request_id", request.request_id}, {"error", exception.what()}});
    return {.status = 500, .content_type = {}, .body = {}};
  }
}

HttpResponse too_large(const Route& route, size_t bytes, size_t bytes_max) {
  return route.too_large ? route.too_large(bytes, bytes_max) : closing_response(413);
}

// What no route may take.
HttpResponse over_limit_of_server(size_t bytes, size_t bytes_max) {
  std::string body;
  JsonText json(body);
  json.begin_object();
  json.key("error").string("BODY_TOO_LARGE");
  json.key("max_bytes").number(bytes_max);
  json.key("message").string("Request body exceeds maximum allowed size");
  json.key("size_bytes").number(bytes);
  json.end_object();
  auto response = json_response(413, std::move(body));
  response.close = true;
  return response;
}

// A form may bring files, for which its route has a limit of its own. 0: there is none.
size_t form_bytes_max(const Route* route, std::string_view content_type) {
  return route && MultipartReader::is_multipart(content_type) ? route->form_bytes_max : 0;
}

// The answer with its body unpacked before and packed after. Blocks as long as these take.
HttpResponse coded_answer(const Route& route, HttpRequest& request, bool compression) {
  const auto* const coding = request.header("Content-Encoding");
  if (coding && !request.body.empty()) {
    auto body = decoded(*coding, std::move(request.body), route.body_bytes_max);
    if (!body.ok()) {
      if (body.error().code == ErrorCode::limit_exceeded) {
        return too_large(route, route.body_bytes_max + 1, route.body_bytes_max);
      }
      return {.status = body.error().code == ErrorCode::not_supported ? 415U : 400U, .content_type = {}, .body = {}};
    }
    request.body = std::move(*body);
    std::erase_if(request.headers, [](const auto& header) {  // it may be asked again
      return equal_ignoring_case(header.first, "Content-Encoding");
    });
  }
  auto response = guarded_answer(route, request);
  if (compression) compress(request, response);
  return response;
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
  if (hold_) hold_->cancel();
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
  // GCC 12 evaluates a co_await behind `&&` whatever stands before it: hence not in the condition.
  while (next == Next::another_request) {
    if (!co_await wait_for_request()) break;
    next = co_await serve_request();
  }
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
    if (error || !is_sound(parser.get())) co_return co_await refuse(400);
  }
  const auto started = std::chrono::steady_clock::now();
  const bool keep_alive = parser.get().keep_alive() && !surroundings_.stopping;
  const auto request = std::make_shared<HttpRequest>(request_of(parser));
  auto match = surroundings_.routes.find(request->method, request->path);
  request->arguments = std::move(match.arguments);
  if (auto early = early_answer(*request, parser, match)) {
    early->close = early->close || !parser.is_done();  // a body that nobody reads
    co_return co_await respond_to(*request, std::move(*early), *match.meter, started, keep_alive);
  }
  if (match.route->upgrade && parser.is_done() && asks_for_web_socket(parser.get())) {
    if (!is_sound_handshake(parser.get())) co_return co_await refuse(400);
    co_return co_await hand_over(parser, *match.route);
  }
  auto refusal = co_await read_body(parser, *match.route);
  if (refusal) co_return co_await respond_to(*request, std::move(*refusal), *match.meter, started, keep_alive);
  if (!parser.is_done()) co_return Next::close;

  clear_deadline();
  request->body = std::move(parser.get().body());
  HttpResponse response;
  if (match.route->runs == Route::Runs::on_worker) {
    response = co_await answer_on_worker(*match.route, request);
    while (response.hold && !surroundings_.stopping) {
      request->held_until = response.hold->until;
      co_await hold(std::move(*response.hold));
      response = co_await answer_on_worker(*match.route, request);
    }
  } else {
    response = coded_answer(*match.route, *request, options.compression);
  }
  co_return co_await respond_to(*request, std::move(response), *match.meter, started, keep_alive);
}

HttpRequest Connection::request_of(const Parser& parser) const {
  const auto& message = parser.get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = std::string(target.substr(question + 1));
  request.content_type = std::string(message[http::field::content_type]);
  request.request_id = std::string(message["X-Request-ID"]);
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.peer = peer_;
  request.from_loopback = from_loopback_;
  request.client = client_address(request, surroundings_.options.proxies);
  request.from_localhost = is_localhost(request.client);
  return request;
}

// What can be answered by the head alone, in the order of the layers: CORS, the guard of the server, routes.
std::optional<HttpResponse> Connection::early_answer(const HttpRequest& request, const Parser& parser,
                                                     const Routes::Match& match) const {
  if (auto preflight = surroundings_.cors.preflight(request)) return preflight;
  const auto announced = parser.content_length();
  const auto bytes_max =
      std::max(surroundings_.options.body_bytes_max, form_bytes_max(match.route, request.content_type));
  if (announced && *announced > bytes_max) return over_limit_of_server(*announced, bytes_max);
  if (match.route) return std::nullopt;
  HttpResponse response;
  response.status = match.allowed.empty() ? 404 : 405;
  if (!match.allowed.empty()) response.headers.emplace_back("Allow", match.allowed);
  return response;
}

asio::awaitable<Connection::Next> Connection::respond_to(const HttpRequest& request, HttpResponse response,
                                                         RouteMeter& meter, Time started, bool keep_alive) {
  surroundings_.cors.mark(request, response.headers);
  if (request.path.starts_with("/v1/api/auth/")) response.headers.emplace_back("Cache-Control", "no-store");
  if (surroundings_.options.behind_https) {
    response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  }
  meter.record(response.status, std::chrono::steady_clock::now() - started);
  const bool head_only = request.method == "HEAD";
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
  const auto form_max = form_bytes_max(&route, std::string(parser.get()[http::field::content_type]));
  const auto bytes_max = form_max > 0 ? form_max : std::min(route.body_bytes_max, surroundings_.options.body_bytes_max);
  const auto announced = parser.content_length();
  if (announced && *announced > bytes_max) {
    if (form_max > 0) co_return over_limit_of_server(*announced, bytes_max);
    co_return too_large(route, *announced, bytes_max);
  }
  set_deadline(surroundings_.options.transfer_timeout);
  if (equal_ignoring_case(std::string(parser.get()[http::field::expect]), "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [error, bytes] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
    if (error) co_return std::nullopt;
  }
  parser.body_limit(bytes_max);
  auto [error, bytes] = co_await http::async_read(socket_, buffer_, parser, kAwait);
  if (error == http::error::body_limit) {
    if (form_max > 0 || bytes_max < route.body_bytes_max) co_return over_limit_of_server(bytes_max + 1, bytes_max);
    co_return too_large(route, bytes_max + 1, bytes_max);
  }
  if (error && expired_) {
    expired_ = false;
    co_return closing_response(408);
  }
  if (error && !is_of_socket(error) && error != http::error::partial_message) {
    co_return closing_response(400);
  }
  co_return std::nullopt;
}

asio::awaitable<HttpResponse> Connection::answer_on_worker(const Route& route, std::shared_ptr<HttpRequest> request) {
  // Shared with the task, which may end after this coroutine when the server is torn down meanwhile.
  struct Exchange {
    std::shared_ptr<HttpRequest> request;
    HttpResponse response;
  };
  const auto exchange = std::make_shared<Exchange>();
  exchange->request = std::move(request);
  const bool compression = surroundings_.options.compression;
  const auto io = executor();
  const auto hand_over = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    const auto come_back = [io, resume] { asio::post(io, [resume] { std::move (*resume)(); }); };
    auto& workers = route.workers ? *route.workers : surroundings_.workers;
    const auto posted = workers.post([exchange, &route, compression, come_back] {
      exchange->response = coded_answer(route, *exchange->request, compression);
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

// Until something came, it is time to ask again, or the server stops.
asio::awaitable<void> Connection::hold(HttpHold hold) {
  const auto timer = std::make_shared<asio::steady_timer>(executor(), hold.again);
  hold_ = timer;
  const auto waiting = hold.when_ready([timer] { asio::post(timer->get_executor(), [timer] { timer->cancel(); }); });
  co_await timer->async_wait(kAwait);
  hold_.reset();
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
