// The server over real sockets on loopback, with a client that speaks bytes.

#include "server/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/detail/upgrade.h"

namespace kalam::server {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

class Client {
 public:
  explicit Client(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{20, 0};  // a hung server fails the test instead of hanging it
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view bytes) { (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // One response: head, and as many bytes of body as it says.
  std::string response() {
    while (received_.find("\r\n\r\n") == std::string::npos && receive()) {}
    const auto head = received_.find("\r\n\r\n");
    if (head == std::string::npos) return std::exchange(received_, {});
    size_t length = 0;
    const auto field = received_.find("Content-Length: ");
    if (field < head) length = std::stoul(received_.substr(field + 16));
    while (received_.size() < head + 4 + length && receive()) {}
    auto whole = received_.substr(0, head + 4 + length);
    received_.erase(0, head + 4 + length);
    return whole;
  }
  std::string ask(std::string_view bytes) {
    send(bytes);
    return response();
  }
  std::string bytes(size_t count) {
    while (received_.size() < count && receive()) {}
    auto first = received_.substr(0, count);
    received_.erase(0, count);
    return first;
  }
  std::string rest() {  // until the server closes
    while (receive()) {}
    return std::exchange(received_, {});
  }

 private:
  bool receive() {
    char buffer[4096];
    const auto bytes = ::recv(socket_, buffer, sizeof buffer, 0);
    if (bytes < 0 && errno == EAGAIN) received_ += "(nothing, and no end)";
    if (bytes <= 0) return false;
    received_.append(buffer, static_cast<size_t>(bytes));
    return true;
  }
  int socket_;
  bool connected_ = false;
  std::string received_;
};

// A gate that a handler waits at until the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_until_somebody_waits(int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

// Echoes bytes in capitals until the client goes or the server stops.
class Shouting final : public UpgradeHandler {
 public:
  boost::asio::awaitable<void> serve(Upgraded upgraded) override {
    constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);
    const auto socket = std::make_shared<boost::asio::ip::tcp::socket>(std::move(upgraded.socket));
    {
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
    }
    std::string text = upgraded.peer + (upgraded.from_loopback ? " local " : " remote ");
    text += std::string(upgraded.request.target()) + "\n";
    text += boost::beast::buffers_to_string(upgraded.buffer.data());
    while (!text.empty()) {
      for (auto& c : text) c = static_cast<char>(std::toupper(c));
      co_await boost::asio::async_write(*socket, boost::asio::buffer(text), kAwait);
      text.resize(100);
      auto [error, bytes] = co_await socket->async_read_some(boost::asio::buffer(text), kAwait);
      text.resize(error ? 0 : bytes);
    }
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    for (const auto& socket : sockets_) {
      boost::asio::post(socket->get_executor(), [socket] { socket->close(); });
    }
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<boost::asio::ip::tcp::socket>> sockets_;  // guarded by mutex_
};

class HttpServerTest : public testing::Test {
 protected:
  void start(HttpServerOptions options = {}) {
    options.port = 0;
    const auto echo = [](const HttpRequest& request) {
      return HttpResponse{.status = 200, .content_type = "text/plain", .body = request.body + "|" + request.query};
    };
    std::vector<Route> routes;
    routes.push_back({.method = "GET", .path = "/echo", .answer = echo});
    routes.push_back(
        {.method = "POST", .path = "/echo", .runs = Route::Runs::on_worker, .answer = echo, .body_bytes_max = 1000});
    routes.push_back({.method = "GET", .path = "/gate", .runs = Route::Runs::on_worker, .answer = [this](auto&) {
                        gate_.pass();
                        return HttpResponse{.status = 200, .content_type = {}, .body = "through"};
                      }});
    routes.push_back({.method = "GET", .path = "/throws", .answer = [](auto&) -> HttpResponse {
                        throw std::runtime_error("secret");
                      }});
    routes.push_back({.method = "GET", .path = "/shout", .answer = echo, .upgrade = std::make_shared<Shouting>()});
    auto server = HttpServer::open(options, Routes(std::move(routes)), workers_);
    ASSERT_TRUE(server.ok()) << server.error();
    server_ = std::move(*server);
    server_->serve();
  }
  void TearDown() override {
    gate_.open();
    if (server_) server_->stop();
    workers_.stop();
  }

  Gate gate_;
  Workers workers_{{.name = "test", .threads = 2, .queue_max = 2}};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, KeepsTheConnectionForManyRequests) {
  start();
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    const auto response = client.ask("GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(response, HasSubstr("\r\n\r\n|a=1"));
    EXPECT_THAT(response, HasSubstr("Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n"));
    EXPECT_THAT(response, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(client.ask("POST /echo HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"), HasSubstr("\r\n\r\nbody|"));
  }
  // Two at once.
  client.send("GET /echo?1 HTTP/1.1\r\n\r\nGET /echo?2 HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.response(), HasSubstr("|1"));
  EXPECT_THAT(client.response(), HasSubstr("|2"));
  EXPECT_THAT(client.ask("GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n"), HasSubstr("Connection: close"));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(HttpServerTest, SaysWhatIsNotThere) {
  start();
  struct Case {
    std::string_view request;
    std::string_view begins;
    std::string_view has;
  };
  const Case cases[] = {
      {"GET /nowhere HTTP/1.1\r\n\r\n", "HTTP/1.1 404", "Content-Length: 0\r\n"},
      {"DELETE /echo HTTP/1.1\r\n\r\n", "HTTP/1.1 405", "Allow: GET, HEAD, POST\r\n"},
      {"POST /gate HTTP/1.1\r\n\r\n", "HTTP/1.1 405", "Allow: GET, HEAD\r\n"},
      {"GET /throws HTTP/1.1\r\n\r\n", "HTTP/1.1 500", "Content-Length: 0\r\n"},
      {"nonsense\r\n\r\n", "HTTP/1.1 400", "Connection: close\r\n"},
      {"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "HTTP/1.1 400", "close"},
      {"GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 400", "close"},
      {"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400", "close"},
      {"GET /echo HTTP/2.0\r\n\r\n", "HTTP/1.1 400", "close"},
      {"GET /echo HTTP/1.1\r\nA : b\r\n\r\n", "HTTP/1.1 400", "close"},
  };
  for (const auto& [request, begins, has] : cases) {
    Client client(server_->port());
    const auto response = client.ask(request);
    EXPECT_THAT(response, StartsWith(std::string(begins))) << request;
    EXPECT_THAT(response, HasSubstr(std::string(has))) << request;
    EXPECT_THAT(response, Not(HasSubstr("secret")));
  }
}

TEST_F(HttpServerTest, HeadIsGetWithoutItsBody) {
  start();
  Client client(server_->port());
  client.send("HEAD /echo?abc HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto response = client.rest();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(response, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(response, Not(HasSubstr("abc")));
}

// http-api 8.1, 8.3.
TEST_F(HttpServerTest, LayersInTheirOrder) {
  start({.body_bytes_max = 500, .cors = {.allowed_origins = {"http://a"}}, .behind_https = true});
  Client client(server_->port());
  const auto preflight =
      client.ask("OPTIONS /nowhere HTTP/1.1\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  EXPECT_THAT(preflight, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(preflight, HasSubstr("Access-Control-Allow-Origin: http://a\r\n"));
  EXPECT_THAT(client.ask("OPTIONS /echo HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  const auto marked = client.ask("GET /nowhere HTTP/1.1\r\nOrigin: http://a\r\n\r\n");
  EXPECT_THAT(marked, StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(marked, HasSubstr("Access-Control-Allow-Origin: http://a\r\n"));
  EXPECT_THAT(marked, HasSubstr("Strict-Transport-Security: max-age=31536000\r\n"));
  EXPECT_THAT(client.ask("GET /echo HTTP/1.1\r\nOrigin: http://b\r\n\r\n"), Not(HasSubstr("Allow-Origin")));
  // http-api 35: before any route, and closed.
  const auto large = client.ask("POST /nowhere HTTP/1.1\r\nContent-Length: 501\r\n\r\n");
  EXPECT_THAT(large, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(large, HasSubstr(R"({"error":"BODY_TOO_LARGE","max_bytes":500,)"
                               R"("message":"Request body exceeds maximum allowed size","size_bytes":501})"));
  EXPECT_EQ(client.rest(), "");
  EXPECT_THAT(Client(server_->port())
                  .ask("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1f5\r\n" + std::string(501, 'b') +
                       "\r\n0\r\n\r\n"),
              HasSubstr("BODY_TOO_LARGE"));
}

TEST_F(HttpServerTest, BodiesComeAndGoPacked) {
  start();
  Client client(server_->port());
  const std::string deflated("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", 11);
  EXPECT_THAT(client.ask("POST /echo HTTP/1.1\r\nContent-Encoding: deflate\r\nContent-Length: 11\r\n\r\n" + deflated),
              HasSubstr("\r\n\r\nabc|"));
  EXPECT_THAT(client.ask("POST /echo HTTP/1.1\r\nContent-Encoding: other\r\nContent-Length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.1 415"));
  EXPECT_THAT(client.ask("POST /echo HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.1 400"));
  const auto packed = client.ask("GET /echo?" + std::string(2000, 'x') + " HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_THAT(packed, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(packed, HasSubstr(", Accept-Encoding\r\n"));
  EXPECT_LT(packed.size(), 700u);
}

TEST_F(HttpServerTest, AnUpgradeTakesTheConnectionOver) {
  start({.keepalive_timeout = 50ms, .head_timeout = 50ms, .stop_timeout = 20s});
  Client plain(server_->port());
  EXPECT_THAT(plain.ask("GET /shout?a HTTP/1.1\r\n\r\n"), HasSubstr("|a")) << "without the header: the answer";
  EXPECT_THAT(plain.ask("POST /shout HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(plain.ask("GET /echo?b HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), HasSubstr("|b"));

  for (const auto* head : {"", "Connection: keep-alive\r\nSec-WebSocket-Key: x\r\n",
                           "Connection: Upgrade\r\nSec-WebSocket-Version: 12\r\nSec-WebSocket-Key: x\r\n",
                           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"}) {
    const auto refused =
        Client(server_->port()).ask("GET /shout HTTP/1.1\r\nUpgrade: websocket\r\n" + std::string(head) + "\r\n");
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 400")) << head;
    EXPECT_THAT(refused, HasSubstr("Content-Length: 0\r\n")) << head;
  }

  Client upgraded(server_->port());
  upgraded.send(
      "GET /shout?x HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: x\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\nearly bytes");
  const std::string greeting = "127.0.0.1 LOCAL /SHOUT?X\nEARLY BYTES";
  EXPECT_EQ(upgraded.bytes(greeting.size()), greeting);
  EXPECT_EQ(Client(server_->port()).rest(), "") << "longer than the time-outs of HTTP, which no longer apply";
  upgraded.send("late");
  EXPECT_EQ(upgraded.bytes(4), "LATE");
  server_->stop();
  EXPECT_EQ(upgraded.rest(), "") << "the stop reached it";
}

TEST_F(HttpServerTest, BoundsHeadsAndBodies) {
  start({.head_bytes_max = 1024});
  EXPECT_THAT(Client(server_->port()).ask("GET /echo HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(Client(server_->port()).ask("POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(
      Client(server_->port()).ask("POST /echo HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'b')),
      StartsWith("HTTP/1.1 200"));
  // Chunks are counted as they come: 0x3e9 = 1001.
  EXPECT_THAT(Client(server_->port())
                  .ask("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'b') +
                       "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Client(server_->port())
                  .ask("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              HasSubstr("\r\n\r\nabcde|"));
}

TEST_F(HttpServerTest, ContinuesWhenAsked) {
  start();
  Client client(server_->port());
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.ask("ok"), HasSubstr("\r\n\r\nok|"));
}

TEST_F(HttpServerTest, SlowClientsAreToldAndIdleOnesClosed) {
  start({.keepalive_timeout = 50ms, .head_timeout = 50ms, .transfer_timeout = 50ms});
  EXPECT_THAT(Client(server_->port()).ask("GET /echo HTT"), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(Client(server_->port()).ask("POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"),
              StartsWith("HTTP/1.1 408"));
  EXPECT_EQ(Client(server_->port()).rest(), "");
  // Time on a worker is not the client's.
  Client patient(server_->port());
  patient.send("GET /gate HTTP/1.1\r\n\r\n");
  gate_.wait_until_somebody_waits();
  Client(server_->port()).rest();  // lasts longer than any of the limits
  gate_.open();
  EXPECT_THAT(patient.response(), HasSubstr("through"));
}

TEST_F(HttpServerTest, WorkersThatBlockDoNotBlockTheServer) {
  start();
  std::vector<std::unique_ptr<Client>> waiting;
  for (int i = 0; i < 4; ++i) {  // two run, two wait in the queue
    waiting.push_back(std::make_unique<Client>(server_->port()));
    waiting.back()->send("GET /gate HTTP/1.1\r\n\r\n");
    if (i < 2) gate_.wait_until_somebody_waits(i + 1);
  }
  Client quick(server_->port());
  EXPECT_THAT(quick.ask("GET /echo HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  // With the queue full there is an answer, not a longer queue.
  while (workers_.waiting() < 2) std::this_thread::yield();
  const auto refused = quick.ask("GET /gate HTTP/1.1\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  gate_.open();
  for (auto& client : waiting) EXPECT_THAT(client->response(), HasSubstr("through"));
}

TEST_F(HttpServerTest, AStopLetsAnswersFinishAndClosesTheRest) {
  start();
  Client idle(server_->port());
  EXPECT_THAT(idle.ask("GET /echo HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  Client busy(server_->port());
  busy.send("GET /gate HTTP/1.1\r\n\r\n");
  gate_.wait_until_somebody_waits();
  std::thread stopping([&] { server_->stop(); });
  EXPECT_EQ(idle.rest(), "") << "closed while the other one is being answered";
  gate_.open();
  const auto response = busy.rest();
  EXPECT_THAT(response, HasSubstr("through"));
  EXPECT_THAT(response, HasSubstr("Connection: close"));
  stopping.join();
  EXPECT_FALSE(Client(server_->port()).connected());
}

TEST_F(HttpServerTest, AStopDoesNotWaitForEver) {
  start({.stop_timeout = 20ms});
  Client busy(server_->port());
  busy.send("GET /gate HTTP/1.1\r\n\r\n");
  gate_.wait_until_somebody_waits();
  server_->stop();
}

TEST_F(HttpServerTest, BoundsTheNumberOfConnections) {
  start({.connections_max = 1});
  Client first(server_->port());
  EXPECT_THAT(first.ask("GET /echo HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(Client(server_->port()).rest(), "");
  EXPECT_THAT(first.ask("GET /echo HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, ManyConnectionsOnSeveralThreads) {
  start({.threads = 3});
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      Client client(server_->port());
      for (int i = 0; i < 50; ++i) {
        right += client.ask("GET /echo?" + std::to_string(i) + " HTTP/1.1\r\n\r\n").ends_with("|" + std::to_string(i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST(Routes, SegmentsInBracesStandForOthers) {
  std::vector<Route> list;
  list.push_back({.method = "GET", .path = "/v1/files/{namespace}/{file}"});
  list.push_back({.method = "PUT", .path = "/v1/files/{namespace}/{file}"});
  list.push_back({.method = "POST", .path = "/v1/api/tables"});
  const Routes routes(std::move(list));
  const auto found = [&](std::string_view method, std::string_view path) {
    const auto match = routes.find(method, path);
    if (!match.route) return "no " + match.allowed;
    std::string text = match.route->method;
    for (const auto& argument : match.arguments) text += " " + argument;
    return text;
  };
  EXPECT_EQ(found("GET", "/v1/files/a/b"), "GET a b");
  EXPECT_EQ(found("HEAD", "/v1/files/a/b"), "GET a b");
  EXPECT_EQ(found("PUT", "/v1/files/a%2Fb/%2e%2E"), "PUT a/b ..");
  EXPECT_EQ(found("GET", "/v1/files/a%2/%zz"), "GET a%2 %zz");
  EXPECT_EQ(found("POST", "/v1/files/a/b"), "no GET, HEAD, PUT");
  for (const auto* path : {"/v1/files/a", "/v1/files/a/", "/v1/files//b", "/v1/files/a/b/", "/v1/files/a/b/c", "",
                           "v1/files/a/b", "/v1/api/tables/", "/api/v1/tablesx", "/api/v1/api/tables"}) {
    EXPECT_EQ(found("GET", path), "no ") << path;
  }
  // http-api 71.
  EXPECT_EQ(found("GET", "/api/v1/files/a/b"), "GET a b");
  EXPECT_EQ(found("POST", "/api/v1/tables"), "POST");
}

TEST(HttpServerOpen, AServerThatNeverServedCanGo) {
  Workers workers({.name = "test", .threads = 1});
  const auto server = HttpServer::open({.port = 0}, Routes({}), workers);
  ASSERT_TRUE(server.ok()) << server.error();
  EXPECT_GT((*server)->port(), 0);
}

// config 5.3.
TEST_F(HttpServerTest, APortInUseIsNamed) {
  start();
  const auto port = std::to_string(server_->port());
  const auto text =
      "HTTP port check failed: '127.0.0.1:" + port + "' (resolved as 127.0.0.1:" + port + ") is already in use";
  EXPECT_EQ(check_port("127.0.0.1", server_->port()).error().message, text);
  EXPECT_EQ(check_port("127.0.0.1", server_->port()).error().code, ErrorCode::in_use);
  EXPECT_TRUE(check_port("127.0.0.1", 0).ok());
  EXPECT_TRUE(check_port("localhost", 0).ok());
  EXPECT_THAT(check_port("no host of this name.invalid", 1).error().message,
              StartsWith("Invalid HTTP address 'no host of this name.invalid:1': "));
}

}  // namespace
}  // namespace kalam::server
