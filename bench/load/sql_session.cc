#include "load/sql_session.h"

#include <boost/asio/ip/address.hpp>
#include <stdexcept>

#include "load/report.h"

namespace kalam::load {

SqlSession::SqlSession(const asio::any_io_executor& executor, const Options& options)
    : executor_(executor),
      options_(options),
      server_(asio::ip::make_address(options.host), options.port),
      connection_(executor, server_) {}

asio::awaitable<void> SqlSession::log_in() {
  if (!co_await connection_.open()) {
    throw std::runtime_error("no server at " + options_.host + ":" + std::to_string(options_.port));
  }
  const std::string request =
      post_request("/v1/api/auth/login",
                   "{\"user\":" + json_text(options_.user) + ",\"password\":" + json_text(options_.password) + "}");
  const Answer answer = co_await connection_.ask(request);
  last_used_ = Clock::now();
  token_ = text_member(answer.body, "access_token");
  if (answer.status != 200 || token_.empty()) {
    throw std::runtime_error("login refused: " + std::to_string(answer.status) + " " + std::string(answer.body));
  }
}

asio::awaitable<std::string> SqlSession::run(std::string_view statement) {
  // While the clients run nobody speaks here, and the server closes who is silent for long.
  if (!connection_.is_open() || Clock::now() - last_used_ > std::chrono::seconds(30)) co_await connection_.open();
  const std::string bytes = request(statement);
  const Answer answer = co_await connection_.ask(bytes);
  last_used_ = Clock::now();
  if (!succeeded(answer)) {
    throw std::runtime_error(std::string(statement.substr(0, 200)) + ": " + std::to_string(answer.status) + " " +
                             std::string(answer.body));
  }
  co_return std::string(answer.body);
}

std::string SqlSession::request(std::string_view statement) const {
  return post_request("/v1/api/sql", "{\"sql\":" + json_text(statement) + "}");
}

std::string SqlSession::get_request(std::string_view path) const {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + options_.host + "\r\n\r\n";
}

std::string SqlSession::post_request(std::string_view path, std::string_view body) const {
  std::string bytes = "POST " + std::string(path) + " HTTP/1.1\r\nHost: " + options_.host +
                      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  if (!token_.empty()) bytes += "Authorization: Bearer " + token_ + "\r\n";
  bytes += "\r\n";
  bytes += body;
  return bytes;
}

bool succeeded(const Answer& answer) {
  return answer.status == 200 && answer.body.starts_with("{\"status\":\"success\"");
}

std::string_view text_member(std::string_view json, std::string_view name) {
  const std::string start = "\"" + std::string(name) + "\":\"";
  const size_t found = json.find(start);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = json.substr(found + start.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace kalam::load
