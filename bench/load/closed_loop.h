// Clients that each ask, wait for the answer, and ask again.

#pragma once
#include "load/report.h"
#include "load/workload.h"

namespace kalam::load {

// Runs a workload from its preparation to its verification, and adds what it measured to the report.
// False: nothing succeeded, or the database is not as it must be.
asio::awaitable<bool> run_closed_loop(const Options& options, SqlSession& session, Workload& workload, Report& report);

}  // namespace kalam::load
