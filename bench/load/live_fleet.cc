#include "load/live_fleet.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>
#include <utility>

#include "load/report.h"

namespace kalam::load {

namespace websocket = boost::beast::websocket;

LiveFleet::LiveFleet(SqlSession& session, size_t sockets, bool frames)
    : session_(session), path_(frames ? "/v1/ws?compress=false&features=frames" : "/v1/ws?compress=false") {
  sockets_.reserve(sockets);
  for (size_t i = 0; i < sockets; ++i) sockets_.push_back(std::make_shared<Socket>(session.executor()));
}

asio::awaitable<void> LiveFleet::open() {
  constexpr size_t kTasks = 32;
  TaskGroup group(session_.executor());
  for (size_t task = 0; task < kTasks; ++task) group.start(open_every(task, kTasks));
  co_await group.wait();
}

asio::awaitable<void> LiveFleet::open_every(size_t first, size_t step) {
  for (size_t i = first; i < sockets_.size(); i += step) {
    Socket& socket = *sockets_[i];
    co_await socket.stream.next_layer().socket().async_connect(session_.server(), asio::use_awaitable);
    socket.stream.next_layer().socket().set_option(asio::ip::tcp::no_delay(true));
    socket.stream.read_message_max(256 << 20);
    const std::string bearer = "Bearer " + session_.token();
    socket.stream.set_option(websocket::stream_base::decorator(
        [bearer](websocket::request_type& request) { request.set(boost::beast::http::field::authorization, bearer); }));
    co_await socket.stream.async_handshake(session_.host(), path_, asio::use_awaitable);
    const std::string_view greeting = co_await receive(socket);
    if (text_member(greeting, "type") != "auth_success") throw std::runtime_error(std::string(greeting));
  }
}

asio::awaitable<void> LiveFleet::subscribe(std::string table, size_t count, std::function<std::string(size_t)> filter) {
  TaskGroup group(session_.executor());
  for (size_t socket = 0; socket < sockets_.size(); ++socket) group.start(subscribe_on(socket, table, count, filter));
  co_await group.wait();
}

asio::awaitable<void> LiveFleet::subscribe_on(size_t socket, const std::string& table, size_t count,
                                              const std::function<std::string(size_t)>& filter) {
  for (size_t k = socket; k < count; k += sockets_.size()) {
    const std::string statement = "SELECT * FROM load." + table + " WHERE " + filter(k);
    const std::string message = "{\"type\":\"subscribe\",\"subscription\":{\"id\":\"s" + std::to_string(k) +
                                "\",\"sql\":" + json_text(statement) + "}}";
    co_await sockets_[socket]->stream.async_write(asio::buffer(message), asio::use_awaitable);
    const std::string_view answer = co_await receive(*sockets_[socket]);
    if (text_member(answer, "type") != "subscription_ack") throw std::runtime_error(std::string(answer));
  }
}

void LiveFleet::listen(Ear ear) {
  heard_->ear = std::move(ear);
  for (size_t number = 0; number < sockets_.size(); ++number) {
    asio::co_spawn(session_.executor(), listen_on(sockets_[number], number, heard_), asio::detached);
  }
}

asio::awaitable<void> LiveFleet::listen_on(std::shared_ptr<Socket> socket, size_t number,
                                           std::shared_ptr<Heard> heard) {
  try {
    for (;;) {
      const std::string_view message = co_await receive(*socket);
      if (!heard->ear) co_return;
      heard->ear(number, message);
    }
  } catch (const boost::system::system_error&) {
    ++heard->lost;
  }
}

asio::awaitable<std::string_view> LiveFleet::receive(Socket& socket) {
  socket.buffer.clear();
  co_await socket.stream.async_read(socket.buffer, asio::use_awaitable);
  const auto data = socket.buffer.cdata();
  co_return std::string_view(static_cast<const char*>(data.data()), data.size());
}

}  // namespace kalam::load
