// Many WebSockets with many subscriptions each, and one ear for all their messages.

#pragma once
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/sql_session.h"
#include "load/task_group.h"

namespace kalam::load {

class LiveFleet {
 public:
  // A message that came over the socket with this number.
  using Ear = std::function<void(size_t socket, std::string_view message)>;

  // Keeps a reference to `session`. With frames, all changes of one commit for a socket come in one message.
  LiveFleet(SqlSession& session, size_t sockets, bool frames);
  ~LiveFleet() { heard_->ear = nullptr; }
  LiveFleet(const LiveFleet&) = delete;
  LiveFleet& operator=(const LiveFleet&) = delete;

  // Opens all sockets and waits until the server knows them. Throws when one is refused.
  asio::awaitable<void> open();

  // Makes subscriptions 0 … count-1, subscription k on socket k modulo their number, each after the acknowledgement of
  // the one before on the same socket. Throws when one is refused. `filter`: the WHERE of subscription k.
  asio::awaitable<void> subscribe(std::string table, size_t count, std::function<std::string(size_t)> filter);

  // Hears everything from now on, as long as this lives.
  void listen(Ear ear);

  size_t size() const { return sockets_.size(); }
  // Sockets that were closed while listening.
  size_t lost() const { return heard_->lost; }

 private:
  struct Socket {
    explicit Socket(const asio::any_io_executor& executor) : stream(executor) {}
    boost::beast::websocket::stream<boost::beast::tcp_stream> stream;
    boost::beast::flat_buffer buffer;
  };

  // Shared with the tasks that listen: they end after us, with the loop that runs them.
  struct Heard {
    Ear ear;  // null: nobody listens any more
    size_t lost = 0;
  };

  asio::awaitable<void> open_every(size_t first, size_t step);
  asio::awaitable<void> subscribe_on(size_t socket, const std::string& table, size_t count,
                                     const std::function<std::string(size_t)>& filter);
  static asio::awaitable<void> listen_on(std::shared_ptr<Socket> socket, size_t number, std::shared_ptr<Heard> heard);
  // The next message; stays until the next call for this socket.
  static asio::awaitable<std::string_view> receive(Socket& socket);

  SqlSession& session_;
  std::string path_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
};

}  // namespace kalam::load
