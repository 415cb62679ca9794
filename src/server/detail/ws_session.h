// WsSession: one client on one WebSocket: who he is, what he says, and what he is told.
//
// Always true: his messages are handled one after the other; what may block runs on a worker meanwhile. Everything of a
// session happens on its I/O thread, but for the outbox.

#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/detail/upgrade.h"
#include "server/detail/ws_outbox.h"
#include "server/ws_handler.h"
#include "server/ws_message.h"

namespace kalam::server {

class WsSession : public std::enable_shared_from_this<WsSession> {
 public:
  // Services and options outlive the session.
  WsSession(Upgraded upgraded, const WsServices& services, const WsOptions& options,
            std::shared_ptr<QueueBudget> budget);
  ~WsSession();

  boost::asio::awaitable<void> run();  // until the socket is closed
  // Closes, once everything that waits is sent. On the I/O thread; the first reason counts.
  void finish(boost::beast::websocket::close_code code, std::string_view reason);
  boost::asio::any_io_executor executor() { return ws_.get_executor(); }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  using Time = std::chrono::steady_clock::time_point;
  enum class Read { message, too_large, ended };

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<Read> read_message(boost::beast::flat_buffer& buffer);
  boost::asio::awaitable<void> on_text(std::string_view text);
  boost::asio::awaitable<void> on_binary(std::string_view bytes);
  boost::asio::awaitable<void> on_message(WsMessage message);
  boost::asio::awaitable<void> on_json(std::string_view json);
  boost::asio::awaitable<void> authenticate(std::string token, WsProtocol protocol);
  boost::asio::awaitable<void> authenticate_by_header();
  boost::asio::awaitable<bool> on_worker(std::function<void()> task);  // false: no room
  boost::asio::awaitable<void> write_all();
  boost::asio::awaitable<void> until_written();
  boost::asio::awaitable<void> watch();
  boost::asio::awaitable<void> check_rights();

  void refuse_authentication(std::string_view message, std::string_view reason);
  void fail(std::string_view subscription, std::string_view code, std::string_view message);
  void wake_writer();
  void check_timers();
  bool take_token();
  void heard();
  void drop();

  const WsServices& services_;
  const WsOptions& options_;
  const std::shared_ptr<QueueBudget> budget_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  boost::beast::websocket::stream<Socket> ws_;
  const bool spoke_too_soon_;  // before the 101, which RFC 6455 forbids
  const std::string peer_;
  boost::asio::steady_timer tick_;
  boost::asio::steady_timer written_;  // cancelled after each write, and when the writer is done
  std::shared_ptr<WsOutbox> outbox_;

  bool auth_started_ = false;
  WsProtocol protocol_;
  bool compress_ = true;  // not switched off by the query string
  std::optional<auth::Identity> identity_;
  uint64_t looked_up_at_ = 0;  // the version of the users when his rights were last looked at
  live::ClientPtr client_;

  Time opened_;
  Time heard_;
  Time refilled_;
  double tokens_;
  bool busy_ = false;  // with a message
  bool open_ = false;  // the handshake is done: a frame before it would be none
  bool writing_ = false;
  std::optional<Time> write_began_;
  std::optional<boost::beast::websocket::close_reason> closing_;
  bool close_sent_ = false;
  bool over_ = false;
};

}  // namespace kalam::server
