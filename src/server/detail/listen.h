// The listening socket, and what people are told when it cannot be had.

#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace kalam::server {

Result<boost::asio::ip::tcp::acceptor> listen_on(boost::asio::io_context& context, const std::string& host,
                                                 uint16_t port, int backlog);

}  // namespace kalam::server
