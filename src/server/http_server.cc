#include "server/http_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/counters.h"
#include "base/log.h"
#include "server/detail/connection.h"
#include "server/detail/listen.h"
#include "server/detail/upgrade.h"

namespace kalam::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// One I/O thread and what it runs. A connection stays with it, so nothing of a connection needs a lock.
struct IoThread {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
};

}  // namespace

struct HttpServer::Impl {
  Impl(const HttpServerOptions& options, Routes routes, Workers& workers)
      : surroundings(options, std::move(routes), workers) {
    for (size_t i = 0; i < std::max<size_t>(options.threads, 1); ++i) io.push_back(std::make_unique<IoThread>());
  }

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  bool admit(const std::shared_ptr<Connection>& connection);
  void leave(const std::shared_ptr<Connection>& connection);

  Connection::Surroundings surroundings;
  std::vector<std::unique_ptr<IoThread>> io;
  std::optional<tcp::acceptor> acceptor;  // on the first I/O thread
  uint16_t port = 0;

  void count_connections();

  std::mutex mutex;
  std::condition_variable left;
  std::set<std::shared_ptr<Connection>> connections;  // guarded by mutex
  bool stopped = false;                               // of the thread that stops
};

// Under the mutex.
void HttpServer::Impl::count_connections() {
  static auto& now = counters::gauge("http_connections");
  static auto& peak = counters::gauge("http_connections_peak");
  const auto count = static_cast<int64_t>(connections.size());
  now.set(count);
  if (count > peak.value()) peak.set(count);
}

bool HttpServer::Impl::admit(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex);
  if (surroundings.stopping || connections.size() >= surroundings.options.connections_max) return false;
  connections.insert(connection);
  count_connections();
  return true;
}

void HttpServer::Impl::leave(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex);
  connections.erase(connection);
  count_connections();
  left.notify_all();
}

asio::awaitable<void> HttpServer::Impl::serve(std::shared_ptr<Connection> connection) {
  co_await connection->serve();
  leave(connection);
}

asio::awaitable<void> HttpServer::Impl::accept() {
  constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
  for (size_t next = 0;; next = (next + 1) % io.size()) {
    auto& context = io[next]->context;
    auto [error, socket] = co_await acceptor->async_accept(context, kAwait);
    if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
    if (error) {
      // Out of descriptors, most likely: give those that are open time to end.
      log::warn("server", "cannot accept a connection", {{"error", error.message()}});
      asio::steady_timer pause(io[0]->context, std::chrono::milliseconds(100));
      co_await pause.async_wait(kAwait);
      continue;
    }
    auto connection = std::make_shared<Connection>(std::move(socket), surroundings);
    if (admit(connection)) asio::co_spawn(context, serve(std::move(connection)), asio::detached);
  }
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { stop(); }

uint16_t HttpServer::port() const { return impl_->port; }

Result<std::unique_ptr<HttpServer>> HttpServer::open(const HttpServerOptions& options, Routes routes,
                                                     Workers& workers) {
  auto impl = std::make_unique<Impl>(options, std::move(routes), workers);
  impl->acceptor.emplace(TRY(listen_on(impl->io[0]->context, options.host, options.port, options.backlog)));
  error_code error;
  impl->port = impl->acceptor->local_endpoint(error).port();
  if (error) return Error{ErrorCode::internal, "the listening socket has no address: " + error.message()};
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

void HttpServer::serve() {
  asio::co_spawn(impl_->io[0]->context, impl_->accept(), asio::detached);
  for (auto& io : impl_->io) io->thread = std::thread([&context = io->context] { context.run(); });
}

void HttpServer::stop() {
  if (impl_->stopped) return;
  impl_->stopped = true;
  asio::post(impl_->io[0]->context, [this] {
    error_code ignored;
    impl_->acceptor->close(ignored);
  });
  {
    std::unique_lock lock(impl_->mutex);
    impl_->surroundings.stopping = true;
    for (const auto& route : impl_->surroundings.routes.all()) {
      if (route.upgrade) route.upgrade->stop();
    }
    for (const auto& connection : impl_->connections) {
      asio::post(connection->executor(), [connection] { connection->finish(); });
    }
    impl_->left.wait_for(lock, impl_->surroundings.options.stop_timeout, [this] { return impl_->connections.empty(); });
    if (!impl_->connections.empty()) {
      log::warn("server", "requests were cut off by the stop", {{"connections", impl_->connections.size()}});
    }
  }
  for (auto& io : impl_->io) {
    io->work.reset();
    io->context.stop();
  }
  for (auto& io : impl_->io) {
    if (io->thread.joinable()) io->thread.join();
  }
  error_code ignored;
  impl_->acceptor->close(ignored);  // its thread may have ended before it came to that
}

}  // namespace kalam::server
