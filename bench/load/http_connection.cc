#include "load/http_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

namespace kalam::load {
namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr uint64_t kLargestBody = 256 << 20;

}  // namespace

HttpConnection::HttpConnection(const asio::any_io_executor& executor, asio::ip::tcp::endpoint server)
    : server_(std::move(server)), socket_(executor) {}

asio::awaitable<bool> HttpConnection::open() {
  close();
  buffer_.clear();
  const auto [error] = co_await socket_.async_connect(server_, kAsTuple);
  if (error) {
    close();
    co_return false;
  }
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return true;
}

asio::awaitable<Answer> HttpConnection::ask(const std::string& request) {
  const auto [write_error, written] = co_await asio::async_write(socket_, asio::buffer(request), kAsTuple);
  if (write_error) {
    close();
    co_return Answer{};
  }
  response_.emplace();
  response_->body_limit(kLargestBody);
  const auto [read_error, read] = co_await boost::beast::http::async_read(socket_, buffer_, *response_, kAsTuple);
  if (read_error) {
    close();
    co_return Answer{};
  }
  if (!response_->get().keep_alive()) close();
  co_return Answer{.status = response_->get().result_int(), .body = response_->get().body()};
}

void HttpConnection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace kalam::load
