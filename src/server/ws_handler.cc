#include "server/ws_handler.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/write.hpp>
#include <mutex>
#include <set>

#include "base/counters.h"
#include "server/detail/upgrade.h"
#include "server/detail/ws_session.h"

namespace kalam::server {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

class WsHandler final : public UpgradeHandler {
 public:
  WsHandler(const WsServices& services, WsOptions options)
      : services_(services),
        options_(std::move(options)),
        budget_(std::make_shared<QueueBudget>(options_.queues_bytes_max)) {}

  asio::awaitable<void> serve(Upgraded upgraded) override {
    if (stopping()) {
      co_await refuse(std::move(upgraded), 503, "Server is shutting down");
      co_return;
    }
    const auto refusal = refused_origin(upgraded);
    if (!refusal.empty()) {
      co_await refuse(std::move(upgraded), 403, refusal);
      co_return;
    }
    const auto session = std::make_shared<WsSession>(std::move(upgraded), services_, options_, budget_);
    if (!enter(session)) co_return;
    co_await session->run();
    const std::lock_guard lock(mutex_);
    sessions_.erase(session);
    count();
  }

  void stop() override {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& session : sessions_) {
      asio::post(session->executor(), [session] {
        session->finish(boost::beast::websocket::close_code::going_away, "Server shutting down");
      });
    }
  }

 private:
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  bool enter(const std::shared_ptr<WsSession>& session) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    sessions_.insert(session);
    count();
    return true;
  }
  // Under the mutex.
  void count() const {
    static auto& now = counters::gauge("ws_connections");
    static auto& peak = counters::gauge("ws_connections_peak");
    const auto open = static_cast<int64_t>(sessions_.size());
    now.set(open);
    if (open > peak.value()) peak.set(open);
  }

  // Why a page of that origin may not connect; empty: it may.
  std::string_view refused_origin(const Upgraded& upgraded) const {
    const auto& allowed = options_.allowed_origins;
    if (allowed.empty() || std::ranges::find(allowed, "*") != allowed.end()) return {};
    const auto found = upgraded.request.find(http::field::origin);
    if (found == upgraded.request.end()) return options_.strict_origin_check ? "Origin header required" : "";
    const std::string origin(found->value());
    return std::ranges::find(allowed, origin) == allowed.end() ? "Origin not allowed" : "";
  }

  static asio::awaitable<void> refuse(Upgraded upgraded, unsigned status, std::string_view text) {
    http::response<http::string_body> response(static_cast<http::status>(status), upgraded.request.version());
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.keep_alive(false);
    response.body() = text;
    response.prepare_payload();
    co_await http::async_write(upgraded.socket, response, asio::as_tuple(asio::use_awaitable));
    boost::system::error_code ignored;
    upgraded.socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }

  const WsServices services_;
  const WsOptions options_;
  const std::shared_ptr<QueueBudget> budget_;
  mutable std::mutex mutex_;
  bool stopping_ = false;                          // guarded by mutex_
  std::set<std::shared_ptr<WsSession>> sessions_;  // guarded by mutex_
};

}  // namespace

std::shared_ptr<UpgradeHandler> make_ws_handler(const WsServices& services, WsOptions options) {
  return std::make_shared<WsHandler>(services, std::move(options));
}

}  // namespace kalam::server
