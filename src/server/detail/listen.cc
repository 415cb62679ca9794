#include "server/detail/listen.h"

#include <boost/asio/ip/address.hpp>
#include <string_view>

#include "server/http_server.h"

namespace kalam::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string without_brackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  const auto port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

}  // namespace

Result<tcp::acceptor> listen_on(asio::io_context& context, const std::string& host, uint16_t port, int backlog) {
  const auto shown = host + ":" + std::to_string(port);
  error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(without_brackets(host), std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return Error{ErrorCode::invalid_input, "Invalid HTTP address '" + shown + "': " + error.message()};
  }
  // One address of several is enough.
  Error refusal;
  for (const auto& entry : found) {
    const auto endpoint = entry.endpoint();
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(backlog, error);
    if (!error) return acceptor;
    const auto where = "'" + shown + "' (resolved as " + text_of(endpoint) + ")";
    if (error == asio::error::address_in_use) {
      refusal = {ErrorCode::in_use, "HTTP port check failed: " + where + " is already in use"};
    } else {
      refusal = {ErrorCode::invalid_input, "HTTP port check failed: unable to bind " + where + ": " + error.message()};
    }
  }
  return refusal;
}

Status check_port(const std::string& host, uint16_t port) {
  asio::io_context context;
  TRY(listen_on(context, host, port, 1));
  return {};
}

}  // namespace kalam::server
