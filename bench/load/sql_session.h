// A logged-in user: makes requests, and runs the statements that prepare a run and judge it afterwards.

#pragma once
#include <string>
#include <string_view>

#include "load/http_connection.h"
#include "load/options.h"
#include "load/timings.h"

namespace kalam::load {

class SqlSession {
 public:
  SqlSession(const asio::any_io_executor& executor, const Options& options);

  // Connects and logs in. Throws when that fails.
  asio::awaitable<void> log_in();
  // The body of its answer. Throws unless the statement succeeded.
  asio::awaitable<std::string> run(std::string_view statement);

  // All bytes of POST /v1/api/sql with this statement.
  std::string request(std::string_view statement) const;
  std::string get_request(std::string_view path) const;

  const asio::ip::tcp::endpoint& server() const { return server_; }
  const std::string& host() const { return options_.host; }
  const std::string& token() const { return token_; }
  asio::any_io_executor executor() const { return executor_; }

 private:
  std::string post_request(std::string_view path, std::string_view body) const;

  asio::any_io_executor executor_;
  const Options& options_;
  asio::ip::tcp::endpoint server_;
  HttpConnection connection_;
  std::string token_;
  Clock::time_point last_used_;
};

bool succeeded(const Answer& answer);

// The text after `"name":"`, up to the next quote; empty when there is none.
std::string_view text_member(std::string_view json, std::string_view name);

}  // namespace kalam::load
