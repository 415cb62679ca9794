// Connections that have asked once and then stay open: what one costs the server.

#pragma once
#include "load/report.h"
#include "load/sql_session.h"

namespace kalam::load {

// 10,000 of them unless the options say otherwise. False: one was not opened, or was closed meanwhile.
asio::awaitable<bool> run_idle(const Options& options, SqlSession& session, Report& report);

}  // namespace kalam::load
